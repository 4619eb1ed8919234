/**
 * The gradient check: is what backpropagation computes the derivative of the loss? Asked of the reference by central
 * differences, and of every engine that is given.
 *
 * All subjects are judged at one point, its numbers rounded to float32, which every engine holds exactly. A network with
 * dropout is checked with the mask of its first step. Gradients are the data's alone; penalties are part of both steps, and clipping
 * of the last one. Knows no engine but the reference; the others are an argument.
 */

import {
  type Engine,
  type Numbers,
  type Patterns,
  type Problem,
  patternsKind,
  problemKind,
  requirePatterns,
  requireProblem,
} from "../../engines/engine.ts";
import { DescriptionError, requireWhole } from "../../errors.ts";
import { type Kinds, listOf, needed, number, numbers, object, requireOptions, snapshot } from "../../kinds.ts";
import { requireBatchRows } from "../../network/network.ts";
import {
  type ParameterLayout,
  type ParameterTensor,
  parameterLayout,
  requireParameters,
} from "../../network/parameters.ts";
import { random } from "../../random.ts";
import type { Signals } from "../../reference/layerOperations.ts";
import { reference } from "../../reference/reference.ts";
import { weightsOf } from "../layers/layers.ts";
import type { WeightName } from "../trace/trace.ts";
import { weightIndex } from "../trace/weightName.ts";
import {
  alongWeight,
  type Batch,
  batchForward,
  batchOf,
  fullGradient,
  lossRounding,
  weightText,
} from "./checkBatch.ts";
import { type Difference, differentiate, FIRST_STEP } from "./checkDifferences.ts";
import type { GradientCheck, SubjectCheck } from "./checkReport.ts";
import { type CheckData, checkSubject } from "./checkSubject.ts";
import { largestOf, tensorScales, tolerances } from "./checkTolerance.ts";

export interface CheckOptions {
  /** The network, its loss and its optimizer; all the patterns are one batch. */
  readonly problem: Problem;
  /** In the order of the network's parameter layout; rounded to float32. */
  readonly parameters: Numbers;
  /** The batch, rounded to float32. */
  readonly patterns: Patterns;
  /** Engines to check in addition to the reference, which is always checked; none when absent. */
  readonly engines?: readonly Engine[];
  /** The maximum number of weights checked in each tensor, chosen by the seed; when absent, 200, and fewer for large networks. */
  readonly most?: number;
  /** The weights of the reference to check, instead of those that the seed chooses; tensors with none of them are unchecked. */
  readonly weights?: readonly WeightName[];
  /** 0 when absent. */
  readonly seed?: number;
}

const checkKinds = {
  problem: needed(problemKind),
  parameters: needed(numbers),
  patterns: needed(patternsKind),
  engines: listOf(object, "engines"),
  most: number,
  weights: listOf(object, "names of weights"),
  seed: number,
} as const satisfies Kinds<CheckOptions>;

/**
 * Checks the gradient at one point: for every layer the worst weight and a verdict, for the reference and each engine.
 *
 * @throws {ShapeError} parameters or patterns that do not fit the network
 * @throws {DescriptionError} no patterns; a parameter or input that is not finite; a loss that is not; a weight that the
 * network does not have
 *
 * @example
 * import { checkGradients, drawPatterns } from "gradus/explain";
 * import { completeProblem, dense, engineOf, initialParameters, network } from "gradus/network";
 *
 * const xor = network({ inputs: 2, layers: [dense(3, { activation: "tanh" }), dense(1)] });
 * const problem = completeProblem({ network: xor, loss: "binaryCrossEntropy" });
 * const patterns = drawPatterns(problem, 4, 1);
 * const engines = [engineOf("wasm")];
 * const { passed } = await checkGradients({ problem, parameters: initialParameters(xor, 0), patterns, engines });
 * passed; // true
 */
export async function checkGradients(given: CheckOptions): Promise<GradientCheck> {
  requireOptions(given, checkKinds, "checkGradients");
  const options = { ...snapshot(given, "engines"), engines: [...(given.engines ?? [])] };
  const { engines, seed = 0 } = options;
  requireWhole("seed", seed, 0);
  const patterns = roundPatterns(options.patterns);
  const parameters = Float32Array.from(options.parameters);
  requireProblem(options.problem);
  requireParameters(options.problem.network, parameters);
  const rows = requirePatterns(options.problem, patterns);
  const most = options.most ?? usualMost(parameterLayout(options.problem.network), rows);
  requireWhole("most", most, 1);
  if (rows === 0) throw new DescriptionError("Expected at least one example to check the gradient with, found none.");
  requireBatchRows(options.problem.network, rows, "the number of examples");
  const batch = batchOf({ ...options.problem, batchSize: rows }, parameters, patterns);
  requireFinite(batch);
  const chosen = options.weights === undefined ? drawn(batch, most, seed) : named(batch, options.weights);
  const rounding = lossRounding(batch);
  const checkData: CheckData = { batch, patterns, differences: takeDifferences(batch, rounding, chosen) };
  const subjects: SubjectCheck[] = [await checkSubject(reference, checkData, true)];
  for (const engine of engines) {
    if (engine !== reference) subjects.push(await checkSubject(engine, checkData, false));
  }
  return { rows, lossRounding: rounding, subjects, passed: subjects.every(({ passed }) => passed) };
}

const MOST = 200;
const LEAST = 20;
/** Multiplications that all differences together may take: some ten seconds. */
const EFFORT = 2e10;
/** Forward passes that a difference takes, about. */
const PASSES = 12;

/** 200, and of large networks fewer, so that a check takes seconds and not minutes; at least 20. */
function usualMost({ tensors, length }: ParameterLayout, rows: number): number {
  const ofOne = PASSES * rows * length * tensors.length;
  return Math.max(LEAST, Math.min(MOST, Math.floor(EFFORT / ofOne)));
}

/** The same patterns in numbers that every engine holds exactly. */
function roundPatterns({ inputs, desired, sampleWeights }: Patterns): Patterns {
  return {
    inputs: Float32Array.from(inputs),
    desired: Float32Array.from(desired),
    sampleWeights: sampleWeights && Float32Array.from(sampleWeights),
  };
}

/** @throws {DescriptionError} where there is nothing to differentiate */
function requireFinite(batch: Batch): void {
  const { layout, parameters } = batch.subject;
  const wrong = parameters.findIndex((parameter) => !Number.isFinite(parameter));
  if (wrong >= 0) {
    const tensor = layout.tensors.findLast(({ offset }) => offset <= wrong);
    const where = tensor === undefined ? wrong : weightText(batch, tensor, wrong - tensor.offset);
    throw new DescriptionError(`Expected finite parameters, found ${parameters[wrong]} for the weight ${where}.`);
  }
  const { loss } = batchForward(batch);
  if (!Number.isFinite(loss)) {
    throw new DescriptionError(
      `The loss of these examples is ${loss}, which has no derivative. Check the gradient where the loss is finite: with smaller inputs or weights.`,
    );
  }
}

/** How much more exact than the tolerance the differences should be. */
const EXACTER = 0.1;
/** The part of the first step that differences are taken again from, where they deny the gradient. */
const SECOND_LOOK = 1 / 64;

/** Of each tensor up to `most` weights by chance, as indices into it. */
function drawn({ subject }: Batch, most: number, seed: number): number[][] {
  return subject.layout.tensors.map(({ length, kept }, t) => {
    if (kept !== undefined) return []; // no gradient moves it
    const order = random(seed, "check weights", t).permutation(length);
    return [...order.subarray(0, most)].sort((a, b) => a - b);
  });
}

/** Of each tensor the weights with these names. @throws {DescriptionError} a weight that the network does not have */
function named({ subject: { network, layout } }: Batch, weights: readonly WeightName[]): number[][] {
  const places = weights.map((name) => weightIndex(network, layout, name));
  return layout.tensors.map(({ offset, length }) => [
    ...new Set(places.filter((at) => at >= offset && at < offset + length).map((at) => at - offset)),
  ]);
}

/** For each tensor, the difference quotients of the chosen weights, by index. */
function takeDifferences(
  batch: Batch,
  rounding: number,
  chosen: readonly (readonly number[])[],
): Map<number, Difference | undefined>[] {
  const { signals, negativeGradient } = batchForward(batch);
  const { layout, parameters } = batch.subject;
  const gradient = fullGradient(batch, signals, negativeGradient);
  const scales = tensorScales(layout, gradient);
  return layout.tensors.map((tensor, t) => {
    const lever = Math.max(1, leverOf(batch, signals, tensor));
    const goal = EXACTER * tolerances.float64.relative * scales[t];
    return new Map(
      chosen[t].map((index) => {
        const weight = parameters[tensor.offset + index];
        const f = alongWeight(batch, signals, tensor, index);
        const first = (FIRST_STEP * Math.max(1, Math.abs(weight))) / lever;
        const difference = differentiate(f, weight, { first, rounding, goal });
        if (difference === undefined) return [index, undefined];
        // The estimate of the error is an estimate; before a gradient is called wrong, finer steps have a look.
        const denied = Math.abs(difference.value - gradient[tensor.offset + index]) > difference.error + goal / EXACTER;
        const finer = denied ? differentiate(f, weight, { first: SECOND_LOOK * first, rounding, goal }) : undefined;
        return [index, finer ?? difference];
      }),
    );
  });
}

/** What a weight's change moves a field by, at most: fields of size 1 are what φ, and a cosine, bend over. */
function leverOf({ subject }: Batch, signals: readonly Signals[], { layer, role }: ParameterTensor): number {
  const { rows, input } = signals[layer];
  return weightsOf(subject.network.layers[layer]).lever(role, largestOf(input), input.length / rows);
}
