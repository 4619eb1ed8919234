import { expect, test } from "vitest";
import {
  type FoldsOffer,
  networksWithin,
  pilotRows,
  requireTimeToOpen,
  rowsWithin,
  type TablePace,
} from "./timePlan.ts";

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
  const rows = rowsWithin(flights, pace, { left: 15, columns: 4 });
  // Half of 15 s at 20 µs; a twentieth over ten looks at 5 µs; 6 % over an answer at 10 µs.
  expect(rows).toEqual({ training: 375_000, validation: 15_000, test: 90_000 });
});

test("all rows are used where there is time for them", () => {
  expect(rowsWithin(flights, pace, { left: 600, columns: 4 })).toBeUndefined();
  expect(rowsWithin({ training: 96, validation: 24, test: 30 }, pace, { left: 0.001, columns: 4 })).toBeUndefined();
});

test("some rows are used however short the time", () => {
  expect(rowsWithin(flights, pace, { left: -3, columns: 4 })).toEqual({ training: 1000, validation: 1000, test: 2000 });
});

test("of a table of thousands of columns fewer rows are the least, for they hold as many values", () => {
  const wide = { training: 128_000, validation: 32_000, test: 40_000 };
  expect(rowsWithin(wide, pace, { left: -3, columns: 5000 })).toEqual({ training: 200, validation: 60, test: 100 });
  expect(rowsWithin(wide, pace, { left: -3, columns: 2000 })).toEqual({ training: 500, validation: 150, test: 250 });
});

test("the pace is measured on rows that hold so many values, however many columns there are", () => {
  expect(pilotRows(flights, 4)).toEqual({ training: 8000, validation: 2000, test: 1000 });
  expect(pilotRows({ training: 1280, validation: 320, test: 400 }, 5000)).toEqual({
    training: 200,
    validation: 50,
    test: 25,
  });
  expect(pilotRows({ training: 12_800, validation: 3200, test: 4000 }, 500)).toEqual({
    training: 2000,
    validation: 500,
    test: 250,
  });
});

test("where a sample would hardly be smaller, the pace is measured on all rows", () => {
  expect(pilotRows({ training: 96, validation: 24, test: 30 }, 5000)).toBeUndefined();
  expect(pilotRows({ training: 12_800, validation: 3200, test: 2000 }, 20)).toBeUndefined();
});

test("a network that can't be made before the time is over isn't begun, and the error says how long it would take", () => {
  // Three times 0.1 µs for each of 100 million parameters: 30 s.
  const large = { parameters: 100_000_000, drawing: 1e-7 };
  expect(() => requireTimeToOpen(large, { seconds: 20, left: 14 })).toThrow(
    "The time of 20 s is too short: 6 s are over, and making a network of 100000000 parameters takes about 30 s before its first step. Give more time (time: 110)",
  );
  expect(() => requireTimeToOpen(large, { seconds: 60, left: 40 })).not.toThrow();
});

test("a small network is begun though the time is over: it learns for a moment", () => {
  expect(() => requireTimeToOpen({ parameters: 300_000, drawing: 1e-7 }, { seconds: 1, left: -4 })).not.toThrow();
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
