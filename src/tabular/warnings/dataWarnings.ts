/**
 * Everything that the divided rows of a table give reason to warn of, before anything is learned from them.
 *
 * What columns are left out, and why, `fitEncoder` has said already.
 */
import { missingWarnings } from "../../data/missingValues.ts";
import type { Warning } from "../../data/table.ts";
import type { FoldParts } from "../fold.ts";
import { classWarnings } from "./classWarnings.ts";
import { duplicateWarnings } from "./duplicateRows.ts";
import { fewRowsWarnings } from "./fewRows.ts";
import { labelWarnings } from "./labelWarnings.ts";
import { leakWarnings } from "./leakWarnings.ts";
import { similarLabelsWarnings } from "./similarLabels.ts";
import { skewWarnings } from "./skewedTarget.ts";

/**
 * Warnings, the gravest first: `leaks-target`, `duplicate-rows`, `few-rows` or `judged-on-training-rows`, `single-row-classes`,
 * `rare-classes`, `imbalanced-classes`, `similar-labels`, `skewed-target`, `many-missing`. The work is linear in rows and
 * columns, but for the sorting of a sample of rows.
 *
 * @param folds how many folds there are, of which these are the first one's parts
 */
export function dataWarnings(parts: FoldParts, folds: number): Warning[] {
  const names = parts.encoder.columns.map(({ name }) => name);
  return [
    ...leakWarnings(parts),
    ...duplicateWarnings(parts),
    ...fewRowsWarnings(parts, folds),
    ...classWarnings(parts),
    ...labelWarnings(parts),
    ...similarLabelsWarnings(parts),
    ...skewWarnings(parts),
    ...missingWarnings(parts.training.table, names),
  ];
}
