/**
 * An explanation as text for a terminal: a table of contributions with bars, which adds up as it is printed.
 *
 * Knows neither models nor how contributions are found.
 */
import { counted } from "../entries/internal.ts";
import type { Contribution, Explanation } from "../node.ts";
import { short } from "./terminal.ts";
import type { Printed } from "./textTable.ts";

/** The longest bar, in characters. */
const BAR = 12;
/** Longer values are cut. */
const LONGEST_VALUE = 24;

interface Line {
  readonly name: string;
  readonly value: string;
  readonly amount: number;
  /** Many columns together, or an error, are not to be compared with one column. */
  readonly bar: boolean;
}

/** @param where which row it is. @param top how many columns have a line of their own */
export function explanationLines(explanation: Explanation, where: string, top: number): Printed[] {
  const { target, class: label, prediction, background, backgroundRows } = explanation;
  const decimals = decimalsFor(explanation);
  const said = (value: number): string => fixed(rounded(value, decimals), decimals);
  const lines = linesOf(explanation, top, 10 ** -decimals);
  const amounts = addUp(background, lines, prediction, decimals);
  const drawn = bars(lines);
  const rows = lines.map(({ name, value }, at) => [name, value, amounts[at], drawn[at]]);
  const sum = rounded(prediction, decimals) - rounded(background, decimals);
  const from =
    backgroundRows === undefined
      ? "the mean of the training rows"
      : `the average over ${counted(backgroundRows, "row")}`;
  return [
    label === undefined
      ? `${where}: ${target} = ${said(prediction)}`
      : `${where}: ${target} = ${label} with probability ${said(prediction)}`,
    "",
    { rows: [["column", "value", "contribution", ""], ...rows], numeric: [2] },
    "",
    `  background ${said(background)} + contributions ${fixed(sum, decimals)} = prediction ${said(prediction)}`,
    `  The background is ${from}. ${completeness(explanation)}`,
  ];
}

/** The columns, the rest of them in one line, and what the integral missed, where that would show in the last digit. */
function linesOf({ contributions, completenessError }: Explanation, top: number, unit: number): Line[] {
  const lines = contributions.slice(0, top).map(lineOf);
  const others = contributions.slice(top);
  if (others.length > 0) {
    const name = `the rest (${others.length} column${others.length === 1 ? "" : "s"})`;
    const amount = others.reduce((sum, { contribution }) => sum + contribution, 0);
    lines.push({ name, value: "", amount, bar: false });
  }
  if (Math.abs(completenessError) >= unit) {
    lines.push({ name: "numerical error", value: "", amount: -completenessError, bar: false });
  }
  return lines;
}

/** How well the integral was taken, beside the change that it explains. */
function completeness({ completenessError, prediction, background, points }: Explanation): string {
  const percent = Math.abs(completenessError / (prediction - background)) * 100;
  const error = Number.isFinite(percent)
    ? `${percent < 1e-4 ? "below 0.0001" : short(Number(percent.toPrecision(2)))} % of the change`
    : short(completenessError);
  return `Completeness error: ${error}; ${points} gradients.`;
}

/** As many as show four significant digits of the largest contribution. */
function decimalsFor({ contributions, prediction }: Explanation): number {
  const largest = Math.max(...contributions.map(({ contribution }) => Math.abs(contribution)));
  return Math.max(0, Math.min(100, 3 - Math.floor(Math.log10(largest || Math.abs(prediction) || 1))));
}

function lineOf({ column, value, contribution }: Contribution): Line {
  return {
    name: column.replace(/\s+/g, " "),
    value: cut(valueText(value), LONGEST_VALUE),
    amount: contribution,
    bar: true,
  };
}

function valueText(value: Contribution["value"]): string {
  if (value === null) return "missing";
  return value instanceof Date ? value.toISOString().replace(/T00:00:00\.000Z$/, "") : String(value);
}

/** On one line, and cut to fit a table. */
function cut(text: string, longest: number): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
}

/**
 * The amounts as text that adds up to the end as it is printed: each is the step from one rounded running total to the
 * next. So each is wrong by about a unit of its last digit at most and keeps its sign, and nothing stays nothing. What the
 * amounts miss, less than such a unit, is spread over them by their size.
 */
function addUp(start: number, lines: readonly Line[], end: number, decimals: number): string[] {
  const amounts = lines.map(({ amount }) => amount);
  const missed = end - amounts.reduce((total, amount) => total + amount, start);
  const size = amounts.reduce((total, amount) => total + Math.abs(amount), 0) || 1;
  const last = amounts.findLastIndex((amount) => amount !== 0);
  let total = start;
  return amounts.map((amount, at) => {
    const before = rounded(total, decimals);
    // The last total is the end itself: a sum of fractions may round to its neighbour.
    total = at === last ? end : total + amount + (Math.abs(amount) / size) * missed;
    const step = rounded(total, decimals) - before;
    return `${step > 0 ? "+" : ""}${fixed(step, decimals)}`;
  });
}

/** With a minus sign, as in every table for readers. */
function fixed(value: number, decimals: number): string {
  return value.toFixed(decimals).replace("-", "−");
}

function rounded(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}

/** A bar for each column, to the right of a common axis where it raised the prediction, to the left where it lowered it. */
function bars(lines: readonly Line[]): string[] {
  const amounts = lines.map(({ amount, bar }) => (bar ? amount : 0));
  const largest = Math.max(...amounts.map(Math.abs)) || 1;
  const halves = (amount: number): number => Math.round((2 * BAR * Math.max(0, amount)) / largest);
  const left = amounts.map((amount) => block(halves(-amount), "▐", "left"));
  const width = Math.max(...left.map(({ length }) => length));
  return amounts.map((amount, at) => `${left[at].padStart(width)}│${block(halves(amount), "▌", "right")}`);
}

/** Full blocks and at the free end a half one. */
function block(halves: number, half: string, side: "left" | "right"): string {
  const full = "█".repeat(Math.floor(halves / 2));
  const end = halves % 2 === 1 ? half : "";
  return side === "left" ? end + full : full + end;
}
