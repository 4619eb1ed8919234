/** How good the model is: metrics beside the baseline's, then what is typical of classes or of numbers. */
import { metrics } from "../../training/metricTable.ts";
import type { ReportContent } from "../content.ts";
import { classFigures } from "./classFigures.ts";
import { metricOf } from "./glanceSection.ts";
import { escaped, type Section, type TableColumn, table } from "./html.ts";
import { metricLabel, shownMetric, shownMetrics } from "./metricNames.ts";
import { numberFigures } from "./numberFigures.ts";
import type { Plots } from "./plots.ts";

export function qualitySection(content: ReportContent, plots: Plots): Section {
  const { quality, judged } = content;
  const figures =
    quality.task === "classification" ? classFigures(quality, judged, plots) : numberFigures(quality, plots);
  return { id: "quality", title: "How good it is", content: `${metricsTable(content)}\n${figures}` };
}

function metricsTable({ task, metrics: judged, rows, folds }: ReportContent): string {
  const parts = (["test", "validation"] as const).filter((part) => judged[part] !== undefined);
  if (parts.length === 0) return '<p class="quiet">No rows were kept to judge the network by.</p>';
  const columns: TableColumn[] = [
    { head: "metric" },
    ...parts.flatMap((part) => [
      { head: `${part}: network`, numeric: true },
      { head: "baseline", numeric: true },
    ]),
    { head: "what it is", sentence: true },
  ];
  const lines = shownMetrics.flatMap(({ key, meaning }) => {
    const values = parts.flatMap((part) => [
      metricOf(judged, part, "model", key),
      metricOf(judged, part, "baseline", key),
    ]);
    if (values.every((value) => value === undefined)) return [];
    const direction = metrics[key].better === "higher" ? "higher is better" : "lower is better";
    const cells = values.map((value) => escaped(shownMetric(key, value)));
    const deviation = folds?.deviations[key];
    const ofFolds = 2 * parts.indexOf("validation");
    if (deviation !== undefined && ofFolds >= 0) cells[ofFolds] += ` <small>± ${shownMetric(key, deviation)}</small>`;
    return [[escaped(metricLabel(key)), ...cells, `<small>${escaped(meaning)}; ${direction}</small>`]];
  });
  const trivial =
    task === "classification"
      ? "gives every row the classes' shares of the training rows"
      : "answers every row with the mean of the training rows";
  const counts = parts.map((part) => `${rows[part]} ${part}`).join(" and ");
  const spread = folds ? ` ± is the standard deviation over the ${folds.count} folds.` : "";
  return table(
    `On ${counts} rows.${spread} The baseline ${trivial}: what knowing nothing of a row is worth.`,
    columns,
    lines,
  );
}
