/**
 * Integrated gradients: how much each input of a model's networks adds to what it says of a row, beside a background.
 *
 *     attribution_i = (x_i − b_i) ∫₀¹ ∂F/∂x_i (b + t (x − b)) dt        and so  Σ_i attribution_i = F(x) − F(b)
 *
 * The gradient is that of the derivation, pulled back one step further than learning needs: through the first layer to
 * its inputs. The inputs of several networks, whose outputs F takes together, stand one after the other and move together.
 * Float64; dropout is off. Knows nothing of tables and classes: F is given.
 * Source: Sundararajan, Taly & Yan 2017, "Axiomatic attribution for deep networks", section 3.
 */
import { localGradients } from "../../reference/backpropagate.ts";
import { forward, type Subject } from "../../reference/backpropagation.ts";
import { layerBack } from "../../reference/operations.ts";

/** F as a function of the networks' outputs: what is explained of one pattern. */
export interface Response {
  /** F of each network's outputs y, [M]. */
  value(outputs: readonly Float64Array[]): number;
  /** ∂F/∂y of each network, [M]. */
  gradient(outputs: readonly Float64Array[]): Float64Array[];
}

export interface Attribution {
  /** [I]. */
  readonly attributions: Float64Array;
  /** F(x). */
  readonly value: number;
  /** F(b), the mean over the background's rows. */
  readonly background: number;
  /** Σ attributions − (value − background): what the numerical integral got wrong. */
  readonly completenessError: number;
  /** How many times the gradient of F was taken, for all background rows. */
  readonly points: number;
}

/** The errors of all pieces together, signs aside, as a share of the change F(x) − F(b) or of the least that matters. */
const TOLERANCE = 1e-3;
/** The smallest change of F that matters: of a probability, or of a value in standard deviations. */
const LEAST_CHANGE = 0.01;
/** Gradients for one row of the background, after which the integral is taken as it is. */
const MOST_POINTS = 4096;
/**
 * Pieces of the path to begin with. A piece's error is known of the sum over all inputs only; with fewer pieces, errors of
 * single inputs that cancel each other went unseen (16: up to 0.4 % of the change on the penguins with ReLU; 64: 0.03 %).
 */
const FIRST_PIECES = 64;
/** Patterns of one batch; more would only take memory. */
const BATCH = 256;

/** Gauss and Legendre's rule of three points on [0, 1], exact for polynomials up to the fifth degree. */
const NODES = [0.5 - Math.sqrt(0.15), 0.5, 0.5 + Math.sqrt(0.15)];
const WEIGHTS = [5 / 18, 8 / 18, 5 / 18];

/**
 * Attributes F(x) − F(b) to the inputs; with several background rows, the mean of the attributions against each, and of
 * their F(b) (expected gradients: Erion et al. 2021).
 *
 * @param networks at least one
 * @param x [I], the networks' inputs one after the other
 * @param backgrounds b, [K, I], at least one row
 */
export function integratedGradients(
  networks: readonly Subject[],
  response: Response,
  x: Float64Array,
  backgrounds: Float64Array,
): Attribution {
  const width = x.length;
  const rows = backgrounds.length / width;
  const [value] = valuesAt(networks, response, x);
  const values = valuesAt(networks, response, backgrounds);
  const background = values.reduce((sum, own) => sum + own / rows, 0);
  // The rows' errors have nothing to do with each other, so their mean is √rows times as small.
  const tolerance = TOLERANCE * Math.max(Math.abs(value - background), LEAST_CHANGE) * Math.sqrt(rows);
  const attributions = new Float64Array(width);
  let points = 0;
  for (let row = 0; row < rows; row++) {
    const from = backgrounds.subarray(row * width, (row + 1) * width);
    const path: Path = { networks, response, from, step: x.map((own, i) => own - from[i]) };
    const pieces = integrate(path, { from: values[row], to: value }, tolerance);
    for (const { integral } of pieces.list) {
      for (let i = 0; i < width; i++) attributions[i] += integral[i] / rows;
    }
    points += pieces.points;
  }
  const total = attributions.reduce((sum, own) => sum + own, 0);
  return { attributions, value, background, completenessError: total - (value - background), points };
}

/** The straight line from a background to x: b + t (x − b). */
interface Path {
  readonly networks: readonly Subject[];
  readonly response: Response;
  /** b, [I]. */
  readonly from: Float64Array;
  /** x − b, [I]. */
  readonly step: Float64Array;
}

/** A stretch of the path, t from `start` to `end`, with F at both ends. */
interface Stretch {
  readonly start: number;
  readonly end: number;
  readonly startValue: number;
  readonly endValue: number;
}

/** A stretch with its part of the integral. */
interface Piece extends Stretch {
  /** (x_i − b_i) ∫ ∂F/∂x_i dt over the stretch, [I]. */
  readonly integral: Float64Array;
  /** |Σ_i integral_i − (F at the end − F at the start)|: how wrong the integral is, known without a finer one. */
  readonly error: number;
}

/**
 * Cuts the path in pieces and halves those whose error is too large, until all errors together are within the tolerance.
 * A kink of ReLU spoils one piece, which halving makes as small as is needed; the smooth rest stays as it is.
 */
function integrate(path: Path, ends: { readonly from: number; readonly to: number }, tolerance: number) {
  const whole: Stretch = { start: 0, end: 1, startValue: ends.from, endValue: ends.to };
  let list = measure(path, cut(path, [whole], FIRST_PIECES));
  let points = list.length * NODES.length;
  while (list.reduce((sum, { error }) => sum + error, 0) > tolerance) {
    const limit = tolerance / list.length;
    const rough = list.filter(({ error }) => error > limit);
    const halves = 2 * rough.length * NODES.length;
    if (rough.length === 0 || points + halves > MOST_POINTS) break;
    const fine = list.filter(({ error }) => error <= limit);
    list = [...fine, ...measure(path, cut(path, rough, 2))];
    points += halves;
  }
  return { list, points };
}

/** Each stretch in `parts` equal ones, with F at the cuts. */
function cut(path: Path, stretches: readonly Stretch[], parts: number): Stretch[] {
  const place = ({ start, end }: Stretch, part: number): number => start + ((end - start) * part) / parts;
  const inner = stretches.flatMap((stretch) => Array.from({ length: parts - 1 }, (_, i) => place(stretch, i + 1)));
  const values = inBatches(path, inner, 1, (inputs) => valuesAt(path.networks, path.response, inputs));
  return stretches.flatMap((stretch, at) =>
    Array.from({ length: parts }, (_, part) => ({
      start: place(stretch, part),
      end: place(stretch, part + 1),
      startValue: part === 0 ? stretch.startValue : values[at * (parts - 1) + part - 1],
      endValue: part === parts - 1 ? stretch.endValue : values[at * (parts - 1) + part],
    })),
  );
}

/** The integral over each stretch. */
function measure(path: Path, stretches: readonly Stretch[]): Piece[] {
  const { networks, response, step } = path;
  const width = step.length;
  const places = stretches.flatMap(({ start, end }) => NODES.map((node) => start + (end - start) * node));
  const gradients = inBatches(path, places, width, (inputs) => inputGradients(networks, response, inputs));
  return stretches.map((stretch, at) => {
    const { start, end, startValue, endValue } = stretch;
    const integral = new Float64Array(width);
    for (const [node, weight] of WEIGHTS.entries()) {
      const first = (at * NODES.length + node) * width;
      for (let i = 0; i < width; i++) integral[i] += weight * (end - start) * step[i] * gradients[first + i];
    }
    const total = integral.reduce((sum, part) => sum + part, 0);
    return { ...stretch, integral, error: Math.abs(total - (endValue - startValue)) };
  });
}

/** What a function of a batch says of the path's points at the places t: `width` numbers a point. */
function inBatches(
  { from, step }: Path,
  places: readonly number[],
  width: number,
  run: (inputs: Float64Array) => Float64Array,
): Float64Array {
  const answers = new Float64Array(places.length * width);
  for (let first = 0; first < places.length; first += BATCH) {
    const some = places.slice(first, first + BATCH);
    const inputs = new Float64Array(some.length * from.length);
    for (const [n, t] of some.entries()) {
      for (let i = 0; i < from.length; i++) inputs[n * from.length + i] = from[i] + t * step[i];
    }
    answers.set(run(inputs), first * width);
  }
  return answers;
}

/** The networks' signals for a batch. @param inputs [B, I] */
function signalsAt(networks: readonly Subject[], inputs: Float64Array) {
  const width = networks.reduce((sum, { network }) => sum + network.inputs, 0);
  const rows = inputs.length / width;
  let first = 0;
  const signals = networks.map((subject) => {
    const own = subject.network.inputs;
    const from = first;
    first += own;
    if (own === width) return forward(subject, inputs);
    const part = new Float64Array(rows * own);
    for (let n = 0; n < rows; n++) part.set(inputs.subarray(n * width + from, n * width + from + own), n * own);
    return forward(subject, part);
  });
  /** What each network puts out for a row, [M]. */
  const outputsOf = (row: number): Float64Array[] =>
    signals.map((layers, at) => {
      const { outputs } = networks[at].network;
      return layers[layers.length - 1].output.subarray(row * outputs, (row + 1) * outputs);
    });
  return { rows, width, signals, outputsOf };
}

/** F of each row, [B]. */
function valuesAt(networks: readonly Subject[], { value }: Response, inputs: Float64Array): Float64Array {
  const { rows, outputsOf } = signalsAt(networks, inputs);
  return Float64Array.from({ length: rows }, (_, row) => value(outputsOf(row)));
}

/**
 * ∂F/∂x for each row, [B, I]. The backward pass carries −∂loss/∂ signals; with ∂F/∂y put where −∂loss/∂y stands, F takes
 * the place of −loss and what comes back is ∂F/∂x, without a change of sign.
 */
function inputGradients(networks: readonly Subject[], { gradient }: Response, inputs: Float64Array): Float64Array {
  const { rows, width, signals, outputsOf } = signalsAt(networks, inputs);
  const outputGradient = networks.map(({ network }) => new Float64Array(rows * network.outputs));
  for (let row = 0; row < rows; row++) {
    for (const [at, own] of gradient(outputsOf(row)).entries()) outputGradient[at].set(own, row * own.length);
  }
  const gradients = new Float64Array(rows * width);
  let first = 0;
  for (const [at, subject] of networks.entries()) {
    const { network } = subject;
    localGradients(subject, signals[at], outputGradient[at]);
    const own = layerBack(subject, 0, signals[at]);
    for (let row = 0; row < rows; row++) {
      gradients.set(own.subarray(row * network.inputs, (row + 1) * network.inputs), row * width + first);
    }
    first += network.inputs;
  }
  return gradients;
}
