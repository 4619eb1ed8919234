/**
 * A trace's arithmetic done again: every number from those printed before it, with a matrix product of its own.
 *
 * Values of φ and ℓ come from the tables, whose own tests vouch for them; everything else is written out here, and
 * shares nothing with what made the trace.
 */
import { expect } from "vitest";
import type { LayerTrace, Matrix, Trace, WeightTrace } from "../src/explain/trace/trace.ts";
import { activationOf, type ElementwiseActivation } from "../src/network/activations.ts";
import type {
  CodeColumn,
  DenseLayer,
  DropoutLayer,
  EmbeddingLayer,
  Layer,
  PeriodicLayer,
} from "../src/network/layers.ts";
import { lossOf, outputsEach, targetOf } from "../src/network/losses.ts";
import type { CompleteOptimizer } from "../src/optimizers/optimizers.ts";
import { centralDifference, relativeError } from "./centralDifferences.ts";

/** Rounding: of the sum of the terms' sizes, which cancellation leaves as it is. */
const EXACT = 1e-12;

/** A · B. */
function times(a: Matrix, b: Matrix): number[][] {
  if (a[0].length !== b.length) expect.fail(`${a[0].length} columns of the left factor, ${b.length} rows of the right`);
  return a.map((row) => b[0].map((_, c) => row.reduce((sum, x, i) => sum + x * b[i][c], 0)));
}

/** A · B and, of every entry, the sum of the sizes of its terms. */
function product(a: Matrix, b: Matrix): { value: number[][]; size: number[][] } {
  return { value: times(a, b), size: times(absolute(a), absolute(b)) };
}

const transposed = (matrix: Matrix): number[][] => matrix[0].map((_, c) => matrix.map((row) => row[c]));
const absolute = (matrix: Matrix): number[][] => matrix.map((row) => row.map(Math.abs));
const diagonal = (entries: readonly number[]): number[][] =>
  entries.map((entry, r) => entries.map((_, c) => (r === c ? entry : 0)));

function expectNear(found: number, expected: number, size: number, what: string): void {
  // Worded only when it fails: these are millions of numbers.
  if (Math.abs(found - expected) <= EXACT * size + Number.MIN_VALUE) return;
  expect.fail(`${what}: found ${found}, recomputed ${expected}`);
}

function expectMatrix(found: Matrix, expected: Matrix, size: Matrix, what: string): void {
  if (found.length !== expected.length || found[0].length !== expected[0].length) {
    expect.fail(
      `${what}: found ${found.length} × ${found[0].length}, expected ${expected.length} × ${expected[0].length}`,
    );
  }
  found.forEach((row, r) => {
    row.forEach((value, c) => {
      expectNear(value, expected[r][c], size[r][c], what);
    });
  });
}

/** ∂y/∂v of one pattern as a full matrix. */
function jacobian({ slopes }: LayerTrace, n: number): Matrix {
  const own = slopes[n];
  return typeof own[0] === "number" ? diagonal(own as readonly number[]) : (own as Matrix);
}

/** Steps 1 to 4. */
export function checkSignals(trace: Trace): void {
  const { layers, scales, desired, loss } = trace;
  const last = layers.length - 1;
  layers.forEach((layer, l) => {
    const where = `layer ${l}`;
    const { description, input, inducedField: v, output: y, negativeGradient, localGradient: δ } = layer;
    const at = numbersOf(trace, l, (weight) => weight.value);
    expect(input, `what ${where} receives`).toEqual(l === 0 ? trace.inputs : layers[l - 1].output);
    if (description.kind === "dropout") {
      expect([v, y], where).toEqual([input, input]);
    } else if (description.kind !== "dense") {
      expect(v, where).toEqual(y);
      expect(layer.slopes, where).toEqual(y.map((row) => row.map(() => 1)));
      const outputs = input.map((row) => signalsOf(description, row, at));
      expectMatrix(y, outputs, sizesOf(outputs), `y of ${where}`);
    } else {
      const { value, size } = product(input, transposed(layer.weights));
      const bias = description.bias ? layer.bias : layer.weights.map(() => 0);
      const fields = value.map((row) => row.map((field, b) => field + bias[b]));
      const sizes = size.map((row) => row.map((field, b) => field + Math.abs(bias[b])));
      expectMatrix(v, fields, sizes, `v of ${where}`);
      const activation = activationOf(description.activation);
      const outputs = v.map((row) =>
        activation.kind === "vector" ? [...activation.value(row)] : row.map(activation.value),
      );
      expect(y, `y of ${where}`).toEqual(outputs.map((row) => row.map((value) => value + 0)));
    }
    δ.forEach((row, n) => {
      const { value, size } = product([negativeGradient[n]], jacobian(layer, n));
      expectMatrix([row], value, size, `δ of ${where}, pattern ${n}`);
      if (l === last) {
        const slope = [...lossOf(loss).derivative(y[n], desired[n], loss)];
        const expected = slope.map((value) => -scales[n] * value);
        expectMatrix([negativeGradient[n]], [expected], absolute([expected]), `−∂loss/∂y, pattern ${n}`);
      } else {
        const above = layers[l + 1];
        const atAbove = numbersOf(trace, l + 1, (weight) => weight.value);
        const bracket = product([above.localGradient[n]], jacobianOf(above, y[n], atAbove));
        expectMatrix([negativeGradient[n]], bracket.value, bracket.size, `Σ δ W into ${where}, pattern ${n}`);
      }
    });
  });
  desired.forEach((d, n) => {
    expect(trace.patternLosses[n]).toBe(lossOf(loss).value(layers[last].output[n], d, loss) + 0);
    const e = trace.errorSignal?.[n];
    const each = outputsEach(loss);
    if (e !== undefined) expect(e).toEqual(layers[last].output[n].map((y, k) => d[targetOf(k, each)] - y));
  });
  expectNear(
    trace.lossBefore,
    lossWith(trace, (_, value) => value),
    Math.abs(trace.lossBefore),
    "the loss before",
  );
}

/** The chains: products of the printed factors, their sum, and the local gradient's −δ_b y_a. */
export function checkChains(trace: Trace, weight: WeightTrace): void {
  const { layer, unit, input, chains } = weight;
  const { localGradient: δ, input: y } = trace.layers[layer];
  let sum = 0;
  let sumOfSizes = 0;
  for (const { pattern, scale, factors, slope } of chains) {
    const what = `weight ${layer}.${unit}.${input}, pattern ${pattern}`;
    let running = factors[0].value;
    let size: Matrix = absolute(running);
    for (const [i, factor] of factors.entries()) {
      if (i > 0) {
        running = times(running, factor.value);
        size = times(size, absolute(factor.value));
      }
      expectMatrix(factor.product, running, size, `${what}, product to ${factor.symbol.text}`);
    }
    if (running.length !== 1 || running[0].length !== 1) expect.fail(`${what}: the chain is no single number`);
    expectNear(slope, running[0][0], size[0][0], `${what}, slope`);
    expect(scale).toBe(trace.scales[pattern]);
    if (trace.layers[layer].description.kind === "dense") {
      const heard = typeof input === "number" ? y[pattern][input] : 1;
      expectNear(scale * slope, -δ[pattern][unit] * heard, scale * size[0][0], `${what}, −δ y`);
    }
    sum += scale * slope;
    sumOfSizes += scale * size[0][0];
  }
  expect(chains.map(({ pattern }) => pattern)).toEqual(trace.inputs.map((_, n) => n));
  expectNear(weight.gradient, sum, sumOfSizes, `gradient of weight ${layer}.${unit}.${input}`);
}

/** Step 5 of a trace that holds every weight: penalties, clipping, the rule, the loss after. */
export function checkUpdate(trace: Trace): void {
  const { l1, l2 } = trace.penalties ?? { l1: 0, l2: 0 };
  const penalised = trace.weights.map(({ input, gradient, value }) =>
    typeof input === "string" ? gradient : gradient + l1 * Math.sign(value) + l2 * value,
  );
  const norm = Math.hypot(...penalised);
  const { clipNorm, norm: printed } = trace.clipping ?? { clipNorm: Number.POSITIVE_INFINITY, norm };
  expectNear(printed, norm, norm, "the gradient's norm");
  const factor = norm > clipNorm ? clipNorm / norm : 1;
  trace.weights.forEach((weight, i) => {
    const name = `weight ${weight.layer}.${weight.unit}.${weight.input}`;
    const { finalGradient: g, slots } = weight;
    const size = Math.abs(weight.gradient) + l1 + l2 * Math.abs(weight.value);
    expectNear(g, penalised[i] * factor, size * factor, `${name}, final gradient`);
    const before = Object.fromEntries(Object.entries(slots).map(([slot, memory]) => [slot, memory.before]));
    const moved = updated(trace.optimizer, weight, before, trace.step);
    expectNear(weight.newValue, moved.p, Math.abs(weight.value) + Math.abs(moved.p), `${name}, new value`);
    expect(Object.keys(slots)).toEqual(Object.keys(moved.slots));
    for (const [slot, { after }] of Object.entries(slots)) {
      expectNear(after, moved.slots[slot], Math.abs(before[slot]) + Math.abs(g) + g * g, `${name}, ${slot}`);
    }
  });
  const updates = trace.weights.map(({ layer, unit, input, value, gradient, finalGradient, newValue }) => {
    return { layer, unit, input, value, gradient, finalGradient, newValue };
  });
  // What layers keep is listed too, as it was: the network is traced as it predicts.
  const isKept = ({ input }: { readonly input: WeightTrace["input"] }) => input === "mean" || input === "variance";
  const kept = trace.layers.flatMap(({ parameters }) => [parameters?.mean ?? [], parameters?.variance ?? []].flat(2));
  const all = trace.updates ?? [];
  expect(trace.updates !== undefined).toBe(updates.length + kept.length <= 64);
  if (trace.updates !== undefined) expect(all.filter((update) => !isKept(update))).toEqual(updates);
  const running = all.filter(isKept);
  expect(running.every(({ value, gradient, newValue }) => newValue === value && gradient === 0)).toBe(true);
  const after = lossWith(trace, (weight) => weight.newValue);
  expectNear(trace.lossAfter, after, Math.abs(after), "the loss after");
}

/** Of larger networks every second weight, or every third: the cost grows with the square. */
const MOST_DIFFERENCES = 40;

/** The gradients beside differences of the loss, which a forward pass of this file computes. */
export function checkDifferences(trace: Trace): void {
  // What is far below the loss drowns in the loss's own rounding, and in the stencil's error where four layers bend it:
  // it is compared as if it were 1e-4 of the loss, to 1e-11 of the loss. The stencil's error is 2e-13 however small the loss is.
  const floor = 1e-4 * Math.abs(trace.lossBefore) + 2e-6;
  const stride = Math.ceil(trace.weights.length / MOST_DIFFERENCES);
  for (const weight of trace.weights.filter((_, at) => at % stride === 0)) {
    const quotient = centralDifference(
      (p) => lossWith(trace, (other, value) => (other === weight ? p : value)),
      weight.value,
    );
    const message = `weight ${weight.layer}.${weight.unit}.${weight.input}: ${weight.gradient}, differences ${quotient}`;
    expect(relativeError(weight.gradient, quotient, floor), message).toBeLessThan(5e-7);
  }
}

/** The loss of a trace's patterns with other weights; the trace holds all of its network's. */
function lossWith(trace: Trace, weightOf: (weight: WeightTrace, value: number) => number): number {
  let signals: Matrix = trace.inputs;
  for (const { layer, description } of trace.layers) {
    if (description.kind === "dropout") continue;
    const at = numbersOf(trace, layer, (weight) => weightOf(weight, weight.value));
    signals = signals.map((y) => {
      if (description.kind !== "dense") return signalsOf(description, y, at);
      const v = Array.from({ length: description.units }, (_, b) =>
        y.reduce((sum, signal, a) => sum + at(b, a) * signal, description.bias ? at(b, "bias") : 0),
      );
      const activation = activationOf(description.activation);
      return activation.kind === "vector" ? [...activation.value(v)] : v.map(activation.value);
    });
  }
  const { value } = lossOf(trace.loss);
  return signals.reduce((sum, y, n) => sum + trace.scales[n] * value(y, trace.desired[n], trace.loss), 0);
}

/** A number of one layer by its unit and its input or role. */
type Numbers = (unit: number, input: WeightTrace["input"]) => number;

const known = new WeakMap<Trace, ReadonlyMap<string, WeightTrace>>();

/** The weights of a trace by their names; differences ask for them millions of times. */
function byName(trace: Trace): ReadonlyMap<string, WeightTrace> {
  const found =
    known.get(trace) ??
    new Map(trace.weights.map((weight) => [`${weight.layer}.${weight.unit}.${weight.input}`, weight]));
  known.set(trace, found);
  return found;
}

/** Those of one layer of a trace that holds all of its network's weights. */
function numbersOf(trace: Trace, layer: number, of: (weight: WeightTrace) => number): Numbers {
  const weights = byName(trace);
  return (unit, input) => {
    const kept =
      input === "mean" || input === "variance" ? trace.layers[layer].parameters?.[input]?.[0][unit] : undefined;
    if (kept !== undefined) return kept;
    const weight = weights.get(`${layer}.${unit}.${input}`);
    return weight === undefined ? expect.fail(`no weight ${layer}.${unit}.${input}`) : of(weight);
  };
}

type Signalling = Exclude<Layer, DenseLayer | DropoutLayer>;

const sizesOf = (rows: Matrix): Matrix => rows.map((row) => row.map((value) => 1 + Math.abs(value)));
const othersOf = (columns: readonly CodeColumn[], row: readonly number[]): number[] =>
  row.flatMap((_, input) => (columns.some(({ column }) => column === input) ? [] : [input]));

/** What a layer whose output is its field makes of one pattern. */
function signalsOf(layer: Signalling, row: readonly number[], at: Numbers): number[] {
  switch (layer.kind) {
    case "scale":
      return row.map((x, a) => at(a, "scale") * x);
    case "parametricActivation": {
      const { value } = activationOf(layer.activation) as ElementwiseActivation;
      return row.map((x, a) => x + at(a, "slopes") * (value(x) - x));
    }
    case "embedding": {
      const others = othersOf(layer.columns, row);
      const vectors = layer.columns.flatMap(({ column, cardinality }, c) =>
        Array.from({ length: layer.dimension }, (_, i) =>
          at(others.length + c * layer.dimension + i, row[column] < cardinality ? row[column] : 0),
        ),
      );
      return [...others.map((input) => row[input]), ...vectors];
    }
    case "periodic": {
      const h = layer.columns.flatMap((column, c) =>
        Array.from({ length: layer.units }, (_, i) => {
          const unit = c * layer.units + i;
          return angles(layer, c, row[column], at).reduce(
            (sum, θ, f) => sum + at(unit, f) * Math.cos(θ),
            at(unit, "bias"),
          );
        }),
      );
      return [...h, ...row];
    }
    case "layerNorm": {
      const { hat } = normalised(row, layer.epsilon);
      return hat.map((own, a) => at(a, "scale") * own + at(a, "bias"));
    }
    case "batchNorm":
      return row.map((x, a) => {
        const deviation = Math.sqrt(at(a, "variance") + layer.epsilon);
        return (at(a, "scale") * (x - at(a, "mean"))) / deviation + at(a, "bias");
      });
    default:
      return layer satisfies never;
  }
}

/** θ of the cosines of one embedded number. */
function angles({ frequencies }: PeriodicLayer, c: number, x: number, at: Numbers): number[] {
  return Array.from({ length: frequencies }, (_, f) => {
    const j = c * frequencies + f;
    return 2 * Math.PI * at(j, "frequencies") * x + at(j, "phases");
  });
}

/** ∂v/∂x of one pattern: W, or ∂y/∂x of a layer whose output is its field. */
function jacobianOf({ description, weights }: LayerTrace, row: readonly number[], at: Numbers): Matrix {
  switch (description.kind) {
    case "dense":
      return weights;
    case "dropout":
      return diagonal(row.map(() => 1));
    case "scale":
      return diagonal(row.map((_, a) => at(a, "scale")));
    case "parametricActivation": {
      const { value, derivative } = activationOf(description.activation) as ElementwiseActivation;
      return diagonal(row.map((x, a) => 1 - at(a, "slopes") + at(a, "slopes") * derivative(x, value(x))));
    }
    case "embedding": {
      const passed = othersOf(description.columns, row).map((input) => row.map((_, a) => (a === input ? 1 : 0)));
      return [...passed, ...vectorRows(description, row)];
    }
    case "periodic": {
      const h = description.columns.flatMap((column, c) =>
        Array.from({ length: description.units }, (_, i) => {
          const slopes = angles(description, c, row[column], at).map(
            (θ, f) =>
              -2 *
              Math.PI *
              at(c * description.units + i, f) *
              at(c * description.frequencies + f, "frequencies") *
              Math.sin(θ),
          );
          return row.map((_unused, a) => (a === column ? slopes.reduce((sum, slope) => sum + slope) : 0));
        }),
      );
      return [...h, ...diagonal(row.map(() => 1))];
    }
    case "layerNorm": {
      const { hat, deviation } = normalised(row, description.epsilon);
      return hat.map((y, u) =>
        hat.map((x, a) => (at(u, "scale") / deviation) * ((u === a ? 1 : 0) - 1 / row.length - (y * x) / row.length)),
      );
    }
    case "batchNorm":
      return diagonal(row.map((_, a) => at(a, "scale") / Math.sqrt(at(a, "variance") + description.epsilon)));
    default:
      return description satisfies never;
  }
}

/** (x − μ)/√(σ² + ε) of one pattern, and what it divides by. */
function normalised(row: readonly number[], epsilon: number) {
  const mean = row.reduce((sum, x) => sum + x, 0) / row.length;
  const deviation = Math.sqrt(row.reduce((sum, x) => sum + (x - mean) ** 2, 0) / row.length + epsilon);
  return { hat: row.map((x) => (x - mean) / deviation), deviation };
}

/** No slope leads back to a code. */
function vectorRows({ columns, dimension }: EmbeddingLayer, row: readonly number[]): Matrix {
  return Array.from({ length: columns.length * dimension }, () => row.map(() => 0));
}

type Memory = Readonly<Record<string, number>>;

/** The rules of the optimizers, written again from their sources. */
function updated(
  optimizer: CompleteOptimizer,
  { value: p, finalGradient: g, learningRate: η, decayRate }: WeightTrace,
  memory: Memory,
  t: number,
): { p: number; slots: Memory } {
  switch (optimizer.name) {
    case "sgd":
      return { p: p - η * g, slots: {} };
    case "momentum":
    case "nesterov": {
      const μ = optimizer.momentum;
      const velocity = μ * memory.velocity + g;
      return { p: p - η * (optimizer.name === "momentum" ? velocity : g + μ * velocity), slots: { velocity } };
    }
    case "rmsProp": {
      const square = optimizer.decay * memory.square + (1 - optimizer.decay) * g ** 2;
      return { p: p - (η * g) / (Math.sqrt(square) + optimizer.epsilon), slots: { square } };
    }
    case "adam":
    case "adamW": {
      const { beta1, beta2, epsilon } = optimizer;
      const decay = optimizer.name === "adamW" ? decayRate * optimizer.weightDecay : 0;
      const mean = beta1 * memory.mean + (1 - beta1) * g;
      const square = beta2 * memory.square + (1 - beta2) * g ** 2;
      const way = (η * mean) / (1 - beta1 ** t) / (Math.sqrt(square / (1 - beta2 ** t)) + epsilon);
      return { p: p - p * decay - way, slots: { mean, square } };
    }
    case "lion": {
      const { beta1, beta2, weightDecay } = optimizer;
      const way = Math.sign(beta1 * memory.mean + (1 - beta1) * g);
      return { p: p - p * decayRate * weightDecay - η * way, slots: { mean: beta2 * memory.mean + (1 - beta2) * g } };
    }
    case "adaGrad": {
      const square = memory.square + g ** 2;
      return { p: p - (η * g) / (Math.sqrt(square) + optimizer.epsilon), slots: { square } };
    }
    default:
      return optimizer satisfies never;
  }
}
