/**
 * What a piece of a graph computes, recognized by its values: the piece is evaluated at samples, and what the library has is
 * compared with it there. So x · σ(x), Swish and the many ways to write GELU are one thing.
 *
 * Samples lie densely where activations bend, and at each constant of the piece, where a threshold may be.
 */
import { type ActivationName, activations, type ElementwiseActivation, softmax } from "../../../network/activations.ts";
import { logistic } from "../../../network/expression/functions.ts";
import { random } from "../../../random.ts";
import { normalisedRow } from "./rowOperations.ts";
import { affine, affineOfAll, isNothing, type Step } from "./steps.ts";

/** Of each row of numbers [rows, W] what a piece makes of it, [rows, W']. */
export interface Piece {
  readonly width: number;
  readonly outputs: number;
  /** The numbers that it computes with. */
  readonly constants: readonly number[];
  /** @throws {ModelFileError} as `evaluate` does */
  readonly of: (rows: Float64Array, count: number) => ArrayLike<number>;
}

/** The constants of a file have seven digits; the tanh form of GELU, which is another function, differs by 5e-4. */
const CLOSE = 5e-7;

/** Relative to the output and to the input, whose rounding it carries along. */
function isClose(found: number, expected: number, input: number): boolean {
  return Math.abs(found - expected) <= CLOSE * (1 + Math.abs(expected) + Math.abs(input));
}

/** A power of two: factors come out without rounding. */
const FAR = 2 ** 40;

const elementwiseNames = (Object.keys(activations) as ActivationName[]).filter(
  (name) => activations[name].kind === "elementwise" && name !== "identity",
);
const formulaOf = (name: ActivationName): ((v: number) => number) => (activations[name] as ElementwiseActivation).value;

/** What an elementwise piece makes of some numbers: those of each sample in every signal. */
export class ElementwiseSamples {
  readonly width: number;
  readonly constants: readonly number[];
  readonly #piece: Piece;
  readonly #few: Sampled;
  #many: Sampled | undefined;

  constructor(piece: Piece) {
    this.width = piece.width;
    this.constants = piece.constants;
    this.#piece = piece;
    this.#few = this.#sampled(FEW);
  }

  /** @returns [numbers, W] */
  at(numbers: readonly number[]): ArrayLike<number> {
    const rows = new Float64Array(numbers.length * this.width);
    for (const [row, number] of numbers.entries()) rows.fill(number, row * this.width, (row + 1) * this.width);
    return this.#piece.of(rows, numbers.length);
  }

  /** Whether every signal's value is that of a function. A few samples exclude most, before many are computed. */
  every(f: (v: number, unit: number) => number): boolean {
    if (!this.#holds(this.#few, f)) return false;
    this.#many ??= this.#sampled(samplesFor(this.constants));
    return this.#holds(this.#many, f);
  }

  /** Such a vector for each signal. @param f of the signal's place */
  each(f: (unit: number) => number): Float64Array {
    return Float64Array.from({ length: this.width }, (_, unit) => f(unit));
  }

  #sampled(samples: readonly number[]): Sampled {
    return { samples, values: this.at(samples) };
  }

  #holds({ samples, values }: Sampled, f: (v: number, unit: number) => number): boolean {
    const { width } = this;
    return samples.every((v, row) => {
      for (let unit = 0; unit < width; unit++) if (!isClose(values[row * width + unit], f(v, unit), v)) return false;
      return true;
    });
  }
}

interface Sampled {
  readonly samples: readonly number[];
  /** [samples, W] */
  readonly values: ArrayLike<number>;
}

const FEW = [-3.5, -1, -0.25, 0.5, 2, 7];

function samplesFor(constants: readonly number[]): number[] {
  const grid = Array.from({ length: 385 }, (_, i) => -12 + i / 16);
  const small = [1e-4, 1e-3, 0.01, 0.03, 16, 19, 21, 30, 60].flatMap((v) => [v, -v]);
  const thresholds = constants
    .filter((constant) => Math.abs(constant) < 1e3)
    .slice(0, 32)
    .flatMap((constant) => [-1e-3, 0, 1e-3].flatMap((near) => [constant + near, -constant + near]));
  return [...grid, ...small, ...thresholds];
}

/** One of the library's activations as it is. */
export function plainActivation(samples: ElementwiseSamples): Step[] | undefined {
  const name = elementwiseNames.find((each) => samples.every(formulaOf(each)));
  return name === undefined ? undefined : [{ kind: "activation", name }];
}

/** s x + t, each signal with its own; [] where it changes nothing. */
export function affinePiece(samples: ElementwiseSamples): Step[] | undefined {
  const { width } = samples;
  const values = samples.at([FAR, -FAR, 0]);
  const scale = samples.each((unit) => exactly((values[unit] - values[width + unit]) / (2 * FAR)));
  const shift = samples.each((unit) => values[2 * width + unit]);
  if (!samples.every((v, unit) => scale[unit] * v + shift[unit])) return undefined;
  const found = affine(scale, shift);
  return isNothing(found) ? [] : [found];
}

/** 1 and −1 without the rounding of their computation. */
function exactly(factor: number): number {
  return Math.abs(Math.abs(factor) - 1) < 1e-14 ? Math.sign(factor) : factor;
}

/** x + α (φ(x) − x): PReLU with its slopes, and LeakyReLU with another than the usual one. */
export function parametricActivation(samples: ElementwiseSamples, isLearned: boolean): Step[] | undefined {
  for (const name of elementwiseNames) {
    const value = formulaOf(name);
    const at = -2; // where each activation differs from the identity
    const found = samples.at([at]);
    const slopes = samples.each((unit) => (found[unit] - at) / (value(at) - at));
    if (samples.every((v, unit) => v + slopes[unit] * (value(v) - v))) {
      return [{ kind: "parametric", name, slopes, isLearned }];
    }
  }
  return undefined;
}

/** s (elu(x), and α of it where x is below 0): ELU by another α, SELU by other numbers. */
export function bentElu(samples: ElementwiseSamples): Step[] | undefined {
  const { width } = samples;
  const found = samples.at([2, -2]);
  const scale = samples.each((unit) => found[unit] / 2);
  const alpha = samples.each((unit) => found[width + unit] / (scale[unit] * Math.expm1(-2)));
  const isBent = samples.every((v, unit) => scale[unit] * (v > 0 ? v : alpha[unit] * Math.expm1(v)));
  if (!isBent) return undefined;
  const after = affine(scale.map(roundedToOne), new Float64Array(width));
  return [
    { kind: "activation", name: "elu" },
    { kind: "parametric", name: "relu", slopes: alpha.map((own) => 1 - own), isLearned: false },
    ...(isNothing(after) ? [] : [after]),
  ];
}

/** s φ(a x) + t: softplus by another base, swish with a factor, ln σ(x). */
export function transformedActivation(samples: ElementwiseSamples): Step[] | undefined {
  const [first, second] = [-1.25, 1.5];
  const found = samples.at([first, second]);
  const { width } = samples;
  // σ(2 x) is itself before it is (1 + tanh x) / 2: an end that makes probabilities.
  for (const a of factorsOf(samples)) {
    if (samples.every((v) => logistic(a * v)) || samples.every((v) => temperedLogistic(v, a)))
      return [affineOfAll(width, a, 0), { kind: "activation", name: "logistic" }];
  }
  for (const a of factorsOf(samples)) {
    for (const name of elementwiseNames) {
      const value = formulaOf(name);
      const [low, high] = [value(a * first), value(a * second)];
      const scale = samples.each((unit) => (found[width + unit] - found[unit]) / (high - low));
      const shift = samples.each((unit) => found[unit] - scale[unit] * low);
      if (!samples.every((v, unit) => scale[unit] * value(a * v) + shift[unit])) continue;
      const before = a === 1 ? [] : [affineOfAll(width, a, 0)];
      const after = affine(scale.map(roundedToOne), shift.map(roundedToZero));
      return [...before, { kind: "activation", name }, ...(isNothing(after) ? [] : [after])];
    }
  }
  return undefined;
}

/** σ(a v) as gradus computes it from σ(v), which rounds to 1 where v is large: the form that a temperature of labels has. */
function temperedLogistic(v: number, a: number): number {
  const p = logistic(v);
  return 1 / (1 + ((1 - p) / p) ** a);
}

/** What rounding leaves of a shift that isn't there, and of a factor. */
const roundedToZero = (shift: number): number => (Math.abs(shift) < 1e-9 ? 0 : shift);
const roundedToOne = (scale: number): number => (Math.abs(scale - 1) < 1e-9 ? 1 : scale);

/** 1, −1, and the numbers that a piece multiplies by, or raises to. */
function factorsOf({ constants }: Pick<Piece, "constants">): number[] {
  return [...new Set([1, -1, ...constants.slice(0, 16)])].filter((a) => a !== 0 && Math.abs(a) <= 1e3);
}

/** A limit below, above or both. */
export function clipPiece(samples: ElementwiseSamples): Step[] | undefined {
  const { width } = samples;
  const values = samples.at([-FAR, FAR]);
  const low = samples.each((unit) => (values[unit] === -FAR ? Number.NEGATIVE_INFINITY : values[unit]));
  const high = samples.each((unit) => (values[width + unit] === FAR ? Number.POSITIVE_INFINITY : values[width + unit]));
  const isClip = samples.every((v, unit) => Math.min(Math.max(v, low[unit]), high[unit]));
  return isClip && low.every((least, unit) => least < high[unit]) ? [{ kind: "clip", low, high }] : undefined;
}

/** A piece that combines the signals of a row: softmax, layer normalisation, the ends of classifiers. */
export function rowPiece(piece: Piece): Step[] | undefined {
  const { width, outputs, constants } = piece;
  const rows = rowSamples(width);
  const values = Array.from({ length: rows.length }, () => new Float64Array());
  const all = piece.of(Float64Array.from(rows.flatMap((row) => [...row])), rows.length);
  for (const at of rows.keys()) {
    values[at] = Float64Array.from({ length: outputs }, (_, i) => all[at * outputs + i]);
  }
  const isRow = (f: (row: Float64Array) => Float64Array): boolean =>
    rows.every((row, at) => f(row).every((expected, i) => isClose(values[at][i], expected, 0)));
  if (outputs === 2 * width && isRow(paired)) return [{ kind: "pair" }];
  if (outputs !== width) return undefined;
  for (const a of width > 1 ? factorsOf(piece) : []) {
    // p^a by its sum is softmax of a z: the form that a temperature has.
    if (!isRow((row) => softmax(row.map((v) => a * v)))) continue;
    return [...(a === 1 ? [] : [affineOfAll(width, a, 0)]), { kind: "activation", name: "softmax" }];
  }
  if (isRow((row) => softmax(row).map(Math.log))) return [{ kind: "logSoftmax" }];
  const epsilons = [...new Set(constants)].filter((constant) => constant > 0 && constant < 1);
  for (const epsilon of epsilons) {
    const normalised = rows.map((row) => normalisedRow(row, epsilon));
    const fitted = lines(normalised, values);
    if (fitted !== undefined) return [{ kind: "layerNorm", epsilon, ...fitted }];
  }
  return undefined;
}

const paired = (row: Float64Array): Float64Array =>
  Float64Array.from([...row.map((v) => logistic(-v)), ...row.map(logistic)]);

/** s and t of each unit where y = s x + t in every row; undefined where there are none. */
function lines(
  xs: readonly Float64Array[],
  ys: readonly Float64Array[],
): { scale: Float64Array; bias: Float64Array } | undefined {
  const [first] = xs;
  const scale = new Float64Array(first.length);
  const bias = new Float64Array(first.length);
  for (let unit = 0; unit < first.length; unit++) {
    const order = xs.map((x, at) => ({ x: x[unit], y: ys[at][unit] })).sort((a, b) => a.x - b.x);
    const [low, high] = [order[0], order[order.length - 1]];
    scale[unit] = (high.y - low.y) / (high.x - low.x);
    bias[unit] = roundedToZero(low.y - scale[unit] * low.x);
    if (!order.every(({ x, y }) => isClose(y, scale[unit] * x + bias[unit], scale[unit] * x))) return undefined;
  }
  return { scale, bias };
}

/** Rows of a few sizes, some of them so small that an ε matters. */
function rowSamples(width: number): Float64Array[] {
  const normal = random(0, "rows that tell functions apart");
  return [1, 3, 1, 0.3, 0.003, 8].map((size) => Float64Array.from({ length: width }, () => size * normal.normal()));
}

/** Which column each number of a piece's output is, scaled: s x + t. */
export interface ScaledColumns {
  readonly columns: readonly number[];
  readonly scale: Float64Array;
  readonly shift: Float64Array;
}

/** A piece that selects, arranges and scales columns; undefined of any other. */
export function scaledColumns({ width, outputs, of }: Piece): ScaledColumns | undefined {
  const draw = random(0, "columns that tell functions apart");
  const others = Array.from({ length: 3 }, () => Float64Array.from({ length: width }, () => 4 * draw.normal()));
  const places = Float64Array.from({ length: width }, (_, column) => column);
  const [far, near] = [FAR, -FAR].map((value) => new Float64Array(width).fill(value));
  const rows = [far, near, new Float64Array(width), places, ...others];
  const values = of(Float64Array.from(rows.flatMap((row) => [...row])), rows.length);
  const at = (row: number, output: number): number => values[row * outputs + output];
  const ofEach = (f: (output: number) => number): Float64Array =>
    Float64Array.from({ length: outputs }, (_, output) => f(output));
  const scale = ofEach((output) => exactly((at(0, output) - at(1, output)) / (2 * FAR)));
  const shift = ofEach((output) => at(2, output));
  const columns = Array.from(ofEach((output) => Math.round((at(3, output) - shift[output]) / scale[output])));
  const holds = columns.every((column, output) => {
    if (!(column >= 0 && column < width && Number.isFinite(scale[output]) && scale[output] !== 0)) return false;
    return [3, 4, 5, 6].every((row) => {
      const part = scale[output] * rows[row][column];
      return Math.abs(at(row, output) - (part + shift[output])) <= CLOSE * (Math.abs(part) + Math.abs(shift[output]));
    });
  });
  return holds ? { columns, scale, shift } : undefined;
}
