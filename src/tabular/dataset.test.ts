import { expect, test } from "vitest";
import { tableFromColumns } from "../data/rows.ts";
import { oneProcess } from "../distributed/oneProcess.ts";
import { random } from "../random.ts";
import { type DatasetOptions, datasetOf } from "./dataset.ts";

const rows = 90;
const draw = random(5, "prepare");
const id = Array.from({ length: rows }, (_, row) => row);
const table = tableFromColumns({
  id,
  x: id.map(() => draw.normal()),
  side: id.map((row) => (row % 3 === 0 ? "rare" : "common")),
  height: id.map((row) => 100 + row),
});
const options: DatasetOptions = {
  table,
  target: "side",
  task: undefined,
  test: undefined,
  types: {},
  features: ["x"],
  testFraction: 0.2,
  validationFraction: 0.25,
  seed: 3,
};
const ids = (part: { table: { columns: readonly { name: string; values: ArrayLike<unknown> }[] } } | undefined) =>
  Array.from(part?.table.columns.find(({ name }) => name === "id")?.values ?? []) as number[];

test("without folds there is one, and the same rows in other folds are those that were asked for at once", () => {
  const dataset = datasetOf(options);
  expect(dataset.folds).toBe(1);
  const asked = datasetOf({ ...options, folds: 4 });
  const again = dataset.inFolds(4);
  expect([again.folds, again.sizes]).toEqual([4, asked.sizes]);
  for (let fold = 0; fold < 4; fold++) expect(again.fold(fold)).toEqual(asked.fold(fold));
  expect(asked.inFolds(1).fold(0)).toEqual(dataset.fold(0));
});

test("each row that is not for the test validates in one fold and learns in the others", () => {
  const { folds: count, fold } = datasetOf({ ...options, folds: 4 });
  const parts = Array.from({ length: count }, (_, index) => fold(index));
  const test = ids(datasetOf(options).fold(0).test);
  expect(ids(parts[0].test)).toEqual(test); // the rows that test a model without folds
  expect(parts.slice(1).map((part) => part.test)).toEqual([undefined, undefined, undefined]);
  const validating = parts.flatMap(({ validation }) => ids(validation));
  expect([...validating, ...test].sort((a, b) => a - b)).toEqual(id);
  for (const { training, validation } of parts) {
    expect([...ids(training), ...ids(validation), ...test].sort((a, b) => a - b)).toEqual(id);
    // 72 rows are left, 24 of them rare: a fold has 18 and 6.
    expect(validation?.table.rows).toBe(18);
    expect(validation?.patterns.desired.filter((index) => index === 1)).toHaveLength(6);
  }
});

test("what is fitted is each fold's own, from the rows that learn in it", () => {
  const { fold } = datasetOf({ ...options, target: "height", folds: 3, clamps: true });
  const [first, second] = [fold(0), fold(1)];
  const heights = ids(first.training).map((row) => 100 + row);
  const mean = heights.reduce((sum, height) => sum + height, 0) / heights.length;
  if (first.target.task !== "regression" || second.target.task !== "regression") throw new Error("Expected numbers.");
  expect(first.target.means[0]).toBeCloseTo(mean, 9);
  expect(first.target.ranges).toEqual([[Math.min(...heights), Math.max(...heights)]]);
  expect(second.target.means).not.toEqual(first.target.means);
  expect(second.encoder).not.toEqual(first.encoder);
});

test("a column is left out of all folds or of none, as the whole table's values say", () => {
  const left = (different: number, features?: string[]) => {
    const code = id.map((row) => `c${row % different}`);
    const columns = tableFromColumns({ id, code, x: id.map((row) => row % 7), height: id.map((row) => 100 + row) });
    const { folds: count, fold } = datasetOf({ ...options, table: columns, target: "height", features, folds: 5 });
    return Array.from({ length: count }, (_, index) =>
      fold(index)
        .encoder.columns.map(({ name }) => name)
        .join(),
    );
  };
  // Text that differs in more than half of 90 rows; of the 58 rows that learn in a fold, 40 different texts are more than half.
  expect(left(47)).toEqual(Array(5).fill("x"));
  expect(left(40)).toEqual(Array(5).fill("code,x"));
  expect(left(47, ["id", "code"])).toEqual(Array(5).fill("id,code"));
});

test("more folds than rows, and a number that is none, are refused", () => {
  expect(() => datasetOf({ ...options, folds: 73 })).toThrow("Too few rows for 73 folds: found 72");
  for (const folds of [0, 1.5, Number.NaN]) {
    expect(() => datasetOf({ ...options, folds })).toThrow("Expected folds to be a whole number of at least 1");
  }
});

test("what reading a table gave reason to warn of is among the training's warnings, once, and only for columns in use", () => {
  const note = (name: string, ...columns: string[]) => ({ code: "reading", columns, message: `about ${name}` });
  const noted = { ...table, notes: [note("all"), note("x", "x"), note("height", "height"), note("side", "side")] };
  const { warnings } = datasetOf({ ...options, table: noted, test: noted, testFraction: 0 }).fold(0);
  const messages = warnings.filter(({ code }) => code === "reading").map(({ message }) => message);
  expect(messages).toEqual(["about all", "about x", "about side"]);
});

test("a rank's share of a table is refused, whose rows would be divided as if there were no others", () => {
  expect(() => datasetOf({ ...options, table: { ...table, ranks: oneProcess() } })).toThrow(
    "In the given columns: found one rank's share of a table. Expected a whole table",
  );
});
