/** Lines of arithmetic: how many digits they take, and what a reader computes from them. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { computePrinted, readMatrices, readNumber } from "../../../test/printedArithmetic.ts";
import { apply, difference, power, product, quotient, root, sum } from "../../network/expression/expression.ts";
import { exp } from "../../network/expression/functions.ts";
import { withSlots } from "../exposition/slots.ts";
import { written } from "./shownExpression.ts";
import { calculation, elidedSum } from "./shownLine.ts";
import { beside, matrixFormula, matrixProduct } from "./shownMatrix.ts";
import { numberFormula, roundedResult } from "./shownNumbers.ts";

const nothing = { text: "r", latex: "r" };

test("short decimals print short, and numbers far from 1 with a power of ten", () => {
  const texts = [0.35, -2, 0, -0, 12345.678, 0.0001, -1.5e-7, 2e9].map((value) => numberFormula(value).text);
  expect(texts).toEqual(["0.35", "−2", "0", "0", "12345.678", "0.0001", "−1.5e−7", "2e9"]);
  expect(withSlots(numberFormula(-1.5e-7)).latex).toBe("-1.5 \\cdot 10^{-7}");
});

test("digits that come from terms which cancelled are not printed", () => {
  expect(roundedResult(0.1 + 0.2 - 0.3, 6, 0.6)).toBe(0);
  expect(roundedResult(1.23456789e-10, 6, 1)).toBe(1.235e-10);
  expect(roundedResult(0.123456789, 6, 1)).toBe(0.123457);
});

test("a line takes more digits where six of each factor would give another result", () => {
  const plain = calculation(nothing, [], product(0.1, 0.35), 0.1 * 0.35);
  expect(plain.right.map(({ text }) => text)).toEqual(["0.1·0.35", "0.035"]);
  // −0.190283 · 0.213792 = −0.04068098…, rounded −0.040681, but −0.190283476 · 0.213792243 = −0.04068113…
  const exact = -0.190283476 * 0.213792243;
  const [numbers, result] = calculation(nothing, [], product(-0.190283476, 0.213792243), exact).right;
  expect([numbers.text, result.text]).toEqual(["−0.1902835·0.2137922", "−0.0406811"]);
  expect(Number(computePrinted(numbers.text).toPrecision(6))).toBe(readNumber(result.text));
  const close = difference(1.00000012345, 1.0000001);
  const [far, small] = calculation(nothing, [], close, 1.00000012345 - 1.0000001).right;
  expect(far.text).toBe("1.00000012345 − 1.0000001");
  expect(small.text).toBe("2.345e−8");
});

test("whatever the factors, the printed line comes out", () => {
  const number = fc.double({ min: -100, max: 100, noNaN: true, noDefaultInfinity: true }).map((x) => x + 0);
  fc.assert(
    fc.property(fc.array(fc.tuple(number, number), { minLength: 1, maxLength: 12 }), (pairs) => {
      const terms = pairs.map(([a, b]) => ({ symbol: nothing, expression: product(a, b) }));
      const { expression } = elidedSum(terms, 4);
      const exact = pairs.reduce((total, [a, b]) => total + a * b, 0);
      const [numbers, result] = calculation(nothing, [], expression, exact).right.map(({ text }) => text);
      const printed = readNumber(result);
      const unit = printed === 0 ? 0 : 10 ** (Math.floor(Math.log10(Math.abs(printed))) - 5);
      const size = pairs.reduce((total, [a, b]) => total + Math.abs(a * b), 0);
      expect(Math.abs(computePrinted(numbers) - printed)).toBeLessThanOrEqual(Math.max(0.5000001 * unit, 1e-13 * size));
    }),
    { seed: 7, numRuns: 300 },
  );
});

test("terms of 0 beside the largest ones are left out of the numbers", () => {
  const terms = [3, 0, 2, 0, 0].map((value, at) => ({ symbol: { text: `x${at}`, latex: "" }, expression: value }));
  const { symbolic, expression } = elidedSum(terms, 2);
  expect(symbolic.text).toBe("x0 + x2 + ⋯");
  expect(written(expression, 6).text).toBe("3 + 2");
});

test("of a long sum no term of 0 is written as one of the largest", () => {
  const terms = [3, 0, 2, 0, 0].map((value, at) => ({ symbol: { text: `x${at}`, latex: "" }, expression: value }));
  const { symbolic, expression } = elidedSum(terms, 4);
  expect(symbolic.text).toBe("x0 + x2 + ⋯");
  expect(written(expression, 6).text).toBe("3 + 2");
  expect(
    elidedSum(
      terms.map(({ symbol }) => ({ symbol, expression: 0 })),
      4,
    ).symbolic.text,
  ).toBe("x0 + ⋯");
});

test("a long sum keeps its largest terms in their order, and the rest as one number", () => {
  const terms = [1, 30, 2, 20, 3].map((value, at) => ({ symbol: numberFormula(at), expression: value }));
  const { symbolic, expression } = elidedSum(terms, 2, { symbol: nothing, expression: 5 });
  expect(symbolic.text).toBe("1 + 3 + ⋯ + r");
  expect(written(expression, 6).text).toBe("30 + 20 + ⋯ (3 more terms, which sum to 6) + 5");
  expect(withSlots(written(expression, 6)).latex).toBe("30 + 20 + \\underbrace{6}_{\\text{3 more}} + 5");
});

test("brackets stand where the arithmetic needs them", () => {
  const φ = { name: { text: "φ", latex: "\\varphi" }, value: Math.tanh };
  const texts = [
    sum([-1, -2, product(-3, -4)]),
    product(-1, sum([-2, 3]), quotient(1, 4)),
    difference(1, difference(2, 3)),
    power(-0.5, 2),
    power(1.5e-7, 2),
    quotient(product(2, 3), sum([root(4), 1e-8])),
    apply(φ, difference(1, 2)),
  ].map((expression) => written(expression, 6).text);
  expect(texts).toEqual([
    "−1 + (−2) + (−3)·(−4)",
    "−1·(−2 + 3)·(1 / 4)",
    "1 − (2 − 3)",
    "(−0.5)²",
    "(1.5e−7)²",
    "2·3 / (√(4) + 1e−8)",
    "φ(1 − 2)",
  ]);
});

test("where float64 overflows on the way, a line leaves its numbers out", () => {
  const overflowing = quotient(exp(800), exp(800));
  expect(calculation(nothing, [], overflowing, 1).right.map(({ text }) => text)).toEqual(["1"]);
});

test("matrices print as boxes beside each other, and their product comes out", () => {
  const [numbers, result] = matrixProduct(
    [[1, -2]],
    [
      [0.5, 1],
      [0.25, 3],
    ],
    [[0, -5]],
    80,
  ) ?? [nothing, nothing];
  expect(numbers.text).toBe("[ 1  −2 ] · ⎡  0.5  1 ⎤\n            ⎣ 0.25  3 ⎦");
  expect(result.text).toBe("[ 0  −5 ]");
  expect(readMatrices(numbers.text)).toEqual([
    [[1, -2]],
    [
      [0.5, 1],
      [0.25, 3],
    ],
  ]);
  expect(withSlots(numbers).latex).toContain("\\begin{bmatrix} 1 & -2 \\end{bmatrix}");
});

test("a large matrix shows its corners and the rows and columns asked for", () => {
  const matrix = Array.from({ length: 9 }, (_, r) => Array.from({ length: 9 }, (_, c) => 10 * r + c));
  const { text } = matrixFormula(matrix, { keepRows: [4], keepColumns: [1] });
  expect(text.split("\n")).toEqual([
    "⎡  0   1  ⋯   8 ⎤",
    "⎢  ⋮   ⋮  ⋱   ⋮ ⎥",
    "⎢ 40  41  ⋯  48 ⎥",
    "⎢  ⋮   ⋮  ⋱   ⋮ ⎥",
    "⎣ 80  81  ⋯  88 ⎦",
  ]);
  expect(beside([matrixFormula([[1], [2], [3]]), matrixFormula([[4]])], { text: " · ", latex: "" }).text).toBe(
    "⎡ 1 ⎤\n⎢ 2 ⎥ · [ 4 ]\n⎣ 3 ⎦",
  );
});
