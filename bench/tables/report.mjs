/**
 * The cells as Markdown: scores, log losses and seconds of each table, then all tables in one line a model.
 *
 * Knows nothing of files or processes.
 */
import { mean } from "./scores.mjs";

/** The name of the baseline among the models. */
export const TRIVIAL = "trivial";

/** Added to every error before its logarithm is taken, so that a table without errors doesn't decide alone. */
const SHIFT = 0.01;

/** @typedef {import("./results.mjs").Cell} Cell */

/**
 * @param {readonly Cell[]} cells
 * @param {readonly string[]} models the columns, the baseline last
 * @param {readonly string[]} tables the rows
 * @returns {string}
 */
export function reportOf(cells, models, tables) {
  const of = (/** @type {string} */ table, /** @type {string} */ model) =>
    cells.filter((cell) => cell.table === table && cell.model === model);
  /** @param {"score" | "logLoss"} what @param {readonly string[]} rows */
  const scores = (what, rows) => {
    const body = rows.map((row) => [row, ...models.map((model) => spread(of(row, model), what))]);
    return markdownTable(["", ...models], body);
  };
  const ofTask = (/** @type {Cell["task"]} */ task) =>
    tables.filter((table) => cells.some((cell) => cell.table === table && cell.task === task));
  const [classification, regression] = [ofTask("classification"), ofTask("regression")];
  const learners = models.filter((model) => model !== TRIVIAL);
  const times = tables.map((row) => [row, ...learners.map((model) => time(of(row, model)))]);
  const sections = [
    ["Class error", classification, () => scores("score", classification)],
    ["Log loss", classification, () => scores("logLoss", classification)],
    ["nRMSE", regression, () => scores("score", regression)],
    ["Seconds to train (~: while the machine had other work)", tables, () => markdownTable(["", ...learners], times)],
    ["All classification tables", classification, () => summary(cells, models, classification)],
    ["All regression tables", regression, () => summary(cells, models, regression)],
    ["All tables", tables, () => summary(cells, models, tables)],
  ];
  const shown = sections.filter(([, rows]) => rows.length > 0);
  const parts = shown.map(([title, , content]) => `## ${title}\n\n${/** @type {() => string} */ (content)()}\n`);
  return [...parts, ...troubles(cells)].join("\n");
}

/**
 * One line a model over the tables that all models with any score have: the shifted geometric mean of the error
 * exp(mean ln(e + 0.01)) − 0.01, the mean rank (equal scores share theirs), tables won (ties too), tables worse than
 * the baseline, and the sum of the seconds.
 *
 * @param {readonly Cell[]} cells
 * @param {readonly string[]} models
 * @param {readonly string[]} tables
 */
export function summary(cells, models, tables) {
  const present = models.filter((model) => cells.some((cell) => cell.model === model && cell.score !== undefined));
  const errors = new Map(
    tables.map((table) => [table, present.map((model) => mean(valuesOf(cells, table, model, "score")))]),
  );
  const common = [...errors].filter(([, row]) => row.every(Number.isFinite));
  const baseline = present.indexOf(TRIVIAL);
  const learns = (/** @type {number} */ at) => at !== baseline;
  const lines = present.map((model, at) => {
    const own = common.map(([, row]) => row[at]);
    const ranks = common.map(([, row]) =>
      rankOf(
        row.filter((_, i) => learns(i)),
        row[at],
      ),
    );
    const wins = common.filter(([, row]) => row[at] === Math.min(...row.filter((_, i) => learns(i))));
    const losses = common.filter(([, row]) => baseline >= 0 && row[at] > row[baseline]);
    const seconds = common.map(([table]) => mean(valuesOf(cells, table, model, "seconds")));
    return [
      model,
      (Math.exp(mean(own.map((error) => Math.log(error + SHIFT)))) - SHIFT).toFixed(4),
      ...(learns(at)
        ? [
            mean(ranks).toFixed(2),
            `${wins.length}`,
            `${losses.length}`,
            seconds.reduce((sum, s) => sum + s, 0).toFixed(1),
          ]
        : ["", "", "", ""]),
    ];
  });
  const head = [
    `${common.length} of ${tables.length} tables`,
    "error",
    "mean rank",
    "won",
    "worse than trivial",
    "seconds",
  ];
  return markdownTable(head, lines);
}

/** 1 for the least; equal values share the mean of their places. @param {readonly number[]} all @param {number} value */
function rankOf(all, value) {
  const less = all.filter((other) => other < value).length;
  const equal = all.filter((other) => other === value).length;
  return less + (equal + 1) / 2;
}

/** @param {readonly Cell[]} cells @param {string} table @param {string} model @param {"score" | "logLoss" | "seconds"} what */
function valuesOf(cells, table, model, what) {
  const own = cells.filter((cell) => cell.table === table && cell.model === model);
  return own.map((cell) => cell[what]).filter((value) => value !== undefined);
}

/** Mean ± standard deviation over the seeds. @param {readonly Cell[]} cells @param {"score" | "logLoss"} what */
function spread(cells, what) {
  const values = cells.map((cell) => cell[what]).filter((value) => value !== undefined);
  if (values.length === 0) return cells.some((cell) => cell.failure !== undefined) ? "✗" : "–";
  const centre = mean(values);
  if (values.length === 1) return centre.toFixed(4);
  const variance = values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
  return `${centre.toFixed(4)} ± ${Math.sqrt(variance).toFixed(4)}`;
}

/** @param {readonly Cell[]} cells */
function time(cells) {
  const timed = cells.filter((cell) => cell.seconds !== undefined);
  if (timed.length === 0) return "–";
  const seconds = mean(timed.map((cell) => cell.seconds ?? 0));
  return `${timed.some((cell) => cell.provisional) ? "~" : ""}${seconds.toFixed(seconds < 10 ? 2 : 1)}`;
}

/** Who failed or took no part, and why, each reason once. @param {readonly Cell[]} cells @returns {string[]} */
function troubles(cells) {
  const reasons = cells.flatMap(({ table, model, skip, failure }) => [
    ...(skip === undefined ? [] : [`- ${model}: ${skip}`]),
    ...(failure === undefined ? [] : [`- ${model} on ${table}: ✗ ${briefly(failure)}`]),
  ]);
  return reasons.length === 0 ? [] : [`## Missing\n\n${[...new Set(reasons)].join("\n")}\n`];
}

/** The first line of a failure, and the last: what a process said when it ended. @param {string} failure */
export function briefly(failure) {
  const lines = failure.trim().split("\n");
  return [...new Set([lines[0], lines[lines.length - 1]])].join(" ");
}

/** A Markdown table whose columns line up in a terminal too. @param {readonly string[]} head @param {readonly (readonly string[])[]} rows */
function markdownTable(head, rows) {
  const widths = head.map((cell, column) => Math.max(3, cell.length, ...rows.map((row) => row[column].length)));
  const line = (/** @type {readonly string[]} */ cells) =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join(" | ")} |`;
  const rule = widths.map((width, column) => (column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`));
  return [line(head), line(rule), ...rows.map(line)].join("\n");
}
