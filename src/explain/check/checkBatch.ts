/**
 * The batch that a gradient check works on, through the reference's own steps: its loss as a function of one weight, its
 * gradient, and what rounding may do to that gradient. Knows no engine.
 */
import type { Numbers, Patterns, Problem } from "../../engines/engine.ts";
import { activationOf } from "../../network/activations.ts";
import { lossOf, outputsEach, patternScale, targetOf } from "../../network/losses.ts";
import type { ParameterTensor } from "../../network/parameters.ts";
import { random } from "../../random.ts";
import { backward, type Batch as Examples, forwardWithLoss, localGradients } from "../../reference/backpropagate.ts";
import {
  type DropoutState,
  error,
  outputLocalGradients,
  parameterGradients,
  type Subject,
  subjectOf,
} from "../../reference/backpropagation.ts";
import { dropoutDrawOf, forwardFrom } from "../../reference/forward.ts";
import type { Signals } from "../../reference/layerOperations.ts";
import { layerBack, layerParameters, operationsOf } from "../../reference/operations.ts";
import { freeze } from "../../reference/update.ts";
import { fieldLayer } from "../layers/layers.ts";
import { weightNameAt, weightNameText } from "../trace/weightName.ts";
import { type Evaluation, measureRounding } from "./checkDifferences.ts";

export interface Batch {
  readonly problem: Problem;
  /** Its parameters are moved while differences are taken, and put back. */
  readonly subject: Subject;
  readonly rows: number;
  readonly examples: Examples;
  /** That of the first step: a network with dropout is checked with the mask it would learn by. */
  readonly dropout: DropoutState;
}

/** Puts patterns before the reference. Every number must be one that all engines can hold. */
export function batchOf(problem: Problem, parameters: Numbers, { inputs, desired, sampleWeights }: Patterns): Batch {
  return {
    problem,
    subject: subjectOf(problem.network, Float64Array.from(parameters)),
    rows: inputs.length / problem.network.inputs,
    examples: {
      inputs: Float64Array.from(inputs),
      desired: Float64Array.from(desired),
      sampleWeights: sampleWeights && Float64Array.from(sampleWeights),
    },
    dropout: { seed: problem.seed, step: 0, factor: 1 },
  };
}

/** The name of a tensor's weight: "1.0.3", "1.0.bias". */
export function weightText({ subject }: Batch, tensor: ParameterTensor, index: number): string {
  return weightNameText(weightNameAt(subject.network, tensor, index));
}

/** Steps 1 and 2: the signals of every layer, the loss, and −∂loss/∂y. */
export function batchForward({ problem, subject, examples, dropout }: Batch) {
  return forwardWithLoss(subject, problem.loss, examples, dropout);
}

/** The gradient as a session reports it: that of the data. Writes the signals' δ. */
export function fullGradient(batch: Batch, signals: Signals[], negativeGradient: Float64Array): Float64Array {
  const { subject, dropout } = batch;
  const { gradients } = backward(subject, signals, negativeGradient, dropout);
  freeze(subject.layout, gradients);
  return gradients;
}

/** The loss as a function of one weight. @param known the signals of all layers as the weights are */
export function alongWeight(
  batch: Batch,
  known: readonly Signals[],
  tensor: ParameterTensor,
  index: number,
): (weight: number) => Evaluation {
  const { problem, subject, rows, examples, dropout } = batch;
  const { parameters } = subject;
  const at = tensor.offset + index;
  const kept = parameters[at];
  return (weight) => {
    parameters[at] = weight;
    // The layers below don't feel the change.
    const signals = forwardFrom(subject, known.slice(0, tensor.layer), rows, known[tensor.layer].input, dropout);
    const { loss } = error(problem.loss, signals[signals.length - 1].output, rows, examples);
    parameters[at] = kept;
    return { value: loss, sides: sidesOf(batch, signals, tensor.layer) };
  };
}

/** For each field of the layers from `first` on whose φ has kinks, and each kink, whether the field lies beyond it. */
function sidesOf({ problem }: Batch, signals: readonly Signals[], first: number): boolean[] {
  const sides: boolean[] = [];
  for (let layer = first; layer < signals.length; layer++) {
    const { fields, kinks } = bentFields(problem, signals, layer);
    for (const kink of kinks) for (const field of fields) sides.push(field > kink);
  }
  return sides;
}

/** What a layer's φ is applied to, and where φ' jumps: its fields, or what a parametric activation receives. */
export function bentFields(
  { network }: Problem,
  signals: readonly Signals[],
  layer: number,
): { readonly fields: Float64Array; readonly kinks: readonly number[] } {
  const description = network.layers[layer];
  const { input, inducedField } = signals[layer];
  const fields = description.kind === "parametricActivation" ? input : inducedField;
  if (description.kind !== "dense" && description.kind !== "parametricActivation") return { fields, kinks: [] };
  const activation = activationOf(description.activation);
  return { fields, kinks: activation.kind === "elementwise" ? activation.kinks : [] };
}

/**
 * A standard deviation of the loss's rounding error: measured, while all weights grow by 2⁻⁴² of themselves a point, and
 * at least what the outputs' rounding must make of it.
 */
export function lossRounding(batch: Batch): number {
  const { parameters } = batch.subject;
  const kept = parameters.slice();
  const measured = measureRounding((point) => {
    for (let i = 0; i < kept.length; i++) parameters[i] = kept[i] * (1 + point * 2 ** -42);
    return batchForward(batch).loss;
  });
  parameters.set(kept);
  return Math.max(measured, outputRounding(batch, Number.EPSILON / 2).loss);
}

/**
 * What a rounding of the outputs does to each gradient, and to the loss: ∂ℓ/∂y is a difference (of d and y, of p and t),
 * exact to the unit roundoff of its terms and not of itself, so that it is rough where a network fits well. The backward
 * pass is linear in −∂loss/∂y, so a pass over the roundings alone, with random signs, shows what becomes of them. What a
 * normalisation passes back is a difference too: of two numbers normalised together, of terms that cancel but for ε.
 *
 * @param unitRoundoff u, half the distance from 1 to the next number
 * @returns without signs, one number a parameter, and one for the loss
 */
export function outputRounding(batch: Batch, unitRoundoff: number): { gradient: Float64Array; loss: number } {
  const { problem, rows, examples } = batch;
  const { signals, loss, negativeGradient } = batchForward(batch);
  const { outputs } = problem.network;
  const values = lossOf(problem.loss).desired === "values";
  const each = outputsEach(problem.loss);
  const draws = random(problem.seed, "check rounding");
  let ofLoss = unitRoundoff * Math.abs(loss);
  const roundings = signals[signals.length - 1].output.map((y, i) => {
    const size = values ? Math.abs(y) + Math.abs(examples.desired[targetOf(i, each)]) : 1 + Math.abs(y); // probabilities have size 1
    const scale = patternScale(rows, examples.sampleWeights?.[Math.floor(i / outputs)]);
    // ln p is a difference too, of y and the normaliser; a squared error is as exact as its error.
    ofLoss += (values ? Math.abs(negativeGradient[i]) : scale) * unitRoundoff * size;
    return (draws.integer(2) === 0 ? 1 : -1) * scale * unitRoundoff * size;
  });
  const within = cancelledSizes(batch, signals, negativeGradient).map((sizes) =>
    sizes?.map((size) => (draws.integer(2) === 0 ? 1 : -1) * unitRoundoff * size),
  );
  return { gradient: carriedBack(batch, signals, roundings, within).map(Math.abs), loss: ofLoss };
}

/** Of each layer, how large the terms are that cancel on the way back through it; undefined where none do. Writes the signals' δ. */
function cancelledSizes(
  { subject, dropout }: Batch,
  signals: Signals[],
  negativeGradient: Float64Array,
): (Float64Array | undefined)[] {
  const { network, layout, parameters } = subject;
  const all = network.layers.map((layer) => fieldLayer(layer)?.cancelling);
  if (all.every((cancelling) => cancelling === undefined)) return [];
  localGradients(subject, signals, negativeGradient, dropout);
  return all.map((cancelling, index) =>
    cancelling?.(network.layers[index], layerParameters(layout, parameters, index).scale, signals[index]),
  );
}

/**
 * What becomes of roundings on the way back: ∂loss/∂W where −∂loss/∂y was they alone. Writes the signals' δ.
 *
 * @param within those that a layer adds to what it passes back, by layer
 */
function carriedBack(
  { subject, dropout }: Batch,
  signals: Signals[],
  roundings: Float64Array,
  within: readonly (Float64Array | undefined)[],
): Float64Array {
  const { layers } = subject.network;
  outputLocalGradients(subject, signals, roundings, dropout);
  for (let below = layers.length - 2; below >= 0; below--) {
    const own = within[below + 1];
    const bracket = layerBack(subject, below + 1, signals).map((value, i) => value + (own?.[i] ?? 0));
    operationsOf(layers[below]).localGradients(layers[below], signals[below], bracket, dropoutDrawOf(dropout, below));
  }
  return parameterGradients(subject, signals);
}
