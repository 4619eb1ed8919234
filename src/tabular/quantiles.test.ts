/** Quantiles of a number: what is learned, predicted, measured, calibrated, explained and saved. */
import { expect, expectTypeOf, test } from "vitest";
import { tableFromRows } from "../data/rows.ts";
import { trueValues } from "../data/target.ts";
import { GradusError } from "../errors.ts";
import { explain } from "../explain/attribution/explain.ts";
import { rearranged } from "../models/memberResponse.ts";
import type { Model, Regressor } from "../models/model.ts";
import { random } from "../random.ts";
import { reportContent } from "../report/content.ts";
import { fit } from "../training/fit.ts";
import { continueTraining } from "./continueTraining.ts";
import { type EvaluateOptions, evaluate } from "./evaluate.ts";
import { loadModel } from "./loadModel.ts";
import type { MetricsOf } from "./predictions.ts";
import { startTraining } from "./startTraining.ts";
import { train } from "./train.ts";

interface Noisy {
  readonly x: number;
  readonly y: number;
  readonly w: number;
}

/** A line with normal noise whose deviation grows with x. */
function noisy(rows: number, seed = 1): Noisy[] {
  const draw = random(seed, "noisy");
  return Array.from({ length: rows }, () => {
    const x = draw.uniform();
    return { x, y: 10 + 4 * x + (0.5 + 2 * x) * draw.normal(), w: 1 + draw.integer(3) };
  });
}

/** The 0.9 quantile of the standard normal distribution. */
const Z90 = 1.2815515655446004;

const asked = { target: "y", features: ["x"], quantiles: [0.1, 0.5, 0.9] } as const;
const metricsOn = (model: Model, rows: Noisy[], options: EvaluateOptions = {}): MetricsOf<"regression"> =>
  evaluate(model, rows, options).model as MetricsOf<"regression">;

const quick = { ...asked, recipe: "plain", epochs: 120, hidden: [16], folds: 1 } as const;

test("a network learns the quantiles of noise that grows with its input, and its intervals follow them", async () => {
  const { model, report } = await train({ table: noisy(2000), ...quick });
  expectTypeOf(model).toExtend<Regressor<"y">>();
  expect(model.quantileLevels).toEqual([0.1, 0.5, 0.9]);
  for (const x of [0.2, 0.8]) {
    const { "0.1": low, "0.5": median, "0.9": high } = model.quantiles({ x });
    const deviation = 0.5 + 2 * x;
    for (const [found, expected] of [
      [low, 10 + 4 * x - Z90 * deviation],
      [median, 10 + 4 * x],
      [high, 10 + 4 * x + Z90 * deviation],
    ]) {
      expect(Math.abs(found - expected)).toBeLessThan(0.25 * deviation);
    }
    expect(model.predict({ x })).toBe(median);
    expect(Array.from(model.values([{ x }]))).toEqual([median]);
  }
  const { test: metrics, baseline } = report.metrics;
  expect(metrics?.pinball).toBeLessThan(0.8 * (baseline.test?.pinball ?? 0));
  expect(report.verdict).toMatchObject({ measure: "pinball", conclusion: "better", model: metrics?.pinball });
  expect(report.calibration).toMatchObject({ coverage: 0.9, around: "quantiles" });
  const fresh = noisy(2000, 2);
  const ofFresh = metricsOn(model, fresh);
  expect(ofFresh.between?.nominal).toBeCloseTo(0.8, 12);
  expect(ofFresh.between?.coverage).toBeCloseTo(0.8, 1);
  for (const { quantile, coverage } of ofFresh.perQuantile ?? []) expect(coverage).toBeCloseTo(quantile, 1);
  for (const share of [0.5, 0.9]) {
    const intervals = model.intervals(fresh, share);
    const covered = intervals.filter(([low, high], row) => low <= fresh[row].y && fresh[row].y <= high);
    expect(covered.length / fresh.length).toBeCloseTo(share, 1);
  }
  const [narrow, wide] = [0.1, 0.9].map((x) => model.intervals({ x }, 0.9)).map(([low, high]) => high - low);
  expect(wide).toBeGreaterThan(2 * narrow);
  expect(() => model.radii()).toThrow(GradusError);
  const loaded = await loadModel(model.toBytes(), { task: "regression" });
  expect(loaded.quantiles(fresh)).toEqual(model.quantiles(fresh));
  expect(loaded.intervals(fresh, 0.8)).toEqual(model.intervals(fresh, 0.8));
});

test("the median is learned where it was not asked for, and is the prediction", async () => {
  const { model } = await train({ table: noisy(60), ...quick, quantiles: [0.9], epochs: 2 });
  expect(model.quantileLevels).toEqual([0.5, 0.9]);
  expect(model.document.loss).toEqual({ name: "quantile", quantiles: [0.5, 0.9] });
  expect(model.predict({ x: 0.5 })).toBe(model.quantiles({ x: 0.5 })["0.5"]);
  const other = await train({ table: noisy(60), target: "y", features: ["x"], epochs: 1, hidden: [4], folds: 1 });
  expect(() => (other.model as Regressor).quantiles({ x: 1 })).toThrow("Train it again with option quantiles");
});

test("folds, ensembles and the default recipe: the members' quantiles are averaged, then sorted", async () => {
  const table = noisy(120);
  const { model, report } = await train({ table, ...asked, folds: 3, ensemble: 2, epochs: 6, hidden: [8] });
  expect(report.networks).toBe(6);
  expect(report.history[0].score).toBeUndefined(); // the pinball loss chooses the epoch
  expect(report.folds?.spread.pinball.mean).toBeGreaterThan(0);
  expect(report.metrics.validation?.pinball).toBeGreaterThan(0);
  const members = [model.parameters, ...model.further].map(async (parameters, index) => {
    const { further = [], interval: _, ...document } = model.document;
    const own = index === 0 ? document : { ...document, ...further[index - 1] };
    const { createModel } = await import("../models/model.ts");
    const { engineOf } = await import("../engines/factory.ts");
    return (await createModel(own, parameters, engineOf("reference"))) as Regressor;
  });
  const each = (await Promise.all(members)).map((member) => member.quantiles({ x: 0.7 }));
  const mean = ["0.1", "0.5", "0.9"].map((level) => each.reduce((sum, own) => sum + own[level], 0) / each.length);
  const together = Object.values(model.quantiles({ x: 0.7 }));
  for (const [at, value] of [...mean].sort((a, b) => a - b).entries()) expect(together[at]).toBeCloseTo(value, 4);
});

test("quantiles that cross are sorted, which never increases the pinball loss", () => {
  const target = {
    task: "regression",
    columns: ["y"],
    means: [0],
    deviations: [1],
    quantiles: { levels: [0.1, 0.5, 0.9], values: [0, 0, 0] },
  } as const;
  const crossing = Float64Array.of(3, 1, 2, -1, 0, 1);
  expect([...rearranged(target, crossing.slice())]).toEqual([1, 2, 3, -1, 0, 1]);
  const plain = { ...target, quantiles: undefined };
  expect(rearranged(plain, crossing)).toBe(crossing);
  const draw = random(3, "crossing");
  const loss = (values: ArrayLike<number>, y: number): number =>
    target.quantiles.levels.reduce((sum, level, k) => {
      const e = y - values[k];
      return sum + Math.max(level * e, (level - 1) * e);
    }, 0);
  for (let i = 0; i < 500; i++) {
    const values = Float64Array.from({ length: 3 }, () => draw.normal());
    const y = draw.normal();
    expect(loss(rearranged(target, values.slice()), y)).toBeLessThanOrEqual(loss(values, y) + 1e-12);
  }
});

test("sample weights move the quantiles, as repeated rows would", async () => {
  const rows = noisy(200);
  const { model } = await train({ table: rows, ...quick, weights: "w", testFraction: 0, epochs: 2 });
  const { target } = model.document;
  const weighted = metricsOn(model, rows);
  const repeated = rows.flatMap((row) => new Array<Noisy>(row.w).fill(row));
  const counted = metricsOn(model, repeated, { weights: false });
  expect(weighted.pinball).toBeCloseTo(counted.pinball ?? 0, 10);
  expect(target.task === "regression" && target.quantiles?.values).toHaveLength(3);
});

test("a training within a time starts at the training rows' quantiles, and is cut as others are", async () => {
  const { model, report } = await train({ table: noisy(300), ...asked, time: 0.3, folds: 1 });
  const { test: metrics, baseline } = report.metrics;
  expect(metrics?.pinball).toBeLessThan(1.1 * (baseline.test?.pinball ?? 0));
  expect(model.quantileLevels).toHaveLength(3);
});

test("a report, an explanation and a continued training are of the same quantiles", async () => {
  const table = noisy(150);
  const { model, report, parts } = await train({ table, ...quick, epochs: 20 });
  const content = reportContent({ model, report, parts });
  const { quality } = content;
  if (quality.task !== "regression") throw new Error("expected the quality of numbers");
  expect(quality.quantiles?.model).toEqual(expect.objectContaining({ pinball: report.metrics.test?.pinball }));
  expect(quality.targets[0].intervals?.map(({ coverage }) => coverage)).toEqual([0.5, 0.8, 0.9, 0.95]);
  const [explanation] = explain(model, [{ x: 0.9 }]);
  expect(explanation.prediction).toBeCloseTo(model.predict({ x: 0.9 }), 3);
  const sum = explanation.contributions.reduce((total, { contribution }) => total + contribution, 0);
  expect(explanation.background + sum).toBeCloseTo(explanation.prediction, 2);
  using training = await continueTraining({ model, table, learningRate: 1e-3 });
  await fit(training.session, { training: training.data.training.patterns, epochs: 1 });
  const further = (await training.toModel()) as Regressor;
  expect(Object.keys(further.quantiles({ x: 0.5 }))).toEqual(["0.1", "0.5", "0.9"]);
  using started = await startTraining({ table, ...quick, epochs: 1 });
  for await (const _ of started.events());
  expect((await started.toModel()).quantileLevels).toEqual([0.1, 0.5, 0.9]);
});

test("models are compared by their pinball losses where they predict the same quantiles, and not where they don't", async () => {
  const table = noisy(200);
  const [first, second, other, mean] = await Promise.all([
    train({ table, ...quick, epochs: 10 }),
    train({ table, ...quick, epochs: 1 }),
    train({ table, ...quick, epochs: 1, quantiles: [0.2] }),
    train({ table, target: "y", features: ["x"], recipe: "plain", epochs: 1, hidden: [4] }),
  ]);
  const { against } = evaluate(first.model, table, { against: second.model });
  expect(against?.verdict).toMatchObject({ measure: "pinball" });
  expect(against?.verdict.sentence).toContain("mean pinball loss");
  for (const { model } of [other, mean]) {
    expect(() => evaluate(first.model, table, { against: model })).toThrow(
      'expected the other one to predict "y_q0.1"',
    );
  }
});

test("quantiles that are none, out of order, twice or of no single number are refused with one error each", async () => {
  const table = tableFromRows(noisy(40).map((row) => ({ ...row, class: row.x > 0.5 ? "high" : "low" })));
  const refusal = async (options: object): Promise<string> =>
    train({ table, ...quick, ...(options as typeof quick) }).then(
      () => "taken",
      (error: Error) => error.message,
    );
  expect(await refusal({ quantiles: [] })).toBe("Expected quantiles to be at least one, found [].");
  expect(await refusal({ quantiles: [0.1, 1] })).toBe("Expected each quantile to be above 0 and below 1, found 1.");
  expect(await refusal({ quantiles: [0.9, 0.1] })).toContain("in ascending order, each once, found [0.9,0.1]");
  expect(await refusal({ quantiles: [0.1, 0.9], metric: "accuracy" })).toContain("Leave one of them out");
  expect(await refusal({ quantiles: [0.1, 0.1] })).toContain("in ascending order, each once");
  expect(await refusal({ quantiles: 0.5 })).toContain("Expected");
  expect(await refusal({ target: "class" })).toContain('the target "class" must be a number');
  expect(await refusal({ task: "classification", target: "class" })).toBe(
    "Option quantiles is for numbers, and the task is classification. Leave it out.",
  );
  expect(await refusal({ target: ["y", "w"], features: ["x"] })).toBe(
    "Option quantiles is for one target, found 2: y, w. Train a model for each, or leave it out.",
  );
  expect(await refusal({ labelSmoothing: 0.1 })).toContain("is for classes and labels; the loss is quantile");
  expect(await refusal({ quantiles: undefined, loss: "quantile" })).toBe(
    'The loss "quantile" does not suit regression. To predict quantiles of a number, give them in its place: quantiles: [0.1, 0.5, 0.9].',
  );
});

test("a model file whose target has other quantiles than its loss is refused", async () => {
  const { model } = await train({ table: noisy(40), ...quick, epochs: 1 });
  const { document, parameters } = model;
  const { createModel } = await import("../models/model.ts");
  const { engineOf } = await import("../engines/factory.ts");
  const { target } = document;
  if (target.task !== "regression" || target.quantiles === undefined) throw new Error("expected quantiles");
  expect(trueValues(target, tableFromRows(noisy(3).map((row) => ({ ...row }))))).toHaveLength(3);
  const withTarget = (quantiles: typeof target.quantiles | undefined) =>
    createModel({ ...document, target: { ...target, quantiles } }, parameters, engineOf("reference"));
  await expect(withTarget({ levels: [0.2, 0.5, 0.9], values: [0, 1, 2] })).rejects.toThrow(
    "target.quantiles.levels: expected those of the loss",
  );
  await expect(withTarget({ levels: [0.1, 0.5, 0.9], values: [0, 1] })).rejects.toThrow("target.quantiles.values");
  await expect(withTarget(undefined)).rejects.toThrow("found quantile with 3");
});
