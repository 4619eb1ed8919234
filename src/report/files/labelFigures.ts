/** What the errors of a classifier of several labels are like: each label's scores and counts, calibration. */
import type { MultilabelQuality } from "../quality.ts";
import { calibrationFigure, confusionTable } from "./classFigures.ts";
import { cut, escaped, figure, gallery } from "./html.ts";
import type { Plots } from "./plots.ts";
import { shareOrNone, shownCount, shownNumber } from "./shownNumber.ts";
import { numericColumns, table } from "./table.ts";

/** Tables for more labels would be a page of their own; the table of scores has all. */
const MOST_CONFUSIONS = 12;
const NAME_LETTERS = 28;

/** HTML. */
export function labelFigures(quality: MultilabelQuality, evaluated: { readonly rows: number }, plots: Plots): string {
  const { labels } = quality;
  const weighted = quality.effectiveRows !== undefined;
  const confusions = labels.slice(0, MOST_CONFUSIONS).map(({ name, values, metrics: { confusion } }) =>
    figure({
      title: labels.length === 1 ? "Confusion" : `Confusion: ${cut(name, NAME_LETTERS)}`,
      note: `Rows are the true values, columns the predicted ones. Colour shows the share of the true value's rows.${weighted ? " Numbers are sums of weights." : ""}`,
      plot: confusionTable({ classes: values, confusion }),
    }),
  );
  const answers = {
    rows: evaluated.rows * labels.length,
    called: `${shownCount(labels.length)} labels of ${shownCount(evaluated.rows)} rows`,
  };
  return `${labelTable(quality)}\n${gallery([calibrationFigure(quality, answers, plots), ...confusions])}`;
}

function labelTable({ labels, effectiveRows }: MultilabelQuality): string {
  const weighted = effectiveRows !== undefined;
  const heads = numericColumns(
    weighted ? "weight" : "rows",
    "accuracy",
    "baseline's accuracy",
    "precision",
    "recall",
    "F1",
    "baseline's F1",
    "log loss",
    "Brier score",
  );
  const lines = labels.map(({ name, metrics, baseline }) => {
    const { support, accuracy, precision, recall, f1, logLoss, brier } = metrics;
    const shares = [accuracy, baseline.accuracy, precision, recall, f1, baseline.f1].map(shareOrNone);
    return [escaped(cut(name, NAME_LETTERS)), shownCount(support), ...shares, shownNumber(logLoss), shownNumber(brier)];
  });
  return table(
    `Each label by itself; ${weighted ? "weight is the sum of the weights of the rows" : "rows are those"} that have it. Precision: the share of the rows predicted to have a label that have it. Recall: the share of the rows with a label that are predicted to have it.`,
    [{ head: "label" }, ...heads],
    lines,
  );
}
