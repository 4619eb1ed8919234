/** Sample weights: a row of weight k counts as k rows, in the loss and in all that judges a model. */
import { expect, test } from "vitest";
import { tableFromColumns } from "../data/rows.ts";
import { refitTarget } from "../data/target.ts";
import { weightsOf } from "../data/weightColumn.ts";
import { completeProblem, type Patterns } from "../engines/engine.ts";
import { dense } from "../network/layers.ts";
import { network } from "../network/network.ts";
import { reference } from "../reference/reference.ts";
import { balancedWeights } from "./classWeights.ts";
import { datasetOf } from "./dataset.ts";
import { evaluate } from "./evaluate.ts";
import { loadModel } from "./files/loadModel.ts";
import { train } from "./train.ts";

const rows = 60;
const table = {
  x: Array.from({ length: rows }, (_, row) => (row * 7) % 13),
  noise: Array.from({ length: rows }, (_, row) => (row * 5) % 11),
  w: Array.from({ length: rows }, (_, row) => (row % 3 === 0 ? 0 : (row % 4) + 0.5)),
  y: Array.from({ length: rows }, (_, row) => ((row * 7) % 13) * 2 + ((row * 31) % 5)),
  kind: Array.from({ length: rows }, (_, row) => ((row * 7) % 13 > 5 ? "high" : "low")),
};
const quick = { folds: 1, epochs: 3, hidden: [4] } as const;
const options = { test: undefined, task: undefined, types: {}, features: undefined, seed: 0 };

test("the gradient of a row of weight k is that of k copies of it", async () => {
  const problem = completeProblem({
    network: network({ inputs: 2, layers: [dense(3, { activation: "tanh" }), dense(1)] }),
    loss: { name: "meanSquaredError" },
    optimizer: { name: "sgd" },
    batchSize: 8,
  });
  const gradientOf = async (patterns: Patterns): Promise<Float64Array> => {
    using session = await reference.create(problem);
    using loaded = session.load(patterns);
    session.run(
      loaded,
      Uint32Array.from({ length: loaded.rows }, (_, row) => row),
    );
    return Float64Array.from(session.gradients);
  };
  const weighted = datasetOf({
    ...options,
    table: tableFromColumns({ x: [1, 2, 3, 4], z: [2, 1, 2, 1], w: [3, 1, 2, 2], y: [1, 5, 2, 7] }),
    target: "y",
    weights: "w",
  }).fold(0);
  expect([...(weighted.training.patterns.sampleWeights ?? [])]).toEqual([1.5, 0.5, 1, 1]); // a mean of 1
  expect(weighted.encoder.columns.map(({ name }) => name)).toEqual(["x", "z"]);
  const { inputs, desired } = weighted.training.patterns;
  const copied = [0, 0, 0, 1, 2, 2, 3, 3];
  const copies = {
    inputs: Float64Array.from(copied.flatMap((row) => [inputs[2 * row], inputs[2 * row + 1]])),
    desired: Float64Array.from(copied, (row) => desired[row]),
  };
  const [own, expected] = [await gradientOf(weighted.training.patterns), await gradientOf(copies)];
  for (const [at, value] of own.entries()) expect(value).toBeCloseTo(expected[at], 6);
});

test("class shares, means, deviations and balanced class weights are those of the rows copied as often as they weigh", () => {
  const classes = { task: "classification", column: "y", classes: ["a", "b"], shares: [0.5, 0.5] } as const;
  const target = tableFromColumns({ y: ["a", "b", "a"] });
  const weights = [1, 5, 2];
  expect(refitTarget(classes, target, weights)).toMatchObject({ shares: [3 / 8, 5 / 8] });
  expect(balancedWeights(classes, target, weights)).toEqual([8 / (2 * 3), 8 / (2 * 5)]);
  const numbers = { task: "regression", columns: ["y"], means: [0], deviations: [1] } as const;
  const refitted = refitTarget(numbers, tableFromColumns({ y: [1, 5] }), [3, 1]);
  expect(refitted).toMatchObject({ means: [2], deviations: [Math.sqrt(3)] });
});

test("weights are no input, count in every metric, and are kept by the model's file", async () => {
  const { model, report } = await train({ ...quick, table, target: "kind", task: "classification", weights: "w" });
  expect(report.weights).toBe("w");
  expect(report.warnings).toContainEqual(expect.objectContaining({ code: "weight-zero", columns: ["w"] }));
  expect(Object.values(report.rows).reduce((sum, count) => sum + count, 0)).toBe(40);
  expect(model.document.encoder.columns.map(({ name }) => name)).toEqual(["x", "noise", "y"]);
  expect(report.verdict).toMatchObject({ weights: "w", sentence: expect.stringContaining("rows, weighted by w") });
  using again = await loadModel(model.toBytes());
  expect(again.document.weights).toEqual({ column: "w", reading: { type: "number" } });
  const evaluated = evaluate(again, table);
  expect(evaluated).toMatchObject({ weights: "w", rows: 40 });
  if (again.task !== "classification") throw new Error("a classifier was trained");
  const right = again.predict(rowsOf(["x", "noise", "y"])).map(({ label }, row) => Number(label === table.kind[row]));
  const total = table.w.reduce((sum, weight) => sum + weight, 0);
  const share = right.reduce((sum, own, row) => sum + own * table.w[row], 0) / total;
  expect(evaluated.task === "classification" && evaluated.model.accuracy).toBeCloseTo(share, 12);
  expect(again.predict(rowsOf(["x", "noise", "y"]))).toHaveLength(rows); // which need no weights
});

test("evaluate takes the model's weights, others, or none, and says where the table has none", async () => {
  const { model } = await train({ ...quick, table, target: "y", features: ["x"], weights: "w" });
  const { w: _w, ...without } = table;
  const plain = evaluate(model, table, { weights: false });
  expect(plain.rows).toBe(60);
  expect(plain).not.toHaveProperty("weights");
  expect(evaluate(model, without)).toMatchObject({
    rows: 60,
    model: plain.model,
    warnings: expect.arrayContaining([expect.objectContaining({ code: "weights-absent" })]),
  });
  expect(evaluate(model, { ...without, v: table.w }, { weights: "v" }).model).toEqual(evaluate(model, table).model);
  expect(() => evaluate(model, table, { weights: "u" })).toThrow('no column "u"');
});

test("weights of 1 train the same model as none", async () => {
  const one = { ...table, w: table.w.map(() => 1) };
  const common = { ...quick, table: one, target: "kind", features: ["x", "noise"] } as const;
  const [weighted, plain] = [await train({ ...common, weights: "w" }), await train(common)];
  expect(weighted.model.parameters).toEqual(plain.model.parameters);
  expect(weighted.report.metrics).toEqual(plain.report.metrics);
});

test("a column that holds no weights is refused with its column, its row and a remedy", async () => {
  const of = (w: readonly unknown[]) => weightsOf(tableFromColumns({ w: w as number[] }), "w");
  expect(() => of([1, null, 2])).toThrow(
    'the weight column "w" is missing in row 2. Expected a number of at least 0 in every row: fill it in, with 0 for a row to ignore.',
  );
  expect(() => of([1, 2, -3])).toThrow('"w" is -3 in row 3. Expected a number of at least 0');
  expect(() => of([0, 0])).toThrow('"w" is 0 in every row, so no row would be used.');
  expect(() => of([1, 1e120])).toThrow("divide all of them by the same number");
  expect(() => of([1, 1e-20])).toThrow("give it the weight 0");
  expect(() => of(["a", "b"])).toThrow('"w" is of type text. Expected numbers');
  await expect(train({ table, target: "y", weights: "y" })).rejects.toThrow('"y" is a target too');
  await expect(train({ table, target: "y", weights: "w", features: ["w"] })).rejects.toThrow('"w" is a feature too');
  await expect(train({ table, target: "y", weights: "v" })).rejects.toThrow('no column "v"');
});

test("folds, calibration and intervals count by weights too", async () => {
  const { model, report } = await train({ ...quick, table, target: "y", folds: 2, features: ["x"], weights: "w" });
  expect(report.folds?.rows).toBe(report.rows.training + report.rows.validation);
  expect(model.document.interval?.rows).toBeLessThan(report.folds?.rows ?? 0); // uneven weights tell less
  const part = table.w.map((weight) => (weight > 0 ? 1 : 0));
  const even = await train({
    ...quick,
    table: { ...table, w: part },
    target: "y",
    folds: 2,
    features: ["x"],
    weights: "w",
  });
  expect(even.model.document.interval?.rows).toBe(even.report.folds?.rows);
});

function rowsOf(names: readonly (keyof typeof table)[]): Record<string, string | number>[] {
  return Array.from({ length: rows }, (_, row) => Object.fromEntries(names.map((name) => [name, table[name][row]])));
}
