/**
 * The conformance suite: any engine beside the oracle, through everything that the contract offers, on one case at a time.
 *
 * Runs wherever engines run, in Node and in browsers, under any test runner or none. The cases are in
 * `conformanceCases.ts`; the oracle (the reference engine) is an argument, because this file knows no engine.
 */

import {
  completeProblem,
  type Engine,
  type LoadedPatterns,
  type Numbers,
  type Patterns,
  type Problem,
  type ProblemOptions,
  type RunOptions,
  type Session,
} from "../../src/engines/engine.ts";
import type { Layer } from "../../src/network/layers.ts";
import { type DesiredKind, desiredWidth, lossOf } from "../../src/network/losses.ts";
import { fewestBatchRows, type Network } from "../../src/network/network.ts";
import type { ParameterLayout } from "../../src/network/parameters.ts";
import { type Random, random } from "../../src/random.ts";

/** What is learned in a case; all the rest follows from it. */
export interface ConformanceCase {
  readonly name: string;
  readonly problem: ProblemOptions;
  /** N, how many patterns there are. */
  readonly patterns: number;
  /** Whether each pattern has a weight, some of them 0; false when absent. */
  readonly weighted?: boolean;
  /** The standard deviation of the inputs, and of desired outputs that are no probabilities or classes; 1 when absent. */
  readonly size?: number;
}

/** The element that is farthest from the oracle's. */
export interface Deviation {
  /** |found − expected| / max(|expected|, the floor of its array): see `tolerances`. */
  readonly error: number;
  /** "run of 10 steps: parameters of layers.0.weights". */
  readonly place: string;
  readonly index: number;
  readonly found: number;
  readonly expected: number;
}

/**
 * The largest error allowed, by the numbers that an engine computes with.
 *
 * Float32 rounds to u = 2⁻²⁴ = 6e-8. The sums have up to some hundred terms, φ and ℓ are a few ulp off, and seventeen steps
 * of learning carry it all on: the worst of two hundred cases is some 300 u, and 800 u are allowed. A sum of terms that
 * cancel is as exact as its terms and not as itself, so a small element is measured against a floor: a tenth of the largest
 * in its array, a hundredth of the largest in all tensors, and 0.01 for fields, outputs and losses, which are differences of
 * numbers near 1. A kernel that leaves out a term or a pattern is off by a thousandth or more.
 */
export const tolerances: Readonly<Record<Engine["precision"], number>> = { float32: 5e-5, float64: 1e-11 };

/** The parts of the largest number, in an array and in all tensors, that are an element's floor. */
const ARRAY_FLOOR = 0.1;
const TENSORS_FLOOR = 0.01;
/** The floor of fields, outputs and losses. */
const SIGNAL_FLOOR = 0.01;
/** The floor of gradients, which get small from layer to layer, and of what follows from them: float32 holds no relative error below 1e-38. */
const UNDERFLOW = 1e-30;

/** Steps of the first run; its last batch is half full. */
const STEPS = 10;
/** Four steps whose rate, decay and dropout move; what is 0 and what is 1 is among them. */
const FACTORS = { rateFactors: [1, 0.5, 0, 1.5], decayFactors: [0, 2, 1, 0.5], dropoutFactors: [1, 0.5, 0, 0.25] };

/** Compares an engine with the oracle. @returns the worst element of all that was compared */
export async function conform(engine: Engine, oracle: Engine, caseOf: ConformanceCase): Promise<Deviation> {
  const all = await deviations(engine, oracle, caseOf);
  return all.reduce((worst, deviation) => (deviation.error > worst.error ? deviation : worst), NONE);
}

/**
 * Compares an engine with the oracle, place by place.
 *
 * @returns the worst element of every array that differs in a bit; an error of Infinity where lengths differ or a number is none
 */
export async function deviations(engine: Engine, oracle: Engine, caseOf: ConformanceCase): Promise<Deviation[]> {
  const problem = completeProblem(caseOf.problem);
  const draws = random(1, "conformance", caseOf.name);
  const patterns = drawPatterns(problem, caseOf, draws);
  using expected = await oracle.create(problem);
  using found = await engine.create(problem);
  const pair: Pair = { found, expected, loaded: [found.load(patterns), expected.load(patterns)], worst: new Map() };
  compareNetwork(pair, "start");
  await comparePredictions(pair, patterns, draws);
  await compareGradient(pair, patterns, draws);
  await compareRuns(pair, draws);
  await compareLearn(pair, drawPatterns(problem, { patterns: 1 }, draws));
  await comparePredictors(pair, engine, oracle, patterns);
  return [...pair.worst.values()];
}

/** A deviation in words, for the message of a test that fails. */
export function deviationText({ error, place, index, found, expected }: Deviation): string {
  return `${place}, element ${index}: found ${found}, expected ${expected}, relative error ${error.toExponential(2)}`;
}

const NONE: Deviation = { error: 0, place: "nothing differs", index: 0, found: 0, expected: 0 };

/** Two sessions that do the same, and by place the worst difference so far. */
interface Pair {
  readonly found: Session;
  readonly expected: Session;
  readonly loaded: readonly [found: LoadedPatterns, expected: LoadedPatterns];
  readonly worst: Map<string, Deviation>;
}

/** Keeps the worst element of two arrays, where it is worse than the worst so far at this place. */
function compare(
  pair: Pair,
  place: string,
  found: ArrayLike<number>,
  expected: ArrayLike<number>,
  leastFloor = SIGNAL_FLOOR,
): void {
  if (found.length !== expected.length) {
    const [error, index] = [Number.POSITIVE_INFINITY, 0];
    pair.worst.set(place, {
      error,
      place: `length of ${place}`,
      index,
      found: found.length,
      expected: expected.length,
    });
    return;
  }
  const floor = Math.max(leastFloor, ARRAY_FLOOR * largestOf(expected));
  for (let i = 0; i < expected.length; i++) {
    if (Object.is(found[i], expected[i])) continue;
    const relative = Math.abs(found[i] - expected[i]) / Math.max(Math.abs(expected[i]), floor);
    const error = Number.isNaN(relative) ? (found[i] === expected[i] ? 0 : Number.POSITIVE_INFINITY) : relative;
    if (error > (pair.worst.get(place)?.error ?? -1)) {
      pair.worst.set(place, { error, place, index: i, found: found[i], expected: expected[i] });
    }
  }
}

function largestOf(numbers: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < numbers.length; i++) largest = Math.max(largest, Math.abs(numbers[i]));
  return largest;
}

/** Compares arrays laid out like the parameters, tensor by tensor: layers differ in the size of their numbers. */
function compareTensors(pair: Pair, place: string, layout: ParameterLayout, found: Numbers, expected: Numbers): void {
  const floor = Math.max(UNDERFLOW, TENSORS_FLOOR * largestOf(expected));
  for (const { name, offset, length } of layout.tensors) {
    const own = (numbers: Numbers): Numbers => numbers.subarray(offset, offset + length);
    compare(pair, `${place} of ${name}`, own(found), own(expected), floor);
  }
}

/** Compares what a step changes. */
function compareNetwork(pair: Pair, when: string): void {
  const { found, expected } = pair;
  compare(pair, `${when}: step`, [found.step], [expected.step]);
  compareTensors(pair, `${when}: parameters`, expected.layout, found.parameters, expected.parameters);
  compareTensors(pair, `${when}: gradients`, expected.layout, found.gradients, expected.gradients);
  for (const [slot, numbers] of Object.entries(expected.slots)) {
    compareTensors(pair, `${when}: ${slot}`, expected.layout, found.slots[slot], numbers);
  }
}

/** Compares what the neurons of every layer saw and said. */
function compareSignals(pair: Pair, when: string): void {
  const { layers } = pair.expected.problem.network;
  // Below a softmax or a normalisation a local gradient is a sum of terms that cancel, and as exact as those.
  const largest = Math.max(...layers.map((_, index) => largestOf(pair.expected.signals(index).localGradient)));
  const floor = Math.max(UNDERFLOW, TENSORS_FLOOR * largest);
  layers.forEach((layer: Layer, index) => {
    const [found, expected] = [pair.found.signals(index), pair.expected.signals(index)];
    const place = (signal: string): string => `${when}: ${signal} of layer ${index} (${layer.kind})`;
    compare(pair, place("rows"), [found.rows], [expected.rows]);
    compare(pair, place("inducedField"), found.inducedField, expected.inducedField);
    compare(pair, place("output"), found.output, expected.output);
    compare(pair, place("localGradient"), found.localGradient, expected.localGradient, floor);
  });
}

async function comparePredictions(pair: Pair, { inputs }: Patterns, draws: Random): Promise<void> {
  const { found, expected, loaded } = pair;
  const { rows } = loaded[1];
  const some = drawRows(draws, rows, rows + 2);
  compare(pair, "evaluate", [await found.evaluate(loaded[0])], [await expected.evaluate(loaded[1])]);
  compare(pair, "evaluate rows", [await found.evaluate(loaded[0], some)], [await expected.evaluate(loaded[1], some)]);
  compare(pair, "predict", await found.predict(inputs), await expected.predict(inputs));
}

/** Compares the outputs of every layer. */
async function compareActivations(pair: Pair, inputs: Numbers): Promise<void> {
  const { found, expected } = pair;
  const [own, wanted] = [await found.activations(inputs), await expected.activations(inputs)];
  compare(pair, "activations: layers", [own.length], [wanted.length]);
  for (const [layer, outputs] of wanted.entries()) compare(pair, `activations of layer ${layer}`, own[layer], outputs);
}

/** A batch that need not be full, its gradient, and the update that follows from it. */
async function compareGradient(pair: Pair, { inputs }: Patterns, draws: Random): Promise<void> {
  const { found, expected, loaded } = pair;
  const rows = drawRows(draws, loaded[1].rows, Math.ceil((2 * expected.problem.batchSize) / 3));
  for (const dropoutFactor of [0, 0.5, undefined]) {
    const loss = [await found.gradient(loaded[0], rows, dropoutFactor)];
    compare(pair, "gradient: loss", loss, [await expected.gradient(loaded[1], rows, dropoutFactor)]);
  }
  await compareActivations(pair, inputs);
  compareNetwork(pair, "gradient"); // which the activations left as they were
  compareSignals(pair, "gradient");
  for (const factors of [[], [0.7], [0.9, 0.5]]) {
    await found.update(...factors);
    await expected.update(...factors);
    compareNetwork(pair, "update");
  }
}

/** A run of ten steps, the last batch half full; then one of smaller batches whose factors move. */
async function compareRuns(pair: Pair, draws: Random): Promise<void> {
  const { batchSize } = pair.expected.problem;
  const half = Math.ceil(batchSize / 2);
  await compareRun(pair, `run of ${STEPS} steps`, drawRows(draws, pair.loaded[1].rows, (STEPS - 1) * batchSize + half));
  const rows = drawRows(draws, pair.loaded[1].rows, FACTORS.rateFactors.length * half);
  await compareRun(pair, "run with factors", rows, { batchSize: half, ...FACTORS });
}

async function compareRun(pair: Pair, when: string, rows: Uint32Array, options?: RunOptions): Promise<void> {
  const { found, expected, loaded } = pair;
  const losses = await found.run(loaded[0], rows, options);
  compare(pair, `${when}: losses`, losses, await expected.run(loaded[1], rows, options));
  compareNetwork(pair, when);
  compareSignals(pair, when);
}

/** Learns from one new pattern, where the network can. */
async function compareLearn(pair: Pair, { inputs, desired }: Patterns): Promise<void> {
  const { found, expected } = pair;
  if (fewestBatchRows(expected.problem.network) > 1) return;
  const learned = [await found.learn(inputs, desired)];
  compare(pair, "learn: loss", learned, [await expected.learn(inputs, desired)]);
  compareNetwork(pair, "learn");
  compareSignals(pair, "learn");
}

async function comparePredictors(pair: Pair, engine: Engine, oracle: Engine, { inputs }: Patterns): Promise<void> {
  const { network } = pair.expected.problem;
  const parameters = pair.expected.parameters;
  using found = await engine.predictor(network, parameters);
  using expected = await oracle.predictor(network, parameters);
  const outputs = expected.predict(inputs);
  compare(pair, "predictor: predict", found.predict(inputs), outputs);
  const rows = new Float64Array(outputs.length);
  for (let row = 0; row * network.inputs < inputs.length; row++) {
    const input = inputs.subarray(row * network.inputs, (row + 1) * network.inputs);
    found.predictRow(input, rows.subarray(row * network.outputs, (row + 1) * network.outputs));
  }
  compare(pair, "predictor: predictRow", rows, outputs);
}

/** Rows with repetition, in no order. */
function drawRows(draws: Random, rows: number, count: number): Uint32Array {
  return Uint32Array.from({ length: count }, () => draws.integer(rows));
}

/** Patterns that float32 holds exactly, so that engines of both precisions learn from the same; codes where codes are read. */
export function drawPatterns(
  { network, loss }: Problem,
  { patterns, weighted = false, size = 1 }: Pick<ConformanceCase, "patterns" | "weighted" | "size">,
  draws: Random,
): Patterns {
  const number = (): number => size * draws.normal();
  const draw: Readonly<Record<DesiredKind, () => number>> = {
    values: number,
    class: () => draws.integer(network.outputs),
    flags: () => [0, 1, 0, 1, 0.25][draws.integer(5)], // mostly 0 or 1, with a probability between here and there
  };
  const inputs = Float32Array.from({ length: patterns * network.inputs }, number);
  const width = desiredWidth(loss, network.outputs);
  const desired = Float32Array.from({ length: patterns * width }, draw[lossOf(loss).desired]);
  drawCodes(network, inputs, draws);
  if (!weighted) return { inputs, desired };
  const sampleWeights = Float32Array.from({ length: patterns }, (_, n) =>
    n % 5 === 4 ? 0 : 0.25 + 2 * draws.uniform(),
  );
  return { inputs, desired, sampleWeights };
}

/** Writes codes into the inputs that an embedding reads, some of them none that it has. */
function drawCodes({ inputs: width, layers }: Network, inputs: Float32Array, draws: Random): void {
  let before = 0; // what a periodic embedding puts before its inputs
  for (const layer of layers) {
    if (layer.kind === "periodic") before += layer.columns.length * layer.units;
    if (layer.kind !== "embedding") continue;
    for (const { column, cardinality } of layer.columns) {
      for (let at = column - before; at < inputs.length; at += width) {
        inputs[at] = draws.integer(8) === 0 ? [-1, 0.5, cardinality][draws.integer(3)] : draws.integer(cardinality);
      }
    }
  }
}
