/**
 * The batch that a gradient check works on, through the reference's own steps: its loss as a function of one weight, its
 * gradient, and what rounding may do to that gradient. Knows no engine.
 */
import type { Numbers, Patterns, Problem } from "../../engines/engine.ts";
import { activationOf } from "../../network/activations.ts";
import { dropoutKey } from "../../network/dropout.ts";
import { lossOf, patternScale } from "../../network/losses.ts";
import type { ParameterTensor } from "../../network/parameters.ts";
import { random } from "../../random.ts";
import {
  type Desired,
  type DropoutState,
  error,
  forward,
  hiddenLocalGradients,
  outputLocalGradients,
  parameterGradients,
  type Subject,
  subjectOf,
} from "../../reference/backpropagation.ts";
import type { Signals } from "../../reference/layerOperations.ts";
import { layerParameters, operationsOf } from "../../reference/operations.ts";
import { addPenalties, freeze } from "../../reference/update.ts";
import { weightNameAt, weightNameText } from "../trace/weightName.ts";
import { type Evaluation, measureRounding } from "./checkDifferences.ts";

export interface Batch {
  readonly problem: Problem;
  /** Its parameters are moved while differences are taken, and put back. */
  readonly subject: Subject;
  readonly rows: number;
  /** x, [B, I]. */
  readonly inputs: Float64Array;
  readonly answers: Desired;
  /** That of the first step: a network with dropout is checked with the mask it would learn by. */
  readonly dropout: DropoutState;
}

/** Puts patterns before the reference. Every number must be one that all engines can hold. */
export function batchOf(problem: Problem, parameters: Numbers, { inputs, desired, sampleWeights }: Patterns): Batch {
  return {
    problem,
    subject: subjectOf(problem.network, Float64Array.from(parameters)),
    rows: inputs.length / problem.network.inputs,
    inputs: Float64Array.from(inputs),
    answers: {
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
export function forwardWithLoss({ problem, subject, rows, inputs, answers, dropout }: Batch) {
  const signals = forward(subject, inputs, dropout);
  return { signals, ...error(problem.loss, signals[signals.length - 1].output, rows, answers) };
}

/** Steps 3 and 4 and what step 5 receives: ∂loss/∂w for every weight, without penalties. Writes the signals' δ. */
export function backward(
  { subject, dropout }: Batch,
  signals: Signals[],
  negativeGradient: Float64Array,
): Float64Array {
  outputLocalGradients(subject, signals, negativeGradient, dropout);
  hiddenLocalGradients(subject, signals, dropout);
  return parameterGradients(subject, signals);
}

/** The gradient as a session reports it unclipped: that of the data and the penalties. */
export function fullGradient(batch: Batch, signals: Signals[], negativeGradient: Float64Array): Float64Array {
  const gradient = backward(batch, signals, negativeGradient);
  const { layout, parameters } = batch.subject;
  freeze(layout, gradient);
  addPenalties(batch.problem.penalties, layout, parameters, gradient);
  return gradient;
}

/**
 * Steps 1 and 2 from a layer on: the layers below do not feel a change of its weights, so differences need not compute
 * them again. The same signals, bit for bit, as `judgedForward`'s.
 *
 * @param known the signals of all layers before the change
 */
function forwardFrom({ problem, subject, rows, answers, dropout }: Batch, known: readonly Signals[], first: number) {
  const { network, layout, parameters } = subject;
  const signals = known.slice(0, first);
  let { input } = known[first];
  for (const [index, layer] of network.layers.entries()) {
    if (index < first) continue;
    const empty = (): Float64Array => new Float64Array(known[index].output.length);
    const own = { rows, input, inducedField: empty(), output: empty(), localGradient: empty() };
    const draw = { key: dropoutKey(dropout.seed, dropout.step, index), factor: dropout.factor };
    operationsOf(layer).forward(layer, layerParameters(layout, parameters, index), own, draw);
    signals.push(own);
    input = own.output;
  }
  const { loss } = error(problem.loss, input, rows, answers);
  return { signals, loss };
}

/**
 * What is minimised as a function of one weight: the loss and this weight's penalty; the other penalties do not depend on
 * it and would only add their rounding.
 *
 * @param known the signals of all layers as the weights are
 */
export function alongWeight(
  batch: Batch,
  known: readonly Signals[],
  tensor: ParameterTensor,
  index: number,
): (weight: number) => Evaluation {
  const { parameters } = batch.subject;
  const { l1, l2 } = batch.problem.penalties;
  const at = tensor.offset + index;
  const kept = parameters[at];
  return (weight) => {
    parameters[at] = weight;
    const { signals, loss } = forwardFrom(batch, known, tensor.layer);
    parameters[at] = kept;
    const sides = sidesOf(batch, signals, tensor.layer);
    if (tensor.role !== "weights") return { value: loss, sides };
    if (l1 > 0) sides.push(weight > 0);
    return { value: loss + l1 * Math.abs(weight) + (l2 / 2) * weight * weight, sides };
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
    return forwardWithLoss(batch).loss;
  });
  parameters.set(kept);
  return Math.max(measured, outputRounding(batch, Number.EPSILON / 2).loss);
}

/**
 * What a rounding of the outputs does to each gradient, and to the loss: ∂ℓ/∂y is a difference (of d and y, of p and t),
 * exact to the unit roundoff of its terms and not of itself, so that it is rough where a network fits well. The backward
 * pass is linear in −∂loss/∂y, so a pass over the roundings alone, with random signs, shows what becomes of them.
 *
 * @param unitRoundoff u, half the distance from 1 to the next number
 * @returns without signs, one number a parameter, and one for the loss
 */
export function outputRounding(batch: Batch, unitRoundoff: number): { gradient: Float64Array; loss: number } {
  const { problem, rows, answers } = batch;
  const { signals, loss, negativeGradient } = forwardWithLoss(batch);
  const { outputs } = problem.network;
  const values = lossOf(problem.loss).desired === "values";
  const draws = random(problem.seed, "check rounding");
  let ofLoss = unitRoundoff * Math.abs(loss);
  const roundings = signals[signals.length - 1].output.map((y, i) => {
    const size = values ? Math.abs(y) + Math.abs(answers.desired[i]) : 1 + Math.abs(y); // probabilities have size 1
    const scale = patternScale(rows, answers.sampleWeights?.[Math.floor(i / outputs)]);
    // ln p is a difference too, of y and the normaliser; a squared error is as exact as its error.
    ofLoss += (values ? Math.abs(negativeGradient[i]) : scale) * unitRoundoff * size;
    return (draws.integer(2) === 0 ? 1 : -1) * scale * unitRoundoff * size;
  });
  return { gradient: backward(batch, signals, roundings).map(Math.abs), loss: ofLoss };
}
