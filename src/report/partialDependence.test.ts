import { expect, test } from "vitest";
import { exampleClassifier, exampleRegressor, exampleTable } from "../../test/reportExamples.ts";
import { tableFromColumns } from "../data/rows.ts";
import { partialDependence } from "./partialDependence.ts";

const table = exampleTable(200);
const model = exampleRegressor();
const meanOf = (name: string): number => {
  const values = table.columns.find((column) => column.name === name)?.values as Float64Array;
  const known = values.map((value) => (Number.isNaN(value) ? 0 : value));
  return known.reduce((sum, value) => sum + value / known.length, 0);
};

test("with a = v in every row, the mean of 2a + b is 2v + the mean of b", () => {
  const { points, missing, scale, rows } = partialDependence(model, table, "a", { rows: 200 });
  expect([scale, rows, points.length]).toEqual(["number", 200, 16]);
  for (const { value, mean } of points) expect(mean[0]).toBeCloseTo(2 * Number(value) + meanOf("b"), 12);
  expect(missing?.[0]).toBeCloseTo(meanOf("b"), 12); // the model takes a missing a for 0
  const values = points.map(({ value }) => Number(value));
  expect(values).toEqual([...values].sort((x, y) => x - y));
});

test("a column without gaps says nothing of missing values, and one that is not used is flat", () => {
  const { missing, points } = partialDependence(model, table, "day", { rows: 200 });
  expect(missing).toBeUndefined();
  for (const { mean } of points) expect(mean[0]).toBeCloseTo(2 * meanOf("a") + meanOf("b"), 12);
});

test("categories come by how often they are there, truth values as words", () => {
  const colours = partialDependence(model, table, "colour");
  expect(colours.scale).toBe("category");
  const counts = colours.points.map(
    ({ value }) => Array.from<unknown>(table.columns[2].values).filter((found) => found === value).length,
  );
  expect(counts).toEqual([...counts].sort((x, y) => y - x));
  expect(
    partialDependence(model, table, "seen")
      .points.map(({ value }) => value)
      .sort(),
  ).toEqual(["false", "true"]);
});

test("a classifier predicts a probability of every class, which sum to 1", () => {
  const { points } = partialDependence(exampleClassifier(), table, "a", { points: 5 });
  for (const { mean } of points) expect(mean[0] + mean[1]).toBeCloseTo(1, 12);
  expect(points[4].mean[0]).toBeGreaterThan(points[0].mean[0] + 0.5);
});

test("few different numbers are asked about one by one", () => {
  const few = exampleTable(8);
  expect(partialDependence(model, few, "b", { points: 16 }).points).toHaveLength(8);
});

test("an unknown column and no points are refused", () => {
  expect(() => partialDependence(model, table, "colours")).toThrow('Did you mean "colour"?');
  expect(() => partialDependence(model, table, "a", { points: 0 })).toThrow("Expected points to be");
});

test("with sample weights the mean is the weighted one, and rows of weight 0 have no say in it", () => {
  const weighted = exampleRegressor({ weights: { column: "persons", reading: { type: "number" } } });
  const rows = tableFromColumns({
    a: [1, 2, 50, 60],
    b: [10, 20, 1000, 2000],
    colour: ["red", "red", "red", "red"],
    day: [1, 2, 3, 4].map((day) => new Date(Date.UTC(2024, 0, day))),
    seen: [true, false, true, false],
    persons: [3, 1, 0, 0],
  });
  const { points, rows: used, weights } = partialDependence(weighted, rows, "a");
  expect([used, weights]).toEqual([2, "persons"]);
  // The mean of b, 10 three times and 20 once, is 12.5; the unweighted one is 15.
  expect(points.map(({ value, mean }) => [value, mean[0]])).toEqual([
    [1, 14.5],
    [2, 16.5],
  ]);
});
