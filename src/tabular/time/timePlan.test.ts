import { expect, test } from "vitest";
import { type FoldsOffer, networksWithin, rowsWithin, type TablePace } from "./timePlan.ts";

/** A row is learned from in 20 µs. */
const pace: TablePace = {
  preparing: 1e-6,
  opening: 0.01,
  learning: 2e-5,
  judging: 5e-6,
  answering: 1e-5,
  closing: 0.001,
};

const flights = { training: 1_920_000, validation: 480_000, test: 600_000 };

test("of millions of rows those are used that can be prepared, learned from once and judged by", () => {
  const rows = rowsWithin(flights, pace, 15);
  // Half of 15 s at 20 µs; a twentieth over ten looks at 5 µs; 6 % over an answer at 10 µs.
  expect(rows).toEqual({ training: 375_000, validation: 15_000, test: 90_000 });
});

test("all rows are used where there is time for them", () => {
  expect(rowsWithin(flights, pace, 600)).toBeUndefined();
  expect(rowsWithin({ training: 96, validation: 24, test: 30 }, pace, 0.001)).toBeUndefined();
});

test("some rows are used however short the time", () => {
  expect(rowsWithin(flights, pace, -3)).toEqual({ training: 1000, validation: 1000, test: 2000 });
});

/** A table of 1,000 rows as the recipe takes it: five networks of 64 epochs, or one of 256. */
const offers: readonly FoldsOffer[] = [
  ...[5, 4, 3].map((folds) => ({
    folds,
    prepared: folds === 5,
    epochs: 64,
    rows: { training: 800 - 800 / folds, validation: 800 / folds, test: 200 },
  })),
  { folds: 1, prepared: false, epochs: 256, rows: { training: 640, validation: 160, test: 200 } },
];
const counts = (left: number, ensemble?: number) => networksWithin(offers, pace, { ensemble, left, sideBySide: 1 });

test("a time that is long enough keeps the recipe's five networks, and adds more until it is filled", () => {
  // An epoch takes 640 · 20 µs + 160 · 5 µs = 13.6 ms, a network 0.95 s with its planning.
  expect(counts(6)).toEqual({ folds: 5, ensemble: 1, epochs: 64 });
  expect(counts(21)).toEqual({ folds: 5, ensemble: 4, epochs: 64 });
  expect(counts(3)).toMatchObject({ folds: 5, ensemble: 1 });
  expect(counts(3).epochs).toBeLessThan(64);
  expect(counts(1e6)).toEqual({ folds: 5, ensemble: 6, epochs: 64 });
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
