/**
 * The elementwise kernels against the float64 tables and functions of network/: activations, softmax, dropout, and what
 * moves or sums whole arrays.
 *
 * Both builds run the same tests, with fused multiply-add and without. Knows nothing of plans.
 */
import { describe, expect, test } from "vitest";
import { bitsOf, expectClose, KernelArena, ulp } from "../../../test/kernelArena.ts";
import { type ActivationName, activations, softmax } from "../../network/activations.ts";
import { dropoutFactor, dropoutKey, dropoutThreshold } from "../../network/dropout.ts";
import { random } from "../../random.ts";
import { supportsRelaxedSimd } from "./kernelModule.ts";

const zeros = (length: number): Float32Array => new Float32Array(length);
const grid = (from: number, to: number, n: number): number[] =>
  Array.from({ length: n }, (_, i) => from + ((to - from) * i) / (n - 1));
const normals = (n: number, stream: string, scale = 1): Float32Array => {
  const draws = random(1, stream);
  return Float32Array.from({ length: n }, () => scale * draws.normal());
};

/** Worst errors of φ in ulp, and of φ' in 2⁻²⁴, absolute: ulp of 1, which φ' hardly exceeds. */
const limits: Readonly<Record<Exclude<ActivationName, "softmax">, readonly [value: number, slope: number]>> = {
  identity: [0, 0],
  logistic: [2.5, 2],
  tanh: [3, 6],
  relu: [0, 0],
  leakyRelu: [1, 0.01],
  elu: [1.5, 2],
  selu: [2.5, 4],
  gelu: [7, 5],
  silu: [2.5, 4],
  mish: [5, 5],
  softplus: [3.5, 2],
  relu6: [0, 0],
  hardSwish: [3, 2],
};
/** What the kernels give as 0, and what float64 itself loses in gelu's tail: 1 + erf has lost all digits at −8.3. */
const floorOf = (name: ActivationName, v: number): number =>
  (name === "gelu" ? 4e-16 : 1.3e-38) * Math.max(1, Math.abs(v));

const fields = Float32Array.from([
  ...grid(-1, 1, 4001),
  ...grid(-12, 12, 8001),
  ...grid(-95, 95, 4001),
  ...grid(-1e-6, 1e-6, 101),
  ...[87.33, 87.34, 88.72283, 88.7229, 103, 1e30, 3e38].flatMap((v) => [v, -v]),
]);

describe.each(supportsRelaxedSimd() ? [true, false] : [false])("fused multiply-add %s:", (relaxed) => {
  const arena = new KernelArena({ relaxed });

  describe.each(Object.keys(limits) as (keyof typeof limits)[])("%s", (name) => {
    const kind = Object.keys(activations).indexOf(name);
    const entry = activations[name];
    const [valueLimit, slopeLimit] = limits[name];

    test("has the table's values and derivatives", () => {
      arena.clear();
      const v = arena.float32(fields);
      const y = arena.float32(zeros(v.length));
      const slopes = arena.float32(zeros(v.length).fill(1));
      arena.call("activate", kind, v, y, v.length);
      arena.call("derive", kind, slopes, v, y, slopes, v.length);
      const where = (i: number): string => `at v = ${v[i]}`;
      const value = (i: number): number => entry.value(v[i]);
      expectClose(y, value, (expected, i) => valueLimit * ulp(expected) + floorOf(name, v[i]), where);
      const slope = (i: number): number => entry.derivative(v[i], value(i));
      expectClose(slopes, slope, () => slopeLimit * 2 ** -24 + 1e-37, where);
    });

    test("has the table's limits at ±Infinity and 0, and NaN stays NaN", () => {
      arena.clear();
      const extremes = [Infinity, -Infinity, Number.NaN, 0, -0];
      const y = arena.float32(extremes);
      arena.call("activate", kind, y, y, y.length);
      for (const [i, v] of extremes.entries()) {
        const expected = Math.fround(entry.value(v));
        const same = Object.is(y[i], expected) || Math.abs(y[i] - expected) <= valueLimit * ulp(expected);
        expect(same, `φ(${v}): found ${y[i]}, expected ${expected}`).toBe(true);
      }
    });

    test("gives the same bits wherever a part begins and ends, in place or not", () => {
      const [v, g] = [normals(23, "fields", 3), normals(23, "negative gradients")];
      const run = (from: number, to: number): [number[], number[]] => {
        arena.clear();
        const field = arena.float32(v.subarray(from, to));
        const output = arena.float32(to - from === 23 ? zeros(23) : field);
        const signal = arena.float32(g.subarray(from, to));
        arena.call("activate", kind, to - from === 23 ? field : output, output, to - from);
        arena.call("derive", kind, signal, field, output, signal, to - from);
        return [bitsOf(output), bitsOf(signal)];
      };
      const whole = run(0, 23);
      for (let from = 0; from < 23; from++) {
        for (let to = from + 1; to <= Math.min(23, from + 9); to++) {
          if (to - from === 23) continue;
          expect(run(from, to)).toEqual(whole.map((bits) => bits.slice(from, to)));
        }
      }
    });
  });

  test.each([1, 2, 3, 4, 5, 7, 8, 10, 17])("softmax over rows of %i, and its product with the Jacobian", (width) => {
    arena.clear();
    const rows = 6;
    const v = arena.float32(normals(rows * width, "logits", 4));
    v.fill(-800, width, 2 * width); // where e^v alone would be 0
    v[0] = 800;
    const y = arena.float32(zeros(rows * width));
    const g = arena.float32(normals(rows * width, "negative gradients"));
    const delta = arena.float32(zeros(rows * width));
    arena.call("softmaxRows", v, y, rows, width);
    arena.call("softmaxBackward", g, y, delta, rows, width);
    for (let row = 0; row < rows; row++) {
      const own = <T extends Float32Array>(values: T) => values.subarray(row * width, (row + 1) * width);
      const expected = softmax(own(v));
      // v less the largest is rounded to float32 before the exponential sees it: as many ulp as that is long.
      const allowed = (e: number): number => e * (4e-7 - 2 ** -24 * Math.log(e)) + 1.3e-38;
      expectClose(
        own(y),
        (i) => expected[i],
        (e) => (e > 0 ? allowed(e) : 1.3e-38),
      );
      const jacobian = activations.softmax.jacobian(own(y));
      const pulled = (s: number): number =>
        own(g).reduce((sum, signal, r) => sum + signal * jacobian[r * width + s], 0);
      expectClose(own(delta), pulled, () => 2e-7 * Math.max(...own(g).map(Math.abs)));
    }
    arena.call("softmaxBackward", g, y, g, rows, width);
    expect(bitsOf(g)).toEqual(bitsOf(delta));
  });

  test("softmax passes NaN on", () => {
    arena.clear();
    const v = arena.float32([0, Number.NaN, 1, 2, 3, Number.NaN, 1]);
    arena.call("softmaxRows", v, v, 1, 7);
    expect([...v].every(Number.isNaN)).toBe(true);
  });

  test("e^x spans its whole range, from 0 to Infinity, to 2 ulp", () => {
    // Of two classes, one at 0, the other's odds are e^x; from the smaller probability's side nothing is rounded away.
    arena.clear();
    const x = Float32Array.from(grid(-87.3, -17.5, 20001));
    const pairs = arena.float32([...x].flatMap((v) => [v, 0]));
    arena.call("softmaxRows", pairs, pairs, x.length, 2);
    const small = Float32Array.from(x, (_, i) => pairs[2 * i]);
    expectClose(
      small,
      (i) => Math.exp(x[i]),
      (e) => 2 * ulp(e),
      (i) => `e^${x[i]}`,
    );
    const silu = Object.keys(activations).indexOf("silu"); // v / (1 + e^(−v)) needs e^x for large x
    const v = arena.float32([-88.7, -88.73, -1000, 88.73, 1000]);
    arena.call("activate", silu, v, v, 5);
    expect(v[0]).toBeLessThan(0);
    expect([...v.subarray(1)].map((y) => y + 0)).toEqual([0, 0, Math.fround(88.73), 1000]);
  });

  test.each([0, 0.1, 0.5, 0.999])("dropout at rate %f silences the very signals that network/ does", (rate) => {
    const key = dropoutKey(2 ** 40 + 7, 3, 1);
    const scale = Math.fround(1 / (1 - rate));
    const x = normals(1000, "signals");
    const run = (from: number, to: number): Float32Array => {
      arena.clear();
      const signals = arena.float32(x.subarray(from, to));
      arena.call("dropoutRows", signals, signals, key, dropoutThreshold(rate), scale, from, to - from);
      return Float32Array.from(signals);
    };
    const expected = x.map((signal, i) => (dropoutFactor(key, i, rate) === 0 ? 0 : scale) * signal);
    expect(bitsOf(run(0, 1000))).toEqual(bitsOf(expected));
    for (const [from, to] of [
      [0, 1],
      [5, 8],
      [17, 31],
      [998, 1000],
    ]) {
      expect(bitsOf(run(from, to))).toEqual(bitsOf(expected.subarray(from, to)));
    }
  });

  test("dropout's positions go round at 2³² like the table's", () => {
    arena.clear();
    const [start, key] = [2 ** 32 - 0x9e3779b9 - 6, 12345];
    const y = arena.float32(zeros(13).fill(1));
    arena.call("dropoutRows", y, y, key, dropoutThreshold(0.5), 2, start, 13);
    expect([...y]).toEqual([...y].map((_, i) => dropoutFactor(key, start + i, 0.5)));
  });

  test.each([1, 2, 3, 4, 5, 16, 17, 54, 784])("gather picks rows of %i numbers", (width) => {
    arena.clear();
    const source = arena.float32(normals(9 * width, "matrix"));
    const rows = arena.uint32([8, 0, 3, 3, 7, 1]);
    const batch = arena.float32(zeros(6 * width));
    arena.call("gather", rows, source, width, batch, 1, 4);
    const expected = zeros(6 * width);
    for (const i of [1, 2, 3, 4]) expected.set(source.subarray(rows[i] * width, (rows[i] + 1) * width), i * width);
    expect(bitsOf(batch)).toEqual(bitsOf(expected));
  });

  test.each([1, 3, 4, 7, 4095, 4096, 4097, 10000])(
    "the squared norm of %i numbers, whoever sums which chunk",
    (count) => {
      arena.clear();
      const x = arena.float32(normals(count, "gradient", 1e-3));
      const chunks = Math.ceil(count / 4096);
      const together = arena.float64(new Float64Array(chunks));
      const apart = arena.float64(new Float64Array(chunks));
      arena.call("squaredNorms", x, count, 0, chunks, together);
      for (let chunk = chunks - 1; chunk >= 0; chunk--) arena.call("squaredNorms", x, count, chunk, chunk + 1, apart);
      expect([...apart]).toEqual([...together]);
      const expected = x.reduce((sum, value) => sum + value * value, 0);
      expect(Math.abs(arena.call("sum", together, chunks) - expected)).toBeLessThan(1e-13 * expected);
    },
  );

  test.each([1, 2, 3, 4, 9])("scale multiplies %i numbers", (count) => {
    arena.clear();
    const x = arena.float32(normals(count, "gradient"));
    const expected = x.map((value) => value * Math.fround(0.3));
    arena.call("scale", x, 0.3, count);
    expect(bitsOf(x)).toEqual(bitsOf(expected));
  });
});
