/**
 * The operations of layers that aren't dense, in plain loops: forward, back and gradients, with the formula above each.
 *
 * A part of the toy device; `operations.ts` has the rest.
 */
import { type Activation, type ActivationName, activations } from "../../src/network/activations.ts";
import { embeddingParts, periodicParts } from "../../src/plan/ops/lists.ts";
import { operations as table } from "../../src/plan/ops.ts";
import { Reader, type Step } from "./decode.ts";
import { type ArgumentsOf, type Operation, operation, type Run } from "./run.ts";
import { localStep } from "./steps.ts";

type Table = typeof table;

/** What operations from one signal to another say of the two; both have the same width where one is given. */
interface Forward {
  readonly input: number;
  readonly output: number;
  readonly inputs: number;
  readonly outputs?: number;
}

/** y from x, row by row. */
function forward(run: Run, given: Forward, act: (x: Float32Array, y: Float32Array) => void): void {
  const { input, output, inputs, outputs = inputs } = given;
  run.eachRow((n) => act(run.row(input, inputs, n), run.row(output, outputs, n)));
}

/** What operations that pass signals back say of them; δ is as wide as the inputs where nothing else is said. */
interface Back {
  readonly step: Step;
  readonly delta: number;
  readonly to: number;
  readonly inputs: number;
  readonly outputs?: number;
}

/** What comes back to the inputs, row by row, and then the step of the layer below. */
function back(run: Run, given: Back, act: (delta: Float32Array, n: number) => ArrayLike<number>): void {
  const { step, delta, to, inputs, outputs = inputs } = given;
  run.eachRow((n) => run.row(to, inputs, n).set(act(run.row(delta, outputs, n), n)));
  localStep(run, step, to, to, inputs);
}

/** −Σ of one term for each row, for each number of a tensor. */
function sums(run: Run, address: number, count: number, term: (i: number, n: number) => number): void {
  const gradients = run.floats(address, count);
  for (let i = 0; i < count; i++) {
    let sum = 0;
    run.eachRow((n) => {
      sum -= term(i, n);
    });
    gradients[i] = sum;
  }
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, own) => sum + own, 0) / values.length;
}

/** φ and φ' of an activation that acts on each number by itself. */
function elementwise(name: ActivationName) {
  const phi: Activation = activations[name];
  if (phi.kind === "vector") throw new RangeError("Expected an elementwise activation.");
  return { value: phi.value, slope: (x: number) => phi.derivative(x, phi.value(x)) };
}

function embeddingOf(list: readonly number[]) {
  const words = new Reader(Int32Array.from(list));
  const { dimension, columns, stretches } = words.named(embeddingParts.EmbeddingList);
  const tables = words.each(columns, embeddingParts.TableOfCodes);
  const others = words
    .each(stretches, embeddingParts.Stretch)
    .flatMap(({ first, inputs }) => Array.from({ length: inputs }, (_, i) => first + i));
  /** Which entries of the tables a row's codes name; entry 0 of its table for what is no code. */
  const entriesOf = (x: Float32Array): number[] =>
    tables.map(({ column, first, entries }) => {
      const code = x[column];
      return first + (Number.isInteger(code) && code >= 0 && code < entries ? code : 0);
    });
  return { dimension, others, entriesOf };
}

interface Periodic {
  readonly frequencies: number;
  readonly phases: number;
  readonly columns: readonly number[];
}

/** θ = 2π f x + p of frequency f of column c */
function periodicOf(run: Run, { frequencies, phases, columns: list }: Periodic) {
  const words = new Reader(Int32Array.from(list));
  const { frequencies: count, units } = words.named(periodicParts.PeriodicList);
  const columns = words.take(words.left);
  const [f, p] = [frequencies, phases].map((address) => run.floats(address, columns.length * count));
  const angle = (x: Float32Array, at: number): number =>
    2 * Math.PI * f[at] * x[columns[Math.floor(at / count)]] + p[at];
  return { count, units, columns, f, angle };
}

/** y = [the other inputs | for each code the row of its table] */
function embed(run: Run, given: ArgumentsOf<Table["embedding"]>): void {
  const { dimension, others, entriesOf } = embeddingOf(given.columns);
  forward(run, given, (x, y) => {
    y.set(others.map((column) => x[column]));
    for (const [k, entry] of entriesOf(x).entries()) {
      y.set(run.row(given.weights, dimension, entry), others.length + k * dimension);
    }
  });
}

/** What belongs to other inputs goes back to them; nothing goes back to a code. */
function embedBack(run: Run, given: ArgumentsOf<Table["embedding-back"]>): void {
  const { others } = embeddingOf(given.columns);
  back(run, given, (delta) => {
    const to = new Float64Array(given.inputs);
    for (const [i, column] of others.entries()) to[column] = delta[i];
    return to;
  });
}

/** ∂E_c = −Σ δ over the rows whose code is c. */
function embedGradient(run: Run, given: ArgumentsOf<Table["embedding-gradient"]>): void {
  const { delta, input, weightGradient, inputs, outputs } = given;
  const { dimension, others, entriesOf } = embeddingOf(given.columns);
  sums(run, weightGradient, run.units * dimension, (i, n) => {
    const k = entriesOf(run.row(input, inputs, n)).indexOf(Math.floor(i / dimension));
    return k < 0 ? 0 : run.row(delta, outputs, n)[others.length + k * dimension + (i % dimension)];
  });
}

/** y = [W cos θ + b of each column | x] */
function periodic(run: Run, given: ArgumentsOf<Table["periodic"]>): void {
  const { count, units, columns, angle } = periodicOf(run, given);
  const w = run.floats(given.weights, columns.length * units * count);
  const b = run.floats(given.bias, columns.length * units);
  forward(run, given, (x, y) => {
    for (let h = 0; h < b.length; h++) {
      const first = Math.floor(h / units) * count;
      y[h] = b[h];
      for (let i = 0; i < count; i++) y[h] += w[h * count + i] * Math.cos(angle(x, first + i));
    }
    y.set(x, b.length);
  });
}

/** To x_c: its own δ − Σ_h δ_h Σ_f W_hf 2π f sin θ_f. */
function periodicBack(run: Run, given: ArgumentsOf<Table["periodic-back"]>): void {
  const { count, units, columns, f, angle } = periodicOf(run, given);
  back(run, given, (delta, n) => {
    const x = run.row(given.input, given.inputs, n);
    const to = Float64Array.from(delta.subarray(columns.length * units));
    for (let h = 0; h < columns.length * units; h++) {
      const c = Math.floor(h / units);
      for (const [i, w] of run.row(given.weights, count, h).entries()) {
        const at = c * count + i;
        to[columns[c]] -= delta[h] * w * 2 * Math.PI * f[at] * Math.sin(angle(x, at));
      }
    }
    return to;
  });
}

/** ∂W_hf = −Σ δ_h cos θ_f, ∂b_h = −Σ δ_h; with s_f = sin θ_f Σ_h δ_h W_hf, ∂p_f = Σ s_f and ∂f_f = 2π Σ x s_f. */
function periodicGradient(run: Run, given: ArgumentsOf<Table["periodic-gradient"]>): void {
  const { count, units, columns, angle } = periodicOf(run, given);
  const numbers = columns.length * count;
  const d = (n: number) => run.row(given.delta, given.outputs, n);
  const x = (n: number) => run.row(given.input, given.inputs, n);
  const column = (at: number): number => Math.floor(at / count);
  const s = (at: number, n: number): number => {
    let sum = 0;
    for (let h = 0; h < units; h++) {
      const unit = column(at) * units + h;
      sum += d(n)[unit] * run.row(given.weights, count, unit)[at % count];
    }
    return Math.sin(angle(x(n), at)) * sum;
  };
  sums(run, given.phaseGradient, numbers, (at, n) => -s(at, n));
  sums(run, given.frequencyGradient, numbers, (at, n) => -2 * Math.PI * x(n)[columns[column(at)]] * s(at, n));
  sums(run, given.weightGradient, numbers * units, (at, n) => {
    const unit = Math.floor(at / count);
    return d(n)[unit] * Math.cos(angle(x(n), Math.floor(unit / units) * count + (at % count)));
  });
  sums(run, given.biasGradient, columns.length * units, (h, n) => d(n)[h]);
}

/** ∂s = −Σ δ ∘ x̂, ∂b = −Σ δ, of whichever normalisation */
function normalisationGradient(run: Run, given: ArgumentsOf<Table["normalisation-gradient"]>): void {
  const { delta, normalised, scaleGradient, biasGradient, inputs } = given;
  sums(run, scaleGradient, inputs, (i, n) => run.row(delta, inputs, n)[i] * run.row(normalised, inputs, n)[i]);
  sums(run, biasGradient, inputs, (i, n) => run.row(delta, inputs, n)[i]);
}

/** y = s ∘ x̂ + b, x̂ = (x − μ) r, r = 1/√(σ² + ε) */
function layerNorm(run: Run, given: ArgumentsOf<Table["layer-norm"]>): void {
  const { normalised, inverse, inputs, epsilon } = given;
  const [scale, bias] = [given.scale, given.bias].map((address) => run.floats(address, inputs));
  run.eachRow((n) => {
    const x = Float64Array.from(run.row(given.input, inputs, n));
    const mean = meanOf(x);
    const r = 1 / Math.sqrt(meanOf(x.map((own) => (own - mean) ** 2)) + epsilon);
    const hat = x.map((own) => (own - mean) * r);
    if (normalised !== 0) run.row(normalised, inputs, n).set(hat);
    if (inverse !== 0) run.row(inverse, 1, n)[0] = r;
    run.row(given.output, inputs, n).set(hat.map((own, i) => scale[i] * own + bias[i]));
  });
}

/** r (g − mean(g) − x̂ ∘ mean(g ∘ x̂)), g = δ ∘ s */
function layerNormBack(run: Run, given: ArgumentsOf<Table["layer-norm-back"]>): void {
  const { normalised, inverse, inputs } = given;
  const scale = run.floats(given.scale, inputs);
  back(run, given, (delta, n) => {
    const [hat, [r]] = [run.row(normalised, inputs, n), run.row(inverse, 1, n)];
    const g = Float64Array.from(delta, (own, i) => own * scale[i]);
    const [mean, along] = [meanOf(g), meanOf(g.map((own, i) => own * hat[i]))];
    return g.map((own, i) => r * (own - mean - hat[i] * along));
  });
}

/** Column i of a matrix of the rows at hand. */
function columnOf(run: Run, address: number, width: number, i: number): Float64Array {
  return Float64Array.from({ length: run.rows }, (_, n) => run.row(address, width, n)[i]);
}

/** As `layerNorm`, over the rows of the batch for each column; the running statistics move to its own. */
function batchNorm(run: Run, given: ArgumentsOf<Table["batch-norm"]>): void {
  const { inputs, epsilon, momentum, normalised, output } = given;
  const [scale, bias, means, variances, inverses] = [
    given.scale,
    given.bias,
    given.mean,
    given.variance,
    given.inverse,
  ].map((address) => run.floats(address, inputs));
  for (let i = 0; i < inputs; i++) {
    const column = columnOf(run, given.input, inputs, i);
    const mean = meanOf(column);
    const variance = meanOf(column.map((own) => (own - mean) ** 2));
    const r = 1 / Math.sqrt(variance + epsilon);
    inverses[i] = r;
    run.eachRow((n) => {
      const hat = (column[n] - mean) * r;
      run.row(normalised, inputs, n)[i] = hat;
      run.row(output, inputs, n)[i] = scale[i] * hat + bias[i];
    });
    means[i] += momentum * (mean - means[i]);
    if (run.rows > 1) variances[i] += momentum * ((variance * run.rows) / (run.rows - 1) - variances[i]);
  }
}

/** s r (δ − mean(δ) − x̂ mean(δ x̂)), means over the rows */
function batchNormBack(run: Run, given: ArgumentsOf<Table["batch-norm-back"]>): void {
  const { delta, to, normalised, inputs } = given;
  for (let i = 0; i < inputs; i++) {
    const [d, hat] = [delta, normalised].map((address) => columnOf(run, address, inputs, i));
    const [mean, along] = [meanOf(d), meanOf(d.map((own, n) => own * hat[n]))];
    const factor = run.floats(given.scale, inputs)[i] * run.floats(given.inverse, inputs)[i];
    run.eachRow((n) => {
      run.row(to, inputs, n)[i] = factor * (d[n] - mean - hat[n] * along);
    });
  }
}

/** y = s ∘ (x − μ)/√(σ² + ε) + b by running statistics */
function batchNormPredict(run: Run, given: ArgumentsOf<Table["batch-norm-predict"]>): void {
  const [scale, bias, mean, variance] = [given.scale, given.bias, given.mean, given.variance].map((address) =>
    run.floats(address, given.inputs),
  );
  forward(run, given, (x, y) =>
    y.set(x.map((own, i) => (scale[i] * (own - mean[i])) / Math.sqrt(variance[i] + given.epsilon) + bias[i])),
  );
}

export const layerOperations: readonly Operation[] = [
  /** y = s ∘ x */
  operation(table.scale, (run, given) => {
    const scale = run.floats(given.scale, given.inputs);
    forward(run, given, (x, y) => y.set(x.map((own, i) => scale[i] * own)));
  }),
  /** s ∘ δ */
  operation(table["scale-back"], (run, given) => {
    const scale = run.floats(given.scale, given.inputs);
    back(run, given, (delta) => delta.map((own, i) => scale[i] * own));
  }),
  /** ∂s = −Σ δ ∘ x */
  operation(table["scale-gradient"], (run, { delta, input, scaleGradient, inputs }) =>
    sums(run, scaleGradient, inputs, (i, n) => run.row(delta, inputs, n)[i] * run.row(input, inputs, n)[i]),
  ),

  /** y = x + α ∘ (φ(x) − x) */
  operation(table["parametric-activation"], (run, { input, slopes, output, saved, inputs, activation }) => {
    const { value } = elementwise(activation);
    const alpha = run.floats(slopes, inputs);
    run.eachRow((n) => {
      const [x, values] = [run.row(input, inputs, n), run.row(saved, inputs, n)];
      values.set(x.map(value));
      run.row(output, inputs, n).set(x.map((own, i) => own + alpha[i] * (values[i] - own)));
    });
  }),
  /** δ + α ∘ (δ ∘ φ'(x) − δ) */
  operation(table["parametric-activation-back"], (run, given) => {
    const { slope } = elementwise(given.activation);
    const alpha = run.floats(given.slopes, given.inputs);
    back(run, given, (delta, n) => {
      const x = run.row(given.input, given.inputs, n);
      return delta.map((own, i) => own + alpha[i] * (own * slope(x[i]) - own));
    });
  }),
  /** ∂α = −Σ δ ∘ (φ(x) − x) */
  operation(table["parametric-activation-gradient"], (run, { delta, input, slopeGradient, inputs, saved }) =>
    sums(run, slopeGradient, inputs, (i, n) => {
      const [d, x, values] = [delta, input, saved].map((address) => run.row(address, inputs, n));
      return d[i] * (values[i] - x[i]);
    }),
  ),

  operation(table.embedding, embed),
  operation(table["embedding-back"], embedBack),
  operation(table["embedding-gradient"], embedGradient),
  operation(table.periodic, periodic),
  operation(table["periodic-back"], periodicBack),
  operation(table["periodic-gradient"], periodicGradient),
  operation(table["layer-norm"], layerNorm),
  operation(table["layer-norm-back"], layerNormBack),
  operation(table["batch-norm-predict"], batchNormPredict),
  operation(table["batch-norm"], batchNorm),
  operation(table["batch-norm-back"], batchNormBack),
  operation(table["normalisation-gradient"], normalisationGradient),
];
