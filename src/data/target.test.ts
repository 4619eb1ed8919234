import fc from "fast-check";
import { expect, test } from "vitest";
import { DataError } from "../errors.ts";
import type { RegressionTarget, Task } from "./encoding.ts";
import { selectRows, tableFromColumns } from "./rows.ts";
import type { Cell, Table } from "./table.ts";
import { encodeTarget, fitTarget, observedNumbers, refitTarget, restoreNumbers, rowsWithTarget } from "./target.ts";

const tableOf = (columns: Record<string, Cell[]>): Table => tableFromColumns(columns, { source: "t.csv" });
const repeated = (values: readonly Cell[], times: number): Cell[] => Array.from({ length: times }, () => values).flat();
const fitOn = (y: Cell[], task?: Task) => fitTarget(tableOf({ y }), ["y"], { task });

test("rows without a target are dropped and counted", () => {
  const table = tableOf({ a: [1, null, 3, 4], b: [1, 2, null, 4] });
  expect(rowsWithTarget(table, ["a"]).rows).toEqual(Uint32Array.of(0, 2, 3));
  expect(rowsWithTarget(table, ["a", "b"])).toEqual({
    rows: Uint32Array.of(0, 3),
    warnings: [
      { code: "target-missing", columns: ["a", "b"], message: "Left out 2 of 4 rows, where a or b is missing." },
    ],
  });
  expect(rowsWithTarget(tableOf({ a: ["u", "v"] }), ["a"]).warnings).toEqual([]);
});

test("targets that are unknown, named twice or missing everywhere are refused", () => {
  const table = tableOf({ species: ["u", "v"], empty: [null, null], left: [1, null], right: [null, 1] });
  for (const refuse of [rowsWithTarget, fitTarget]) {
    expect(() => refuse(table, ["specis"])).toThrow(
      new DataError('In t.csv: no column "specis". Did you mean "species"? Its columns: species, empty, left, right.'),
    );
    expect(() => refuse(table, ["left", "left"])).toThrow('Expected different targets, found "left" twice.');
    expect(() => refuse(table, ["empty"])).toThrow('In t.csv: the target "empty" is missing in all 2 rows.');
    expect(() => refuse(table, [])).toThrow(/expected the name of a target column/);
  }
  expect(() => rowsWithTarget(table, ["left", "right"])).toThrow(/no row has all of the targets left, right/);
});

test("text and truth values are classes, in ascending order, with their shares", () => {
  expect(fitOn(["b", "a", "b", null, "a", "b", "b"])).toEqual({
    target: { task: "classification", column: "y", classes: ["a", "b"], shares: [1 / 3, 2 / 3] },
    warnings: [],
  });
  expect(fitOn([true, false, true, false]).target).toMatchObject({ classes: [false, true] });
});

test("few whole numbers, each in several rows, are guessed to be classes, with a note", () => {
  const { target, warnings } = fitOn(repeated([10, 9, 8], 5));
  expect(target).toMatchObject({ task: "classification", classes: [8, 9, 10] });
  expect(warnings).toEqual([
    {
      code: "task-guessed",
      columns: ["y"],
      message: 'In t.csv: "y" has 3 different whole numbers, taken as classes. If that is wrong: task: "regression".',
    },
  ]);
  expect(fitOn(repeated([10, 9, 8], 5), "regression")).toMatchObject({ target: { task: "regression" }, warnings: [] });
});

test("whole numbers of which one is rare are guessed to be numbers, with a note", () => {
  const { target, warnings } = fitOn([...repeated([1, 2], 5), 3, 3]);
  expect(target.task).toBe("regression");
  expect(warnings[0].message).toMatch(/taken as numbers. If that is wrong: task: "classification"/);
  expect(fitOn([...repeated([1, 2], 5), 3, 3], "classification")).toMatchObject({
    target: { classes: [1, 2, 3] },
    warnings: [],
  });
});

test("other numbers are numbers without a doubt", () => {
  expect(fitOn(repeated([1.5, 2, 3], 9))).toMatchObject({ target: { task: "regression" }, warnings: [] });
  expect(fitOn(repeated([...Array(21).keys()], 5))).toMatchObject({ target: { task: "regression" }, warnings: [] });
});

test("means and deviations are those of the values that are there", () => {
  // 2, 4, 6, 8: mean 5, squares 9 + 1 + 1 + 9 = 20 over 4 rows, deviation √5.
  expect(fitOn([2, 4, null, 6, 8], "regression").target).toEqual({
    task: "regression",
    columns: ["y"],
    means: [5],
    deviations: [Math.sqrt(5)],
  });
});

test("several targets are standardised each by its own and restored", () => {
  const table = tableOf({ a: [1, 3], x: [0, 1], b: [10, 30] });
  const { target } = fitTarget(table, ["b", "a"]);
  expect(target).toEqual({ task: "regression", columns: ["b", "a"], means: [20, 2], deviations: [10, 1] });
  expect(encodeTarget(target, table)).toEqual(Float32Array.of(-1, -1, 1, 1));
  expect(observedNumbers(target as RegressionTarget, table)).toEqual(Float64Array.of(10, 1, 30, 3));
  expect(restoreNumbers(target as RegressionTarget, [-1, -1, 0.5, 2])).toEqual(Float64Array.of(10, 1, 25, 4));
});

test("standardising and restoring gives the numbers back, however large or small", () => {
  const numbers = fc.array(fc.double({ noNaN: true, min: -1e98, max: 1e98 }), { minLength: 2, maxLength: 20 });
  fc.assert(
    fc.property(numbers, (y) => {
      const largest = Math.max(...y.map(Math.abs));
      fc.pre(y.some((value) => Math.abs(value - y[0]) > 1e-3 * largest) && largest > 1e-90);
      const { target } = fitOn(y, "regression");
      const learned = encodeTarget(target, tableOf({ y }));
      const restored = restoreNumbers(target as RegressionTarget, learned);
      const mean = learned.reduce((sum, value) => sum + value, 0) / y.length;
      const square = learned.reduce((sum, value) => sum + value * value, 0) / y.length;
      expect(Math.abs(mean)).toBeLessThan(1e-5);
      expect(Math.abs(square - 1)).toBeLessThan(1e-5);
      for (const [row, value] of y.entries()) expect(Math.abs(restored[row] - value)).toBeLessThan(1e-6 * largest);
    }),
    { seed: 1, numRuns: 200 },
  );
});

test("refitting keeps the classes and takes the statistics of the training rows", () => {
  const classes = tableOf({ y: ["a", "a", "b", "b", "c", "c"] });
  const training = Uint32Array.of(0, 1, 2, 4);
  expect(refitTarget(fitTarget(classes, ["y"]).target, selectRows(classes, training))).toEqual({
    task: "classification",
    column: "y",
    classes: ["a", "b", "c"],
    shares: [0.5, 0.25, 0.25],
  });
  const numbers = tableOf({ y: [1, 3, 100, 100] });
  const refitted = refitTarget(
    fitTarget(numbers, ["y"], { task: "regression" }).target,
    selectRows(numbers, Uint32Array.of(0, 1)),
  );
  expect(refitted).toMatchObject({ means: [2], deviations: [1] });
});

test("one class, or a class of its own for each of ten rows, cannot be learned", () => {
  expect(() => fitOn(["a", "a", null])).toThrow('In t.csv: every row has the same class, "a", in the target "y".');
  expect(() => fitOn([..."abcdefghij"])).toThrow(
    'In t.csv: every one of 10 rows has a different class in the target "y". Expected classes that occur in several rows',
  );
});

test("a class of a single row is one like the others", () => {
  expect(fitOn(["a", "a", "b", "b", "c"]).target).toMatchObject({ classes: ["a", "b", "c"], shares: [0.4, 0.4, 0.2] });
  expect(fitOn(["no", "yes"]).target).toMatchObject({ classes: ["no", "yes"] });
});

test("classes of a single row can be joined into one, whose labels are still known", () => {
  const labels = [5, 5, 7, 7, 8, 9];
  const table = tableOf({ y: labels });
  const { target } = fitTarget(table, ["y"], { task: "classification", rare: "join" });
  expect(target).toMatchObject({ classes: ["5", "7", "other"], joined: ["8", "9"] });
  expect([...encodeTarget(target, table)]).toEqual([0, 0, 1, 1, 2, 2]);
  expect([...encodeTarget(refitTarget(target, table), tableOf({ y: ["9", "5"] }))]).toEqual([2, 0]);
  expect(() => encodeTarget(target, tableOf({ y: [5, 6] }))).toThrow(
    /6" in row 2, a class that does not occur in the training rows/,
  );
});

test("rare classes are not joined with a class of the table's own that is called as the joined ones are", () => {
  const named = tableOf({ y: ["a", "a", "other", "other", "b"] });
  expect(() => fitTarget(named, ["y"], { rare: "join" })).toThrow(
    new DataError(
      'Classes of "y" that occur once are joined into a class "other", but 2 rows already have a class of that name. Rename that class in the table, or leave out the rare ones: rare: "drop".',
    ),
  );
  expect(fitTarget(named, ["y"]).target).toMatchObject({ classes: ["a", "b", "other"] });
  // Where it comes once, it is one of those that are joined.
  const rare = tableOf({ y: ["a", "a", "other", "b"] });
  expect(fitTarget(rare, ["y"], { rare: "join" }).target).toMatchObject({ classes: ["a", "other"] });
});

test("0 and 1 are classes, however few the rows, and other whole numbers of few rows are numbers", () => {
  expect(fitOn([0, 1, 1, 0]).target).toMatchObject({ task: "classification", classes: [0, 1] });
  expect(fitOn([-1, 1, 1, 1, 1, 1]).target).toMatchObject({ task: "classification" });
  expect(fitOn([3, 5]).target).toMatchObject({ task: "regression" });
  expect(fitOn([0, 1, 1, 0], "regression").target).toMatchObject({ task: "regression" });
});

test("training rows of equal numbers keep the deviation of all rows", () => {
  const target = fitOn([1, 1, 1, 5]).target;
  expect(refitTarget(target, tableOf({ y: [1, 1, 1] }))).toMatchObject({ means: [1], deviations: [Math.sqrt(3)] });
});

test("a target that does not suit the task is refused", () => {
  expect(() => fitOn([null, "a", "b"], "regression")).toThrow(
    /the target "y" must be a number, but holds the text "a" in row 2. Choose a number column, or use its values as classes: task: "classification"/,
  );
  expect(() => fitOn([true, false], "regression")).toThrow(/holds the boolean true in row 1/);
  expect(() => fitOn(["2024-10-13", "2024-10-14"])).toThrow(/must be a number, but holds the date in row 1/);
  const table = tableOf({ a: [1, 2], b: ["u", "v"] });
  expect(() => fitTarget(table, ["a", "b"])).toThrow(
    /several targets must be all numbers, or all labels of two values such as yes and no; "a" holds numbers, and "b" has the values "u", "v"/,
  );
  expect(() => fitTarget(table, ["a", "b"], { task: "regression" })).toThrow(/Several targets must all be numbers/);
  expect(() => fitTarget(table, ["a", "b"], { task: "classification" })).toThrow(
    /classification takes one target, found 2/,
  );
});

test("numbers that are all equal, or beyond computing, cannot be learned", () => {
  expect(() => fitOn([0.1, 0.1, 0.1], "regression")).toThrow('In t.csv: the target "y" is 0.1 in every row');
  expect(() => fitOn([1.7e308, -1.7e308, 1.7e308], "regression")).toThrow("absolute values up to 1.7e+308");
});

test("labels become class indices, converted where nothing is lost", () => {
  const { target } = fitOn(repeated(["b", "a"], 2));
  expect(encodeTarget(target, tableOf({ y: ["a", "b"] }))).toEqual(Float32Array.of(0, 1));
  const { target: digits } = fitOn(repeated([8, 3], 5));
  const asText = tableFromColumns({ y: ["3", "8"] }, { types: { y: "category" } });
  expect(encodeTarget(digits, asText)).toEqual(Float32Array.of(0, 1));
});

test("a label that training never saw is named with the row of its source", () => {
  const { target } = fitOn(repeated(["b", "a"], 2));
  const table = tableOf({ y: [null, "a", "Z"] });
  const known = selectRows(table, rowsWithTarget(table, ["y"]).rows);
  expect(() => encodeTarget(target, known)).toThrow(
    new DataError(
      'In t.csv: the target "y" is "Z" in row 3, a class that does not occur in the training rows. Expected one of "a", "b": ' +
        "correct the label, or train again with rows of this class.",
    ),
  );
});

test("a target that is missing, absent or of another type cannot be encoded", () => {
  const { target } = fitOn([1, 2.5, 3], "regression");
  expect(() => encodeTarget(target, tableOf({ y: [1, null] }))).toThrow(/the target "y" is missing in row 2/);
  expect(() => encodeTarget(target, tableOf({ z: [1] }))).toThrow(/no column "y"/);
  expect(() => encodeTarget(target, tableOf({ y: ["high"] }))).toThrow(/number column with the text "high" in row 1/);
  const classes = fitOn(["a", "a", "b", "b"]).target;
  expect(() => encodeTarget(classes, tableOf({ y: ["a", null] }))).toThrow(/the target "y" is missing in row 2/);
});

test.each([
  [1e200, /the target "y" has absolute values up to 4e\+200\. Expected at most 1e\+99: use another unit\./],
  [-1e100, /has absolute values up to 4e\+100/],
  [
    1e-300,
    /the target "y" has values that differ too little \(standard deviation 1\.1\d+e-300\)\. Expected at least 1e-99/,
  ],
])("numbers to predict in a unit of %d are refused before training", (unit, message) => {
  const table = tableFromColumns({ y: [1, 2, 3, 4].map((value) => value * unit) });
  expect(() => fitTarget(table, ["y"], { task: "regression" })).toThrow(message);
});
