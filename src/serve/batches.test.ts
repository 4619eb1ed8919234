/** Rows in batches: who is predicted with whom, and that no request notices. */
import { expect, test } from "vitest";
import { Batches, ROWS_PER_TURN } from "./batches.ts";

const never = (): undefined => undefined;
const count = (rows: number): number[] => Array.from({ length: rows }, (_, i) => i);

/** Doubles numbers, refuses those below 0, and keeps how many rows each call had. */
function doubling(): { batches: Batches<number, number>; turns: number[] } {
  const turns: number[] = [];
  const predict = (rows: readonly number[]): number[] =>
    rows.map((row, at) => {
      if (row < 0) throw new Error(`row ${at + 1}`);
      return 2 * row;
    });
  return { batches: new Batches({ predict, onTurn: (rows) => turns.push(rows) }), turns };
}

test("requests of one row that arrive together are one call", async () => {
  const { batches, turns } = doubling();
  const results = await Promise.all(count(10).map((row) => batches.predict([row], never)));
  expect(results).toEqual(count(10).map((row) => [2 * row]));
  expect(turns).toEqual([10]);
});

test("requests of which each turn of the event loop brings another are one call, and are not kept waiting for long", async () => {
  const { batches, turns } = doubling();
  const results: Promise<number[]>[] = [batches.predict([0], never)];
  for (let row = 1; row < 20; row++) {
    results.push(batches.predict([row], never));
    await new Promise(setImmediate);
  }
  expect(await Promise.all(results)).toEqual(count(20).map((row) => [2 * row]));
  expect(turns.length).toBeLessThan(10);

  const begun = performance.now();
  let isDone = false;
  const first = batches.predict([0], never).then(() => {
    isDone = true;
  });
  const others: Promise<number[]>[] = [];
  while (!isDone && performance.now() - begun < 5000) {
    others.push(batches.predict([1], never));
    const until = performance.now() + 1; // what a turn may take
    while (performance.now() < until);
    await new Promise(setImmediate);
  }
  await Promise.all([first, ...others]);
  expect(others.length).toBeLessThan(20);
});

test("a request of many rows is answered in turns, and small requests don't wait for it", async () => {
  const { batches, turns } = doubling();
  const ended: string[] = [];
  const large = batches.predict(count(500), never).then((results) => {
    ended.push("large");
    return results;
  });
  const small = [1, 2, 3].map((row) => batches.predict([row], never).then(() => ended.push(`small ${row}`)));
  await Promise.all(small);
  expect(await large).toEqual(count(500).map((row) => 2 * row));
  expect(ended).toEqual(["small 1", "small 2", "small 3", "large"]);
  expect(Math.max(...turns)).toBeLessThanOrEqual(ROWS_PER_TURN);
  expect(turns.reduce((sum, rows) => sum + rows)).toBe(503);
});

test("more requests than a turn has rows are all answered, the first that came first", async () => {
  const { batches } = doubling();
  const ended: number[] = [];
  await Promise.all(count(200).map((row) => batches.predict([row], never).then(() => ended.push(row))));
  expect(ended).toEqual(count(200));
});

test("a row that can't be predicted is its own request's error, with its own place", async () => {
  const { batches } = doubling();
  const results = await Promise.allSettled([
    batches.predict([1], never),
    batches.predict([2, 3, -1], never),
    batches.predict(count(100), never),
  ]);
  expect(results).toEqual([
    { status: "fulfilled", value: [2] },
    { status: "rejected", reason: new Error("row 3") },
    { status: "fulfilled", value: count(100).map((row) => 2 * row) },
  ]);
  await batches.emptied();
});

test("what was abandoned is not predicted any further", async () => {
  const { batches, turns } = doubling();
  const left = new Error("left");
  let turn = 0;
  const abandoned = (): Error | undefined => (turn++ < 2 ? undefined : left);
  await expect(batches.predict(count(1000), abandoned)).rejects.toBe(left);
  expect(turns).toEqual([ROWS_PER_TURN, ROWS_PER_TURN]);
  await batches.emptied();
});
