/** Forecasts, with the arithmetic by hand. */
import { expect, test } from "vitest";
import { exchanging, forecast, hidden, lineThrough, type MeasuredRanks, waiting } from "./forecast.ts";

/** 10 ms of computing; exchanges of 1 ms and 2 ms a megabyte on 2 ranks. */
const measured: MeasuredRanks = {
  ranks: 2,
  rows: 100,
  computing: 0.01,
  together: 0.017,
  exchange: { latency: 0.001, perByte: 2e-9 },
  parts: [3e6, 1e6],
};

test("a line through times on a line is that line, and no number of it is below 0", () => {
  const times = [1e3, 1e5, 1e7].map((bytes) => ({ bytes, seconds: 5e-5 + 1e-9 * bytes }));
  const { latency, perByte } = lineThrough(times);
  expect(latency).toBeCloseTo(5e-5, 9);
  expect(perByte).toBeCloseTo(1e-9, 15);
  expect(
    lineThrough([
      { bytes: 1e3, seconds: 1e-6 },
      { bytes: 2e3, seconds: 3e-6 },
    ]),
  ).toEqual({ latency: 0, perByte: expect.closeTo(1.2e-9, 10) });
  expect(
    lineThrough([
      { bytes: 1e3, seconds: 2e-6 },
      { bytes: 2e3, seconds: 1e-6 },
    ]).perByte,
  ).toBe(0);
});

test("one rank exchanges nothing, two what was measured, and more in proportion to messages and bytes", () => {
  for (const algorithm of ["ring", "recursive"] as const) {
    expect(exchanging(measured, 1, algorithm)).toBe(0);
    // Two exchanges: 2 · 1 ms + 4 MB · 2 ms/MB.
    expect(exchanging(measured, 2, algorithm)).toBeCloseTo(0.01, 12);
  }
  // On 8 ranks 14 messages instead of 2 in a ring, 6 in recursion; 7/8 instead of 1/2 of the bytes, twice.
  expect(exchanging(measured, 8, "ring")).toBeCloseTo(2 * 0.007 + 0.008 * 1.75, 12);
  expect(exchanging(measured, 8, "recursive")).toBeCloseTo(2 * 0.003 + 0.008 * 1.75, 12);
});

test("what computing hid stays hidden, but never the last part", () => {
  // Together 7 ms more than computing, of 10 ms of exchanges.
  expect(hidden(measured)).toBeCloseTo(0.003, 12);
  expect(forecast(measured, 2, "ring").seconds).toBeCloseTo(0.017, 12);
  // All but the last quarter at the most.
  expect(hidden({ ...measured, together: 0.01 })).toBeCloseTo(0.0075, 12);
  expect(forecast({ ...measured, together: 0.01 }, 2, "ring").seconds).toBeCloseTo(0.0125, 12);
  // 30 ms are 10 more than computing and exchanging: so long ranks waited.
  const slow = { ...measured, together: 0.03 };
  expect([hidden(slow), waiting(slow), waiting(measured)]).toEqual([0, expect.closeTo(0.01, 12), 0]);
  expect(forecast(slow, 2, "recursive").seconds).toBeCloseTo(0.03, 12);
  expect(forecast(slow, 1, "recursive").seconds).toBe(0.01);
  const eight = forecast(measured, 8, "ring");
  expect(eight.seconds).toBeCloseTo(0.01 + 0.028 - 0.003, 12);
  expect(eight.rowsPerSecond).toBeCloseTo(800 / 0.035, 6);
  expect(eight.efficiency).toBeCloseTo(10 / 35, 9);
  expect(forecast(measured, 1, "ring")).toEqual({ ranks: 1, seconds: 0.01, rowsPerSecond: 10_000, efficiency: 1 });
});
