/**
 * Tables of tens of rows: they train, but what their metrics say is uncertain, and by how much is said; and trainings that
 * keep no row to judge by.
 *
 * The standard error of a share p measured on n rows is √(p(1 − p)/n), at most 1/(2√n); that of a root mean square of n
 * normal errors is about 1/√(2n) of itself. Source: Kendall & Stuart, "The advanced theory of statistics", volume 1.
 */
import { counted } from "../../counted.ts";
import type { Warning } from "../../data/table.ts";
import type { Part, Parts } from "../parts.ts";

/** With this many rows in all, or more, a table is not called small. */
const ENOUGH = 100;

/** With fewer, a network of a fold lacks too large a part of them: it may learn the contrary of what it is judged by. */
const ENOUGH_FOR_FOLDS = 10;

/** Warnings: `few-rows`, or `judged-on-training-rows` where no row is kept. */
export function fewRowsWarnings({ target, training, validation, test }: Parts, folds: number): Warning[] {
  const kept = test ?? validation;
  if (kept === undefined) return [evaluatedOnTraining(training.table.rows)];
  const rows = [training, validation, test].reduce((sum, part) => sum + (part?.table.rows ?? 0), 0);
  if (rows >= ENOUGH) return [];
  const message =
    `${rows} rows are very few: ${training.table.rows} are training rows. ${uncertainty(kept, target.task !== "regression", test ? "test" : "validation")}` +
    `Add rows${folds > 1 || rows < ENOUGH_FOR_FOLDS ? "" : ", or train with folds, so that every row is validated once"}.`;
  return [{ code: "few-rows", columns: [], message }];
}

function evaluatedOnTraining(rows: number): Warning {
  const message =
    `All ${rows} rows are training rows, and none is kept for evaluation: the metrics are those of the training rows. They show how well these were learned, ` +
    `not how well the model predicts new rows. Add rows${rows < ENOUGH_FOR_FOLDS ? " or give a table of test rows" : ", give a table of test rows, or train with folds"}.`;
  return { code: "judged-on-training-rows", columns: [], message };
}

/** Of rows in groups by the groups: rows of one group may all err together. */
function uncertainty({ table, groups }: Part, classes: boolean, part: string): string {
  const rows = groups === undefined ? table.rows : new Set(groups).size;
  const measured = `${counted(table.rows, `${part} row`)}${groups === undefined ? "" : ` in ${counted(rows, "group")}`}`;
  if (classes) {
    return `An accuracy measured on ${measured} is uncertain by up to ±${(1 / (2 * Math.sqrt(rows))).toFixed(2)} (one standard error), and a single row changes it by ${(1 / table.rows).toFixed(2)}. `;
  }
  return `An RMSE measured on ${measured} is uncertain by about ±${Math.round(100 / Math.sqrt(2 * rows))} % (one standard error). `;
}
