/** What a classifier's errors are like: the confusion matrix, each class's scores, calibration. */
import type { ClassMetrics } from "../../metrics/classificationMetrics.ts";
import type { PartName } from "../heldOut.ts";
import type { ClassificationQuality } from "../quality.ts";
import { cutAmong } from "./cutAmong.ts";
import { escaped, figure, gallery } from "./html.ts";
import type { Plots } from "./plots.ts";
import { percent, shareOrNone, shownCount, shownNumber, shownShare } from "./shownNumber.ts";
import { numericColumns, scrolling, table } from "./table.ts";

/** With more classes the numbers are too small to read: then colours show them. */
const MOST_TABLE_CLASSES = 15;
/** The table of more classes takes the whole width. */
const HALF_WIDTH_CLASSES = 5;
/** The drawing of more has no room for names. */
const MOST_NAMED_CLASSES = 30;
const MOST_LISTED_CLASSES = 60;
const LABEL_LETTERS = 14;
/** HTML. */
export function classFigures(
  quality: ClassificationQuality,
  evaluated: { readonly part: PartName; readonly rows: number },
  plots: Plots,
): string {
  const figures = [
    confusionFigure(quality, plots),
    calibrationFigure(quality, { rows: evaluated.rows, called: `${shownCount(evaluated.rows)} rows` }, plots),
  ];
  return `${gallery(figures)}\n${classTable(quality)}`;
}

function confusionFigure(quality: ClassificationQuality, plots: Plots): string {
  const { classes } = quality;
  const sums = quality.effectiveRows === undefined ? "" : " Numbers are sums of weights.";
  const order = classes.length > MOST_TABLE_CLASSES ? " in the same order" : "";
  const note = `Rows are the true classes, columns the predicted ones${order}. Colour shows the share of the true class's rows.${sums}`;
  const plot = classes.length <= MOST_TABLE_CLASSES ? confusionTable(quality) : confusionMap(quality, plots);
  const wide = classes.length > HALF_WIDTH_CLASSES && classes.length <= MOST_TABLE_CLASSES;
  return figure({ title: "Confusion", note, plot, wide });
}

export function confusionTable({ classes, confusion }: Pick<ClassificationQuality, "classes" | "confusion">): string {
  const names = classes.map((name) => escaped(cutAmong(name, classes, LABEL_LETTERS)));
  const head = names.map((name) => `<th scope="col"><span>${name}</span></th>`).join("");
  const lines = confusion.map((counts, row) => {
    const all = counts.reduce((sum, count) => sum + count, 0);
    const cells = counts.map((count, at) => {
      const share = all === 0 ? 0 : count / all;
      const hue = at === row ? "var(--c3)" : "var(--c2)";
      return `<td style="--share:${share.toFixed(3)};--hue:${hue}">${shownCount(count)}</td>`;
    });
    return `<tr><th scope="row">${names[row]}</th>${cells.join("")}</tr>`;
  });
  const over = `<tr><td></td><th colspan="${classes.length}" scope="colgroup">predicted</th></tr>`;
  return scrolling(
    `<table class="confusion${classes.length > HALF_WIDTH_CLASSES ? " many" : ""}">\n<thead>${over}<tr><th scope="col">true</th>${head}</tr></thead>\n<tbody>\n${lines.join("\n")}\n</tbody>\n</table>`,
    "Confusion matrix",
  );
}

function confusionMap({ classes, confusion }: ClassificationQuality, { Plot, draw }: Plots): string {
  const cells = confusion.flatMap((counts, row) => {
    const all = Math.max(
      1,
      counts.reduce((sum, count) => sum + count, 0),
    );
    return counts.map((count, column) => ({ row, column, share: count / all, right: row === column }));
  });
  const named = classes.length <= MOST_NAMED_CLASSES;
  const label = (index: number): string => cutAmong(classes[index], classes, LABEL_LETTERS);
  return draw(`Confusion matrix of ${classes.length} classes; the diagonal has the correct predictions.`, {
    height: named ? 50 + 15 * classes.length : 400,
    marginTop: 22,
    marginLeft: named ? 122 : 30,
    marginBottom: 28,
    x: { label: "predicted", ticks: [] },
    y: { label: named ? null : "true", tickSize: 0, ...(named ? { tickFormat: label } : { ticks: [] }) },
    marks: [
      Plot.cell(cells, { x: "column", y: "row", fill: "currentColor", fillOpacity: 0.05 }),
      Plot.cell(
        cells.filter(({ share }) => share > 0),
        {
          x: "column",
          y: "row",
          fill: ({ right }: { right: boolean }) => (right ? "var(--c3)" : "var(--c2)"),
          fillOpacity: ({ share }: { share: number }) => 0.15 + 0.85 * share,
        },
      ),
    ],
    color: { type: "identity" },
    opacity: { type: "identity" },
  });
}

/** @param rows how many, and what they are called: "200 rows" */
export function calibrationFigure(
  {
    calibration,
    baselineCalibration,
    ...quality
  }: Pick<ClassificationQuality, "calibration" | "baselineCalibration" | "effectiveRows">,
  { rows, called }: { readonly rows: number; readonly called: string },
  plots: Plots,
): string {
  const { ece, brier, bins } = calibration;
  const total = bins.reduce((sum, { count }) => sum + count, 0);
  const note =
    `Predicted confidence compared with the share of correct predictions. On the dashed line they are equal; below it, the model is overconfident. ` +
    `Bars are 95 % intervals. ECE ${shownShare(ece)}, Brier score ${shownNumber(brier)} ` +
    `(baseline ${shownNumber(baselineCalibration.brier)}), ${called}.`;
  const { Plot, draw } = plots;
  const full = bins.flatMap(({ count, confidence, accuracy }) =>
    confidence === null || accuracy === null
      ? []
      : [{ count, confidence, accuracy, ...wilson(accuracy, count * ((quality.effectiveRows ?? rows) / total)) }],
  );
  const least = Math.min(...bins.filter(({ count }) => count > 0).map(({ from }) => from));
  const plot = draw("Reliability diagram: the share of correct predictions at each confidence.", {
    x: { domain: [least, 1], label: "confidence", tickFormat: percent, ticks: 5 },
    y: { domain: [0, 1], label: "share correct", tickFormat: percent, ticks: 5, grid: true },
    r: { range: [2.5, 9] },
    marks: [
      Plot.line(
        [
          [least, least],
          [1, 1],
        ],
        { stroke: "var(--quiet)", strokeDasharray: "4 4" },
      ),
      Plot.ruleX(full, {
        x: "confidence",
        y1: "low",
        y2: "high",
        stroke: "var(--c1)",
        strokeOpacity: 0.6,
        strokeWidth: 2,
      }),
      Plot.dot(full, { x: "confidence", y: "accuracy", r: "count", fill: "var(--c1)" }),
    ],
  });
  return figure({ title: "Calibration", note: escaped(note), plot });
}

/** 95 % interval of a share, which is right for few rows too. Source: Wilson 1927. */
function wilson(share: number, count: number): { low: number; high: number } {
  const z2 = 1.959964 ** 2 / count;
  const middle = share + z2 / 2;
  const reach = Math.sqrt(z2 * (share * (1 - share) + z2 / 4));
  return { low: Math.max(0, (middle - reach) / (1 + z2)), high: Math.min(1, (middle + reach) / (1 + z2)) };
}

function classTable({ classes, each, baselineEach, effectiveRows }: ClassificationQuality): string {
  const columns = [
    { head: "class" },
    ...numericColumns(effectiveRows === undefined ? "rows" : "weight", "precision", "recall", "F1", "baseline's F1"),
  ];
  const order = each.map((_, index) => index);
  if (classes.length > MOST_LISTED_CLASSES) order.sort((a, b) => (each[a].f1 ?? 2) - (each[b].f1 ?? 2));
  const shown = order.slice(0, MOST_LISTED_CLASSES);
  const lines = shown.map((index) => {
    const { support, precision, recall, f1 }: ClassMetrics = each[index];
    const numbers = [precision, recall, f1, baselineEach[index].f1].map(shareOrNone);
    return [escaped(classes[index]), shownCount(support), ...numbers];
  });
  const which = shown.length < classes.length ? `The ${shown.length} worst of ${classes.length} classes. ` : "";
  return table(
    `${which}Precision: the share of the rows predicted as a class that have it. Recall: the share of a class's rows that are predicted as it.`,
    columns,
    lines,
  );
}
