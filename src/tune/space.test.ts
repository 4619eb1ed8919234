/** Spaces: what people write, what is refused, and what is drawn from them. */
import { expect, test } from "vitest";
import { DescriptionError } from "../errors.ts";
import { recipes } from "../tabular/recipes/recipes.ts";
import { defaultSpace, recipeSpaces } from "./defaultSpace.ts";
import { TrialList } from "./drawTrials.ts";
import { rangeOfText, rangeText, type Space, spaceOf } from "./space.ts";
import { requireValue, type Values } from "./tunable.ts";

function drawTrials(space: Space, count: number, seed: number): readonly Values[] {
  const list = new TrialList(space, count, seed);
  list.at(count - 1);
  return list.drawn;
}

test("short texts become typed ranges, and ranges short texts", () => {
  const texts = {
    learningRate: ["0.01..0.1:log", { type: "float", from: 0.01, to: 0.1, log: true }],
    dropout: ["0..0.5", { type: "float", from: 0, to: 0.5 }],
    weightDecay: ["1e-4..0.1:log", { type: "float", from: 1e-4, to: 0.1, log: true }],
    batchSize: ["32..256:log", { type: "int", from: 32, to: 256, log: true }],
    patience: ["5", { type: "choice", values: [5] }],
    activation: ["relu, silu", { type: "choice", values: ["relu", "silu"] }],
    hidden: ["64x64,512,0", { type: "choice", values: [[64, 64], [512], []] }],
  } as const;
  for (const [name, [text, range]] of Object.entries(texts)) {
    expect(rangeOfText(name, text)).toEqual(range);
    expect(rangeOfText(name, rangeText(rangeOfText(name, text)))).toEqual(range);
  }
});

test("a space of ranges and short texts is checked and typed", () => {
  const space = { dropout: "0,0.1", batchSize: { type: "int", from: 16, to: 64 } };
  expect(spaceOf(space)).toEqual({
    dropout: { type: "choice", values: [0, 0.1] },
    batchSize: { type: "int", from: 16, to: 64 },
  });
});

test.each<[unknown, RegExp]>([
  [[], /expected an object of settings/],
  [{ lerningRate: "0.1..1" }, /Unknown setting to tune "lerningRate"\. Did you mean "learningRate"/],
  [{ epochs: "10..100" }, /with option epochs/],
  [{ learningRate: "0.1..0.01" }, /learningRate: expected from below to, found 0.1 and 0.01/],
  [{ learningRate: "0..1" }, /learningRate: expected a number above 0, found 0/],
  [{ dropout: "0..0.5:log" }, /from above 0 on the logarithm/],
  [{ dropout: "0..1" }, /dropout: expected a number of at least 0 and below 1, found 1/],
  [{ dropout: "0..0.5:exp" }, /such as 0.01..0.1:log, found "0..0.5:exp"/],
  [{ dropout: "much" }, /dropout: .*found NaN/],
  [{ dropout: "" }, /dropout: .*found NaN/],
  [{ batchSize: "16..64.5" }, /batchSize: expected a whole number of at least 1, found 64.5/],
  [
    { batchSize: { type: "float", from: 16, to: 64 } },
    /batchSize: expected a range of type int or choice, found float/,
  ],
  [{ activation: "relu..silu" }, /such as relu,silu/],
  [{ activation: "relu,slu" }, /activation: expected one of .*found "slu"/],
  [{ activation: { type: "float", from: 0, to: 1 } }, /expected a range of type choice, found float/],
  [{ hidden: "64x0" }, /hidden: expected a list of layer widths.*found \[64,0\]/],
  [{ hidden: "64xx" }, /hidden: expected a list of layer widths/],
  [{ dropout: "0.1,0.2,0.1" }, /expected each value once, found 0.1 twice/],
  [{ dropout: { type: "choice", values: [] } }, /expected values to choose from/],
  [{ dropout: { type: "normal", mean: 0 } }, /expected a range such as \{ type: "float".*, of type float, int, choice/],
  [{ dropout: { type: "float", from: 0, too: 1 } }, /Unknown field of dropout "too"\. Did you mean "to"/],
  [{ dropout: { type: "float", from: 0 } }, /dropout: expected a number .*found undefined/],
  [{ dropout: 0.1 }, /dropout: expected a range .*found 0.1/],
])("%j is refused with what was expected", (space, message) => {
  expect(() => spaceOf(space)).toThrow(DescriptionError);
  expect(() => spaceOf(space)).toThrow(message);
});

test("every recipe has a space, and what is fixed or does not suit the metric is left out of it", () => {
  expect(Object.keys(recipeSpaces).sort()).toEqual(Object.keys(recipes).sort());
  const space = defaultSpace("realmlp", "classification", "accuracy", {});
  expect(Object.keys(space)).toContain("labelSmoothing");
  expect(defaultSpace("realmlp", "classification", "logLoss", {})).not.toHaveProperty("labelSmoothing");
  expect(defaultSpace("realmlp", "regression", "rmse", {})).not.toHaveProperty("labelSmoothing");
  const fixed = defaultSpace("plain", "classification", "accuracy", { hidden: [8], optimizer: "sgd" });
  expect(fixed).not.toHaveProperty("hidden");
  expect(fixed).not.toHaveProperty("weightDecay");
  expect(fixed).toHaveProperty("learningRate");
});

test("trials are a function of space and seed; a longer list begins with the shorter, and the recipe comes first", () => {
  const space = defaultSpace("plain", "classification", "accuracy", {});
  const trials = drawTrials(space, 40, 3);
  expect(trials).toHaveLength(40);
  expect(trials[0]).toEqual({});
  expect(drawTrials(space, 40, 3)).toEqual(trials);
  expect(drawTrials(space, 10, 3)).toEqual(trials.slice(0, 10));
  expect(drawTrials(space, 40, 4)).not.toEqual(trials);
  for (const trial of trials) for (const [name, value] of Object.entries(trial)) requireValue(name, value);
});

test("one more setting changes none of the others' values", () => {
  const space = spaceOf({ learningRate: "0.001..0.1:log" });
  const wider = { ...space, ...spaceOf({ dropout: "0..0.5" }) };
  const rates = (trials: readonly object[]) => trials.map((values) => ({ ...values, dropout: undefined }));
  expect(rates(drawTrials(wider, 20, 0))).toEqual(rates(drawTrials(space, 20, 0)));
});

test("values spread over their ranges: evenly, or evenly by the logarithm, whole numbers with both ends", () => {
  const space = spaceOf({
    dropout: "0..0.8",
    learningRate: "0.0001..1:log",
    patience: "1..4",
    batchSize: "1..128:log",
  });
  const trials = drawTrials(space, 2001, 1).slice(1);
  const below = (name: string, limit: number) => trials.filter((values) => Number(values[name]) < limit).length / 2000;
  expect(below("dropout", 0.4)).toBeCloseTo(0.5, 1);
  expect(below("learningRate", 0.01)).toBeCloseTo(0.5, 1); // 10⁻² is the middle of 10⁻⁴ … 10⁰
  // ln(9/1) / ln(129/1) of the logarithms lie below 9.
  expect(below("batchSize", 9)).toBeCloseTo(Math.log(9) / Math.log(129), 1);
  const patience = trials.map((values) => values.patience);
  expect([...new Set(patience)].sort()).toEqual([1, 2, 3, 4]);
  expect(Math.max(...trials.map((values) => Number(values.batchSize)))).toBe(128);
});

test("a space with fewer points than trials gives each once", () => {
  const trials = drawTrials(spaceOf({ dropout: "0,0.1", activation: "relu,silu" }), 30, 0);
  expect(new Set(trials.map((values) => JSON.stringify(values))).size).toBe(trials.length);
  expect(trials).toHaveLength(5); // four points, and the unchanged recipe
});

test("of very many trials a thousand are drawn at first, and the others as they are asked for", () => {
  const list = new TrialList(spaceOf({ learningRate: "0.01..0.1" }), 1e7, 0);
  expect([list.length, list.drawn.length]).toEqual([1e7, 1000]);
  expect(list.at(1500)).toEqual(drawTrials(spaceOf({ learningRate: "0.01..0.1" }), 1501, 0)[1500]);
  expect(list.drawn).toHaveLength(1501);
});
