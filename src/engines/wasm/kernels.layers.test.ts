/**
 * The kernels of the layers that aren't dense against plain loops in float64: scale, parametric activation, embedding of codes
 * and of numbers; and the cosine that the last is made of.
 *
 * Both builds run the same tests, with fused multiply-add and without. Knows nothing of plans.
 */
import { describe, expect, test } from "vitest";
import { bitsOf, expectClose, KernelArena, ulp } from "../../../test/kernelArena.ts";
import { type ActivationName, activations, type ElementwiseActivation } from "../../network/activations.ts";
import { embeddingList, periodicList } from "../../plan/ops/lists.ts";
import { random } from "../../random.ts";
import { supportsRelaxedSimd } from "./kernelModule.ts";

const zeros = (length: number): Float32Array => new Float32Array(length);
const normals = (n: number, stream: string, scale = 1): Float32Array => {
  const draws = random(1, stream);
  return Float32Array.from({ length: n }, () => scale * draws.normal());
};
const elementwise = (Object.keys(activations) as ActivationName[]).filter(
  (name) => activations[name].kind === "elementwise",
);
const WIDTHS = [1, 3, 4, 17, 31];
const ROWS = 7;

describe.each(supportsRelaxedSimd() ? [true, false] : [false])("fused multiply-add %s:", (relaxed) => {
  const arena = new KernelArena({ relaxed });

  test("cosine and sine of turns are right to 2e-7, however many turns", () => {
    arena.clear();
    const draws = random(1, "turns");
    const near = Float32Array.from({ length: 20001 }, (_, i) => (i - 10000) / 5000);
    const far = Float32Array.from({ length: 20001 }, () => 2000 * (draws.uniform() - 0.5));
    const u = arena.float32([...near, ...far, 0, -0, 0.25, -0.25, 0.5, -0.5, 2 ** 22, -(2 ** 22)]);
    const turns = Float32Array.from(u);
    const found = arena.float32(zeros(u.length));
    // A whole number of turns less in float64 is exact, so that Math.cos sees a small angle.
    const angle = (i: number): number => 2 * Math.PI * (turns[i] - Math.round(turns[i]));
    for (const [kernel, exact] of [
      ["cosineOfTurns", Math.cos],
      ["sineOfTurns", Math.sin],
    ] as const) {
      arena.call(kernel, u, found, u.length);
      expectClose(
        found,
        (i) => exact(angle(i)),
        () => 2e-7,
        (i) => `${kernel} of ${turns[i]}`,
      );
    }
  });

  test("the cosine of NaN is NaN, of Infinity NaN, and of what has no fraction 1", () => {
    arena.clear();
    const u = arena.float32([Number.NaN, Infinity, -Infinity, 1e30, -3e38]);
    arena.call("cosineOfTurns", u, u, 5);
    expect([...u.subarray(0, 3)]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expectClose(
      u.subarray(3),
      () => 1,
      () => 2e-7,
    );
  });

  test.each(WIDTHS)("a scale layer of %i: its output, and the gradients of whichever columns", (width) => {
    arena.clear();
    const x = arena.float32(normals(ROWS * width, "x"));
    const s = arena.float32(normals(width, "s"));
    const delta = arena.float32(normals(ROWS * width, "delta"));
    const y = arena.float32(zeros(ROWS * width));
    arena.call("scaleRows", x, s, y, ROWS, width);
    expect(bitsOf(y)).toEqual(bitsOf(x.map((signal, i) => signal * s[i % width])));
    const whole = arena.float32(zeros(width));
    arena.call("productSums", ROWS, width, delta, x, width, whole);
    const sum = (j: number): number =>
      Array.from({ length: ROWS }, (_, n) => delta[n * width + j] * x[n * width + j]).reduce((a, b) => a - b, 0);
    expectClose(whole, sum, () => 1e-6);
    const parts = arena.float32(zeros(width));
    for (const [from, to] of partsOf(width)) {
      arena.call("productSums", ROWS, to - from, delta.subarray(from), x.subarray(from), width, parts.subarray(from));
    }
    expect(bitsOf(parts)).toEqual(bitsOf(whole));
  });

  describe.each(elementwise)("parametric %s", (name) => {
    const kind = Object.keys(activations).indexOf(name);
    const { value, derivative } = activations[name] as ElementwiseActivation;

    test.each(WIDTHS)("of %i has the layer's outputs, signals back and gradients", (width) => {
      arena.clear();
      const count = ROWS * width;
      const x = arena.float32(normals(count, "fields", 3));
      const slopes = arena.float32(normals(width, "slopes"));
      const delta = arena.float32(normals(count, "delta"));
      const [kept, y, back] = [zeros(count), zeros(count), zeros(count)].map((room) => arena.float32(room));
      const gradient = arena.float32(zeros(width));
      arena.call("parametricRows", kind, x, slopes, kept, y, ROWS, width);
      arena.call("parametricBack", kind, delta, x, slopes, kept, back, ROWS, width);
      arena.call("differenceSums", ROWS, width, delta, kept, x, width, gradient);
      const way = (i: number): number => value(x[i]) - x[i];
      expectClose(
        y,
        (i) => x[i] + slopes[i % width] * way(i),
        (_, i) => 8 * ulp(Math.abs(x[i]) + Math.abs(slopes[i % width] * way(i))),
      );
      expectClose(
        back,
        (i) => delta[i] * (1 + slopes[i % width] * (derivative(x[i], value(x[i])) - 1)),
        (_, i) => 8 * ulp(Math.abs(delta[i]) * (1 + Math.abs(slopes[i % width]))),
      );
      const sum = (j: number): number =>
        Array.from({ length: ROWS }, (_, n) => -delta[n * width + j] * way(n * width + j)).reduce((a, b) => a + b, 0);
      expectClose(gradient, sum, () => 2e-5);

      const alone = Float32Array.from(y);
      for (let n = 0; n < ROWS; n++) {
        const row = (values: Float32Array) => values.subarray(n * width, (n + 1) * width);
        arena.call("parametricRows", kind, row(x), slopes, row(y), row(y), 1, width);
      }
      expect(bitsOf(y)).toEqual(bitsOf(alone));
    });
  });

  describe("an embedding of codes", () => {
    const columns = [
      { column: 4, cardinality: 3 },
      { column: 0, cardinality: 2 },
      { column: 2, cardinality: 1 },
    ];
    const inputs = 5;

    test.each([1, 3, 4, 8, 19])(
      "of dimension %i takes the rows of its tables, and 0 for what is no code",
      (dimension) => {
        arena.clear();
        const list = arena.uint32(embeddingList(columns, dimension, inputs));
        const tables = arena.float32(normals(6 * dimension, "tables"));
        // For each row the codes of columns 4, 0 and 2, whose tables begin at entries 0, 3 and 5.
        const codes = [
          [1, 0, 2],
          [0, 1, 0],
          [Number.NaN, -1, Infinity],
          [3, 0.5, -Infinity],
          [1e30, 2, 4e9],
          [-0, 1.0000001, 1],
          [2, 1, 0],
        ];
        const entries = [1, 3, 5, 0, 4, 5, 0, 3, 5, 0, 3, 5, 0, 3, 5, 0, 3, 5, 2, 4, 5];
        const x = arena.float32(codes.flatMap(([a, b, c], n) => [b, n + 0.25, c, n + 0.5, a]));
        const outputs = 2 + 3 * dimension;
        const y = arena.float32(zeros(ROWS * outputs));
        arena.call("embedRows", list, x, tables, y, ROWS, inputs);
        const entry = (at: number): number[] => [...tables.subarray(at * dimension, (at + 1) * dimension)];
        const expected = codes.flatMap((_, n) => [
          n + 0.25,
          n + 0.5,
          ...entries.slice(3 * n, 3 * n + 3).flatMap(entry),
        ]);
        expect([...y]).toEqual(expected);

        const delta = arena.float32(normals(ROWS * outputs, "delta"));
        const back = arena.float32(zeros(ROWS * inputs).fill(9));
        arena.call("embedBack", list, delta, back, ROWS, inputs, outputs);
        const own = codes.flatMap((_, n) => [0, delta[n * outputs], 0, delta[n * outputs + 1], 0]);
        expect([...back]).toEqual(own);

        const gradients = arena.float32(zeros(6 * dimension).fill(9));
        arena.call("embedGradient", list, delta, x, gradients, ROWS, inputs, outputs, 0, 6);
        const sums = zeros(6 * dimension);
        for (const [i, at] of entries.entries()) {
          const [n, k] = [Math.floor(i / 3), i % 3];
          for (let d = 0; d < dimension; d++) {
            sums[at * dimension + d] -= delta[n * outputs + 2 + k * dimension + d];
          }
        }
        expect(bitsOf(gradients)).toEqual(bitsOf(sums));
        const parts = arena.float32(zeros(6 * dimension));
        for (const [from, to] of partsOf(6)) {
          arena.call("embedGradient", list, delta, x, parts, ROWS, inputs, outputs, from, to);
        }
        expect(bitsOf(parts)).toEqual(bitsOf(gradients));
      },
    );
  });

  describe("a periodic embedding", () => {
    const columns = [3, 0];
    const inputs = 4;
    const cases = [1, 3, 4, 5, 16].flatMap((F) => [1, 2, 3, 5].map((H) => [F, H] as const));

    test.each(cases)("of %i frequencies and %i units has the layer's outputs, signals back and gradients", (F, H) => {
      for (const rows of [1, ROWS, ROWS + 1]) {
        arena.clear();
        const outputs = 2 * H + inputs;
        const list = arena.uint32(periodicList(columns, F, H));
        const [x, f, p] = [normals(rows * inputs, "x"), normals(2 * F, "f", 0.3), normals(2 * F, "p", 2)].map(place);
        const [w, b] = [normals(2 * H * F, "w"), normals(2 * H, "b")].map(place);
        const delta = place(normals(rows * outputs, "delta"));
        const [y, back] = [place(zeros(rows * outputs)), place(zeros(rows * inputs))];
        const scratch = place(zeros(4 * Math.ceil(F / 4)));
        arena.call("periodicRows", list, x, f, p, w, b, y, rows, inputs, scratch);
        arena.call("periodicBack", list, delta, x, f, p, w, back, rows, inputs);
        const found = [place(zeros(2 * F).fill(9)), place(zeros(2 * F).fill(9)), place(zeros(2 * H * F).fill(9))];
        arena.call("periodicGradient", list, delta, x, f, p, w, ...found, rows, inputs, 0, 2);

        const exact = exactly({ rows, inputs, columns, F, H, x, f, p, w, b, delta });
        const bound = (): number => 2e-6 * F * H;
        expectClose(y, (i) => exact.y[i], bound);
        expectClose(back, (i) => exact.back[i], bound);
        for (const [k, gradient] of [exact.df, exact.dp, exact.dw].entries()) {
          expectClose(
            found[k],
            (i) => gradient[i],
            () => rows * 4 * bound(),
          );
        }

        const parts = found.map((whole) => place(zeros(whole.length)));
        for (const c of [1, 0]) {
          arena.call("periodicGradient", list, delta, x, f, p, w, ...parts, rows, inputs, c, c + 1);
        }
        expect(parts.map(bitsOf)).toEqual(found.map(bitsOf));
        const together = bitsOf(y);
        for (let n = 0; n < rows; n++) {
          const own = y.subarray(n * outputs, (n + 1) * outputs);
          arena.call("periodicRows", list, x.subarray(n * inputs), f, p, w, b, own, 1, inputs, scratch);
        }
        expect(bitsOf(y)).toEqual(together);
      }
    });

    function place(values: Float32Array): Float32Array {
      return arena.float32(values);
    }
  });
});

/** A few ways from 0 to `count`, one part after the other. */
function partsOf(count: number): readonly (readonly [from: number, to: number])[] {
  const cuts = [0, 1, 3, 8, 24].filter((cut) => cut < count);
  return cuts.map((cut, i) => [cut, cuts[i + 1] ?? count]);
}

/** A periodic embedding in float64, number by number. */
function exactly(given: {
  readonly rows: number;
  readonly inputs: number;
  readonly columns: readonly number[];
  readonly F: number;
  readonly H: number;
  readonly x: Float32Array;
  readonly f: Float32Array;
  readonly p: Float32Array;
  readonly w: Float32Array;
  readonly b: Float32Array;
  readonly delta: Float32Array;
}) {
  const { rows, inputs, columns, F, H, x, f, p, w, b, delta } = given;
  const C = columns.length;
  const outputs = C * H + inputs;
  const y = new Float64Array(rows * outputs);
  const back = new Float64Array(rows * inputs);
  const [df, dp, dw] = [new Float64Array(C * F), new Float64Array(C * F), new Float64Array(C * H * F)];
  for (let n = 0; n < rows; n++) {
    for (let i = 0; i < inputs; i++) {
      y[n * outputs + C * H + i] = x[n * inputs + i];
      back[n * inputs + i] += delta[n * outputs + C * H + i];
    }
    for (const [c, column] of columns.entries()) {
      const signal = x[n * inputs + column];
      for (let h = 0; h < H; h++) {
        const to = n * outputs + c * H + h;
        y[to] = b[c * H + h];
        for (let k = 0; k < F; k++) {
          const [at, weight] = [c * F + k, (c * H + h) * F + k];
          const theta = 2 * Math.PI * f[at] * signal + p[at];
          const turned = delta[to] * w[weight] * Math.sin(theta);
          y[to] += w[weight] * Math.cos(theta);
          back[n * inputs + column] -= 2 * Math.PI * f[at] * turned;
          dw[weight] -= delta[to] * Math.cos(theta);
          dp[at] += turned;
          df[at] += 2 * Math.PI * signal * turned;
        }
      }
    }
  }
  return { y, back, df, dp, dw };
}
