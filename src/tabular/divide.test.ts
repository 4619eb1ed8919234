import { expect, test } from "vitest";
import { tableFromColumns } from "../data/rows.ts";
import { type DivideOptions, divide } from "./divide.ts";

const table = (rows: number) => tableFromColumns({ t: Array.from({ length: rows }, (_, row) => row) });
const divided = (rows: number, options: Partial<DivideOptions> = {}, strata?: ArrayLike<number>) =>
  divide(table(rows), strata, { seed: 0, usualFolds: () => 5, ...options });
const sizes = ({ test, folds }: ReturnType<typeof divide>): number[] => [
  test.length,
  folds.length,
  folds[0].validation.length,
];

test("fewer than ten rows are all learned from, unless a part of them is asked for", () => {
  for (const rows of [2, 4, 9]) expect(sizes(divided(rows))).toEqual([0, 1, 0]);
  expect(sizes(divided(10))).toEqual([2, 5, 2]);
  expect(sizes(divided(8, { testFraction: 0.25 }))).toEqual([2, 1, 0]);
  expect(sizes(divided(8, { validationFraction: 0.25 }))).toEqual([0, 1, 2]);
  expect(sizes(divided(8, { folds: 4 }))).toEqual([0, 4, 2]);
});

test("of more rows a fifth tests and a fifth of the others validates", () => {
  expect(sizes(divided(100, { folds: 1 }))).toEqual([20, 1, 16]);
  expect(sizes(divided(100, { folds: 1, testFraction: 0, validationFraction: 0 }))).toEqual([0, 1, 0]);
});

test("classes of one row are learned from in every fold", () => {
  const strata = Array.from({ length: 40 }, (_, row) => (row < 2 ? row + 2 : row % 2));
  const { test, folds } = divided(40, {}, strata);
  expect([...test].some((row) => row < 2)).toBe(false);
  for (const { training } of folds) expect([...training].slice(0, 2)).toEqual([0, 1]);
});

test("where nearly every class comes once, no more rows are held out than can be", () => {
  const strata = Array.from({ length: 20 }, (_, row) => (row < 18 ? row : 17));
  expect(sizes(divided(20, {}, strata))).toEqual([2, 1, 0]); // 18 rows of 18 classes are needed to learn from
  expect(sizes(divided(20, {}, [...Array(20).keys()]))).toEqual([0, 1, 0]);
  expect(() => divided(20, { testFraction: 0.5 }, strata)).toThrow(/Too few rows to split/);
  expect(() => divided(20, { folds: 5 }, strata)).toThrow(/Too few rows for 5 folds/);
});

test("rows divided by time are in one division, or in a chain of folds where folds are asked for", () => {
  const by = { split: { time: "t" } };
  expect(sizes(divided(100, by))).toEqual([20, 1, 16]);
  expect(Math.max(...divided(100, by).folds[0].training)).toBe(63);
  const { folds } = divided(100, { ...by, folds: 3 });
  expect(folds.map(({ training, validation }) => [training.length, validation.length])).toEqual([
    [60, 20],
    [40, 20],
    [20, 20],
  ]);
  expect(sizes(divided(8, by))).toEqual([0, 1, 0]);
});

test("a column without times is refused, and rows without one are counted in a note", () => {
  const columns = { kind: ["a", "b", "a"], none: [null, null, null], t: [1, 2, null] };
  const by = (time: string) => () =>
    divide(tableFromColumns(columns, { source: "t.csv" }), undefined, { seed: 0, split: { time } });
  expect(by("kind")).toThrow(
    'In t.csv: cannot split by the time "kind", a column of type text. Expected dates or numbers',
  );
  expect(by("none")).toThrow(/cannot split by the time "none"/);
  expect(by("tt")).toThrow(/no column "tt"\. Did you mean "t"\?/);
  expect(by("t")().warnings).toEqual([
    {
      code: "time-missing",
      columns: ["t"],
      message:
        "In t.csv: t is missing in 1 of 3 rows; these are training rows, although they may be later than the test rows. Fill in the times, or leave out such rows.",
    },
  ]);
});
