/** What a regressor's errors are like: predicted against true values, and how the errors are spread. */
import type { RegressionQuality, TargetQuality } from "../quality.ts";
import { escaped, figure, gallery } from "./html.ts";
import { across, type Plots } from "./plots.ts";
import { shownAmount, shownShare } from "./shownNumber.ts";
import { numericColumns, table } from "./table.ts";

/** Figures for more targets would be a page of their own; the table has all. */
const MOST_PLOTTED = 4;

/** HTML. */
export function numberFigures({ targets }: RegressionQuality, plots: Plots): string {
  const figures = targets.slice(0, MOST_PLOTTED).flatMap((target) => {
    const of = targets.length === 1 ? "" : `: ${target.name}`;
    return [againstTrue(target, of, plots), residuals(target, of, plots)];
  });
  const tables = [...(targets.length === 1 ? [] : [targetTable(targets)]), ...intervalTables(targets)];
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

/** Whether intervals have their coverage on rows that they were not computed from. */
function intervalTables(targets: readonly TargetQuality[]): string[] {
  const lines = targets.flatMap(({ name, intervals = [] }) =>
    intervals.map(({ coverage, radius, covered }) => [
      escaped(name),
      shownShare(coverage),
      `± ${shownAmount(radius)}`,
      escaped(shownShare(covered)),
    ]),
  );
  if (lines.length === 0) return [];
  const heads = numericColumns("nominal coverage", "interval", "observed coverage");
  const caption =
    "Prediction intervals: each contains the true value of the nominal share of new rows; the observed coverage is the share on these rows.";
  return [table(caption, [{ head: "target" }, ...heads], lines)];
}
