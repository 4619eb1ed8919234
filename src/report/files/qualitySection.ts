/** How good the model is: metrics beside the baseline's, then what is typical of classes or of numbers. */
import { metrics } from "../../training/metricTable.ts";
import type { ReportContent } from "../content.ts";
import type { Quality } from "../quality.ts";
import { classFigures } from "./classFigures.ts";
import { metricOf } from "./glanceSection.ts";
import { escaped, type Section, type TableColumn, table } from "./html.ts";
import { labelFigures } from "./labelFigures.ts";
import { metricLabel, shownMetric, shownMetrics } from "./metricNames.ts";
import { numberFigures } from "./numberFigures.ts";
import type { Plots } from "./plots.ts";

export function qualitySection(content: ReportContent, plots: Plots): Section {
  const { quality, evaluated } = content;
  const title = "How good it is";
  if (evaluated.optimistic) {
    const words =
      "No rows were kept to judge it by. How a network answers rows that it learned from, or that chose its epoch, does not show how good it is on new rows.";
    return { id: "quality", title, content: `<p class="quiet">${words}</p>` };
  }
  return { id: "quality", title, content: `${metricsTable(content)}\n${figuresOf(quality, evaluated, plots)}` };
}

function figuresOf(quality: Quality, evaluated: ReportContent["evaluated"], plots: Plots): string {
  switch (quality.task) {
    case "classification":
      return classFigures(quality, evaluated, plots);
    case "multilabel":
      return labelFigures(quality, evaluated, plots);
    case "regression":
      return numberFigures(quality, plots);
    default:
      return quality satisfies never;
  }
}

const TRIVIAL = {
  classification: "gives every row the classes' shares of the training rows",
  multilabel: "gives every row each label's share of the training rows",
  regression: "answers every row with the mean of the training rows",
} as const;

/** With folds the validation is of all rows that are not the test's. */
function nameOf(part: "test" | "validation", folds: ReportContent["folds"]): string {
  return part === "validation" && folds ? "out of folds" : part;
}

function countOf(part: "test" | "validation", { rows, folds }: ReportContent): number {
  return part === "validation" && folds ? folds.rows : rows[part];
}

function metricsTable(content: ReportContent): string {
  const { task, metrics: evaluated, folds } = content;
  const parts = (["test", "validation"] as const).filter((part) => evaluated[part] !== undefined);
  const columns: TableColumn[] = [
    { head: "metric" },
    ...parts.flatMap((part) => [
      { head: `${nameOf(part, folds)}: network`, numeric: true },
      { head: "baseline", numeric: true },
    ]),
    { head: "what it is", sentence: true },
  ];
  const lines = shownMetrics.flatMap(({ key, meaning }) => {
    const values = parts.flatMap((part) => [
      metricOf(evaluated, part, "model", key),
      metricOf(evaluated, part, "baseline", key),
    ]);
    if (values.every((value) => value === undefined)) return [];
    const direction = metrics[key].better === "higher" ? "higher is better" : "lower is better";
    const cells = values.map((value) => escaped(shownMetric(key, value)));
    const deviation = folds?.deviations[key];
    const ofFolds = 2 * parts.indexOf("validation");
    if (deviation !== undefined && ofFolds >= 0) cells[ofFolds] += ` <small>± ${shownMetric(key, deviation)}</small>`;
    return [[escaped(metricLabel(key)), ...cells, `<small>${escaped(meaning)}; ${direction}</small>`]];
  });
  const counts = parts.map((part) => `${countOf(part, content)} ${nameOf(part, folds)}`).join(" and ");
  const spread = folds
    ? ` Out of folds: each row is answered by networks that did not learn from it, at epochs that other rows chose (cross-validation); ± is the standard deviation over the ${folds.count} folds.`
    : parts.includes("validation")
      ? " Each validation row is answered by an epoch that others of them chose."
      : "";
  const weighted = content.weights === undefined ? "" : `, weighted by ${escaped(content.weights)}`;
  return table(
    `On ${counts} rows${weighted}.${spread} The baseline ${TRIVIAL[task]} and uses no column.`,
    columns,
    lines,
  );
}
