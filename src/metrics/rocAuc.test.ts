import fc from "fast-check";
import { expect, test } from "vitest";
import { rocAuc } from "./rocAuc.ts";

const area = (scores: number[], flags: number[]): number | null => rocAuc(scores, (row) => flags[row] === 1);

test("the area counts the pairs of a positive and a negative row that the score ranks right", () => {
  // Positives score 0.35 and 0.8, negatives 0.1 and 0.4: of the four pairs only 0.35 > 0.4 is wrong, so 3/4.
  expect(area([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1])).toBe(0.75);
});

test("a perfect ranking has area 1, its reverse 0, and one score for all ½", () => {
  expect(area([1, 2, 3, 4], [0, 0, 1, 1])).toBe(1);
  expect(area([4, 3, 2, 1], [0, 0, 1, 1])).toBe(0);
  expect(area([7, 7, 7], [0, 1, 1])).toBe(0.5);
});

test("a tie between a positive and a negative row counts half", () => {
  // Positives 2 and 3, negatives 1 and 2: pairs 2>1, 2=2 (½), 3>1, 3>2 make 3.5 of 4.
  expect(area([1, 2, 2, 3], [0, 0, 1, 1])).toBe(0.875);
});

test("rows of one kind alone have no area", () => {
  expect(area([1, 2], [1, 1])).toBeNull();
  expect(area([1, 2], [0, 0])).toBeNull();
});

test("the ranks give what counting every pair gives", () => {
  const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 1 })), { maxLength: 30 });
  fc.assert(
    fc.property(rows, (pairs) => {
      const positives = pairs.filter(([, flag]) => flag === 1).map(([score]) => score);
      const negatives = pairs.filter(([, flag]) => flag === 0).map(([score]) => score);
      let wins = 0;
      for (const p of positives) for (const n of negatives) wins += p > n ? 1 : p === n ? 0.5 : 0;
      const counted = wins / (positives.length * negatives.length);
      const found = area(
        pairs.map(([score]) => score),
        pairs.map(([, flag]) => flag),
      );
      if (Number.isNaN(counted)) expect(found).toBeNull();
      else expect(found).toBeCloseTo(counted, 12);
    }),
  );
});
