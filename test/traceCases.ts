/**
 * Random steps to trace: networks of every shape, activation, loss and optimizer, with numbers drawn from a seed.
 */
import fc from "fast-check";
import { completeProblem, type Problem } from "../src/engines/engine.ts";
import type { Trace, WeightName } from "../src/explain/trace/trace.ts";
import type { TraceOptions } from "../src/explain/trace/traceStep.ts";
import { type ActivationName, activationOf, activations } from "../src/network/activations.ts";
import { dense, dropout, type Layer } from "../src/network/layers.ts";
import { type DesiredKind, desiredWidth, type Loss, type LossName, losses, lossOf } from "../src/network/losses.ts";
import { layerWidths, type Network, validateNetwork } from "../src/network/network.ts";
import { initialParameters } from "../src/network/parameters.ts";
import { type OptimizerName, optimizers } from "../src/optimizers/optimizers.ts";
import { random } from "../src/random.ts";
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
    }),
    { minLength: 1, maxLength: 4 },
  ),
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
    });
    const parameters = initialParameters(network, shape.seed).map((value) => value + 0.3 * draws.normal());
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
        inputs: Float64Array.from({ length: shape.patterns * network.inputs }, draws.normal),
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

function networkOf({ inputs, layers, loss }: Shape): Network {
  const described = layers.flatMap(({ units, activation, bias, dropoutBefore }, index): Layer[] => {
    const last = index === layers.length - 1;
    const layer = dense(last && loss === "crossEntropy" ? Math.max(2, units) : units, { activation, bias });
    return dropoutBefore ? [dropout(0.3), layer] : [layer];
  });
  const output = described[described.length - 1];
  return validateNetwork({ inputs, layers: described, outputs: output.kind === "dense" ? output.units : 0 });
}

function lossOfShape({ loss, withOptions }: Shape, outputs: number): Loss {
  if (!withOptions) return { name: loss };
  const classWeights = Array.from({ length: outputs }, (_, k) => 0.5 + k);
  switch (loss) {
    case "huber":
      return { name: loss, delta: 0.5 };
    case "crossEntropy":
    case "binaryCrossEntropy":
      return { name: loss, labelSmoothing: 0.1, classWeights };
    default:
      return { name: loss };
  }
}

/** Every weight and bias, in the order of the parameters. */
export function allWeights(network: Network): WeightName[] {
  const widths = layerWidths(network);
  return network.layers.flatMap((description, layer): WeightName[] => {
    if (description.kind !== "dense") return [];
    const units = Array.from({ length: description.units }, (_, unit) => unit);
    const inputs = Array.from({ length: widths[layer] }, (_, input) => input);
    const weights = units.flatMap((unit) => inputs.map((input) => ({ layer, unit, input })));
    return [...weights, ...(description.bias ? units.map((unit) => ({ layer, unit, input: "bias" as const })) : [])];
  });
}

/** Whether every field and error is farther from the points where a derivative jumps than a stencil can move it. */
export function isSmooth(trace: Trace, { loss }: Problem): boolean {
  const margin = 20 * REACH; // a weight's change reaches a field multiplied by signals and weights of size 1 to 3
  const clear = (values: readonly number[], kinks: readonly number[]): boolean =>
    values.every((value) => kinks.every((kink) => Math.abs(value - kink) > margin));
  const fieldsClear = trace.layers.every(({ description, inducedField }) => {
    if (description.kind !== "dense") return true;
    const activation = activationOf(description.activation);
    if (activation.kind === "vector") return true;
    // ELU's second derivative jumps at 0, which costs the stencil its order.
    const kinks = description.activation === "elu" ? [0] : activation.kinks;
    return clear(inducedField.flat(), kinks);
  });
  const delta = loss.name === "huber" ? (loss.delta ?? 1) : undefined;
  return fieldsClear && (delta === undefined || clear((trace.errorSignal ?? []).flat(), [-delta, delta]));
}
