/** What a table gives reason to warn of, as training says it: for the tests of each warning. */
import { tableFromColumns } from "../src/data/rows.ts";
import type { Cell, Warning } from "../src/data/table.ts";
import { random } from "../src/random.ts";
import { type DatasetOptions, datasetOf } from "../src/tabular/dataset.ts";

/**
 * The warnings of one code for a table of columns, divided by seed 0 into 64 % training, 16 % validation and 20 % test
 * rows unless the options say otherwise.
 */
export function warned(
  code: string,
  columns: Readonly<Record<string, ArrayLike<Cell>>>,
  target: string | readonly string[] = "y",
  options: Partial<DatasetOptions> = {},
): Warning[] {
  const { warnings } = datasetOf({
    table: tableFromColumns(columns),
    target,
    task: undefined,
    test: undefined,
    types: {},
    features: undefined,
    testFraction: 0.2,
    validationFraction: 0.2,
    seed: 0,
    ...options,
  }).fold(0);
  return warnings.filter((warning) => warning.code === code);
}

/** Values by a rule on the row's number. */
export function made<T>(rows: number, rule: (row: number) => T): T[] {
  return Array.from({ length: rows }, (_, row) => rule(row));
}

/** Draws from the normal distribution, others for each name. */
export function normals(rows: number, name: string): number[] {
  const { normal } = random(1, name);
  return made(rows, () => normal());
}
