import { expect, test } from "vitest";
import { Share } from "./share.ts";

/** The shares of ranks with so many rows. */
function sharesOf(rows: readonly number[]): Share[] {
  return rows.map((_, rank) => new Share(rank, rows));
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

const epochs = { batchSize: 4, stepsPerEpoch: 3, rowsPerEpoch: 10, partial: false };

test("alone, all rows of a batch are its own", () => {
  expect(new Share(0, [10]).ofSteps(epochs, 7, 0, 3)).toEqual([4, 4, 2]);
});

test("the parts of a batch make it up, none is below 0, and each row is learned from once a pass", () => {
  const divisions = [[7, 3], [1, 0, 9], [5, 5], [0, 10], [2, 3, 1, 4], [0, 0, 1, 0, 2, 4, 3], [10]];
  for (const rows of divisions) {
    for (const batchSize of [1, 4]) {
      const steps = { ...epochs, batchSize };
      const count = Math.ceil(10 / batchSize);
      const parts = sharesOf(rows).map((share) => share.ofSteps(steps, 1, 0, count));
      const sizes = Array.from({ length: count }, (_, step) => sumOf(parts.map((of) => of[step])));
      expect([rows, sizes]).toEqual([rows, batchSize === 1 ? Array(10).fill(1) : [4, 4, 2]]);
      expect(Math.min(...parts.flat())).toBeGreaterThanOrEqual(0);
      expect(parts.map(sumOf)).toEqual(rows);
    }
  }
});

test("a part is the rank's share of the batch, to within a row a halving", () => {
  const rows = [50, 120, 190, 260];
  for (const [rank, share] of sharesOf(rows).entries()) {
    for (let count = 0; count <= 620; count++) {
      expect(Math.abs(share.among(count) - (count * rows[rank]) / 620)).toBeLessThan(2);
    }
  }
});

test("epochs that are parts of a pass go on in each share where they ended", () => {
  // 7 of 10 rows: floor(7·c/10) of the first c, so 4 after 6 rows, 7 + 1 after 12.
  const [first, second] = sharesOf([7, 3]);
  const partial = { batchSize: 3, stepsPerEpoch: 2, rowsPerEpoch: 6, partial: true };
  expect([1, 2, 3].map((epoch) => first.beforeEpoch(partial, epoch))).toEqual([0, 4, 8]);
  const ofFirst = [1, 2, 3, 4, 5].map((epoch) => first.ofSteps(partial, epoch, 0, 2));
  const ofSecond = [1, 2, 3, 4, 5].map((epoch) => second.ofSteps(partial, epoch, 0, 2));
  expect(ofFirst.map((counts, at) => counts.map((count, s) => count + ofSecond[at][s]))).toEqual(Array(5).fill([3, 3]));
  // Five such epochs are three passes.
  expect([sumOf(ofFirst.flat()), sumOf(ofSecond.flat())]).toEqual([3 * 7, 3 * 3]);
});

test("a part of more rows than float64 multiplies exactly is exact", () => {
  const whole = 3 * 2 ** 30;
  const own = 2 ** 31 + 1;
  const expected = (BigInt(own) * BigInt(whole - 1)) / BigInt(whole);
  expect(new Share(0, [own, whole - own]).among(whole - 1)).toBe(Number(expected));
});
