/** What a regressor's errors are like: predicted against true values, and how the errors are spread. */
import type { RegressionQuality, TargetQuality } from "../quality.ts";
import { escaped, figure, gallery } from "./html.ts";
import { across, type Plots } from "./plots.ts";
import { shownAmount, shownShare } from "./shownNumber.ts";
import { numericColumns, table } from "./table.ts";

/** Figures for more targets would be a page of their own; the table has all. */
const MOST_PLOTTED = 4;

/** HTML. */
export function numberFigures({ targets, quantiles }: RegressionQuality, plots: Plots): string {
  const figures = targets.slice(0, MOST_PLOTTED).flatMap((target) => {
    const of = targets.length === 1 ? "" : `: ${target.name}`;
    return [againstTrue(target, of, plots), residuals(target, of, plots)];
  });
  const tables = [
    ...(targets.length === 1 ? [] : [targetTable(targets)]),
    ...(quantiles === undefined ? [] : [quantileTable(quantiles)]),
    ...intervalTables(targets, quantiles !== undefined),
  ];
  return [gallery(figures), ...tables].join("\n");
}

function againstTrue({ name, points, mean }: TargetQuality, of: string, { Plot, draw }: Plots): string {
  const values = points.flat();
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const plot = draw(`Predicted against true values of ${name}; on the diagonal they agree.`, {
    height: 340,
    marginLeft: 64,
    x: { label: `true ${name}`, ...across(least, most) },
    y: { label: `predicted ${name}`, grid: true, ...across(least, most) },
    marks: [
      Plot.line(
        [
          [least, least],
          [most, most],
        ],
        { stroke: "currentColor", strokeOpacity: 0.6 },
      ),
      Plot.ruleY([mean], { stroke: "var(--c2)", strokeDasharray: "4 4", strokeWidth: 1.5 }),
      Plot.dot(points, { x: "0", y: "1", r: 3, fill: "var(--c1)", fillOpacity: points.length > 200 ? 0.35 : 0.6 }),
    ],
  });
  const legend = [
    { name: "row", colour: "var(--c1)", dot: true },
    { name: "perfect", colour: "currentColor" },
    { name: "baseline: the mean", colour: "var(--c2)", dashed: true },
  ];
  return figure({ title: `Predicted against true${of}`, plot, legend });
}

function residuals(
  { name, residuals: bars, metrics, baseline, effectiveRows }: TargetQuality,
  of: string,
  { Plot, draw }: Plots,
): string {
  const plot = draw(`Histogram of the errors of ${name}: predicted minus true.`, {
    height: 300,
    x: { label: `predicted − true ${name}`, ...across(bars[0].from, bars[bars.length - 1].to) },
    y: { label: effectiveRows === undefined ? "rows" : "weight", grid: true, ticks: 5 },
    marks: [
      Plot.rectY(bars, { x1: "from", x2: "to", y: "count", fill: "var(--c1)", fillOpacity: 0.8, inset: 0.5 }),
      Plot.ruleY([0], { strokeOpacity: 0.5 }),
      Plot.ruleX([0], { stroke: "currentColor", strokeWidth: 1.5 }),
    ],
  });
  const note =
    `Typical error (RMSE) ${shownAmount(metrics.rmse)}, the baseline's ${shownAmount(baseline.rmse)}. ` +
    "Right of 0 the prediction is too high. The outermost bars include all larger errors.";
  return figure({ title: `Errors${of}`, note: escaped(note), plot });
}

function targetTable(targets: readonly TargetQuality[]): string {
  const columns = [{ head: "target" }, ...numericColumns("R²", "RMSE", "baseline's RMSE", "MAE", "baseline's MAE")];
  const lines = targets.map(({ name, metrics, baseline }) => {
    const numbers = [metrics.r2, metrics.rmse, baseline.rmse, metrics.mae, baseline.mae];
    return [escaped(name), ...numbers.map((value) => (value === null ? "–" : shownAmount(value)))];
  });
  return table("Each target separately, in its own unit.", columns, lines);
}

/** How many of the rows lie at or below each quantile, and what its errors cost. */
function quantileTable({ model, baseline }: NonNullable<RegressionQuality["quantiles"]>): string {
  const { perQuantile, between } = model;
  const heads = numericColumns("rows at or below it", "pinball loss", "baseline's pinball loss");
  const lines = perQuantile.map(({ quantile, coverage, pinball }, at) => [
    String(quantile),
    escaped(shownShare(coverage)),
    shownAmount(pinball),
    shownAmount(baseline.perQuantile[at].pinball),
  ]);
  const inner =
    between === undefined
      ? ""
      : ` Between the lowest and the highest lie ${shownShare(between.coverage)} of the rows, nominally ${shownShare(between.nominal)}; their mean distance is ${shownAmount(between.width)}.`;
  const caption = `Quantiles: the share of the rows that lies at or below each should be as large as the quantile.${inner}`;
  return table(escaped(caption), [{ head: "quantile" }, ...heads], lines);
}

/** Whether intervals have their coverage on rows that they were not computed from. @param around whether they lie around quantiles */
function intervalTables(targets: readonly TargetQuality[], around: boolean): string[] {
  const lines = targets.flatMap(({ name, intervals = [] }) =>
    intervals.map(({ coverage, radius, covered }) => [
      escaped(name),
      shownShare(coverage),
      around ? shownAmount(radius) : `± ${shownAmount(radius)}`,
      escaped(shownShare(covered)),
    ]),
  );
  if (lines.length === 0) return [];
  const width = around ? "beyond the quantiles" : "interval";
  const heads = numericColumns("nominal coverage", width, "observed coverage");
  const caption = `Prediction intervals: each contains the true value of the nominal share of new rows; the observed coverage is the share on these rows.${around ? " They reach from the lowest quantile to the highest, and on each side as far beyond as the table has it; within, where that is below 0, but not past the median." : ""}`;
  return [table(caption, [{ head: "target" }, ...heads], lines)];
}
