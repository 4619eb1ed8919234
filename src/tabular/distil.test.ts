/** One small network instead of several, of every task: it predicts nearly what they do, and is measured on rows that neither learned from. */
import { expect, test } from "vitest";
import type { Model } from "../models/model.ts";
import { random } from "../random.ts";
import { distil } from "./distil.ts";
import { evaluate } from "./evaluate.ts";
import { train } from "./train.ts";
import type { TrainOptions } from "./trainOptions.ts";

const next = random(1, "distillation");
const table = Array.from({ length: 240 }, (_, i) => {
  const [x, z] = [next.normal(), next.normal()];
  const value = x + Math.sin(2 * z);
  return {
    x: i % 11 === 0 ? null : 100 * x,
    z,
    word: "abc"[i % 3],
    kind: value > 0.7 ? "high" : value > -0.7 ? "middle" : "low",
    up: x > 0,
    wide: Math.abs(z) > 0.8,
    price: 1e4 + 1e3 * value,
    cost: value * z,
  };
});

const features = ["x", "z", "word"];

async function teacher(options: Partial<TrainOptions>): Promise<Model> {
  const common = { table, features, folds: 2, epochs: 30, hidden: [24], target: "kind" };
  const { model } = await train({ ...common, ...options } as TrainOptions);
  return model as Model;
}

test.each<[string, Partial<TrainOptions>, number]>([
  ["classes", {}, 0.12],
  ["labels", { target: ["up", "wide"] }, 0.12],
  ["a number", { target: "price" }, 350],
  ["several numbers", { target: ["price", "cost"] }, 350],
  ["quantiles", { target: "price", quantiles: [0.1, 0.9] }, 500],
])("%s: one network answers nearly as the model, and both are measured on its test rows", async (_, options, near) => {
  using model = await teacher(options);
  const { model: one, evaluation, test: held, division } = await distil({ model, table, hidden: [32], epochs: 60 });
  using small = one;
  expect(division).toBe("training");
  expect(small.further).toEqual([]);
  expect(small.document.target.task).toBe(model.document.target.task);
  expect(evaluation.rows).toBe(held.rows);
  expect(evaluation.against?.metrics).toEqual(evaluate(model, held).model);
  const codes = evaluation.warnings.map(({ code }) => code);
  expect(codes).not.toContain("evaluated-on-training-rows");
  expect(codes).not.toContain("distilled-no-smaller");
  const responses = (of: Model): Float64Array => (of.task === "regression" ? of.values(held) : of.probabilities(held));
  const theirs = responses(model);
  const off = responses(small).map((value, i) => Math.abs(value - theirs[i]));
  const mean = off.reduce((sum, value) => sum + value, 0) / off.length;
  expect(mean).toBeLessThan(near);
});

test("another table is divided anew, and a model without test rows is refused", async () => {
  using model = await teacher({ epochs: 2 });
  const others = table.map((row) => ({ ...row, z: row.z + 0.5 }));
  const { model: one, division } = await distil({ model, table: others, hidden: [4], epochs: 2 });
  expect(division).toBe("anew");
  expect(one.document.warnings?.map(({ code }) => code)).toContain("divided-anew");
  const { model: large, evaluation } = await distil({ model, table, hidden: [99], epochs: 2 });
  expect(evaluation.warnings).toContainEqual({
    code: "distilled-no-smaller",
    columns: [],
    message: `The distilled network has ${large.parameters.length} parameters, no fewer than the ${2 * model.parameters.length} of the model in all. Use the model itself.`,
  });
  large.dispose();
  one.dispose();
  using untested = await teacher({ epochs: 2, testFraction: 0 });
  await expect(distil({ model: untested, table, hidden: [4], epochs: 2 })).rejects.toThrow(/No test rows are held out/);
});
