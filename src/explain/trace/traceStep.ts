/**
 * One learning step, traced: the reference makes it, and every number it made is kept.
 *
 * The batch is all the patterns given. The network is traced as it predicts: dropout layers let every signal pass as it
 * is, with slopes of 1, since a mask would hide what the formulas say. Knows nothing of models or tables.
 * Source: derivation, section 5; the five steps themselves are `reference/`.
 */

import { type Numbers, type Patterns, type Problem, problemKind } from "../../engines/engine.ts";
import { requireThat, requireWhole, ShapeError } from "../../errors.ts";
import { type Kinds, listOf, needed, number, numbers, object, requireOptions, text } from "../../kinds.ts";
import { activationOf } from "../../network/activations.ts";
import type { Layer, TensorRole } from "../../network/layers.ts";
import { lossOf, patternScale } from "../../network/losses.ts";
import type { ParameterTensor } from "../../network/parameters.ts";
import { optimizerOf } from "../../optimizers/optimizers.ts";
import { layerParameters, operationsOf } from "../../reference/operations.ts";
import { type ChainSource, chainFactors, plainNumbers } from "./chain.ts";
import { type Gradient, gradientOf, type Learner, learnerOf, lossOfBatch, makeStep } from "./learner.ts";
import type { LayerTrace, Matrix, ParameterUpdate, Trace, WeightName, WeightTrace } from "./trace.ts";
import { steepestWeights, weightIndex, weightNameAt } from "./weightName.ts";

export interface TraceOptions {
  /** The network, its loss and its optimizer. `batchSize` and `seed` have no effect: all the patterns are one batch. */
  readonly problem: Problem;
  /** The parameters before the first step, in the order of the network's layout; they are not changed. */
  readonly parameters: Numbers;
  /** The examples of the batch, at least one. */
  readonly patterns: Patterns;
  /**
   * The weights to trace; when absent, those with the largest gradients in the first layer with weights and in the
   * output layer.
   */
  readonly weights?: readonly WeightName[];
  /** The step to trace, counted from 1; the steps before it use the same patterns. 1 when absent. */
  readonly step?: number;
  /** The factor of the learning rate in every step, as that of a schedule; 1 when absent. */
  readonly rateFactor?: number;
  /** A name for each input of the network. */
  readonly inputNames?: readonly string[];
  /** A name for each output of the network. */
  readonly outputNames?: readonly string[];
}

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
  readonly rateFactor: number;
}

const traceKinds = {
  problem: needed(problemKind),
  parameters: needed(numbers),
  patterns: needed(object),
  weights: listOf(object, "names of weights"),
  step: number,
  rateFactor: number,
  inputNames: listOf(text, "names"),
  outputNames: listOf(text, "names"),
} as const satisfies Kinds<TraceOptions>;

/**
 * Traces one step.
 *
 * @throws {ShapeError | DescriptionError} patterns, parameters, names or weights that do not fit the network; an input
 * or a parameter that is not finite
 * @throws {GradusError} when a number of the step overflows
 *
 * @example
 * import { traceStep } from "gradus/explain";
 * import { completeProblem, dense, initialParameters, network } from "gradus/network";
 *
 * const problem = completeProblem({
 *   network: network({ inputs: 1, layers: [dense(1, { initialisation: { weights: [[2]], bias: [1] } })] }),
 *   loss: "halfSquaredError",
 *   optimizer: { name: "sgd", learningRate: 0.01 },
 * });
 * const parameters = initialParameters(problem.network, 0);
 * const trace = traceStep({ problem, parameters, patterns: { inputs: Float32Array.of(3), desired: Float32Array.of(8) } });
 * [trace.lossBefore, trace.lossAfter]; // [0.5, 0.405]
 */
export function traceStep(options: TraceOptions): Trace {
  requireOptions(options, traceKinds, "traceStep");
  const { problem, step = 1, rateFactor = 1, inputNames, outputNames } = options;
  const { network, loss, optimizer, penalties, clipNorm } = problem;
  requireWhole("step", step, 1);
  requireThat("rateFactor", rateFactor, rateFactor >= 0 && rateFactor < Number.POSITIVE_INFINITY, "finite, at least 0");
  requireNames("inputNames", inputNames, network.inputs);
  requireNames("outputNames", outputNames, network.outputs);
  for (const [name, value] of Object.entries({ ...loss, ...optimizer })) {
    if (typeof value === "number") requireThat(name, value, Number.isFinite(value), "finite, to be traced");
  }
  const learner = learnerOf(options);
  const { subject, slots, batch } = learner;
  for (const name of options.weights ?? []) weightIndex(network, subject.layout, name);

  for (let n = 1; n < step; n++) makeStep(learner, gradientOf(learner, n), n, rateFactor);
  const gradient = gradientOf(learner, step);
  const layers = network.layers.map((layer, index) => layerTrace(learner, gradient, layer, index));
  const before: Moment = { parameters: subject.parameters.slice(), slots: slots.map((slot) => slot.slice()) };
  makeStep(learner, gradient, step, rateFactor);

  const rowsOf = (values: Float64Array): Matrix => matrixOf(values, batch.rows);
  const output = rowsOf(gradient.signals[gradient.signals.length - 1].output);
  const desired = rowsOf(batch.desired);
  const wantsValues = lossOf(loss).desired === "values";
  const source = {
    loss,
    layers,
    desired,
    scales: desired.map((_, n) => patternScale(batch.rows, batch.sampleWeights?.[n])),
    ...(wantsValues && { errorSignal: desired.map((d, n) => d.map((value, k) => value - output[n][k])) }),
  };
  const names = options.weights ?? steepestWeights(network, subject.layout, gradient.data);
  return {
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
    weights: names.map((name) => weightTrace(learner, { gradient, before, source, rateFactor }, name)),
    ...(subject.layout.length <= MOST_UPDATES && { updates: updatesOf(learner, gradient, before) }),
  };
}

/** Networks with more parameters are too large for a list of them all. */
const MOST_UPDATES = 64;

function updatesOf({ subject }: Learner, { final }: Gradient, before: Moment): ParameterUpdate[] {
  const { network, layout, parameters } = subject;
  return layout.tensors.flatMap((tensor) =>
    Array.from({ length: tensor.length }, (_, index): ParameterUpdate => {
      const at = tensor.offset + index;
      return {
        ...weightNameAt(network, tensor, index),
        value: before.parameters[at] + 0,
        gradient: final[at] + 0,
        newValue: parameters[at] + 0,
      };
    }),
  );
}

/** One layer with its numbers. */
function layerTrace({ subject, batch }: Learner, gradient: Gradient, layer: Layer, index: number): LayerTrace {
  const { layout, parameters, network } = subject;
  const { signals } = gradient;
  const { input, inducedField, output, localGradient } = signals[index];
  const rowsOf = (values: Float64Array): Matrix => matrixOf(values, batch.rows);
  const units = output.length / batch.rows;
  const isDense = layer.kind === "dense";
  const { weights, bias } = layerParameters(layout, parameters, index);
  const own = layout.tensors.filter((tensor) => tensor.layer === index);
  const fed = network.layers[index + 1];
  const negativeGradient =
    fed === undefined
      ? gradient.negativeGradient
      : operationsOf(fed).pullBack(fed, layerParameters(layout, parameters, index + 1), signals[index + 1]);
  return {
    layer: index,
    description: layer,
    inputs: input.length / batch.rows,
    units,
    weights: isDense ? matrixOf(weights, units) : [],
    bias: isDense ? plainNumbers(bias) : [],
    ...(!isDense &&
      own.length > 0 && { parameters: Object.fromEntries(own.map((tensor) => tensorRows(parameters, tensor))) }),
    input: rowsOf(input),
    inducedField: rowsOf(inducedField),
    output: rowsOf(output),
    slopes: slopesOf(layer, rowsOf(inducedField), rowsOf(output)),
    negativeGradient: rowsOf(negativeGradient),
    localGradient: rowsOf(localGradient),
  };
}

/** A tensor by its role, as rows of its last extent. */
function tensorRows(parameters: Float64Array, { role, shape, offset, length }: ParameterTensor): [TensorRole, Matrix] {
  return [role, matrixOf(parameters.subarray(offset, offset + length), length / shape[shape.length - 1])];
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
  { gradient, before, source, rateFactor }: Made,
  { layer, unit, input }: WeightName,
): WeightTrace {
  const { network, layout, parameters } = subject;
  const at = weightIndex(network, layout, { layer, unit, input });
  const { rate, decay } = layout.tensors.findLast(({ offset }) => offset <= at) as ParameterTensor;
  const { optimizer } = problem;
  const learningRate = optimizer.learningRate * rateFactor;
  const chains = source.scales.map((scale, pattern) => {
    const factors = chainFactors(source, pattern, { layer, unit, input });
    return { pattern, scale, factors, slope: factors[factors.length - 1].product[0][0] };
  });
  const memory = optimizerOf(optimizer).slots.map((name, s) => {
    return [name, { before: before.slots[s][at] + 0, after: slots[s][at] + 0 }];
  });
  return {
    layer,
    unit,
    input,
    value: before.parameters[at] + 0,
    chains,
    gradient: gradient.data[at] + 0,
    finalGradient: gradient.final[at] + 0,
    rate,
    decay,
    learningRate: learningRate * rate,
    decayRate: learningRate * decay,
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
