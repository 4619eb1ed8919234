/** How good the model is: metrics and the baseline's, then what is typical of classes or of numbers. */
import { isHigherBetter, metricLabel, shownMetrics } from "../../metrics/metricTable.ts";
import type { ReportContent } from "../content.ts";
import type { Quality } from "../quality.ts";
import { classFigures } from "./classFigures.ts";
import { metricOf } from "./glanceSection.ts";
import { escaped, type Section } from "./html.ts";
import { labelFigures } from "./labelFigures.ts";
import { metricTexts, shownMetric } from "./metricNames.ts";
import { numberFigures } from "./numberFigures.ts";
import type { Plots } from "./plots.ts";
import { shownCount } from "./shownNumber.ts";
import { type TableColumn, table } from "./table.ts";

export function qualitySection(content: ReportContent, plots: Plots): Section {
  const { quality, evaluated } = content;
  const title = "Quality";
  if (evaluated.optimistic) {
    const words =
      "No rows were kept for evaluation. Predictions for training rows, or for rows that chose the epoch, do not show how well the network predicts new rows.";
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
  regression: "predicts the mean of the training rows for every row",
} as const;

/** With folds the validation is of all rows that are not the test's. */
function nameOf(part: "test" | "validation", folds: ReportContent["folds"]): string {
  return part === "validation" && folds ? "out-of-fold" : part;
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
      { head: parts.length > 1 ? `${nameOf(part, folds)}: baseline` : "baseline", numeric: true },
    ]),
    { head: "what it is", sentence: true },
  ];
  const several = task === "regression" && content.targets.length > 1;
  const lines = shownMetrics.flatMap((key) => {
    const { meaning, ofSeveral } = metricTexts[key];
    const values = parts.flatMap((part) => [
      metricOf(evaluated, part, "model", key),
      metricOf(evaluated, part, "baseline", key),
    ]);
    if (values.every((value) => value === undefined)) return [];
    const direction = isHigherBetter(key) ? "higher is better" : "lower is better";
    const cells = values.map((value) => escaped(shownMetric(key, value)));
    const deviation = folds?.deviations[key];
    const ofFolds = 2 * parts.indexOf("validation");
    if (deviation !== undefined && ofFolds >= 0) cells[ofFolds] += ` <small>± ${shownMetric(key, deviation)}</small>`;
    return [
      [
        escaped(metricLabel(key)),
        ...cells,
        `<small>${escaped(several && ofSeveral ? ofSeveral : meaning)}; ${direction}</small>`,
      ],
    ];
  });
  const counts = parts.map((part) => `${shownCount(countOf(part, content))} ${nameOf(part, folds)}`).join(" and ");
  const spread = folds
    ? ` Out-of-fold: each row is predicted by networks that were not trained on it, at epochs chosen on other rows (cross-validation); ± is the standard deviation over the ${folds.count} folds.`
    : parts.includes("validation")
      ? " Each validation row is predicted at an epoch chosen on the other validation rows."
      : "";
  const means = several
    ? ` Each metric is the mean over the ${content.targets.length} targets; RMSE and MAE mix their units, and the table of each target has its own.`
    : "";
  const weighted = content.weights === undefined ? "" : `, weighted by ${escaped(content.weights)}`;
  const quantiles = content.quality.task === "regression" && content.quality.quantiles !== undefined;
  const trivial = quantiles
    ? "predicts the mean of the training rows for every row, and for the pinball loss their quantiles,"
    : TRIVIAL[task];
  const medians = quantiles ? " R², RMSE and MAE are those of the median." : "";
  return table(
    `On ${counts} rows${weighted}.${means}${medians}${spread} The baseline ${trivial} and uses no column.`,
    columns,
    lines,
  );
}
