import { expect, test } from "vitest";
import { type ActivationName, activationOf, activations } from "../../network/activations.ts";
import { flatsOf } from "./flats.ts";

const names = Object.keys(activations) as ActivationName[];

test("ReLU is dead from 0 downwards, and gives 0 there", () => {
  expect(flatsOf("relu").below).toEqual({ border: -0, dead: true, output: 0 });
  expect(flatsOf("relu").above.border).toBe(Number.POSITIVE_INFINITY);
});

test("the logistic function is flat on both sides, where y (1 − y) is a hundredth of 1/4", () => {
  // y (1 − y) = 0.0025 at y = (1 − √0.99)/2, so v = ln(y / (1 − y)) = −5.986…
  const y = (1 - Math.sqrt(0.99)) / 2;
  const { below, above } = flatsOf("logistic");
  expect(below.border).toBeCloseTo(Math.log(y / (1 - y)), 10);
  expect(above.border).toBeCloseTo(-below.border, 10);
  expect([below.dead, above.dead]).toEqual([false, false]);
});

test.each(["identity", "leakyRelu", "softmax"] as const)("%s is flat nowhere", (name) => {
  const { below, above } = flatsOf(name);
  expect([below.border, above.border]).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
});

test.each(names)("%s has a small derivative beyond its borders and a larger one just within", (name) => {
  const activation = activationOf(name);
  if (activation.kind === "vector") return;
  const slope = (v: number): number => Math.abs(activation.derivative(v, activation.value(v)));
  const fields = Array.from({ length: 3201 }, (_, i) => (i - 1600) / 100);
  const least = 0.01 * Math.max(...fields.map(slope));
  const { below, above } = flatsOf(name);
  for (const v of fields) if (v <= below.border || v >= above.border) expect(slope(v)).toBeLessThan(least * 1.01);
  if (Number.isFinite(below.border)) expect(slope(below.border + 0.01)).toBeGreaterThan(least * 0.99);
  if (Number.isFinite(above.border)) expect(slope(above.border - 0.01)).toBeGreaterThan(least * 0.99);
});
