import { expect, test } from "vitest";
import { type FoldsCandidate, networksWithin, rowsWithin, type StepTimes, secondsOfOne } from "./timePlan.ts";

/** A row is learned from in 20 µs. */
const times: StepTimes = {
  preparing: 1e-6,
  opening: 0.01,
  learning: 2e-5,
  evaluating: 5e-6,
  answering: 1e-5,
  closing: 0.001,
};

const flights = { training: 1_920_000, validation: 480_000, test: 600_000 };

test("of millions of rows those are used that can be prepared, learned from once and judged by", () => {
  const rows = rowsWithin(flights, times, { left: 15, columns: 4 });
  // Half of 15 s at 20 µs; a twentieth over ten looks at 5 µs; 6 % over a prediction at 10 µs.
  expect(rows).toEqual({ training: 375_000, validation: 15_000, test: 90_000 });
});

test("all rows are used where there is time for them", () => {
  expect(rowsWithin(flights, times, { left: 600, columns: 4 })).toBeUndefined();
  expect(rowsWithin({ training: 96, validation: 24, test: 30 }, times, { left: 0.001, columns: 4 })).toBeUndefined();
});

test("some rows are used however short the time", () => {
  expect(rowsWithin(flights, times, { left: -3, columns: 4 })).toEqual({
    training: 1000,
    validation: 1000,
    test: 2000,
  });
});

test("of a table of thousands of columns fewer rows are the least, for they hold as many values", () => {
  const wide = { training: 128_000, validation: 32_000, test: 40_000 };
  expect(rowsWithin(wide, times, { left: -3, columns: 5000 })).toEqual({ training: 200, validation: 60, test: 100 });
  expect(rowsWithin(wide, times, { left: -3, columns: 2000 })).toEqual({ training: 500, validation: 150, test: 250 });
});

test("where one network may learn alone, its rows have all the time, and those that were asked for share it", () => {
  const ofOne = { foldCounts: [5, 4, 3, 1], ensemble: undefined, sideBySide: 2 };
  expect(secondsOfOne(10, ofOne)).toBe(10);
  expect(secondsOfOne(10, { ...ofOne, foldCounts: [5] })).toBe(4);
  expect(secondsOfOne(10, { ...ofOne, ensemble: 8 })).toBe(2.5);
});

/** A table of 1,000 rows as the recipe takes it: five networks of 64 epochs, or one of 256. */
const candidates: readonly FoldsCandidate[] = [
  ...[5, 4, 3].map((folds) => ({
    folds,
    prepared: folds === 5,
    epochs: 64,
    rows: { training: 800 - 800 / folds, validation: 800 / folds, test: 200 },
  })),
  { folds: 1, prepared: false, epochs: 256, rows: { training: 640, validation: 160, test: 200 } },
];
const counts = (left: number, ensemble?: number) =>
  networksWithin(candidates, times, { ensemble, left, sideBySide: 1 });

test("a time that is long enough keeps the recipe's five networks, and adds more until it is filled", () => {
  // An epoch takes 640 · 20 µs + 160 · 5 µs = 13.6 ms, a network 0.95 s with its planning.
  expect(counts(6)).toEqual({ folds: 5, ensemble: 1, epochs: 64, endsEarly: false });
  expect(counts(21)).toEqual({ folds: 5, ensemble: 4, epochs: 64, endsEarly: false });
  expect(counts(3)).toMatchObject({ folds: 5, ensemble: 1 });
  expect(counts(3).epochs).toBeLessThan(64);
  expect(counts(1e6)).toEqual({ folds: 5, ensemble: 6, epochs: 64, endsEarly: true });
});

test("a time in which five networks would learn hardly anything is for fewer, or for one", () => {
  expect(counts(1.9).folds).toBe(5);
  expect(counts(1.7).folds).toBe(4);
  expect(counts(0.4)).toMatchObject({ folds: 1, ensemble: 1 });
});

test("networks that were asked for stay", () => {
  expect(counts(100, 2)).toMatchObject({ folds: 5, ensemble: 2 });
  expect(counts(0.4, 3)).toMatchObject({ folds: 1, ensemble: 3 });
});

test("a training of all networks that are planned at most, or were asked for, is said to end early", () => {
  // Thirty networks take some 29 s; five some 4.8 s.
  expect(counts(35).endsEarly).toBe(false);
  expect(counts(60)).toMatchObject({ ensemble: 6, endsEarly: true });
  expect(counts(5.5, 1).endsEarly).toBe(false);
  expect(counts(20, 1)).toMatchObject({ ensemble: 1, endsEarly: true });
});
