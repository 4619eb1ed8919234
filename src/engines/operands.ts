/**
 * Checks of what a caller hands to a session or a predictor, once a call, before anything is changed by it.
 *
 * Every engine makes the same checks, so that all refuse the same: numbers must be finite in float32 for engines of float64
 * too. Part of the contract, `engine.ts`, which hands these names on; knows no engine.
 */
import { counted } from "../counted.ts";
import { DescriptionError, GradusError, requireKnown, requireThat, ShapeError, shown } from "../errors.ts";
import { isDetached, numbers, requireKind } from "../kinds.ts";
import { desiredWidth, type Loss, lossOf } from "../network/losses.ts";
import { fewestBatchRows, type Network, requireBatchRows } from "../network/network.ts";
import { refuseOneHot } from "../network/oneHot.ts";

/** Examples as a caller gives them, before they are checked. */
export interface GivenPatterns {
  readonly inputs: ArrayLike<number>;
  readonly desired: ArrayLike<number>;
  readonly sampleWeights?: ArrayLike<number>;
}

export interface RunOptions {
  /** Examples in each step; the problem's batch size when absent. The last step takes the remaining ones. */
  readonly batchSize?: number;
  /**
   * Instead of `batchSize`, where several processes train together: how many of the rows each step takes, 0 where its batch has
   * rows of other processes alone.
   */
  readonly batchSizes?: ArrayLike<number>;
  /** One factor of the learning rate for each step, at least 0; all 1 when absent. */
  readonly rateFactors?: ArrayLike<number>;
  /**
   * One factor of the optimizer's decoupled weight decay for each step, at least 0, in addition to that of the rate;
   * all 1 when absent.
   */
  readonly decayFactors?: ArrayLike<number>;
  /** One factor in [0, 1] of all dropout rates for each step; all 1 when absent. */
  readonly dropoutFactors?: ArrayLike<number>;
}

/** What a problem says of the numbers that are given for it. */
interface Asked {
  readonly network: Network;
  readonly loss: Loss;
}

/** From here on a number rounds to infinity in float32. */
const FLOAT32_END = 2 ** 128 - 2 ** 103;

/** Whether a value is a number that float32 holds as a finite one. */
export function isFiniteInFloat32(value: unknown): boolean {
  return typeof value === "number" && Math.abs(value) < FLOAT32_END;
}

/** What is wrong with a value, for a message: "NaN", "1e+300, which float32 cannot represent". */
function found(value: unknown): string {
  return Number.isFinite(value) ? `${value}, which float32 cannot represent` : shown(value);
}

/** @throws {DescriptionError} unless a value has elements by index, as arrays have */
export function requireArray(what: string, values: unknown): asserts values is ArrayLike<unknown> {
  const length = typeof values === "object" ? (values as Partial<ArrayLike<unknown>> | null)?.length : undefined;
  requireThat(what, values, Number.isSafeInteger(length) && Number(length) >= 0, "an array of numbers");
  if (isDetached(values)) {
    throw new DescriptionError(`Expected ${what} to be an array of numbers, found one whose memory was transferred.`);
  }
}

/**
 * Checks numbers.
 *
 * @param width numbers a row, for what has rows
 * @throws {DescriptionError} the first that is no number, or not finite in float32, with its place
 */
export function requireNumbers(what: string, values: ArrayLike<number>, width?: number): void {
  for (let i = 0; i < values.length; i++) {
    const value: unknown = values[i];
    if (typeof value === "number" && Math.abs(value) < FLOAT32_END) continue;
    const place = width === undefined ? `at index ${i}` : `in row ${Math.floor(i / width)}, column ${i % width}`;
    throw new DescriptionError(
      `Expected ${what} to be finite numbers, found ${found(value)} ${place} (counted from 0).`,
    );
  }
}

/**
 * Checks patterns against a problem.
 *
 * @param which a word for messages: "validation"
 * @returns the number of rows
 * @throws {ShapeError} naming the array, the length expected and the length found
 * @throws {DescriptionError} a value that is no finite number, a class index that no output stands for, a weight below 0
 */
export function requirePatterns({ network, loss }: Asked, patterns: GivenPatterns, which = ""): number {
  requireUnloaded(patterns, which);
  requireKnown(patterns, patternNames, which === "" ? "load" : `the ${which} patterns`);
  const { inputs, desired, sampleWeights } = patterns;
  const width = desiredWidth(loss, network.outputs);
  requireArray("desired", desired);
  requireArray("inputs", inputs);
  requireFlat("desired", desired);
  if (lossOf(loss).desired === "class") {
    refuseOneHot("desired", desired, inputs.length / network.inputs, network.outputs);
  }
  const rows = desired.length / width;
  if (!Number.isInteger(rows)) {
    throw new ShapeError(
      `Expected desired to have ${width} numbers for each row, found ${counted(desired.length, "number")} in all.`,
    );
  }
  requireShape(network, inputs, rows, ` Desired has ${counted(rows, "row")}.`);
  requireNumbers(`${which} inputs`.trim(), inputs, network.inputs);
  requireNumbers(`${which} targets (desired)`.trim(), desired, width);
  requireMeaning({ network, loss }, desired, width);
  if (sampleWeights !== undefined) requireWeights(sampleWeights, rows);
  return rows;
}

/**
 * The check of one example, as `learn` takes it. A step of a small network takes less time than `requirePatterns`: what the problem asks
 * for is worked out once, and only what isn't plainly right goes through the checks that make the errors.
 *
 * @returns throws a `ShapeError` for more or fewer numbers than one example has, and what `requirePatterns` throws
 */
export function exampleCheck({ network, loss }: Asked): (input: ArrayLike<number>, desired: ArrayLike<number>) => void {
  const width = desiredWidth(loss, network.outputs);
  const isEnough = fewestBatchRows(network) <= 1;
  return (input, desired) => {
    if (isEnough && areHeld(input, network.inputs) && areHeld(desired, width)) {
      requireMeaning({ network, loss }, desired, width);
      return;
    }
    requireExampleShape({ network, loss }, input, desired);
    requirePatterns({ network, loss }, { inputs: input, desired });
  };
}

/** Whether these are so many numbers that float32 holds. */
function areHeld(values: ArrayLike<number>, count: number): boolean {
  if (typeof values !== "object" || values?.length !== count) return false;
  for (let i = 0; i < count; i++) {
    const value: unknown = values[i];
    if (typeof value !== "number" || !(Math.abs(value) < FLOAT32_END)) return false;
  }
  return true;
}

function requireExampleShape({ network, loss }: Asked, input: ArrayLike<number>, desired: ArrayLike<number>): void {
  requireBatchRows(network, 1, "the rows of a step, of which learn gives one,");
  requireArray("desired", desired);
  const isClass = lossOf(loss).desired === "class";
  requireShape(network, input, 1);
  if (isClass) refuseOneHot("desired", desired, 1, network.outputs);
  const width = desiredWidth(loss, network.outputs);
  if (desired.length === width) return;
  const expected = isClass ? "1 number, the class index," : `${counted(width, "number")}, one for each output,`;
  throw new ShapeError(`Expected ${expected} in desired, found ${desired.length}.`);
}

const patternNames = { inputs: true, desired: true, sampleWeights: true } satisfies Record<keyof GivenPatterns, true>;

/** Refuses what `load` returns where what it takes is expected. */
function requireUnloaded(patterns: unknown, which: string): void {
  if (typeof patterns !== "object" || patterns === null || !("dispose" in patterns)) return;
  const what = which === "" ? "load's patterns" : `the ${which} patterns`;
  throw new DescriptionError(
    `Expected ${what} to be { inputs, desired }, found what load returned. Give the arrays: they are loaded by this call.`,
  );
}

/**
 * Loaded patterns as the session's own.
 *
 * @param known whether they are of the session's own class and of this very session
 * @throws {DescriptionError} those of another session, or patterns that were not loaded
 * @throws {GradusError} those that were disposed
 */
export function requireOwn(patterns: unknown, known: boolean): void {
  const isLoaded = typeof patterns === "object" && patterns !== null && "rows" in patterns && "dispose" in patterns;
  if (!isLoaded) {
    throw new DescriptionError(
      `Expected loaded patterns, found ${shown(patterns)}. Load them first: session.load({ inputs, desired }).`,
    );
  }
  if (!known) throw new DescriptionError("These patterns were loaded by another session. Load them into this one.");
  if ("disposed" in patterns && patterns.disposed === true) {
    throw new GradusError("These patterns were disposed. Load them again.");
  }
}

/** @throws {DescriptionError} desired responses that aren't flags or classes where the loss wants those */
function requireMeaning({ network, loss }: Asked, desired: ArrayLike<number>, width: number) {
  const kind = lossOf(loss).desired;
  if (kind === "values") return;
  const last = kind === "class" ? network.outputs - 1 : 1;
  for (let i = 0; i < desired.length; i++) {
    const value = desired[i];
    if (value >= 0 && value <= last && (kind === "flags" || Number.isInteger(value))) continue;
    const expected = kind === "class" ? `a class index from 0 to ${last}` : "flags from 0 to 1";
    throw new DescriptionError(`Expected ${expected} in desired, found ${value} in row ${Math.floor(i / width)}.`);
  }
}

function requireWeights(weights: ArrayLike<number>, rows: number): void {
  requireArray("sampleWeights", weights);
  if (weights.length !== rows) {
    throw new ShapeError(`Expected ${rows} sampleWeights, one for each row, found ${weights.length}.`);
  }
  for (let row = 0; row < rows; row++) {
    if (isFiniteInFloat32(weights[row]) && weights[row] >= 0) continue;
    throw new DescriptionError(
      `Expected finite sample weights of at least 0, found ${found(weights[row])} in row ${row}.`,
    );
  }
}

/**
 * What a run is made of, checked against the problem.
 *
 * @param ranks how many processes train together
 * @returns the batch size, the number of steps, and how many rows each has where that was given
 */
export function requireRun(
  problem: Pick<Asked, "network"> & { readonly batchSize: number },
  rows: Uint32Array,
  options: RunOptions,
  ranks = 1,
): { batchSize: number; steps: number; counts: ArrayLike<number> | undefined } {
  requireKnown(options, runNames, "run");
  const counts = options.batchSizes;
  if (counts !== undefined) requireCounts(counts, rows.length, options, ranks);
  const { batchSize = problem.batchSize, rateFactors, decayFactors, dropoutFactors } = options;
  const holds = Number.isInteger(batchSize) && batchSize >= 1 && batchSize <= problem.batchSize;
  requireThat("batchSize", batchSize, holds, `a whole number from 1 to the problem's ${problem.batchSize}`);
  requireBatchRows(problem.network, batchSize, "batchSize");
  const steps = counts?.length ?? Math.ceil(rows.length / batchSize);
  for (const [name, factors] of Object.entries({ rateFactors, decayFactors, dropoutFactors })) {
    if (factors === undefined) continue;
    requireArray(name, factors);
    if (factors.length !== steps) {
      throw new DescriptionError(`Expected ${steps} ${name}, one for each step, found ${factors.length}.`);
    }
    for (let step = 0; step < steps; step++) {
      if (isFactor(name, factors[step])) continue;
      requireFactor(name, factors[step], ` of step ${step}, counted from 0,`);
    }
  }
  return { batchSize, steps, counts };
}

/** @throws {DescriptionError} other than a number of rows for each step, all rows together */
function requireCounts(counts: ArrayLike<number>, rows: number, { batchSize }: RunOptions, ranks: number): void {
  if (ranks === 1) throw new DescriptionError("batchSizes is for sessions of several processes. Give batchSize.");
  if (batchSize !== undefined) throw new DescriptionError("Expected batchSize or batchSizes, found both.");
  requireArray("batchSizes", counts);
  let sum = 0;
  for (let step = 0; step < counts.length; step++) {
    const holds = Number.isInteger(counts[step]) && counts[step] >= 0;
    requireThat(`batchSizes of step ${step}, counted from 0,`, counts[step], holds, "a whole number of at least 0");
    sum += counts[step];
  }
  requireThat("the sum of batchSizes", sum, sum === rows, `${rows}, the number of rows`);
}

const runNames = {
  batchSize: true,
  batchSizes: true,
  rateFactors: true,
  decayFactors: true,
  dropoutFactors: true,
} satisfies Record<keyof RunOptions, true>;

/** Whether a value may be one of the named factors: dropout rates can't grow, the others can't be turned round. */
function isFactor(name: string, value: number): boolean {
  return Number.isFinite(value) && value >= 0 && (value <= 1 || !name.startsWith("dropout"));
}

/** @param place " of step 3", or nothing @throws {DescriptionError} a factor that is none */
export function requireFactor(name: string, value: number, place = ""): void {
  const range = name.startsWith("dropout") ? "a number from 0 to 1" : "a finite number of at least 0";
  requireThat(`${name}${place}`, value, isFactor(name, value), range);
}

/** The most that a Uint32 holds, and one more. */
const UINT32_END = 2 ** 32;

/**
 * Row numbers from any list of them.
 *
 * @returns the very array where it is a Uint32Array, which holds nothing else
 * @throws {DescriptionError} what is no list; a number that is no row, with its place
 */
export function rowIndices(rows: ArrayLike<number>): Uint32Array {
  if (Object.prototype.toString.call(rows) === "[object Uint32Array]") return rows as Uint32Array;
  requireKind("rows", rows, numbers);
  for (let i = 0; i < rows.length; i++) {
    const row: unknown = rows[i];
    if (Number.isInteger(row) && (row as number) >= 0 && (row as number) < UINT32_END) continue;
    throw new DescriptionError(
      `Expected rows to be whole numbers of at least 0, found ${shown(row)} at index ${i} (counted from 0).`,
    );
  }
  return Uint32Array.from(rows);
}

/** @throws {DescriptionError} unless it can be how many updates have been made */
export function requireStep(step: number): void {
  requireThat("step", step, Number.isSafeInteger(step) && step >= 0, "a whole number of at least 0");
}

/**
 * Leaves the numbers themselves to the loop that copies them: a loop that all arrays share is slower than a prediction's own.
 *
 * @throws {ShapeError | DescriptionError} unless a row of inputs and the room for its outputs have the network's widths
 */
export function requireRow(network: Network, input: ArrayLike<number>, output: ArrayLike<number>): void {
  requireShape(network, input, 1);
  const holdsNumbers = output instanceof Float32Array || output instanceof Float64Array;
  requireThat("output", output, holdsNumbers, "a Float32Array or a Float64Array");
  if (output.length !== network.outputs) {
    throw new ShapeError(`Expected an output array of length ${network.outputs}, found ${output.length}.`);
  }
}

/**
 * @returns the rows
 * @throws {ShapeError} unless inputs are whole rows of the network's width, `rows` of them when given
 * @throws {DescriptionError} an input that is no finite number
 */
export function requireInputs(network: Network, inputs: ArrayLike<number>, rows?: number): number {
  const count = requireShape(network, inputs, rows);
  requireNumbers("inputs", inputs, network.inputs);
  return count;
}

/** @param why a sentence for the message: where the number of rows is from */
function requireShape(network: Network, inputs: ArrayLike<number>, rows?: number, why = ""): number {
  requireArray("inputs", inputs);
  const count = rows ?? inputs.length / network.inputs;
  if (!Number.isInteger(count) || inputs.length !== count * network.inputs) {
    requireFlat("inputs", inputs);
    const expected = Number.isInteger(count) ? `${counted(count, "row")} of` : "rows of";
    throw new ShapeError(
      `Expected inputs of ${expected} ${counted(network.inputs, "number")}, found ${counted(inputs.length, "number")} in all.${why}`,
    );
  }
  return count;
}

/** Refuses a list of rows; looks at the first entry alone, since each entry is checked later. */
function requireFlat(what: string, values: ArrayLike<unknown>): void {
  const first = values[0];
  if (typeof first !== "object" || first === null) return;
  throw new ShapeError(
    `Expected ${what} to be one flat list of numbers, row after row, found a list of ${Array.isArray(first) ? "lists" : shown(first)}. ${what}.flat() makes it flat.`,
  );
}
