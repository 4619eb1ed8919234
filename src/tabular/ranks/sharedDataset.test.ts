/** How rows that ranks share are divided. */
import { expect, test } from "vitest";
import { selectRows, tableFromColumns } from "../../data/rows.ts";
import type { Table } from "../../data/table.ts";
import { oneProcess } from "../../distributed/oneProcess.ts";
import type { DatasetOptions } from "../dataset.ts";
import { sharedDataset } from "./sharedDataset.ts";

const ROWS = 4000;
const whole = tableFromColumns({
  x: Float64Array.from({ length: ROWS }, (_, row) => row % 97),
  class: Array.from({ length: ROWS }, (_, row) => (row === 17 ? "rare" : row % 2 === 0 ? "even" : "odd")),
});
const options = (table: Table, more: Partial<DatasetOptions> = {}): DatasetOptions => ({
  table: { ...table, ranks: oneProcess() },
  target: "class",
  task: undefined,
  test: undefined,
  types: {},
  features: undefined,
  seed: 3,
  testFraction: undefined,
  validationFraction: undefined,
  folds: undefined,
  ...more,
});
const numbers = (table: Table | undefined): number[] => [...(table?.rowNumbers ?? [])];

test("a row's part follows from the seed and its number in the file, whichever rank has it", () => {
  const { training, validation, test: tested } = sharedDataset(options(whole), oneProcess()).fold(0);
  const parts = [training, validation, tested].map((part) => numbers(part?.table));
  expect(parts.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: ROWS }, (_, row) => row));
  const half = selectRows(
    whole,
    Uint32Array.from({ length: ROWS / 2 }, (_, at) => ROWS / 2 + at),
  );
  const own = sharedDataset(options(half), oneProcess()).fold(0);
  // Each class has its first row here elsewhere than among all rows.
  expect(numbers(own.test?.table).filter((row) => !parts[2].includes(row))).toEqual([]);
  const other = sharedDataset(options(whole, { seed: 4 }), oneProcess()).fold(0);
  expect(numbers(other.test?.table)).not.toEqual(parts[2]);
});

test("a fifth of the rows test and a fifth of the others validate, or what is asked for", () => {
  const { sizes } = sharedDataset(options(whole), oneProcess());
  for (const [part, share] of [
    ["test", 0.2],
    ["validation", 0.16],
    ["training", 0.64],
  ] as const) {
    // Five standard deviations of a binomial count.
    expect(Math.abs(sizes[part] - share * ROWS)).toBeLessThan(5 * Math.sqrt(ROWS * share * (1 - share)));
  }
  const asked = sharedDataset(options(whole, { testFraction: 0, validationFraction: 0.5 }), oneProcess());
  expect(asked.sizes.test).toBe(0);
  expect(asked.fold(0).test).toBeUndefined();
  expect(Math.abs(asked.sizes.validation - ROWS / 2)).toBeLessThan(5 * Math.sqrt(ROWS / 4));
});

test("several folds validate each row that doesn't test once, and have the test rows of one", () => {
  const dataset = sharedDataset(options(whole, { folds: 3 }), oneProcess());
  const folds = [0, 1, 2].map((index) => dataset.fold(index));
  const tested = numbers(sharedDataset(options(whole), oneProcess()).fold(0).test?.table);
  expect(numbers(folds[0].test?.table)).toEqual(tested);
  const validated = folds.flatMap(({ validation }) => numbers(validation?.table));
  expect(new Set(validated).size).toBe(validated.length);
  // But for the first row of each class, which learns always.
  expect(validated.length).toBe(ROWS - tested.length - 3);
  for (const { training, validation } of folds) {
    expect(training.table.rows + (validation?.table.rows ?? 0)).toBe(ROWS - tested.length);
  }
});

test("the first row of each class learns, so that the model knows every class", () => {
  for (let seed = 0; seed < 12; seed++) {
    expect(numbers(sharedDataset(options(whole, { seed }), oneProcess()).fold(0).training.table)).toContain(17);
  }
});

test("rows of which none validate are refused", () => {
  expect(() => sharedDataset(options(whole, { validationFraction: 1e-9 }), oneProcess())).toThrow(
    "In the given columns: no row chooses the best epoch of 4000 that the ranks share.",
  );
});
