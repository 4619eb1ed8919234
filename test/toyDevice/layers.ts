/**
 * The operations of layers that aren't dense, in plain loops: forward, back and gradients, with the formula above each.
 *
 * A part of the toy device; `operations.ts` has the rest.
 */
import { operations as table } from "../../src/plan/ops.ts";
import type { Operations, Run, Words } from "./run.ts";
import { activationAt, localStep } from "./steps.ts";

/** Forward operations: y from x, row by row. */
type Forward = (x: Float32Array, y: Float32Array) => void;

function forward(run: Run, [x, inputs]: readonly number[], [y, outputs]: readonly number[], act: Forward): void {
  run.eachRow((n) => act(run.row(x, inputs, n), run.row(y, outputs, n)));
}

/**
 * What comes back to the inputs, row by row, and then the step of the layer below.
 *
 * @param words [step (4), δ, to, inputs, …]
 * @param outputs the width of δ
 */
function back(
  run: Run,
  words: Words,
  outputs: number,
  act: (delta: Float32Array, n: number) => ArrayLike<number>,
): void {
  const [delta, to, inputs] = words.subarray(4);
  run.eachRow((n) => run.row(to, inputs, n).set(act(run.row(delta, outputs, n), n)));
  localStep(run, words.subarray(0, 4), to, to, inputs);
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

/** A float32 that stands among words. */
function floatOf(word: number): number {
  return new Float32Array(Int32Array.of(word).buffer)[0];
}

/** φ and φ' of an activation that acts on each number by itself. */
function phiAt(kind: number) {
  const phi = activationAt(kind);
  if (phi.kind === "vector") throw new RangeError("Expected an elementwise activation.");
  return { value: phi.value, slope: (x: number) => phi.derivative(x, phi.value(x)) };
}

/** [dimension, K, K times (column, first entry of its table, entries), R, R times (first input, inputs)] */
function embeddingOf([dimension, count, ...list]: readonly number[]) {
  const columns = Array.from({ length: count }, (_, k) => {
    const [column, first, entries] = list.slice(3 * k, 3 * k + 3);
    return { column, first, entries };
  });
  const stretches = list.slice(3 * count + 1);
  const others: number[] = [];
  for (let r = 0; r < stretches.length; r += 2) {
    for (let i = 0; i < stretches[r + 1]; i++) others.push(stretches[r] + i);
  }
  /** Which entries of the tables a row's codes name; entry 0 of its table for what is no code. */
  const entriesOf = (x: Float32Array): number[] =>
    columns.map(({ column, first, entries }) => {
      const code = x[column];
      return first + (Number.isInteger(code) && code >= 0 && code < entries ? code : 0);
    });
  return { dimension, others, entriesOf };
}

/** [F, H, C, C times the column]; θ = 2π f x + p of frequency f of column c */
function periodicOf(run: Run, list: readonly number[], [frequencies, phases]: readonly number[]) {
  const [count, units, , ...columns] = list;
  const [f, p] = [frequencies, phases].map((address) => run.floats(address, columns.length * count));
  const angle = (x: Float32Array, at: number): number =>
    2 * Math.PI * f[at] * x[columns[Math.floor(at / count)]] + p[at];
  return { count, units, columns, f, angle };
}

/** y = [the other inputs | for each code the row of its table] */
function embed(run: Run, [x, tables, y, inputs, outputs, ...list]: Words): void {
  const { dimension, others, entriesOf } = embeddingOf(list);
  forward(run, [x, inputs], [y, outputs], (row, to) => {
    to.set(others.map((column) => row[column]));
    for (const [k, entry] of entriesOf(row).entries()) {
      to.set(run.row(tables, dimension, entry), others.length + k * dimension);
    }
  });
}

/** What belongs to other inputs goes back to them; nothing goes back to a code. */
function embedBack(run: Run, words: Words): void {
  const [inputs, outputs, ...list] = words.subarray(6);
  const { others } = embeddingOf(list);
  back(run, words, outputs, (delta) => {
    const to = new Float64Array(inputs);
    for (const [i, column] of others.entries()) to[column] = delta[i];
    return to;
  });
}

/** ∂E_c = −Σ δ over the rows whose code is c. */
function embedGradient(run: Run, [delta, x, gradients, inputs, outputs, ...list]: Words): void {
  const { dimension, others, entriesOf } = embeddingOf(list);
  sums(run, gradients, run.units * dimension, (i, n) => {
    const k = entriesOf(run.row(x, inputs, n)).indexOf(Math.floor(i / dimension));
    return k < 0 ? 0 : run.row(delta, outputs, n)[others.length + k * dimension + (i % dimension)];
  });
}

/** y = [W cos θ + b of each column | x] */
function periodic(run: Run, [x, frequencies, phases, weights, bias, y, inputs, outputs, ...list]: Words): void {
  const { count, units, columns, angle } = periodicOf(run, list, [frequencies, phases]);
  const [w, b] = [run.floats(weights, columns.length * units * count), run.floats(bias, columns.length * units)];
  forward(run, [x, inputs], [y, outputs], (row, to) => {
    for (let h = 0; h < b.length; h++) {
      const first = Math.floor(h / units) * count;
      to[h] = b[h];
      for (let i = 0; i < count; i++) to[h] += w[h * count + i] * Math.cos(angle(row, first + i));
    }
    to.set(row, b.length);
  });
}

/** To x_c: its own δ − Σ_h δ_h Σ_f W_hf 2π f sin θ_f. */
function periodicBack(run: Run, words: Words): void {
  const [inputs, outputs, x, frequencies, phases, weights, ...list] = words.subarray(6);
  const { count, units, columns, f, angle } = periodicOf(run, list, [frequencies, phases]);
  back(run, words, outputs, (delta, n) => {
    const row = run.row(x, inputs, n);
    const to = Float64Array.from(delta.subarray(columns.length * units));
    for (let h = 0; h < columns.length * units; h++) {
      const c = Math.floor(h / units);
      for (const [i, w] of run.row(weights, count, h).entries()) {
        const at = c * count + i;
        to[columns[c]] -= delta[h] * w * 2 * Math.PI * f[at] * Math.sin(angle(row, at));
      }
    }
    return to;
  });
}

/** ∂W_hf = −Σ δ_h cos θ_f, ∂b_h = −Σ δ_h; with s_f = sin θ_f Σ_h δ_h W_hf, ∂p_f = Σ s_f and ∂f_f = 2π Σ x s_f. */
function periodicGradient(run: Run, words: Words): void {
  const [delta, x, frequencies, phases, weights, ofF, ofP, ofW, ofB, inputs, outputs, ...list] = words;
  const { count, units, columns, angle } = periodicOf(run, list, [frequencies, phases]);
  const numbers = columns.length * count;
  const [d, row] = [(n: number) => run.row(delta, outputs, n), (n: number) => run.row(x, inputs, n)];
  const column = (at: number): number => Math.floor(at / count);
  const s = (at: number, n: number): number => {
    let sum = 0;
    for (let h = 0; h < units; h++) {
      const unit = column(at) * units + h;
      sum += d(n)[unit] * run.row(weights, count, unit)[at % count];
    }
    return Math.sin(angle(row(n), at)) * sum;
  };
  sums(run, ofP, numbers, (at, n) => -s(at, n));
  sums(run, ofF, numbers, (at, n) => -2 * Math.PI * row(n)[columns[column(at)]] * s(at, n));
  sums(run, ofW, numbers * units, (at, n) => {
    const unit = Math.floor(at / count);
    return d(n)[unit] * Math.cos(angle(row(n), Math.floor(unit / units) * count + (at % count)));
  });
  sums(run, ofB, columns.length * units, (h, n) => d(n)[h]);
}

export const layerOperations: Operations = {
  /** [x, s, y, inputs]: y = s ∘ x */
  [table.scale.code]: (run, [x, s, y, inputs]) => {
    const scale = run.floats(s, inputs);
    forward(run, [x, inputs], [y, inputs], (row, to) => to.set(row.map((own, i) => scale[i] * own)));
  },
  /** [step (4), δ, to, inputs, s]: s ∘ δ */
  [table["scale-back"].code]: (run, words) => {
    const [inputs, s] = words.subarray(6);
    const scale = run.floats(s, inputs);
    back(run, words, inputs, (delta) => delta.map((own, i) => scale[i] * own));
  },
  /** [δ, x, ∂s, inputs]: ∂s = −Σ δ ∘ x */
  [table["scale-gradient"].code]: (run, [delta, x, gradients, inputs]) =>
    sums(run, gradients, inputs, (i, n) => run.row(delta, inputs, n)[i] * run.row(x, inputs, n)[i]),

  /** [x, α, y, φ(x), inputs, activation]: y = x + α ∘ (φ(x) − x) */
  [table["parametric-activation"].code]: (run, [x, slopes, y, kept, inputs, kind]) => {
    const { value } = phiAt(kind);
    const alpha = run.floats(slopes, inputs);
    run.eachRow((n) => {
      const [row, values] = [run.row(x, inputs, n), run.row(kept, inputs, n)];
      values.set(row.map(value));
      run.row(y, inputs, n).set(row.map((own, i) => own + alpha[i] * (values[i] - own)));
    });
  },
  /** [step (4), δ, to, inputs, x, α, φ(x), activation]: δ + α ∘ (δ ∘ φ'(x) − δ) */
  [table["parametric-activation-back"].code]: (run, words) => {
    const [inputs, x, slopes, , kind] = words.subarray(6);
    const { slope } = phiAt(kind);
    const alpha = run.floats(slopes, inputs);
    back(run, words, inputs, (delta, n) => {
      const row = run.row(x, inputs, n);
      return delta.map((own, i) => own + alpha[i] * (own * slope(row[i]) - own));
    });
  },
  /** [δ, x, ∂α, inputs, φ(x)]: ∂α = −Σ δ ∘ (φ(x) − x) */
  [table["parametric-activation-gradient"].code]: (run, [delta, x, gradients, inputs, kept]) =>
    sums(run, gradients, inputs, (i, n) => {
      const [d, row, values] = [delta, x, kept].map((address) => run.row(address, inputs, n));
      return d[i] * (values[i] - row[i]);
    }),

  [table.embedding.code]: embed,
  [table["embedding-back"].code]: embedBack,
  [table["embedding-gradient"].code]: embedGradient,
  [table.periodic.code]: periodic,
  [table["periodic-back"].code]: periodicBack,
  [table["periodic-gradient"].code]: periodicGradient,

  /** [x, s, b, y, x̂, r, inputs, ε as float64]: y = s ∘ x̂ + b, x̂ = (x − μ) r, r = 1/√(σ² + ε) */
  [table["layer-norm"].code]: (run, [x, s, b, y, kept, inverses, inputs, ...epsilon]) => {
    const [ε] = new Float64Array(Int32Array.from(epsilon).buffer);
    const [scale, bias] = [run.floats(s, inputs), run.floats(b, inputs)];
    run.eachRow((n) => {
      const row = Float64Array.from(run.row(x, inputs, n));
      const mean = meanOf(row);
      const r = 1 / Math.sqrt(meanOf(row.map((own) => (own - mean) ** 2)) + ε);
      const hat = row.map((own) => (own - mean) * r);
      if (kept !== 0) run.row(kept, inputs, n).set(hat);
      if (inverses !== 0) run.row(inverses, 1, n)[0] = r;
      run.row(y, inputs, n).set(hat.map((own, i) => scale[i] * own + bias[i]));
    });
  },
  /** [step (4), δ, to, inputs, s, x̂, r]: r (g − mean(g) − x̂ ∘ mean(g ∘ x̂)), g = δ ∘ s */
  [table["layer-norm-back"].code]: (run, words) => {
    const [inputs, s, kept, inverses] = words.subarray(6);
    const scale = run.floats(s, inputs);
    back(run, words, inputs, (delta, n) => {
      const [hat, [r]] = [run.row(kept, inputs, n), run.row(inverses, 1, n)];
      const g = Float64Array.from(delta, (own, i) => own * scale[i]);
      const [mean, along] = [meanOf(g), meanOf(g.map((own, i) => own * hat[i]))];
      return g.map((own, i) => r * (own - mean - hat[i] * along));
    });
  },
  /** [δ, x̂, ∂s, ∂b, inputs]: ∂s = −Σ δ ∘ x̂, ∂b = −Σ δ */
  [table["layer-norm-gradient"].code]: (run, [delta, kept, ofScale, ofBias, inputs]) => {
    sums(run, ofScale, inputs, (i, n) => run.row(delta, inputs, n)[i] * run.row(kept, inputs, n)[i]);
    sums(run, ofBias, inputs, (i, n) => run.row(delta, inputs, n)[i]);
  },
  /** [x, s, b, μ, σ², y, inputs, ε]: y = s ∘ (x − μ)/√(σ² + ε) + b by running statistics */
  [table["batch-norm-predict"].code]: (run, [x, s, b, mean, variance, y, inputs, epsilon]) => {
    const [scale, bias, μ, σ2] = [s, b, mean, variance].map((address) => run.floats(address, inputs));
    const ε = floatOf(epsilon);
    forward(run, [x, inputs], [y, inputs], (row, to) =>
      to.set(row.map((own, i) => (scale[i] * (own - μ[i])) / Math.sqrt(σ2[i] + ε) + bias[i])),
    );
  },
  /** [x, s, b, μ, σ², y, x̂, r, inputs, ε, momentum]: by the batch's statistics; the running ones move to them */
  [table["batch-norm"].code]: (run, [x, s, b, mean, variance, y, kept, inverses, inputs, epsilon, momentum]) => {
    for (let i = 0; i < inputs; i++) {
      const column = Float64Array.from({ length: run.rows }, (_, n) => run.row(x, inputs, n)[i]);
      const μ = meanOf(column);
      const σ2 = meanOf(column.map((own) => (own - μ) ** 2));
      const r = 1 / Math.sqrt(σ2 + floatOf(epsilon));
      run.floats(inverses, inputs)[i] = r;
      run.eachRow((n) => {
        const hat = (column[n] - μ) * r;
        run.row(kept, inputs, n)[i] = hat;
        run.row(y, inputs, n)[i] = run.floats(s, inputs)[i] * hat + run.floats(b, inputs)[i];
      });
      const move = (address: number, found: number): void => {
        const running = run.floats(address, inputs);
        running[i] += floatOf(momentum) * (found - running[i]);
      };
      move(mean, μ);
      if (run.rows > 1) move(variance, (σ2 * run.rows) / (run.rows - 1));
    }
  },
  /** [δ, to, s, x̂, r, inputs]: s r (δ − mean(δ) − x̂ mean(δ x̂)), means over the rows */
  [table["batch-norm-back"].code]: (run, [delta, to, s, kept, inverses, inputs]) => {
    for (let i = 0; i < inputs; i++) {
      const [d, hat] = [delta, kept].map((address) =>
        Float64Array.from({ length: run.rows }, (_, n) => run.row(address, inputs, n)[i]),
      );
      const [mean, along] = [meanOf(d), meanOf(d.map((own, n) => own * hat[n]))];
      const factor = run.floats(s, inputs)[i] * run.floats(inverses, inputs)[i];
      run.eachRow((n) => {
        run.row(to, inputs, n)[i] = factor * (d[n] - mean - hat[n] * along);
      });
    }
  },
  /** [δ, x̂, ∂s, ∂b, inputs]: ∂s = −Σ δ ∘ x̂, ∂b = −Σ δ */
  [table["batch-norm-gradient"].code]: (run, [delta, kept, ofScale, ofBias, inputs]) => {
    sums(run, ofScale, inputs, (i, n) => run.row(delta, inputs, n)[i] * run.row(kept, inputs, n)[i]);
    sums(run, ofBias, inputs, (i, n) => run.row(delta, inputs, n)[i]);
  },
};
