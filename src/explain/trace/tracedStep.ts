/**
 * What is kept of a step that a learner makes: every number of the derivation, as a trace.
 *
 * Knows nothing of where the learner's state is from. Source: derivation, section 5; the five steps themselves are
 * `reference/`.
 */
import type { Problem } from "../../engines/engine.ts";
import { requireThat, ShapeError } from "../../errors.ts";
import { type Kinds, listOf, object, oneOf, text } from "../../kinds.ts";
import { activationOf } from "../../network/activations.ts";
import { dropoutFactor } from "../../network/dropout.ts";
import type { DropoutLayer, Layer, TensorRole } from "../../network/layers.ts";
import { lossOf, outputsEach, patternScale, targetOf } from "../../network/losses.ts";
import type { ParameterTensor } from "../../network/parameters.ts";
import { optimizerOf } from "../../optimizers/optimizerOf.ts";
import { dropoutDrawOf } from "../../reference/forward.ts";
import type { DropoutDraw } from "../../reference/layerOperations.ts";
import { layerParameters } from "../../reference/operations.ts";
import { type ChainSource, plainNumbers } from "./chain.ts";
import { chainsOf } from "./chainOf.ts";
import { leanTrace } from "./leanTrace.ts";
import {
  dropoutStateOf,
  type Gradient,
  gradientOf,
  type Learner,
  lossOfBatch,
  makeStep,
  type StepFactors,
} from "./learner.ts";
import type { LayerTrace, Matrix, ParameterUpdate, Trace, WeightName, WeightTrace } from "./trace.ts";
import { steepestWeights, weightIndex, weightNameAt } from "./weightName.ts";

/** What a caller chooses of a trace, whatever makes the step. */
export interface TraceChoices {
  /**
   * The weights to trace; when absent, those with the largest gradients in the first layer with weights and in the
   * output layer.
   */
  readonly weights?: readonly WeightName[];
  /**
   * "path" leaves out the weights that lie on no path from `weights` to the loss, the matrices of the chains, which
   * `chainOf` and `traceExposition` make again, and `updates`: much less to send or to write of a wide network. "all" when
   * absent.
   */
  readonly keep?: "all" | "path";
  /** A name for each input of the network. */
  readonly inputNames?: readonly string[];
  /** A name for each output of the network. */
  readonly outputNames?: readonly string[];
}

export const traceChoiceKinds = {
  weights: listOf(object, "names of weights"),
  keep: oneOf("all", "path"),
  inputNames: listOf(text, "names"),
  outputNames: listOf(text, "names"),
} as const satisfies Kinds<TraceChoices>;

/** Parameters and slots as they were at some time. */
interface Moment {
  readonly parameters: Float64Array;
  readonly slots: readonly Float64Array[];
}

/** A step that was made. */
interface Made {
  readonly gradient: Gradient;
  readonly before: Moment;
  readonly source: ChainSource & Pick<Trace, "scales">;
  readonly factors: StepFactors;
}

/** @throws {ShapeError | DescriptionError} names that the network has not, constants that no trace can hold */
export function requireTraceable(
  { network, loss, optimizer }: Problem,
  { inputNames, outputNames }: TraceChoices,
): void {
  requireNames("inputNames", inputNames, network.inputs);
  requireNames("outputNames", outputNames, network.outputs);
  for (const [name, value] of Object.entries({ ...loss, ...optimizer })) {
    if (typeof value === "number") requireThat(name, value, Number.isFinite(value), "finite, to be traced");
  }
}

/** @throws {DescriptionError} a weight that the network does not have */
export function requireWeights({ subject: { network, layout } }: Learner, weights: readonly WeightName[] = []): void {
  for (const name of weights) weightIndex(network, layout, name);
}

/**
 * The trace of the learner's next step, which it makes.
 *
 * @param step n, counted from 1
 * @throws {GradusError} when a number of the step overflows
 */
export function tracedStep(learner: Learner, step: number, factors: StepFactors, choices: TraceChoices): Trace {
  const { subject, slots, batch, problem } = learner;
  const { network, loss, optimizer, penalties, clipNorm } = problem;
  const { inputNames, outputNames } = choices;
  const gradient = gradientOf(learner, step);
  const layers = network.layers.map((_, index) => layerTrace(learner, step, gradient, index));
  const before: Moment = { parameters: subject.parameters.slice(), slots: slots.map((slot) => slot.slice()) };
  makeStep(learner, gradient, step, factors);

  const rowsOf = (values: Float64Array): Matrix => matrixOf(values, batch.rows);
  const output = rowsOf(gradient.signals[gradient.signals.length - 1].output);
  const desired = rowsOf(batch.desired);
  const wantsValues = lossOf(loss).desired === "values";
  const each = outputsEach(loss);
  const dropout = dropoutOf(learner);
  const source = {
    loss,
    layers,
    desired,
    ...(dropout && { dropout }),
    scales: desired.map((_, n) => patternScale(batch.rows, batch.sampleWeights?.[n])),
    ...(wantsValues && {
      errorSignal: output.map((y, n) => y.map((value, k) => desired[n][targetOf(k, each)] - value)),
    }),
  };
  const names = choices.weights ?? steepestWeights(network, subject.layout, gradient.gradients);
  const trace: Trace = {
    step,
    optimizer,
    ...((penalties.l1 > 0 || penalties.l2 > 0) && { penalties }),
    ...(clipNorm < Number.POSITIVE_INFINITY && { clipping: { clipNorm, norm: gradient.norm } }),
    ...(inputNames && { inputNames }),
    ...(outputNames && { outputNames }),
    inputs: rowsOf(batch.inputs),
    ...source,
    patternLosses: output.map((y, n) => lossOf(loss).value(y, desired[n], loss) + 0),
    lossBefore: gradient.loss + 0,
    lossAfter: lossOfBatch(learner, step) + 0,
    weights: names.map((name) => weightTrace(learner, { gradient, before, source, factors }, name)),
    ...(subject.layout.length <= MOST_UPDATES && { updates: updatesOf(learner, gradient, before) }),
  };
  return choices.keep === "path" ? leanTrace(trace) : trace;
}

/** How dropout acts, where the network has any and it acts. */
function dropoutOf({ problem: { network, seed }, dropoutFactor: factor }: Learner): Trace["dropout"] {
  const acts = factor !== undefined && network.layers.some(({ kind }) => kind === "dropout");
  return acts ? { seed, factor } : undefined;
}

/** Networks with more parameters are too large for a list of them all. */
const MOST_UPDATES = 64;

function updatesOf({ subject }: Learner, { gradients, final }: Gradient, before: Moment): ParameterUpdate[] {
  const { network, layout, parameters } = subject;
  return layout.tensors.flatMap((tensor) =>
    Array.from({ length: tensor.length }, (_, index): ParameterUpdate => {
      const at = tensor.offset + index;
      return {
        ...weightNameAt(network, tensor, index),
        value: before.parameters[at] + 0,
        gradient: gradients[at] + 0,
        finalGradient: final[at] + 0,
        newValue: parameters[at] + 0,
      };
    }),
  );
}

/** One layer with its numbers. */
function layerTrace(learner: Learner, step: number, gradient: Gradient, index: number): LayerTrace {
  const { subject, batch } = learner;
  const layer = subject.network.layers[index];
  const { layout, parameters } = subject;
  const { training, input, inducedField, output, localGradient } = gradient.signals[index];
  const rowsOf = (values: Float64Array): Matrix => matrixOf(values, batch.rows);
  const units = output.length / batch.rows;
  const isDense = layer.kind === "dense";
  const { weights, bias } = layerParameters(layout, parameters, index);
  const own = layout.tensors.filter((tensor) => tensor.layer === index);
  return {
    layer: index,
    description: layer,
    inputs: input.length / batch.rows,
    units,
    weights: isDense ? matrixOf(weights, units) : [],
    bias: isDense ? plainNumbers(bias) : [],
    ...(!isDense &&
      own.length > 0 && { parameters: Object.fromEntries(own.map((tensor) => tensorRows(parameters, tensor))) }),
    ...(training && own.some(({ kept }) => kept !== undefined) && { training }),
    input: rowsOf(input),
    inducedField: rowsOf(inducedField),
    output: rowsOf(output),
    slopes:
      layer.kind === "dropout"
        ? maskOf(layer, rowsOf(output), dropoutDrawOf(dropoutStateOf(learner, step), index))
        : slopesOf(layer, rowsOf(inducedField), rowsOf(output)),
    negativeGradient: rowsOf(gradient.negativeGradients[index]),
    localGradient: rowsOf(localGradient),
  };
}

/** A tensor by its role, as rows of its last extent. */
function tensorRows(parameters: Float64Array, { role, shape, offset, length }: ParameterTensor): [TensorRole, Matrix] {
  return [role, matrixOf(parameters.subarray(offset, offset + length), length / shape[shape.length - 1])];
}

/** The factors by which a dropout layer multiplies; all 1 where nothing is drawn. */
function maskOf({ rate }: DropoutLayer, outputs: Matrix, draw: DropoutDraw | undefined): Matrix {
  return outputs.map((row, n) =>
    row.map((_, a) => (draw === undefined ? 1 : dropoutFactor(draw.key, n * row.length + a, draw.factor * rate))),
  );
}

/** ∂y/∂v, from the table that the reference uses; 1 where what a layer puts out is its field. */
function slopesOf(layer: Layer, fields: Matrix, outputs: Matrix): LayerTrace["slopes"] {
  if (layer.kind !== "dense") return outputs.map((y) => y.map(() => 1));
  const activation = activationOf(layer.activation);
  if (activation.kind === "vector") return outputs.map((y) => matrixOf(activation.jacobian(y), y.length));
  return fields.map((v, n) => v.map((field, b) => activation.derivative(field, outputs[n][b]) + 0));
}

function weightTrace(
  { problem, subject, slots }: Learner,
  { gradient, before, source, factors }: Made,
  { layer, unit, input }: WeightName,
): WeightTrace {
  const { network, layout, parameters } = subject;
  const at = weightIndex(network, layout, { layer, unit, input });
  const { rate, decay } = layout.tensors.findLast(({ offset }) => offset <= at) as ParameterTensor;
  const { optimizer } = problem;
  const learningRate = optimizer.learningRate * factors.rateFactor;
  const chains = chainsOf(source, source.scales, { layer, unit, input });
  const memory = optimizerOf(optimizer).slots.map((name, s) => {
    return [name, { before: before.slots[s][at] + 0, after: slots[s][at] + 0 }];
  });
  return {
    layer,
    unit,
    input,
    value: before.parameters[at] + 0,
    chains,
    gradient: gradient.gradients[at] + 0,
    finalGradient: gradient.final[at] + 0,
    rate,
    decay,
    learningRate: learningRate * rate,
    decayRate: learningRate * factors.decayFactor * decay,
    slots: Object.fromEntries(memory),
    newValue: parameters[at] + 0,
  };
}

/** A row-major array as a list of rows. */
function matrixOf(values: Float64Array, rows: number): Matrix {
  const width = values.length / rows;
  return Array.from({ length: rows }, (_, row) => plainNumbers(values.subarray(row * width, (row + 1) * width)));
}

function requireNames(what: string, names: readonly string[] | undefined, count: number): void {
  if (names === undefined || names.length === count) return;
  throw new ShapeError(`Expected ${count} ${what}, as the network has, found ${names.length}.`);
}
