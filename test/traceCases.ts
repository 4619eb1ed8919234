/**
 * Random steps to trace: networks of every shape, activation, loss and optimizer, with numbers drawn from a seed.
 */
import fc from "fast-check";
import { completeProblem, type Problem } from "../src/engines/engine.ts";
import type { Trace, WeightName } from "../src/explain/trace/trace.ts";
import type { TraceOptions } from "../src/explain/trace/traceStep.ts";
import { weightNameAt } from "../src/explain/trace/weightName.ts";
import { type ActivationName, activationOf, activations } from "../src/network/activations.ts";
import {
  batchNorm,
  dense,
  dropout,
  embedding,
  type Layer,
  type LayerLearning,
  layerNorm,
  parametricActivation,
  periodic,
  scale,
} from "../src/network/layers.ts";
import { type DesiredKind, desiredWidth, type Loss, type LossName, losses, lossOf } from "../src/network/losses.ts";
import { type Network, validateNetwork } from "../src/network/network.ts";
import { initialParameters, parameterLayout } from "../src/network/parameters.ts";
import { type OptimizerName, optimizers } from "../src/optimizers/optimizers.ts";
import { type Random, random } from "../src/random.ts";
import { REACH } from "./centralDifferences.ts";

const width = fc.integer({ min: 1, max: 5 });

const shapes = fc.record({
  seed: fc.nat(2 ** 31 - 1),
  inputs: width,
  layers: fc.array(
    fc.record({
      units: width,
      activation: fc.constantFrom(...(Object.keys(activations) as ActivationName[])),
      bias: fc.boolean(),
      dropoutBefore: fc.boolean(),
      /** With its φ in a layer of its own, where φ acts elementwise. */
      parametric: fc.boolean(),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  embedded: fc.boolean(),
  periodic: fc.boolean(),
  scaled: fc.boolean(),
  normalised: fc.boolean(),
  /** By running statistics, as the network predicts. */
  batchNormalised: fc.boolean(),
  /** Whether tensors have factors of rate and decay of their own. */
  ownRates: fc.boolean(),
  loss: fc.constantFrom(...(Object.keys(losses) as LossName[])),
  withOptions: fc.boolean(),
  optimizer: fc.constantFrom(...(Object.keys(optimizers) as OptimizerName[])),
  patterns: fc.integer({ min: 1, max: 3 }),
  weighted: fc.boolean(),
  l1: fc.constantFrom(0, 0.01),
  l2: fc.constantFrom(0, 0.1),
  clipNorm: fc.constantFrom(Number.POSITIVE_INFINITY, 0.05, 100),
  step: fc.integer({ min: 1, max: 4 }),
  rateFactor: fc.constantFrom(1, 0.25),
});

type Shape = typeof shapes extends fc.Arbitrary<infer S> ? S : never;

/** Options of a trace of every weight of its network. */
export const traceCases: fc.Arbitrary<TraceOptions & { readonly weights: readonly WeightName[] }> = shapes.map(
  (shape) => {
    const network = networkOf(shape);
    const draws = random(shape.seed, "trace");
    const problem = completeProblem({
      network,
      loss: lossOfShape(shape, network.outputs),
      optimizer: { name: shape.optimizer, learningRate: 0.05 },
      l1: shape.l1,
      l2: shape.l2,
      clipNorm: shape.clipNorm,
      batchSize: 4,
    });
    const parameters = initialParameters(network, shape.seed).map((value) => value + 0.3 * draws.normal());
    for (const { kept, offset, length } of parameterLayout(network).tensors) {
      if (kept?.least === 0) for (let i = offset; i < offset + length; i++) parameters[i] = Math.abs(parameters[i]);
    }
    const draw: Readonly<Record<DesiredKind, () => number>> = {
      values: draws.normal,
      class: () => draws.integer(network.outputs),
      flags: () => [0, 1, 0, 1, 0.3][draws.integer(5)],
    };
    const desired = shape.patterns * desiredWidth(problem.loss, network.outputs);
    return {
      problem,
      parameters,
      patterns: {
        inputs: drawInputs(network, shape.patterns, draws),
        desired: Float64Array.from({ length: desired }, draw[lossOf(problem.loss).desired]),
        ...(shape.weighted && {
          sampleWeights: Float64Array.from({ length: shape.patterns }, () => 0.2 + 2 * draws.uniform()),
        }),
      },
      weights: allWeights(network),
      step: shape.step,
      rateFactor: shape.rateFactor,
    };
  },
);

/** Normal numbers, and codes where the first layer embeds them, one of which it does not know. */
function drawInputs({ inputs, layers: [first] }: Network, patterns: number, draws: Random): Float64Array {
  const codes = first.kind === "embedding" ? first.columns : [];
  return Float64Array.from({ length: patterns * inputs }, (_, at) => {
    const code = codes.find(({ column }) => column === at % inputs);
    return code ? draws.integer(code.cardinality + 1) : draws.normal();
  });
}

function networkOf(shape: Shape): Network {
  const { inputs, layers, loss } = shape;
  const described = layers.flatMap(({ units, bias, dropoutBefore, parametric, ...drawn }, index): Layer[] => {
    const last = index === layers.length - 1;
    const makesProbabilities = drawn.activation === "softmax" || drawn.activation === "logistic";
    // A loss of logits refuses an output layer that makes probabilities.
    const isRefused = last && makesProbabilities && losses[loss].desired !== "values";
    const activation = isRefused ? "identity" : drawn.activation;
    const width = last && loss === "crossEntropy" ? Math.max(2, units) : units;
    const before = dropoutBefore ? [dropout(0.3)] : [];
    if (!parametric || last || activationOf(activation).kind === "vector") {
      return [...before, dense(width, { activation, bias, ...learningOf(shape, bias) })];
    }
    const learning = shape.ownRates ? { slopes: { rate: 0.1, decay: 0.01 } } : undefined;
    return [...before, dense(width, { bias }), parametricActivation(activation, { learning })];
  });
  const output = described[described.length - 1];
  return validateNetwork({
    inputs,
    layers: [...inputLayers(shape), ...described],
    outputs: output.kind === "dense" ? output.units : 0,
  });
}

function learningOf({ ownRates }: Shape, bias: boolean): { readonly learning?: LayerLearning } {
  if (!ownRates) return {};
  return { learning: { weights: { rate: 0.4, decay: 1 }, ...(bias && { bias: { rate: 0.1 } }) } };
}

/** Layers whose output is their field, before the first dense one. */
function inputLayers({
  inputs,
  embedded,
  periodic: isPeriodic,
  scaled,
  normalised,
  batchNormalised,
  ownRates,
}: Shape): Layer[] {
  const codes = inputs > 2 ? [0, inputs - 1] : [inputs - 1];
  const columns = codes.map((column) => ({ column, cardinality: 2 + column }));
  const slow = { rate: 0.1, decay: 0.01 };
  return [
    ...(embedded ? [embedding(columns, { dimension: 2 })] : []),
    ...(isPeriodic
      ? [
          periodic(inputs > 3 ? [2, 0] : [0], {
            frequencies: 3,
            units: 2,
            deviation: 0.2,
            ...(ownRates && { learning: { frequencies: slow, phases: slow, weights: slow, bias: slow } }),
          }),
        ]
      : []),
    // Two equal signals are where its outputs bend most; a large ε keeps differences right there.
    ...(normalised ? [layerNorm({ epsilon: 0.5, ...(ownRates && { learning: { bias: slow } }) })] : []),
    ...(batchNormalised ? [batchNorm({ epsilon: 0.5, ...(ownRates && { learning: { bias: slow } }) })] : []),
    ...(scaled ? [scale(ownRates ? { learning: { scale: { rate: 6, decay: 36 } } } : {})] : []),
  ];
}

function lossOfShape({ loss, withOptions }: Shape, outputs: number): Loss {
  if (!withOptions) return { name: loss };
  const classWeights = Array.from({ length: outputs }, (_, k) => 0.5 + k);
  switch (loss) {
    case "quantile":
      return { name: loss, quantiles: Array.from({ length: outputs }, (_, k) => (k + 1) / (outputs + 1)) };
    case "huber":
      return { name: loss, delta: 0.5 };
    case "crossEntropy":
    case "binaryCrossEntropy":
      return { name: loss, labelSmoothing: 0.1, classWeights };
    default:
      return { name: loss };
  }
}

/** Every number that is learned, in the order of the parameters. */
export function allWeights(network: Network): WeightName[] {
  const learned = parameterLayout(network).tensors.filter(({ kept }) => kept === undefined);
  return learned.flatMap((tensor) =>
    Array.from({ length: tensor.length }, (_, index) => weightNameAt(network, tensor, index)),
  );
}

/** Whether every field and error is farther from the points where a derivative jumps than a stencil can move it. */
export function isSmooth(trace: Trace, { loss }: Problem): boolean {
  const margin = 20 * REACH; // a weight's change reaches a field multiplied by signals and weights of size 1 to 3
  const clear = (values: readonly number[], kinks: readonly number[]): boolean =>
    values.every((value) => kinks.every((kink) => Math.abs(value - kink) > margin));
  const fieldsClear = trace.layers.every(({ description, input, inducedField }) => {
    if (description.kind !== "dense" && description.kind !== "parametricActivation") return true;
    const fields = description.kind === "dense" ? inducedField : input;
    const activation = activationOf(description.activation);
    if (activation.kind === "vector") return true;
    // ELU's second derivative jumps at 0, which costs the stencil its order.
    const kinks = description.activation === "elu" ? [0] : activation.kinks;
    return clear(fields.flat(), kinks);
  });
  const hasKink = loss.name === "meanAbsoluteError" || loss.name === "quantile";
  const delta = loss.name === "huber" ? (loss.delta ?? 1) : hasKink ? 0 : undefined;
  return fieldsClear && (delta === undefined || clear((trace.errorSignal ?? []).flat(), [-delta, delta]));
}
