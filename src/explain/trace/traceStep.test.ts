/** Which step is traced, and what is refused; the numbers themselves are `test/trace.test.ts`'s. */
import { expect, test } from "vitest";
import { completeProblem, type ProblemOptions } from "../../engines/engine.ts";
import { DescriptionError, GradusError, ShapeError } from "../../errors.ts";
import { dense, dropout, embedding, parametricActivation, periodic, scale } from "../../network/layers.ts";
import { network } from "../../network/network.ts";
import { initialParameters, parameterLayout } from "../../network/parameters.ts";
import { reference } from "../../reference/reference.ts";
import type { Matrix } from "./trace.ts";
import { type TraceOptions, traceStep } from "./traceStep.ts";
import { weightNameAt, weightNameText } from "./weightName.ts";

const described = network({ inputs: 2, layers: [dense(3, { activation: "tanh" }), dense(2)] });
const problemOf = (options: Partial<ProblemOptions> = {}) =>
  completeProblem({ network: described, loss: "halfSquaredError", batchSize: 2, ...options });

/** Two patterns of weights 0.5 and 2 for the network above. */
function options(changes: Partial<TraceOptions> = {}): TraceOptions {
  return {
    problem: problemOf(),
    parameters: initialParameters(described, 1),
    patterns: {
      inputs: Float64Array.of(0.5, -1, 2, 0.25),
      desired: Float64Array.of(1, 0, -1, 0.5),
      sampleWeights: Float64Array.of(0.5, 2),
    },
    ...changes,
  };
}

test("step n is the reference session's n-th step on the same patterns, bit for bit", () => {
  const problem = problemOf({ optimizer: { name: "adamW", learningRate: 0.1 }, l1: 0.01, l2: 0.02, clipNorm: 0.3 });
  const given = options({ problem, step: 4, rateFactor: 0.5, weights: [{ layer: 0, unit: 2, input: 1 }] });
  const trace = traceStep(given);

  using session = reference.create(problem);
  session.parameters.set(given.parameters);
  const patterns = session.load(given.patterns);
  const rows = Uint32Array.of(0, 1);
  session.run(patterns, Uint32Array.of(0, 1, 0, 1, 0, 1), { rateFactors: [0.5, 0.5, 0.5] });
  const at = 5; // layer 0, unit 2, input 1 of 2
  const { value, slots, gradient, finalGradient, newValue, learningRate } = trace.weights[0];
  expect(value).toBe(session.parameters[at]);
  expect([slots.mean.before, slots.square.before]).toEqual([session.slots.mean[at], session.slots.square[at]]);
  expect(trace.lossBefore).toBe(session.gradient(patterns, rows));
  expect(gradient).toBe(session.gradients[at]);
  const { clipNorm = 0, norm = 0 } = trace.clipping ?? {};
  expect(norm).toBeGreaterThan(clipNorm);
  expect(finalGradient).toBe((gradient + (0.01 * Math.sign(value) + 0.02 * value)) * (clipNorm / norm));
  for (const layer of [0, 1]) {
    const { inducedField, localGradient } = session.signals(layer);
    expect(trace.layers[layer].inducedField.flat()).toEqual([...inducedField]);
    expect(trace.layers[layer].localGradient.flat()).toEqual([...localGradient]);
  }
  session.update(0.5);
  expect(learningRate).toBe(0.05);
  expect(newValue).toBe(session.parameters[at]);
  expect([slots.mean.after, slots.square.after]).toEqual([session.slots.mean[at], session.slots.square[at]]);
  expect(trace.lossAfter).toBe(session.evaluate(patterns));
  expect([trace.step, trace.penalties, trace.clipping?.clipNorm]).toEqual([4, { l1: 0.01, l2: 0.02 }, 0.3]);
});

test("tensors learn and decay at their own pace, as in the reference session", () => {
  const ownRates = network({
    inputs: 2,
    layers: [
      embedding([{ column: 0, cardinality: 3 }], { dimension: 2, learning: { weights: { rate: 0.5 } } }),
      periodic([0], { frequencies: 2, learning: { frequencies: { rate: 0.1, decay: 0.01 } } }),
      scale({ learning: { scale: { rate: 6, decay: 36 } } }),
      dense(2, { learning: { weights: { rate: 0.4, decay: 1 }, bias: { rate: 0.1 } } }),
      parametricActivation("selu"),
      dense(2),
    ],
  });
  const optimizer = { name: "adamW", learningRate: 0.1, weightDecay: 0.2 } as const;
  const problem = problemOf({ network: ownRates, optimizer });
  const parameters = initialParameters(ownRates, 2);
  const patterns = { inputs: Float64Array.of(2, -1, 0, 0.25), desired: Float64Array.of(1, 0, -1, 0.5) };
  const { tensors } = parameterLayout(ownRates);
  const weights = tensors.flatMap((tensor) =>
    Array.from({ length: tensor.length }, (_, at) => weightNameAt(ownRates, tensor, at)),
  );
  const trace = traceStep({ problem, parameters, patterns, weights, step: 3, rateFactor: 0.5 });

  using session = reference.create(problem);
  session.parameters.set(parameters);
  const loaded = session.load(patterns);
  session.run(loaded, Uint32Array.of(0, 1, 0, 1, 0, 1), { rateFactors: [0.5, 0.5, 0.5] });
  expect(trace.weights.map(({ newValue }) => newValue)).toEqual([...session.parameters]);
  const rates = (name: string) => {
    const { rate, decay, learningRate, decayRate } = trace.weights[weights.map(weightNameText).indexOf(name)];
    return [rate, decay, learningRate, decayRate].map((value) => Number(value.toPrecision(12)));
  };
  expect(rates("0.1.2")).toEqual([0.5, 0.5, 0.025, 0.025]); // η = 0.1 · 0.5; weights decay at their rate
  expect(rates("1.0.frequencies")).toEqual([0.1, 0.01, 0.005, 0.0005]);
  expect(rates("2.3.scale")).toEqual([6, 36, 0.3, 1.8]);
  expect(rates("3.1.bias")).toEqual([0.1, 0, 0.005, 0]);
  expect(rates("4.0.slopes")).toEqual([1, 0, 0.05, 0]);
});

test("what a layer without neurons learns stands by role, in rows, and its output is its field", () => {
  const described = network({
    inputs: 2,
    layers: [embedding([{ column: 1, cardinality: 2 }], { dimension: 3 }), periodic([0], { frequencies: 2 }), dense(2)],
  });
  const trace = traceStep(
    options({ problem: problemOf({ network: described }), parameters: initialParameters(described, 1) }),
  );
  const shapes = trace.layers.map(({ parameters = {} }) =>
    Object.entries(parameters).map(([role, rows]) => [role, rows.length, rows[0].length]),
  );
  expect(shapes).toEqual([
    [["weights", 2, 3]],
    [
      ["frequencies", 1, 2],
      ["phases", 1, 2],
      ["weights", 3, 2],
      ["bias", 1, 3],
    ],
    [],
  ]);
  expect(trace.layers[2]).not.toHaveProperty("parameters");
  for (const { inducedField, output, slopes, negativeGradient, localGradient } of trace.layers.slice(0, 2)) {
    expect(inducedField).toEqual(output);
    expect(new Set((slopes as Matrix).flat())).toEqual(new Set([1]));
    expect(localGradient).toEqual(negativeGradient);
  }
  expect(trace.layers[0].negativeGradient[0]).toHaveLength(4);
});

test("a trace moves neither the parameters nor the patterns it was given", () => {
  const given = options({ step: 3 });
  const kept = structuredClone([given.parameters, given.patterns]);
  traceStep(given);
  expect([given.parameters, given.patterns]).toEqual(kept);
});

test("the batch is all the patterns, whatever the problem's batch size, and owns 1/B", () => {
  const trace = traceStep(options({ problem: problemOf({ batchSize: 1 }) }));
  expect(trace.scales).toEqual([0.25, 1]);
  expect(trace.weights[0].chains).toHaveLength(2);
  expect(trace.lossBefore).toBeCloseTo(0.25 * trace.patternLosses[0] + trace.patternLosses[1], 14);
});

test("without weights named, the steepest of the first and of the output layer are traced", () => {
  const { weights } = traceStep(options());
  expect(weights.map(({ layer }) => layer)).toEqual([0, 1]);
  expect(traceStep(options({ weights: [] })).weights).toEqual([]);
});

test("what does not act does not appear", () => {
  const trace = traceStep(options());
  for (const key of ["penalties", "clipping", "inputNames", "outputNames"]) expect(trace).not.toHaveProperty(key);
  const classes = completeProblem({ network: described, loss: "crossEntropy" });
  const patterns = { inputs: Float64Array.of(1, 2), desired: Float64Array.of(1) };
  expect(traceStep(options({ problem: classes, patterns }))).not.toHaveProperty("errorSignal");
});

test("dropout layers let every signal pass, with slopes of 1", () => {
  const dropped = network({ inputs: 2, layers: [dense(3, { activation: "tanh" }), dropout(0.9), dense(2)] });
  const trace = traceStep(options({ problem: problemOf({ network: dropped }) }));
  const plain = traceStep(options());
  expect(trace.layers[1].slopes).toEqual([
    [1, 1, 1],
    [1, 1, 1],
  ]);
  expect([trace.layers[1].weights, trace.layers[1].bias]).toEqual([[], []]);
  expect(trace.layers[1].negativeGradient).toEqual(trace.layers[1].localGradient);
  expect([trace.lossBefore, trace.lossAfter]).toEqual([plain.lossBefore, plain.lossAfter]);
});

test("no number is −0, which JSON would lose", () => {
  const silent = network({ inputs: 1, layers: [dense(1, { activation: "relu" })] });
  const trace = traceStep({
    problem: completeProblem({ network: silent, loss: "halfSquaredError" }),
    parameters: Float64Array.of(-1, -0),
    patterns: { inputs: Float64Array.of(-0), desired: Float64Array.of(-0) },
  });
  expect(trace).toStrictEqual(JSON.parse(JSON.stringify(trace)));
});

test.each<[string, Partial<TraceOptions>, GradusError]>([
  ["a step of 0", { step: 0 }, new DescriptionError("Expected step to be a whole number of at least 1, found 0.")],
  [
    "a negative rate factor",
    { rateFactor: -1 },
    new DescriptionError("Expected rateFactor to be finite, at least 0, found -1."),
  ],
  [
    "names of another number",
    { inputNames: ["length"] },
    new ShapeError("Expected 2 inputNames, as the network has, found 1."),
  ],
  [
    "parameters of another network",
    { parameters: new Float64Array(3) },
    new ShapeError("Expected 17 parameters for this network, found 3."),
  ],
  [
    "no pattern",
    { patterns: { inputs: new Float64Array(0), desired: new Float64Array(0) } },
    new ShapeError("Expected at least one example to trace, found none."),
  ],
  [
    "an input that is not a number",
    { patterns: { inputs: Float64Array.of(0, 0, 1, Number.NaN), desired: new Float64Array(4) } },
    new DescriptionError("Expected inputs to be finite numbers, found NaN in row 1, column 1 (counted from 0)."),
  ],
  [
    "an option without a finite value, in a problem made by hand",
    { problem: { ...problemOf(), loss: { name: "huber", delta: Number.POSITIVE_INFINITY } } },
    new DescriptionError("Expected delta to be finite, to be traced, found Infinity."),
  ],
  [
    "a weight that is not there",
    { weights: [{ layer: 2, unit: 0, input: 0 }] },
    new DescriptionError("Weight 2.0.0: expected a layer from 0 to 1, found 2."),
  ],
])("%s is refused", (_title, changes, error) => {
  expect(() => traceStep(options(changes))).toThrow(error);
});

test("a step that overflows says which and where, instead of printing NaN", () => {
  const problem = problemOf({
    network: network({ inputs: 2, layers: [dense(3), dense(2)] }),
    optimizer: { name: "sgd", learningRate: 1e60 },
  });
  expect(() => traceStep(options({ problem, step: 9 }))).toThrow(
    /^In step \d: expected finite numbers, found -?(Infinity|NaN) for .*; use a lower learning rate/,
  );
  expect(() => traceStep(options({ problem, step: 9 }))).toThrow(GradusError);
});
