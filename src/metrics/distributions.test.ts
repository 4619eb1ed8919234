import { expect, test } from "vitest";
import { incompleteBeta, signTest, studentRadius } from "./distributions.ts";

test("the incomplete beta function is a binomial's tail", () => {
  // P(X ≥ 3) of 5 tosses: (10 + 5 + 1)/32.
  expect(incompleteBeta(0.5, 3, 3)).toBeCloseTo(16 / 32, 14);
  // I_x(a, 1) = x^a
  expect(incompleteBeta(0.3, 2.5, 1)).toBeCloseTo(0.3 ** 2.5, 14);
  expect(incompleteBeta(0.9, 1, 4)).toBeCloseTo(1 - 0.1 ** 4, 14);
});

test("Student's t has the radii of the tables", () => {
  expect(studentRadius(0.95, 1)).toBeCloseTo(12.7062, 4);
  expect(studentRadius(0.95, 10)).toBeCloseTo(2.2281, 4);
  expect(studentRadius(0.99, 30)).toBeCloseTo(2.75, 3);
  expect(studentRadius(0.95, 1e7)).toBeCloseTo(1.95996, 4);
});

test("the sign test counts tosses of a coin", () => {
  expect(signTest(5, 0)).toBeCloseTo(2 / 32, 14);
  expect(signTest(0, 6)).toBeCloseTo(2 / 64, 14);
  expect(signTest(8, 2)).toBeCloseTo((2 * (45 + 10 + 1)) / 1024, 14);
  expect(signTest(3, 3)).toBe(1);
  expect(signTest(0, 0)).toBe(1);
  expect(signTest(600, 400)).toBeCloseTo(2.73e-10, 11);
});
