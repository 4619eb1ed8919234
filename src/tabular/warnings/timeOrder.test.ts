import { expect, test } from "vitest";
import { made, normals, warned } from "../../../test/warned.ts";

const N = 300;
const DAY = 86_400_000;
const date = made(N, (row) => new Date(Date.UTC(2021, 0, 8) + row * DAY));
const noise = normals(N, "noise");
const trend = made(N, (row) => row + 10 * noise[row]);
/** Neighbours that are alike without a trend: each is 0.9 of the one before, and something new. */
const drift: number[] = [];
for (const value of noise) drift.push(0.9 * (drift.at(-1) ?? 0) + value);
const a = normals(N, "a");

test("rows in order of time whose neighbours are alike give a warning, with the split that helps", () => {
  const [{ columns, message }] = warned("time-order", { date, a, y: trend });
  expect(columns).toEqual(["date"]);
  expect(message).toMatch(
    /^The rows are in order of time, by date, and neighbouring rows are similar in y \(0\.9\d, where 0 is chance and 1 is equal\)\. Rows split at random lie between training rows, so the metrics may be better than on later rows\. If the model is for later rows, test on the latest: split: \{ time: "date" \}\.$/,
  );
  expect(warned("time-order", { date, a, y: drift })).toHaveLength(1);
  expect(warned("time-order", { date: date.toReversed(), a, y: drift })).toHaveLength(1);
  const classes = drift.map((value) => (value > 0 ? "up" : "down"));
  expect(warned("time-order", { date, a, y: classes })).toHaveLength(1);
  expect(warned("time-order", { year: made(N, (row) => 1700 + row), a, y: drift })).toHaveLength(1);
  expect(warned("time-order", { date, a, y: noise, z: drift }, ["y", "z"])[0].message).toContain("similar in z");
});

test("rows without an order of time, or whose neighbours are no more alike than others, are not", () => {
  expect(warned("time-order", { date, a, y: noise })).toEqual([]);
  expect(warned("time-order", { date, a, y: made(N, (row) => `k${row % 3}`) })).toEqual([]);
  // The straight line y = 2x + 1 has no time; a date that isn't in order says nothing of the rows' order.
  const x = made(N, (row) => row);
  expect(warned("time-order", { x, y: x.map((value) => 2 * value + 1) })).toEqual([]);
  const born = made(N, (row) => new Date(Date.UTC(1960, 0, 1) + ((row * 7919) % N) * DAY));
  expect(warned("time-order", { born, a, y: trend })).toEqual([]);
  // Few times: three years, one after the other.
  expect(warned("time-order", { year: made(N, (row) => 2007 + Math.floor(row / 100)), a, y: trend })).toEqual([]);
});

test("a split by time, a table to test on, and no rows to judge by leave nothing to warn of", () => {
  const columns = { date, a, y: trend };
  expect(warned("time-order", columns, "y", { split: { time: "date" } })).toEqual([]);
  expect(warned("time-order", columns, "y", { testFraction: 0, validationFraction: 0 })).toEqual([]);
});

test("shuffled rows give the warning in less than one of a thousand tables", () => {
  let count = 0;
  for (let table = 0; table < 300; table++) {
    const y = normals(30, `table ${table}`);
    count += warned("time-order", { date: date.slice(0, 30), a: a.slice(0, 30), y }).length;
  }
  expect(count).toBe(0);
});
