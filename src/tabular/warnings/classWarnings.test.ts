import { expect, test } from "vitest";
import { made, normals, warned } from "../../../test/warned.ts";
import { tableFromColumns } from "../../data/rows.ts";

const N = 400;
const a = normals(N, "a");
const shares = (rare: number) => made(N, (row) => (row < rare ? "sick" : row < 200 ? "well" : "fit"));

test("classes of which one is ten times another are out of balance", () => {
  expect(warned("imbalanced-classes", { a, y: shares(15) })).toEqual([
    {
      code: "imbalanced-classes",
      columns: ["y"],
      message:
        'The classes of y are imbalanced: "fit" has 128 of 256 training rows (50 %), "sick" has 10 of 256 training rows (3.9 %). ' +
        "A model that ignores rare classes can still have a high accuracy: use balanced accuracy as the metric, " +
        'metric: "balancedAccuracy", and, if rare classes matter as much as frequent ones, classWeights: "balanced".',
    },
  ]);
  expect(warned("imbalanced-classes", { a, y: shares(30) })).toEqual([]);
  expect(warned("imbalanced-classes", { a, y: normals(N, "numbers") })).toEqual([]);
});

test("a class that a part for judging lacks is named", () => {
  const [warning, ...others] = warned("rare-classes", { a, y: shares(2) });
  expect(others).toEqual([]);
  expect(warning.columns).toEqual(["y"]);
  expect(warning.message).toMatch(
    /^Some classes of y have too few rows for every part: no validation row has the class "sick"; no test row has the class "sick", so the metrics there do not cover such classes. The rarest class has 2 training rows. Add rows of rare classes, or join them into one class in the table.$/,
  );
  expect(warned("rare-classes", { a, y: shares(15) })).toEqual([]);
});

test("a table to test on that lacks a class counts too", () => {
  const table = tableFromColumns({ a: [1, 2], y: ["fit", "fit"] });
  const [warning] = warned("rare-classes", { a, y: shares(50) }, "y", { test: table, testFraction: 0 });
  expect(warning.message).toContain('no test row has one of 2 classes ("sick", "well"), so the metrics there');
});

test("a class of one row is learned from and never judged, and the note names it once", () => {
  const y = shares(1);
  expect(warned("single-row-classes", { a, y })).toEqual([
    {
      code: "single-row-classes",
      columns: ["y"],
      message:
        'The class "sick" of y occurs in only one row: it is a training row and never evaluated. ' +
        'Add rows, leave such rows out, rare: "drop", or join such classes into one, "other", rare: "join".',
    },
  ]);
  expect(warned("rare-classes", { a, y })).toEqual([]);
  expect(warned("single-row-classes", { a, y: shares(2) })).toEqual([]);
});
