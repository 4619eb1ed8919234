/**
 * Every activation against its mathematical values, and its derivative against differences of its values.
 *
 * The tests walk over the table; an entry without values of its own below fails.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { centralDifference, REACH, relativeError } from "../../test/centralDifferences.ts";
import { type ActivationName, activationOf, activations, type ElementwiseActivation, softmax } from "./activations.ts";
import { fill } from "./expression/compiled.ts";
import { softplus } from "./expression/functions.ts";

type ElementwiseName = {
  [Name in ActivationName]: (typeof activations)[Name]["kind"] extends "elementwise" ? Name : never;
}[ActivationName];

/** φ(−1.5), φ(0.5), φ'(−1.5), φ'(0.5) from the defining formulas, in multiple-precision arithmetic. */
const known: Readonly<Record<ElementwiseName, readonly [number, number, number, number]>> = {
  identity: [-1.5, 0.5, 1, 1],
  logistic: [0.1824255238063563, 0.6224593312018546, 0.1491464520703329, 0.2350037122015945],
  tanh: [-0.9051482536448664, 0.4621171572600098, 0.1807066389236485, 0.7864477329659274],
  relu: [0, 0.5, 0, 1],
  leakyRelu: [-0.015, 0.5, 0.01, 1],
  elu: [-0.7768698398515702, 0.5, 0.2231301601484298, 1],
  selu: [-1.365814353367253, 0.5253504936777402, 0.3922849874801241, 1.05070098735548],
  gelu: [-0.1002108019032871, 0.3457312306370066, -0.1274691922299795, 0.8674951246561629],
  silu: [-0.2736382857095345, 0.3112296656009273, -0.04129415429914294, 0.7399611873026518],
  mish: [-0.2980997421668068, 0.3752452113048951, -0.06409781589225864, 0.8864243753577273],
  relu6: [0, 0.5, 0, 1],
  hardSwish: [-0.375, 7 / 24, 0, 2 / 3],
  softplus: [0.2014132779827524, 0.9740769841801067, 0.1824255238063563, 0.6224593312018546],
};

const elementwise = Object.entries(activations).flatMap(([name, entry]) =>
  entry.kind === "elementwise" ? [[name, entry as ElementwiseActivation] as const] : [],
);
/** φ'(v), called as an engine does. */
const slope = (entry: ElementwiseActivation, v: number): number => entry.derivative(v, entry.value(v));
/** φ' at v from its sign and y alone: y is positive exactly where v is, for the entries that branch there. */
const derivativeOfOutput = (entry: ElementwiseActivation, v: number): number =>
  entry.derivative(Math.sign(v), entry.value(v));
const grid = (from: number, to: number, step: number): number[] =>
  Array.from({ length: Math.round((to - from) / step) + 1 }, (_, i) => from + i * step);

describe.each(elementwise)("%s", (name, entry) => {
  test("has the known values and derivatives", () => {
    const [value1, value2, slope1, slope2] = known[name as ElementwiseName];
    const found = [entry.value(-1.5), entry.value(0.5), slope(entry, -1.5), slope(entry, 0.5)];
    for (const [i, expected] of [value1, value2, slope1, slope2].entries()) {
      expect(relativeError(found[i], expected), `${found[i]} for ${expected}`).toBeLessThan(2e-15);
    }
  });

  test("gives a whole layer the bits that its fields have one by one", () => {
    const v = Float64Array.from(grid(-9, 9, 0.37));
    const [y, slopes] = [new Float64Array(v.length), new Float64Array(v.length)];
    fill(y, entry.expression, { v });
    fill(slopes, entry.derivativeExpression, { v, y });
    expect(y).toEqual(v.map(entry.value));
    expect(slopes).toEqual(v.map((field, i) => entry.derivative(field, y[i])));
  });

  test("has the derivative of its values, from −10 to 10", () => {
    // Off 0, where some second derivatives jump, and off the kinks.
    const jumps = [0, ...entry.kinks];
    for (const v of grid(-10, 10, 0.0625)) {
      if (jumps.some((jump) => Math.abs(v - jump) < 10 * REACH)) continue;
      const error = relativeError(slope(entry, v), centralDifference(entry.value, v), 1e-4);
      expect(error, `at ${v}`).toBeLessThan(1e-8);
    }
  });

  test("has its derivative jump at its kinks and nowhere else, and there it is the left one", () => {
    const tiny = 1e-9;
    for (const v of [...grid(-5, 5, 0.125), ...entry.kinks]) {
      const jump = Math.abs(slope(entry, v + tiny) - slope(entry, v - tiny));
      if (entry.kinks.includes(v)) {
        expect(jump, `at ${v}`).toBeGreaterThan(0.01);
        expect(slope(entry, v)).toBeCloseTo(slope(entry, v - tiny), 8);
      } else {
        expect(jump, `at ${v}`).toBeLessThan(1e-8);
      }
    }
  });

  test("stays finite for fields of ±800, where e^v does not", () => {
    for (const v of [-800, -40, 40, 800]) {
      expect(Number.isFinite(entry.value(v)), `φ(${v}) = ${entry.value(v)}`).toBe(true);
      expect(Number.isFinite(slope(entry, v)), `φ'(${v}) = ${slope(entry, v)}`).toBe(true);
      expect(Math.abs(slope(entry, v))).toBeLessThan(1.1);
    }
  });

  test("has a derivative that follows from what it sees, the field or the output alone", () => {
    for (const v of grid(-5, 5, 0.125)) {
      const seen = entry.sees === "field" ? entry.derivative(v, Number.NaN) : derivativeOfOutput(entry, v);
      expect(seen, `at ${v}`).toBe(slope(entry, v));
    }
  });

  test("passes NaN on instead of hiding it", () => {
    expect(entry.value(Number.NaN)).toBeNaN();
  });
});

describe("softmax", () => {
  const fields = fc.array(fc.double({ min: -50, max: 50, noNaN: true }), { minLength: 1, maxLength: 8 });

  test("of (ln 1, ln 2, ln 5) is (1, 2, 5)/8", () => {
    const y = softmax([0, Math.log(2), Math.log(5)]);
    for (const [i, expected] of [1 / 8, 2 / 8, 5 / 8].entries()) expect(y[i]).toBeCloseTo(expected, 15);
  });

  test("is positive, sums to 1 and does not change when all fields move alike", () => {
    fc.assert(
      fc.property(fields, fc.double({ min: -100, max: 100, noNaN: true }), (v, shift) => {
        const y = softmax(v);
        expect(Math.abs(y.reduce((sum, p) => sum + p, 0) - 1)).toBeLessThan(1e-14);
        expect(y.every((p) => p > 0 && p <= 1)).toBe(true);
        const moved = softmax(v.map((field) => field + shift));
        for (const [i, p] of y.entries()) expect(relativeError(moved[i], p)).toBeLessThan(1e-12);
      }),
      { seed: 1 },
    );
  });

  test("has a Jacobian that is symmetric and whose rows sum to 0", () => {
    fc.assert(
      fc.property(fields, (v) => {
        const m = v.length;
        const jacobian = activations.softmax.jacobian(softmax(v));
        for (let r = 0; r < m; r++) {
          const row = jacobian.subarray(r * m, (r + 1) * m);
          expect(Math.abs(row.reduce((sum, entry) => sum + entry, 0))).toBeLessThan(1e-15 * m);
          for (let s = 0; s < m; s++) expect(jacobian[r * m + s]).toBe(jacobian[s * m + r]);
        }
      }),
      { seed: 1 },
    );
  });

  test("has the Jacobian of its values", () => {
    const v = [0.3, -1.2, 2, 0.3];
    const jacobian = activations.softmax.jacobian(softmax(v));
    for (let r = 0; r < 4; r++) {
      for (let s = 0; s < 4; s++) {
        const quotient = centralDifference((field) => softmax(v.with(s, field))[r], v[s]);
        expect(relativeError(jacobian[4 * r + s], quotient, 1e-4), `∂y_${r}/∂v_${s}`).toBeLessThan(1e-8);
      }
    }
  });

  test("stays finite for fields of ±800 and passes NaN on", () => {
    expect([...softmax([800, -800, 0])]).toEqual([1, 0, 0]);
    expect([...softmax([-800, -800])]).toEqual([0.5, 0.5]);
    expect(softmax([0, Number.NaN]).every(Number.isNaN)).toBe(true);
  });
});

test("relu6 has the values and derivatives of PyTorch", () => {
  // PyTorch 2.15, float64: y = F.relu6(v), torch.autograd.grad(y.sum(), v).
  const v = [-4, -2.25, -1.5, -0.5, 0.5, 1, 2.75, 4, 7.5];
  const values = [0, 0, 0, 0, 0.5, 1, 2.75, 4, 6];
  const derivatives = [0, 0, 0, 0, 1, 1, 1, 1, 0];
  for (const [i, field] of v.entries()) {
    expect(activations.relu6.value(field)).toBeCloseTo(values[i], 15);
    expect(slope(activations.relu6, field)).toBeCloseTo(derivatives[i], 15);
  }
});

test("hardSwish has the values and derivatives of PyTorch", () => {
  // PyTorch 2.15, float64: y = F.hardswish(v), torch.autograd.grad(y.sum(), v).
  const v = [-4, -2.25, -1.5, -0.5, 0.5, 1, 2.75, 4, 7.5];
  const values = [
    0, -0.28125, -0.375, -0.20833333333333334, 0.2916666666666667, 0.6666666666666666, 2.6354166666666665, 4, 7.5,
  ];
  const derivatives = [
    0, -0.25, 0, 0.33333333333333337, 0.6666666666666666, 0.8333333333333333, 1.4166666666666665, 1, 1,
  ];
  for (const [i, field] of v.entries()) {
    expect(activations.hardSwish.value(field)).toBeCloseTo(values[i], 15);
    expect(slope(activations.hardSwish, field)).toBeCloseTo(derivatives[i], 15);
  }
});

test("softplus keeps its precision where 1 + e^v is 1 and where it is e^v", () => {
  expect(softplus(0)).toBe(Math.LN2);
  expect(relativeError(softplus(-40), Math.exp(-40))).toBeLessThan(1e-15);
  expect(softplus(40)).toBe(40);
});

test.each(Object.keys(activations) as ActivationName[])("%s shows its formulas as text and as LaTeX", (name) => {
  const { formula, derivativeFormula } = activationOf(name);
  for (const { text, latex } of [formula, derivativeFormula]) {
    expect(text).toContain("=");
    expect(latex).toContain("=");
    expect(latex.split("{").length, "opening braces").toBe(latex.split("}").length);
  }
});
