/**
 * Rows in order of time that are divided at random: each row that is kept to judge by lies between rows that are learned
 * from, and the metrics are better than those of a model that is to predict later rows.
 *
 * Said only where a column says that the rows are in order of time, and where neighbouring rows' targets are alike. For
 * numbers by Bartels' rank version of von Neumann's ratio, r = 1 − ½ Σ (R_i − R_{i+1})² / Σ (R_i − R̄)², R the ranks; for
 * classes by how often neighbours have the same one, beyond what their shares p make of rows in random order,
 * r = (agreement − Σ p²)/(1 − Σ p²). Both are 0 for such rows, with a standard deviation of about 1/√n or less. Source:
 * Bartels, "The rank version of von Neumann's ratio test for randomness", 1982.
 */

import { countsOf } from "../../data/differentValues.ts";
import { classTargets, type Target } from "../../data/encoding.ts";
import { splitOption } from "../../data/remedies.ts";
import { isMissing, type Table, type Warning } from "../../data/table.ts";
import { encodeTarget, observedNumbers } from "../../data/target.ts";
import { targetNames } from "../../data/targetNames.ts";
import { ranksOf } from "./ranks.ts";

/** Columns of numbers that are times, if the rows are in their order. */
const TIME_NAME = /^(?:t|ts|time|date|day|week|month|quarter|year|hour|period|timestamp|date_?time)$/i;
/** In fewer rows, or at fewer different times, an order may be chance. */
const FEWEST_TIMES = 20;
/** Of neighbouring rows, from the middle of the table: more rows cost time and change the result little. */
const MOST_ROWS = 20_000;
/** How alike neighbours must be, for it to matter… */
const ALIKE = 0.25;
/** …and how many standard deviations that must be from what chance gives. */
const SURE = 5;

/** Warning: `time-order`. @param table all rows with a target, in the order in which they came */
export function timeOrderWarnings(table: Table, target: Target): Warning[] {
  const time = timeColumn(table, targetNames(target));
  if (time === undefined) return [];
  const [found] = likenesses(table, target)
    .filter(({ likeness, rows }) => likeness > ALIKE && likeness * Math.sqrt(rows) > SURE)
    .sort((a, b) => b.likeness - a.likeness);
  if (found === undefined) return [];
  const message =
    `The rows are in order of time, by ${time}, and neighbouring rows are similar in ${found.name} (${found.likeness.toFixed(2)}, where 0 is chance and 1 is equal). ` +
    "Rows split at random lie between training rows, so the metrics may be better than on later rows. " +
    `If the model is for later rows, test on the latest: ${splitOption(time)}.`;
  return [{ code: "time-order", columns: [time], message }];
}

/** A column by whose time the rows are in order, forwards or backwards. */
function timeColumn({ columns }: Table, targets: readonly string[]): string | undefined {
  return columns.find(
    (column) =>
      !targets.includes(column.name) &&
      (column.type === "date" || (column.type === "number" && TIME_NAME.test(column.name))) &&
      isOrdered(column.values),
  )?.name;
}

function isOrdered(values: Float64Array): boolean {
  let [rises, falls] = [0, 0];
  let before = Number.NaN;
  for (const value of values) {
    if (isMissing(value)) continue;
    if (value > before) rises++;
    else if (value < before) falls++;
    if (rises > 0 && falls > 0) return false;
    before = value;
  }
  return rises + falls + 1 >= FEWEST_TIMES;
}

interface Likeness {
  readonly name: string;
  /** r: 0 for rows in random order, 1 where neighbours are the same. */
  readonly likeness: number;
  readonly rows: number;
}

/** How alike neighbouring rows are in each target. */
function likenesses(table: Table, target: Target): Likeness[] {
  const rows = Math.min(table.rows, MOST_ROWS);
  const first = (table.rows - rows) >> 1;
  if (target.task !== "regression") {
    return classTargets(target).map((one) => {
      const classes = encodeTarget(one, table).subarray(first, first + rows);
      return { name: one.column, likeness: likenessOfClasses(classes), rows };
    });
  }
  const width = target.columns.length;
  const numbers = observedNumbers(target, table);
  return target.columns.map((name, at) => {
    const own = Float64Array.from({ length: rows }, (_, row) => numbers[(first + row) * width + at]);
    return { name, likeness: likenessOfNumbers(own), rows };
  });
}

function likenessOfNumbers(numbers: Float64Array): number {
  const ranks = ranksOf(numbers);
  const mean = (ranks.length - 1) / 2;
  let [steps, all] = [0, 0];
  for (let row = 0; row < ranks.length; row++) {
    if (row > 0) steps += (ranks[row] - ranks[row - 1]) ** 2;
    all += (ranks[row] - mean) ** 2;
  }
  return all === 0 ? 0 : 1 - steps / (2 * all);
}

function likenessOfClasses(classes: Float32Array): number {
  const counts = countsOf(classes);
  let same = 0;
  for (let row = 1; row < classes.length; row++) if (classes[row] === classes[row - 1]) same++;
  const chance = [...counts.values()].reduce((sum, count) => sum + (count / classes.length) ** 2, 0);
  return chance === 1 ? 0 : (same / (classes.length - 1) - chance) / (1 - chance);
}
