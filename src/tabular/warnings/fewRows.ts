/**
 * Tables of tens of rows: they train, but what their metrics say is uncertain, and by how much is said; and trainings that
 * keep no row to judge by.
 *
 * The standard error of a share p measured on n rows is √(p(1 − p)/n), at most 1/(2√n); that of a root mean square of n
 * normal errors is about 1/√(2n) of itself. With sample weights n is the effective number of rows. Source: Kendall & Stuart,
 * "The advanced theory of statistics", volume 1.
 */
import { counted } from "../../counted.ts";
import { optionName, valuedOption } from "../../data/remedies.ts";
import type { Warning } from "../../data/table.ts";
import { effectiveRows, totalWeight } from "../../metrics/sampleWeights.ts";
import type { FoldPart, FoldParts } from "../fold.ts";

/** With this many rows in all, or more, a table is not called small. */
const ENOUGH = 100;

/** With fewer, a network of a fold lacks too large a part of them: it may learn the contrary of what it is judged by. */
const ENOUGH_FOR_FOLDS = 10;

/** Warnings: `few-rows`, or `judged-on-training-rows` where no row is kept. */
export function fewRowsWarnings({ target, training, validation, test }: FoldParts, folds: number): Warning[] {
  const kept = test ?? validation;
  if (kept === undefined) return [evaluatedOnTraining(training.table.rows)];
  const parts = [training, validation, test].filter((part) => part !== undefined);
  const rows = parts.reduce((sum, { table }) => sum + table.rows, 0);
  const effective = Math.floor(parts.reduce((sum, part) => sum + effectiveRowsOf(part), 0) + ROUNDING);
  if (effective >= ENOUGH) return [];
  const counts =
    effective < rows ? `With their weights, ${rows} rows count as ${effective} of equal weight, which` : `${rows} rows`;
  const message =
    `${counts} are very few: ${training.table.rows} are training rows. ${uncertainty(kept, target.task !== "regression", test ? "test" : "validation")}` +
    `Add rows${folds > 1 || rows < ENOUGH_FOR_FOLDS ? "" : `, or train with folds, ${FOLDS}, so that every row is validated once`}.`;
  return [{ code: "few-rows", columns: [], message }];
}

const FOLDS = valuedOption("folds", 5);
const TEST = optionName("test");

/** So that weights that are equal but for a rounding count as equal. */
const ROUNDING = 1e-6;

/** How many rows of equal weight tell as much. */
function effectiveRowsOf({ table, patterns }: FoldPart): number {
  return effectiveRows(patterns.sampleWeights, table.rows);
}

function evaluatedOnTraining(rows: number): Warning {
  const message =
    `All ${rows} rows are training rows, and none is kept for evaluation: the metrics are those of the training rows. They show how well these were learned, ` +
    `not how well the model predicts new rows. Add rows${rows < ENOUGH_FOR_FOLDS ? ` or give a table of test rows, ${TEST}` : `, give a table of test rows, ${TEST}, or train with folds, ${FOLDS}`}.`;
  return { code: "judged-on-training-rows", columns: [], message };
}

/** Of rows in groups by the groups: rows of one group may all err together. */
function uncertainty(part: FoldPart, classes: boolean, name: string): string {
  const { table, groups, patterns } = part;
  const weights = patterns.sampleWeights;
  const units = groups === undefined ? table.rows : new Set(groups).size;
  const effective = groups === undefined ? effectiveRowsOf(part) : effectiveGroups(groups, weights);
  const measured = `${counted(table.rows, `${name} row`)}${groups === undefined ? "" : ` in ${counted(units, "group")}`}`;
  if (!classes) {
    return `An RMSE measured on ${measured} is uncertain by about ±${Math.round(100 / Math.sqrt(2 * effective))} % (one standard error). `;
  }
  const change = (weights === undefined ? 1 : largestOf(weights)) / totalWeight(weights, table.rows);
  return `An accuracy measured on ${measured} is uncertain by up to ±${(1 / (2 * Math.sqrt(effective))).toFixed(2)} (one standard error), and a single row changes it by ${weights === undefined ? "" : "up to "}${change.toFixed(2)}. `;
}

/** How many groups of equal weight tell as much; all of them where rows have no weights. */
function effectiveGroups(groups: Float64Array, weights: ArrayLike<number> | undefined): number {
  const totals = new Map<number, number>();
  if (weights === undefined) return new Set(groups).size;
  for (const [row, group] of groups.entries()) totals.set(group, (totals.get(group) ?? 0) + weights[row]);
  return effectiveRows([...totals.values()], totals.size);
}

function largestOf(weights: ArrayLike<number>): number {
  let largest = 0;
  for (let row = 0; row < weights.length; row++) largest = Math.max(largest, weights[row]);
  return largest;
}
