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
  return worstOf(await deviations(engine, oracle, caseOf));
}

/**
 * Compares an engine with the oracle, place by place.
 *
 * @returns the worst element of every array that differs in a bit; an error of Infinity where lengths differ or a number is none
 */
export async function deviations(engine: Engine, oracle: Engine, caseOf: ConformanceCase): Promise<Deviation[]> {
  const expected = await computed(oracle, caseOf);
  return differences(await computed(engine, caseOf, expected.parameters), expected);
}

/** The largest of deviations. */
export function worstOf(all: readonly Deviation[]): Deviation {
  return all.reduce((worst, deviation) => (deviation.error > worst.error ? deviation : worst), NONE);
}

/** A deviation in words, for the message of a test that fails. */
export function deviationText({ error, place, index, found, expected }: Deviation): string {
  return `${place}, element ${index}: found ${found}, expected ${expected}, relative error ${error.toExponential(2)}`;
}

const NONE: Deviation = { error: 0, place: "nothing differs", index: 0, found: 0, expected: 0 };

/** What an engine computes in a case, in the order in which it does. */
export interface Computed {
  readonly arrays: readonly Computation[];
  /** Those at the end, which predictors have. */
  readonly parameters: Numbers;
}

interface Computation {
  readonly place: string;
  /** A copy: sessions go on in the same memory. */
  readonly numbers: ArrayLike<number>;
  /** The least that an element is measured against, where these are the oracle's. */
  readonly floor: number;
}

/** An engine's session in a case, and what it has computed so far. */
interface Course {
  readonly session: Session;
  readonly loaded: LoadedPatterns;
  readonly arrays: Computation[];
}

/**
 * Has an engine do all that the contract offers.
 *
 * @param parameters of the predictors, the oracle's; the session's own when absent
 */
export async function computed(engine: Engine, caseOf: ConformanceCase, parameters?: Numbers): Promise<Computed> {
  const problem = completeProblem(caseOf.problem);
  const draws = random(1, "conformance", caseOf.name);
  const patterns = drawPatterns(problem, caseOf, draws);
  using session = await engine.create(problem);
  const course: Course = { session, loaded: session.load(patterns), arrays: [] };
  noteNetwork(course, "start");
  await predict(course, patterns, draws);
  await takeGradient(course, patterns, draws);
  await makeRuns(course, draws);
  await learn(course, drawPatterns(problem, { patterns: 1 }, draws));
  const own = parameters ?? session.parameters.slice();
  await predictAlone(course, engine, own, patterns);
  return { arrays: course.arrays, parameters: own };
}

/** The worst element at each place, where one differs in a bit. */
export function differences(found: Computed, expected: Computed): Deviation[] {
  const worst = new Map<string, Deviation>();
  const lengths = [found.arrays.length, expected.arrays.length];
  if (lengths[0] !== lengths[1]) compare(worst, "arrays", [lengths[0]], [lengths[1]], SIGNAL_FLOOR);
  for (const [at, { place, numbers, floor }] of expected.arrays.entries()) {
    const own = found.arrays[at];
    compare(worst, place, own?.place === place ? own.numbers : [], numbers, floor);
  }
  return [...worst.values()];
}

/** Keeps the worst element of two arrays, where it is worse than the worst so far at this place. */
function compare(
  worst: Map<string, Deviation>,
  place: string,
  found: ArrayLike<number>,
  expected: ArrayLike<number>,
  leastFloor: number,
): void {
  if (found.length !== expected.length) {
    const lengths = { found: found.length, expected: expected.length };
    worst.set(place, { error: Number.POSITIVE_INFINITY, place: `length of ${place}`, index: 0, ...lengths });
    return;
  }
  const floor = Math.max(leastFloor, ARRAY_FLOOR * largestOf(expected));
  for (let i = 0; i < expected.length; i++) {
    if (Object.is(found[i], expected[i])) continue;
    const relative = Math.abs(found[i] - expected[i]) / Math.max(Math.abs(expected[i]), floor);
    const error = Number.isNaN(relative) ? (found[i] === expected[i] ? 0 : Number.POSITIVE_INFINITY) : relative;
    if (error > (worst.get(place)?.error ?? -1)) {
      worst.set(place, { error, place, index: i, found: found[i], expected: expected[i] });
    }
  }
}

function largestOf(numbers: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < numbers.length; i++) largest = Math.max(largest, Math.abs(numbers[i]));
  return largest;
}

function note({ arrays }: Course, place: string, numbers: Numbers | readonly number[], floor = SIGNAL_FLOOR): void {
  arrays.push({ place, numbers: numbers.slice(), floor });
}

/** Notes arrays laid out like the parameters, tensor by tensor: layers differ in the size of their numbers. */
function noteTensors(course: Course, place: string, numbers: Numbers): void {
  const floor = Math.max(UNDERFLOW, TENSORS_FLOOR * largestOf(numbers));
  for (const { name, offset, length } of course.session.layout.tensors) {
    note(course, `${place} of ${name}`, numbers.subarray(offset, offset + length), floor);
  }
}

/** Notes what a step changes. */
function noteNetwork(course: Course, when: string): void {
  const { session } = course;
  note(course, `${when}: step`, [session.step]);
  noteTensors(course, `${when}: parameters`, session.parameters);
  noteTensors(course, `${when}: gradients`, session.gradients);
  for (const [slot, numbers] of Object.entries(session.slots)) noteTensors(course, `${when}: ${slot}`, numbers);
}

/** Notes what the neurons of every layer saw and said. */
function noteSignals(course: Course, when: string): void {
  const { layers } = course.session.problem.network;
  const all = layers.map((layer: Layer, index) => ({ layer, index, ...course.session.signals(index) }));
  // Below a softmax or a normalisation a local gradient is a sum of terms that cancel, and as exact as those.
  const largest = Math.max(...all.map(({ localGradient }) => largestOf(localGradient)));
  const floor = Math.max(UNDERFLOW, TENSORS_FLOOR * largest);
  for (const { layer, index, rows, inducedField, output, localGradient } of all) {
    const place = (signal: string): string => `${when}: ${signal} of layer ${index} (${layer.kind})`;
    note(course, place("rows"), [rows]);
    note(course, place("inducedField"), inducedField);
    note(course, place("output"), output);
    note(course, place("localGradient"), localGradient, floor);
  }
}

async function predict(course: Course, { inputs }: Patterns, draws: Random): Promise<void> {
  const { session, loaded } = course;
  const some = drawRows(draws, loaded.rows, loaded.rows + 2);
  note(course, "evaluate", [await session.evaluate(loaded)]);
  note(course, "evaluate rows", [await session.evaluate(loaded, some)]);
  note(course, "predict", await session.predict(inputs));
}

/** The outputs of every layer. */
async function noteActivations(course: Course, inputs: Numbers): Promise<void> {
  const layers = await course.session.activations(inputs);
  note(course, "activations: layers", [layers.length]);
  for (const [layer, outputs] of layers.entries()) note(course, `activations of layer ${layer}`, outputs);
}

/** A batch that need not be full, its gradient, and the update that follows from it. */
async function takeGradient(course: Course, { inputs }: Patterns, draws: Random): Promise<void> {
  const { session, loaded } = course;
  const rows = drawRows(draws, loaded.rows, Math.ceil((2 * session.problem.batchSize) / 3));
  for (const dropoutFactor of [0, 0.5, undefined]) {
    note(course, "gradient: loss", [await session.gradient(loaded, rows, dropoutFactor)]);
  }
  await noteActivations(course, inputs);
  noteNetwork(course, "gradient"); // which the activations left as they were
  noteSignals(course, "gradient");
  for (const factors of [[], [0.7], [0.9, 0.5]]) {
    await session.update(...factors);
    noteNetwork(course, "update");
  }
}

/** A run of ten steps, the last batch half full; then one of smaller batches whose factors move. */
async function makeRuns(course: Course, draws: Random): Promise<void> {
  const { batchSize } = course.session.problem;
  const half = Math.ceil(batchSize / 2);
  await run(course, `run of ${STEPS} steps`, drawRows(draws, course.loaded.rows, (STEPS - 1) * batchSize + half));
  const rows = drawRows(draws, course.loaded.rows, FACTORS.rateFactors.length * half);
  await run(course, "run with factors", rows, { batchSize: half, ...FACTORS });
}

async function run(course: Course, when: string, rows: Uint32Array, options?: RunOptions): Promise<void> {
  note(course, `${when}: losses`, await course.session.run(course.loaded, rows, options));
  noteNetwork(course, when);
  noteSignals(course, when);
}

/** Learns from one new pattern, where the network can. */
async function learn(course: Course, { inputs, desired }: Patterns): Promise<void> {
  if (fewestBatchRows(course.session.problem.network) > 1) return;
  note(course, "learn: loss", [await course.session.learn(inputs, desired)]);
  noteNetwork(course, "learn");
  noteSignals(course, "learn");
}

async function predictAlone(course: Course, engine: Engine, parameters: Numbers, { inputs }: Patterns): Promise<void> {
  const { network } = course.session.problem;
  using predictor = await engine.predictor(network, parameters);
  const outputs = predictor.predict(inputs);
  note(course, "predictor: predict", outputs);
  const rows = new Float64Array(outputs.length);
  for (let row = 0; row * network.inputs < inputs.length; row++) {
    const input = inputs.subarray(row * network.inputs, (row + 1) * network.inputs);
    predictor.predictRow(input, rows.subarray(row * network.outputs, (row + 1) * network.outputs));
  }
  note(course, "predictor: predictRow", rows);
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
