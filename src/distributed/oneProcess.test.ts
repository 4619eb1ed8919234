/** A process alone: what it exchanges is what it has. */
import { expect, test } from "vitest";
import { gatherNumbers, memberText, ranksText } from "./collective.ts";
import { oneProcess } from "./oneProcess.ts";

test("a process alone is rank 0 of 1, and every exchange has ended when it begins", () => {
  using alone = oneProcess();
  expect([alone.rank, alone.size, alone.members.length]).toEqual([0, 1, 1]);
  const values = Float32Array.of(1, 2);
  alone.allReduce(values);
  const pending = alone.startAllReduce(values, { deterministic: true });
  expect(pending.poll()).toBe(true);
  pending.wait();
  alone.broadcast(values);
  alone.barrier();
  expect([...values]).toEqual([1, 2]);
});

test("what it gathers is a copy of its own bytes", () => {
  const alone = oneProcess();
  const bytes = Uint8Array.of(1, 2);
  const [own] = alone.allGather(bytes);
  bytes[0] = 9;
  expect([...own]).toEqual([1, 2]);
  expect(gatherNumbers(alone, [0.1, Number.NaN])).toEqual([Float64Array.of(0.1, Number.NaN)]);
});

test("it has no others to end: an abort is an error", () => {
  expect(() => oneProcess().abort("The disk is full.")).toThrow("The disk is full.");
});

test("ranks are named with where they run, and of many the first", () => {
  expect(memberText({ rank: 2, host: "node7", process: 4711 })).toBe("rank 2 (node7, process 4711)");
  expect([[3], [0, 4], [0, 1, 5]].map(ranksText)).toEqual(["rank 3", "ranks 0 and 4", "ranks 0, 1 and 5"]);
  expect(ranksText([...Array(64).keys()])).toBe("ranks 0, 1, 2, 3, 4, 5, 6, 7 and 56 more");
});
