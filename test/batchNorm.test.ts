/** Batch normalisation through all that has parameters: its running statistics go wherever they go, and no gradient moves them. */
import { describe, expect, test } from "vitest";
import { completeProblem, type ProblemOptions } from "../src/engines/engine.ts";
import { wasm } from "../src/engines/wasm/wasm.ts";
import { DescriptionError } from "../src/errors.ts";
import { explain } from "../src/explain/attribution/explain.ts";
import { checkGradients } from "../src/explain/check/check.ts";
import { derivationOf } from "../src/explain/derivation/derivationOf.ts";
import { expositionText } from "../src/explain/exposition/expositionText.ts";
import { traceExposition } from "../src/explain/trace/traceExposition.ts";
import { traceSession } from "../src/explain/trace/traceSession.ts";
import { traceStep } from "../src/explain/trace/traceStep.ts";
import { weightNameText } from "../src/explain/trace/weightName.ts";
import { writeModelFile } from "../src/models/modelFile.ts";
import { batchNorm, dense, dropout } from "../src/network/layers.ts";
import { network } from "../src/network/network.ts";
import { initialParameters, parameterLayout } from "../src/network/parameters.ts";
import { makePlan } from "../src/plan/makePlan.ts";
import { planText } from "../src/plan/text.ts";
import { random } from "../src/random.ts";
import { reference } from "../src/reference/reference.ts";
import { loadModel } from "../src/tabular/loadModel.ts";
import { modelOfNetwork } from "../src/tabular/modelOfNetwork.ts";
import { fitEvents } from "../src/training/fit.ts";
import type { FitOptions } from "../src/training/fitOptions.ts";
import { restore, snapshot } from "../src/training/snapshot.ts";

const described = network({
  inputs: 3,
  layers: [dense(4, { activation: "tanh" }), batchNorm(), dropout(0.25), batchNorm(), dense(2)],
});
const problem = (options: Partial<ProblemOptions> = {}) =>
  completeProblem({ network: described, loss: "meanSquaredError", optimizer: "adam", batchSize: 4, ...options });

function patternsOf(rows: number) {
  const draws = random(1, "rows");
  const draw = (count: number) => Float32Array.from({ length: count }, () => 2 * draws.normal() + 1);
  return { inputs: draw(3 * rows), desired: draw(2 * rows) };
}

const rowsTo = (count: number) => Uint32Array.from({ length: count }, (_, row) => row);
const keptOf = (values: ArrayLike<number>, net = described): number[] =>
  parameterLayout(net).tensors.flatMap(({ kept, offset, length }) =>
    kept === undefined ? [] : Array.from(values).slice(offset, offset + length),
  );

describe.each([reference, wasm])("with the engine $name", (engine) => {
  test("steps and gradients move the running statistics alike; predictions and updates leave them as they are", async () => {
    using stepping = await engine.create(problem());
    using apart = await engine.create(problem());
    const [one, other] = [stepping, apart].map((session) => session.load(patternsOf(8)));
    const start = keptOf(stepping.parameters);
    await stepping.run(one, rowsTo(4));
    await apart.gradient(other, rowsTo(4));
    const moved = keptOf(stepping.parameters);
    expect(moved.every((value, i) => value !== start[i])).toBe(true);
    expect(keptOf(apart.parameters)).toEqual(moved);
    await apart.update();
    await apart.evaluate(other);
    await apart.predict(patternsOf(2).inputs);
    expect(keptOf(apart.parameters)).toEqual(moved);
    expect(Array.from(apart.parameters)).toEqual(Array.from(stepping.parameters));
    expect(keptOf(apart.gradients).every((gradient) => gradient === 0)).toBe(true);
  });

  test("a snapshot has the running statistics, so a restored session goes on and predicts with the same bits", async () => {
    using first = await engine.create(problem());
    using second = await engine.create(problem());
    const [one, other] = [first, second].map((session) => session.load(patternsOf(8)));
    await first.run(one, rowsTo(8));
    restore(second, snapshot(first));
    const { inputs } = patternsOf(3);
    expect(await second.predict(inputs)).toEqual(await first.predict(inputs));
    expect(await second.run(other, rowsTo(8))).toEqual(await first.run(one, rowsTo(8)));
    expect(second.parameters).toEqual(first.parameters);
    using predictor = await engine.predictor(described, first.parameters);
    expect(predictor.predict(inputs)).toEqual(await first.predict(inputs));
  });

  test("a last batch of one row makes a step of finite numbers", async () => {
    using session = await engine.create(problem());
    using loaded = session.load(patternsOf(5));
    await session.run(loaded, rowsTo(5));
    expect(session.step).toBe(2);
    expect(Array.from(session.parameters).every(Number.isFinite)).toBe(true);
  });

  test("batches of one row, learn, and a variance below 0 are refused with the reason", async () => {
    using session = await engine.create(problem());
    using loaded = session.load(patternsOf(4));
    const message = /to be at least 2, found 1: layer 1 \(batchNorm\) learns from the statistics of a batch/;
    expect(() => problem({ batchSize: 1 })).toThrow(message);
    expect(() => session.run(loaded, rowsTo(4), { batchSize: 1 })).toThrow(message);
    expect(() => session.learn([1, 2, 3], [1, 2])).toThrow(message);
    const kept = snapshot(session);
    const { offset } = session.layout.tensors.find(({ role }) => role === "variance") ?? { offset: -1 };
    const parameters = kept.parameters.slice();
    parameters[offset] = -1;
    const least = /layers\.1\.variance to be at least 0, found -1 at index 0/;
    expect(() => restore(session, { ...kept, parameters })).toThrow(least);
    await expect((async () => engine.predictor(described, parameters))()).rejects.toThrow(least);
    await expect((async () => engine.create(problem(), { parameters }))()).rejects.toThrow(DescriptionError);
  });
});

test("fit refuses what batchNorm can't learn from before it begins, and says which it is", async () => {
  using session = reference.create(problem());
  const refused = (options: Partial<FitOptions>, message: RegExp) =>
    expect(() => fitEvents(session, { training: patternsOf(8), ...options })).toThrow(message);
  refused({ training: patternsOf(1) }, /the number of training rows to be at least 2, found 1: layer 1 \(batchNorm\)/);
  refused({ batchSize: 1 }, /batchSize to be at least 2, found 1/);
  const { offset } = session.layout.tensors.find(({ role }) => role === "variance") ?? { offset: -1 };
  session.parameters[offset] = -5;
  refused({}, /layers\.1\.variance to be at least 0, found -5/);
});

test("any number of threads gives the same bits, running statistics included", async () => {
  const wide = network({
    inputs: 24,
    layers: [
      batchNorm(),
      dense(130, { bias: false }),
      batchNorm(),
      dense(126, { activation: "relu" }),
      batchNorm(),
      dense(3),
    ],
  });
  const draws = random(2, "rows");
  const draw = (count: number) => Float32Array.from({ length: count }, () => draws.normal());
  const patterns = { inputs: draw(24 * 200), desired: draw(3 * 200) };
  const wideProblem = problem({ network: wide, batchSize: 96 });
  const results: Float32Array[] = [];
  for (const threads of [1, 2, 3]) {
    using session = await wasm.create(wideProblem, { threads });
    using loaded = session.load(patterns);
    for (let epoch = 0; epoch < 3; epoch++) await session.run(loaded, rowsTo(200));
    results.push(session.parameters.slice());
  }
  expect(results[1]).toEqual(results[0]);
  expect(results[2]).toEqual(results[0]);
});

test("a model file has the running statistics, and the model that is loaded from it predicts and explains with them", async () => {
  const own = network({ inputs: 2, layers: [batchNorm(), dense(1)] });
  // s, b, M and V of two inputs; then W and b: y = 3 (x0 − 1)/√(4 + ε) − (x1 + 2)/√(9 + ε).
  const parameters = Float32Array.of(1, 1, 0, 0, 1, -2, 4, 9, 3, -1, 0);
  const column = (name: string) =>
    ({ kind: "number", name, median: 0, scale: 1, clip: false, missingIndicator: false }) as const;
  const provenance = { source: "by hand", fingerprint: "", seed: 0, engine: "reference", options: {} };
  const model = await modelOfNetwork({
    encoder: { columns: [column("a"), column("b")] },
    background: [1, -2],
    target: { task: "regression", columns: ["y"], means: [0], deviations: [1] },
    network: own,
    loss: { name: "meanSquaredError" },
    parameters,
    provenance: { ...provenance, rows: { training: 4, validation: 0, test: 0 }, epochs: 1, bestEpoch: 1 },
  });
  const loaded = await loadModel(model.toBytes(), { task: "regression" });
  expect(loaded.parameters).toEqual(parameters);
  expect(loaded.predict({ a: 5, b: 4 })).toBeCloseTo(6 - 2, 4);
  const [{ contributions }] = explain(loaded, [{ a: 5, b: 4 }]);
  expect(contributions[0].contribution).toBeCloseTo(6, 4);
  expect(contributions[1].contribution).toBeCloseTo(-2, 4);
  const negative = parameters.with(6, -1);
  expect(() => writeModelFile(model.document, negative)).toThrow(/layers\.0\.variance to be at least 0, found -1/);
});

test("the gradient check passes, for the batch's own statistics", async () => {
  const parameters = initialParameters(described, 3);
  const { passed } = await checkGradients({ problem: problem(), parameters, patterns: patternsOf(6), engines: [wasm] });
  expect(passed).toBe(true);
});

test("a trace of a session's step has the numbers that the step makes, and its chains give the gradients", async () => {
  using session = reference.create(problem({ optimizer: { name: "sgd", learningRate: 0.1 } }));
  const patterns = patternsOf(4);
  using loaded = session.load(patterns);
  session.run(loaded, rowsTo(4));
  const names = session.layout.tensors
    .filter(({ kept }) => kept === undefined)
    .map(({ layer, role }) => ({ layer, unit: 1, input: role === "weights" ? 0 : role }));
  const trace = traceSession(session, patterns, { weights: names });
  const before = session.parameters.slice();
  session.run(loaded, rowsTo(4));
  expect(trace.updates?.map(({ newValue }) => newValue)).toEqual(Array.from(session.parameters, (value) => value + 0));
  expect(keptOf(before)).not.toEqual(keptOf(session.parameters));
  for (const weight of trace.weights) {
    const sum = weight.chains.reduce((total, { scale, slope }) => total + scale * slope, 0);
    expect(sum, weightNameText(weight)).toBeCloseTo(weight.gradient, 12);
  }
  const text = expositionText(traceExposition(trace));
  expect(text).toContain("Through layer 1, which mixes the examples of the batch");
  expect(text).toMatch(/μ⁽¹⁾\[\d\] = \(y⁽⁰⁾\[\d\]\{0\} \+ /);
  expect(text).toMatch(/M⁽¹⁾\[\d\] \(new\) = M⁽¹⁾\[\d\] \+ 0\.1 \(μ⁽¹⁾\[\d\] − M⁽¹⁾\[\d\]\)/);
});

test("a trace of the network as it predicts, the derivation and the plan show the running statistics", () => {
  const parameters = initialParameters(described, 3);
  const text = expositionText(traceExposition(traceStep({ problem: problem(), parameters, patterns: patternsOf(1) })));
  expect(text).toContain("1 / √(V⁽¹⁾[");
  const derivation = expositionText(derivationOf(problem()));
  expect(derivation).toContain("mean_n(");
  expect(derivation).toContain("M⁽¹⁾[a] (new) = M⁽¹⁾[a] + 0.1 (μ⁽¹⁾[a] − M⁽¹⁾[a])");
  const plan = planText(makePlan(problem()));
  expect(plan).toContain(
    "v1 = s1 ∘ x̂1 + b1; x̂1 = (y0 − μ) r1; r1 = 1/√(σ² + 0.00001); M1 and V1 by 0.1 towards μ and σ²",
  );
  expect(plan).toContain("v1 = s1 ∘ (y0 − M1) / √(V1 + 0.00001) + b1");
});
