/** Trees: what is computed of them, how they're written, and that every table's two ways of computing agree. */
import { expect, test } from "vitest";
import { relativeError } from "../../../test/centralDifferences.ts";
import { activations } from "../activations.ts";
import { fill, numberOf } from "./compiled.ts";
import {
  apply,
  cases,
  difference,
  type Expression,
  indexed,
  letter,
  mean,
  negative,
  type Operation,
  power,
  product,
  quotient,
  root,
  sum,
  total,
} from "./expression.ts";
import { ABS, EQUAL, exp, LN, MAX, SIGMA, TANH } from "./functions.ts";
import { formulaOf, symbols } from "./symbols.ts";

const [a, b, v, M] = ["a", "b", "v", "M"].map((name) => letter(name));
const y = indexed("y", "k");

/** Every place of a tree with a textbook form and a form that is computed. */
function carefulPlaces(tree: Expression): Operation[] {
  if (typeof tree === "number" || tree.kind === "rest") return [];
  if (tree.kind === "letter") return tree.is === undefined ? [] : carefulPlaces(tree.is);
  return [...(tree.kind === "careful" ? [tree] : []), ...tree.of.flatMap(carefulPlaces)];
}

test("where an activation is computed otherwise than it's written, both are equal", () => {
  let places = 0;
  for (const [name, { value, expression, derivativeExpression }] of Object.entries(activations)) {
    for (const { of } of [expression, derivativeExpression].flatMap(carefulPlaces)) {
      for (let at = -4; at <= 0; at += 0.25) {
        const scope = { v: at, y: value(at as never) as number };
        const [shown, computed] = of.map((tree) => numberOf(tree, scope));
        expect(relativeError(computed, shown, 1e-3), `${name} at ${at}`).toBeLessThan(1e-12);
        places++;
      }
    }
  }
  expect(places).toBeGreaterThan(100);
});

test("a tree is computed in its own order, and sums over an index have its M terms", () => {
  const scope = { a: 0.1, b: 0.7, M: 3, y: [1, 2, 4] };
  const found = (tree: Expression) => numberOf(tree, scope);
  expect(found(product(a, b, 0.3))).toBe(0.1 * 0.7 * 0.3);
  expect(found(product(difference(1, a), power(b, 2)))).toBe((1 - 0.1) * 0.7 * 0.7);
  expect(found(sum([a, b, negative(1)]))).toBe(0.1 + 0.7 - 1);
  expect(found(quotient(power(a, 3), root(b)))).toBe(0.1 ** 3 / Math.sqrt(0.7));
  expect(found(total("k", product(a, y)))).toBe(0.1 * 1 + 0.1 * 2 + 0.1 * 4);
  expect(found(mean("k", y))).toBe(7 / 3);
  expect(found(total("k", apply(EQUAL, letter("k"), 2)))).toBe(1);
  expect(found(cases(a, "≤", b, 5, 6))).toBe(5);
  expect(found(cases(a, ">", b, 5, 6))).toBe(6);
  expect(found(letter("unknown"))).toBeNaN();
  expect(numberOf(product(0.123456, a), scope, (value) => Math.round(value * 10) / 10)).toBeCloseTo(0.01, 14);
});

test("a letter with many values gives as many, more than are kept from call to call too", () => {
  const many = Float64Array.from({ length: 5000 }, (_, i) => i / 7 - 300);
  const tree = cases(a, ">", b, sum([power(a, 2), product(b, difference(1, a))]), apply(MAX, quotient(a, b), -40));
  for (const length of [5000, 3, 5, 1]) {
    const found = new Float64Array(length);
    fill(found, tree, { a: many.subarray(0, length), b: 0.7 });
    expect(found).toEqual(many.slice(0, length).map((of) => numberOf(tree, { a: of, b: 0.7 })));
  }
  const found = new Float64Array(4);
  fill(found, sum([y, total("k", product(a, y))]), { y: [1, 2, 3, 5], k: [0, 1, 0, 1], M: 2, a: 2 });
  expect([...found]).toEqual([1 + 6, 2 + 6, 3 + 16, 5 + 16]);
  fill(found, total("l", letter("l")), { M: 2 });
  expect([...found]).toEqual([1, 1, 1, 1]);
});

test("brackets, fractions and products are written as textbooks do", () => {
  const written: [Expression, text: string, latex: string][] = [
    [product(a, difference(1, a)), "a (1 − a)", "a\\,(1 - a)"],
    [quotient(1, sum([1, exp(negative(v))])), "1 / (1 + e^(−v))", "\\frac{1}{1 + e^{-v}}"],
    [product(0.5, sum([a, quotient(v, 2)])), "½ (a + v/2)", "\\tfrac12 (a + \\tfrac{v}{2})"],
    [
      difference(a, quotient(product(b, v), sum([root(a), b]))),
      "a − b v / (√a + b)",
      "a - b\\,\\frac{v}{\\sqrt{a} + b}",
    ],
    [negative(quotient(product(2, difference(a, b)), M)), "−(2/M) (a − b)", "-\\frac2M (a - b)"],
    [mean("k", product(y, apply(LN, y))), "(1/M) Σ_k y_k ln y_k", "\\frac1M \\sum_k y_k \\ln y_k"],
    [total("k", power(difference(y, a), 2)), "Σ_k (y_k − a)²", "\\sum_k (y_k - a)^2"],
    [apply(TANH, apply(LN, sum([1, v]))), "tanh(ln(1 + v))", "\\tanh\\bigl(\\ln(1 + v)\\bigr)"],
    [product(v, difference(1, apply(SIGMA, v))), "v (1 − σ(v))", "v\\,(1 - \\sigma(v))"],
    [
      cases(apply(ABS, a), "≤", b, 0, v),
      "0 if |a| ≤ b, else v",
      "\\begin{cases} 0 & |a| \\le b \\\\ v & |a| > b \\end{cases}",
    ],
  ];
  for (const [tree, text, latex] of written) expect(symbols(tree)).toEqual({ text, latex });
});

test("a letter without a symbol is written by its definition, and definitions follow a formula", () => {
  const kept: Expression = { kind: "letter", name: "1 − a", is: difference(1, a) };
  expect(symbols(product(kept, b)).text).toBe("(1 − a) b");
  expect(numberOf(kept, { a: 0.25 })).toBe(0.75);
  expect(formulaOf(letter("v").symbol ?? { text: "", latex: "" }, product(a, b), [[b, quotient(a, 2)]])).toEqual({
    text: "v = a b, b = a/2",
    latex: "v = a b,\\quad b = \\tfrac{a}{2}",
  });
});
