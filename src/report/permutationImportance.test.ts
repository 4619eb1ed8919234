import { expect, test } from "vitest";
import { exampleClassifier, exampleRegressor, exampleTable } from "../../test/reportExamples.ts";
import { permutationImportance } from "./permutationImportance.ts";

const table = exampleTable(400);
const importanceOf = (name: string, found = permutationImportance(exampleRegressor(), table, { repeats: 20 })) =>
  found.features.find((feature) => feature.name === name);

test("shuffling a column of y = 2a + b costs √(2 · variance) times its factor, and one that is not used nothing", () => {
  // The model is exact, so RMSE rises from 0 to √E(f (x − x'))² = f √(2 Var x): about 2.7 for a (its gaps are 0), 1.4 for b.
  const column = (name: string) => table.columns.find((found) => found.name === name)?.values as Float64Array;
  const rise = (name: string, factor: number) => {
    const values = column(name).map((value) => (Number.isNaN(value) ? 0 : value));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return factor * Math.sqrt(2 * values.reduce((sum, value) => sum + (value - mean) ** 2 / values.length, 0));
  };
  expect(Math.abs((importanceOf("a")?.mean ?? 0) - rise("a", 2))).toBeLessThan(0.1);
  expect(Math.abs((importanceOf("b")?.mean ?? 0) - rise("b", 1))).toBeLessThan(0.05);
  for (const name of ["colour", "day", "seen"]) expect(importanceOf(name)).toEqual({ name, mean: 0, deviation: 0 });
});

test("the most important column comes first, and the score is that of the rows as they are", () => {
  const { features, score, metric, rows, repeats } = permutationImportance(exampleRegressor(), table);
  expect(features.slice(0, 2).map(({ name }) => name)).toEqual(["a", "b"]);
  expect([metric, score, rows, repeats]).toEqual(["rmse", 0, 400, 5]);
});

test("a metric of which more is better falls, and the fall counts as importance", () => {
  const { features, score } = permutationImportance(exampleClassifier(), table, { metric: "accuracy" });
  expect(score).toBe(1);
  expect(features[0].name).toBe("a");
  expect(features[0].mean).toBeGreaterThan(0.2);
  expect(features[0].deviation).toBeGreaterThan(0);
});

test("the seed decides the shuffles and the rows", () => {
  const run = (seed: number) => permutationImportance(exampleClassifier(), table, { seed, rows: 50 });
  expect(run(1)).toEqual(run(1));
  expect(run(1)).not.toEqual(run(2));
  expect(run(1).rows).toBe(50);
});

test("the table keeps its values", () => {
  const before = JSON.stringify(table.columns.map(({ values }) => [...values]));
  permutationImportance(exampleRegressor(), table);
  expect(JSON.stringify(table.columns.map(({ values }) => [...values]))).toBe(before);
});

test("a metric of the other task, repeats of 0 and an undefined metric are refused", () => {
  expect(() => permutationImportance(exampleRegressor(), table, { metric: "accuracy" })).toThrow(
    "Expected a metric of regression, found accuracy, one of classification. Known: rmse, mae, r2.",
  );
  expect(() => permutationImportance(exampleRegressor(), table, { repeats: 0 })).toThrow("Expected repeats to be");
  const one = exampleTable(1);
  expect(() => permutationImportance(exampleRegressor(), one, { metric: "r2" })).toThrow("R² is undefined");
});
