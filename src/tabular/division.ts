/** What may be asked of the division of rows, and what it comes to: plain data. */
import type { Split } from "../data/split.ts";
import type { Warning } from "../data/table.ts";

/** The column by which rows are split, where not at random. */
export interface SplitBy {
  /** A column of dates or numbers: the latest rows test, the latest of the others validate. */
  readonly time: string;
}

export interface DivideOptions {
  /** Of all rows; a fifth when absent, or none of very few rows. */
  readonly testFraction?: number | undefined;
  /** Of the rows that don't test; a fifth when absent, or none of very few rows. */
  readonly validationFraction?: number | undefined;
  /** 1 when absent. From 2 on folds validate, and `validationFraction` has no effect. */
  readonly folds?: number | undefined;
  /** The number of folds where `folds` is absent; taken back where there are too few rows. */
  readonly usualFolds?: ((rows: number) => number) | undefined;
  readonly split?: SplitBy | undefined;
  /** The column of groups: rows of one group are in one part. */
  readonly group?: string | undefined;
  readonly seed: number;
}

export interface Division {
  readonly test: Uint32Array;
  /** For each fold the rows that learn and those that validate. */
  readonly folds: readonly Pick<Split, "training" | "validation">[];
  readonly warnings: readonly Warning[];
}

/** A fold of those rows that don't test: which validate, and the others, which learn. */
export function withoutHeld(left: Uint32Array, validation: Uint32Array): Division["folds"][number] {
  const held = new Set(validation);
  return { training: left.filter((row) => !held.has(row)), validation };
}

/**
 * "training": the rows that the network learned from are the training rows again, and those that were held out are held out.
 * "anew": this is another table, or its training left out rows; the rows are divided by the options of the training.
 */
export type RowDivision = "training" | "anew";
