import { expect, test } from "vitest";
import { differentiate, type Evaluation, FIRST_STEP, measureRounding } from "./checkDifferences.ts";

const smooth =
  (f: (p: number) => number) =>
  (p: number): Evaluation => ({ value: f(p), sides: [] });
const options = { first: FIRST_STEP, rounding: Number.EPSILON, goal: 1e-10 };

test("smooth functions of size 1 get their derivative to ten digits, with six values at most", () => {
  for (const [f, derivative] of [
    [Math.sin, Math.cos],
    [Math.exp, Math.exp],
    [(p: number) => p ** 3, (p: number) => 3 * p * p],
  ] as const) {
    for (const p of [-1.5, -0.2, 0, 0.7]) {
      let values = 0;
      const difference = differentiate(
        smooth((at) => {
          values += 1;
          return f(at);
        }),
        p,
        options,
      );
      expect(Math.abs((difference?.value ?? Number.NaN) - derivative(p))).toBeLessThan(1e-10);
      expect(difference?.error).toBeLessThan(1e-10);
      expect(values).toBeLessThanOrEqual(6);
    }
  }
});

test("the error estimate holds for functions that bend over a thousandth, where the first step is far too large", () => {
  for (let i = 0; i < 100; i++) {
    const p = i / 37;
    const difference = differentiate(
      smooth((at) => Math.sin(1000 * at) / 1000),
      p,
      options,
    );
    const error = Math.abs((difference?.value ?? Number.NaN) - Math.cos(1000 * p));
    expect(error, `at ${p}`).toBeLessThan(1e-8);
    expect(error, `at ${p}`).toBeLessThanOrEqual(difference?.error ?? 0);
  }
});

test("the error estimate covers the rounding that it is given", () => {
  // Values rounded to 2⁻³⁰: an error of up to 2⁻³¹ a value, over a width of 2h.
  const rough = smooth((p) => Math.round(Math.sin(p) * 2 ** 30) / 2 ** 30);
  for (let i = 0; i < 100; i++) {
    const p = i / 23;
    const difference = differentiate(rough, p, { ...options, rounding: 2 ** -30 / Math.sqrt(12) });
    expect(Math.abs((difference?.value ?? Number.NaN) - Math.cos(p)), `at ${p}`).toBeLessThan(difference?.error ?? 0);
    expect(difference?.error, `at ${p}`).toBeLessThan(1e-3);
  }
});

test("a jump in the second derivative only makes the steps smaller", () => {
  const elu = smooth((p) => (p > 0 ? p : Math.expm1(p)));
  for (const p of [0, 1e-7, -3e-5, 2e-4]) {
    const difference = differentiate(elu, p, { ...options, goal: 1e-7 });
    expect(Math.abs((difference?.value ?? Number.NaN) - (p > 0 ? 1 : Math.exp(p)))).toBeLessThan(1e-6);
  }
});

test("near a kink the steps stay on one side; at the kink there is no derivative", () => {
  const relu = (p: number): Evaluation => ({ value: Math.max(0, p), sides: [p > 0] });
  expect(differentiate(relu, 1e-6, options)?.value).toBeCloseTo(1, 9);
  expect(differentiate(relu, -1e-6, options)?.value).toBe(0);
  expect(differentiate(relu, 0, options)).toBeUndefined();
  // The loss does not feel this kink's field, so it stays where it is and is in nobody's way.
  expect(differentiate((p) => ({ value: p * p, sides: [false] }), 0, options)?.value).toBe(0);
});

test("rounding is measured: that of values cut to 2⁻²⁰ is 2⁻²⁰/√12, and a smooth function's own hides nothing", () => {
  const cut = measureRounding((point) => {
    const value = Math.sin(1 + point / 100) * 0.3;
    return Math.round(value * 2 ** 20) / 2 ** 20;
  });
  expect(cut).toBeGreaterThan(0.3 * (2 ** -20 / Math.sqrt(12)));
  expect(cut).toBeLessThan(3 * (2 ** -20 / Math.sqrt(12)));
  expect(measureRounding((point) => 1 + point * 2 ** -10)).toBe(0);
});
