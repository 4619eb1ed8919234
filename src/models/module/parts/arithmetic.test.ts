import { expect, test } from "vitest";
import { partsNamed } from "../../../../test/exportedModule.ts";
import { random } from "../../../random.ts";

const { fusedMadd, isFused } = await partsNamed<{
  fusedMadd(a: number, b: number, c: number): number;
  isFused(): boolean;
}>("fusedMadd", "isFused");

/** A finite float32 number as whole · 2^−200. */
function scaled(value: number): bigint {
  const [bits] = new BigUint64Array(Float64Array.of(value).buffer);
  const exponent = Number((bits >> 52n) & 2047n);
  const mantissa = (bits & ((1n << 52n) - 1n)) | (exponent === 0 ? 0n : 1n << 52n);
  const magnitude = (mantissa << BigInt(Math.max(exponent, 1) - 1075 + 1100)) >> 900n; // 1100 − 200
  return value < 0 ? -magnitude : magnitude;
}

/** Whether `result` is the float32 number nearest to a b + c, of two equally near ones the even one: by whole numbers alone. */
function isNearest(result: number, a: number, b: number, c: number): boolean {
  const exact = scaled(a) * scaled(b) + (scaled(c) << 200n); // · 2^−400
  const distance = (to: number): bigint => {
    const difference = exact - (scaled(to) << 200n);
    return difference < 0n ? -difference : difference;
  };
  const bits = new Int32Array(Float32Array.of(result).buffer);
  const neighbours = [-1, 1].map((step) => new Float32Array(Int32Array.of(bits[0] + step).buffer)[0]);
  return neighbours.filter(Number.isFinite).every((other) => {
    const [own, others] = [distance(result), distance(other)];
    return own < others || (own === others && bits[0] % 2 === 0);
  });
}

test("the fused multiply-add is the nearest float32 number to the exact result", () => {
  const next = random(1, "fused multiply-add");
  const number = (): number => Math.fround((next.uniform() - 0.5) * 2 ** Math.round(next.uniform() * 60 - 30));
  const wrong: string[] = [];
  for (let i = 0; i < 10_000; i++) {
    const [a, b] = [number(), number()];
    const c = i % 3 === 0 ? number() : Math.fround(-a * b * (1 + (next.uniform() - 0.5) * 2 ** -(i % 30))); // nearly cancels
    const result = fusedMadd(a, b, c);
    if (result !== 0 && !isNearest(result, a, b, c)) wrong.push(`${a} * ${b} + ${c} = ${result}`);
  }
  expect(wrong).toEqual([]);
});

test("the fused multiply-add is right beside each halfway case, where rounding twice isn't", () => {
  const next = random(2, "halfway");
  const wrong: string[] = [];
  let differs = 0;
  for (let i = 0; i < 10_000; i++) {
    const c = Math.fround((next.uniform() - 0.5) * 2 ** Math.round(next.uniform() * 40 - 20));
    const half = 2 ** (Math.floor(Math.log2(Math.abs(c))) - 24); // half a step from c to the next
    const small = 2 ** -(1 + (i % 23));
    const side = i % 2 === 0 ? 1 : -1;
    const [a, b] = [half * (1 + small), side * (1 - small)]; // ± half (1 − small²)
    const [x, y] = i % 5 === 0 ? [half * (1 + small), side * (1 + small)] : [a, b];
    const result = fusedMadd(x, y, c);
    if (result !== Math.fround(x * y + c)) differs++;
    if (!isNearest(result, x, y, c)) wrong.push(`${x} * ${y} + ${c} = ${result}`);
  }
  expect(wrong).toEqual([]);
  expect(differs).toBeGreaterThan(100);
});

test("where gradus may not set flags of V8, a module does not count on the multiply-add that Node 20 has behind one", () => {
  const runtime = globalThis as { WebAssembly?: object };
  const own = runtime.WebAssembly;
  const { GRADUS_V8_FLAGS } = process.env;
  try {
    runtime.WebAssembly = { validate: () => false };
    process.env.GRADUS_V8_FLAGS = "none";
    expect(isFused()).toBe(false);
    delete process.env.GRADUS_V8_FLAGS;
    expect(isFused()).toBe(process.versions.node.startsWith("20."));
  } finally {
    runtime.WebAssembly = own;
    if (GRADUS_V8_FLAGS !== undefined) process.env.GRADUS_V8_FLAGS = GRADUS_V8_FLAGS;
  }
});

test("the fused multiply-add rounds to denormal numbers, keeps the signs of zeros, and passes infinities and NaN on", () => {
  const least = 2 ** -149;
  expect(fusedMadd(least, 0.5, 0)).toBe(0); // halfway to 0, which is even
  expect(fusedMadd(Math.fround(least * 3), 0.5, 0)).toBe(2 * least);
  expect(fusedMadd(least, Math.fround(0.50000006), 0)).toBe(least);
  expect(fusedMadd(-0, 1, -0)).toBe(-0);
  expect(fusedMadd(-0, 1, 0)).toBe(0);
  expect(fusedMadd(2 ** 127, 2, 0)).toBe(Number.POSITIVE_INFINITY);
  expect(fusedMadd(Number.POSITIVE_INFINITY, 1, Number.NEGATIVE_INFINITY)).toBeNaN();
  expect(fusedMadd(Number.NaN, 1, 1)).toBeNaN();
});
