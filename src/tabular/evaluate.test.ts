/** A model judged on targets of any size: figures and the verdict's sentence are finite numbers. */
import { expect, test } from "vitest";
import { evaluate } from "./evaluate.ts";
import { train } from "./train.ts";

const rows = (unit: number, offset = 0) =>
  Array.from({ length: 40 }, (_, at) => ({ x: at % 7, y: (at % 7) * unit + offset }));

test("targets near the ends of the numbers have a verdict without NaN and Infinity", async () => {
  const { model } = await train({ table: rows(1), target: "y", task: "regression", folds: 1, epochs: 2, hidden: [4] });
  using trained = model;
  for (const table of [rows(1e200), rows(1e-300), rows(2e307), rows(0), rows(0, 5.1), rows(0.125, 1e15)]) {
    const { verdict, model: metrics, baseline } = evaluate(trained, table);
    const figures = { verdict, metrics, baseline };
    expect(JSON.stringify(figures, (key, value) => (key === "r2" ? 0 : value))).not.toContain("null");
    expect(verdict.sentence).not.toMatch(/NaN|Infinity|[02-9]\d{3} %|\d{5} %/);
  }
  expect(evaluate(trained, rows(1e200)).verdict.sentence).toContain("RMSE 3.482e+200 vs.");
});
