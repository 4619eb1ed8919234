/** When the memory of loaded patterns is given back. */
import { expect, test } from "vitest";
import { MemoryPatterns } from "./patterns.ts";

/** Patterns in blocks 64, 128 and 192, and the blocks that they have given back. */
function patterns(): { patterns: MemoryPatterns; released: number[] } {
  const released: number[] = [];
  const blocks = { inputs: 64, desired: 128, weights: 192 };
  return { patterns: new MemoryPatterns({}, 1, blocks, (block) => released.push(block)), released };
}

test("patterns that nothing reads give their memory back when they are disposed, once", () => {
  const { patterns: own, released } = patterns();
  own.hold()();
  own.dispose();
  own.dispose();
  expect(released).toEqual([64, 128, 192]);
});

test("patterns that are disposed while they are read give their memory back when the last reader has ended", () => {
  const { patterns: own, released } = patterns();
  const ends = [own.hold(), own.hold()];
  own.dispose();
  ends[0]();
  expect(released).toEqual([]);
  ends[1]();
  expect(released).toEqual([64, 128, 192]);
});

test("no row can be chosen from patterns of no rows, as one of several processes may have; another one is refused", () => {
  const blocks = { inputs: 64, desired: 128, weights: 192 };
  const none = new MemoryPatterns({}, 0, blocks, () => {});
  expect(none.chosen([], true)).toHaveLength(0);
  expect(() => none.chosen([0], true)).toThrow("Expected rows below 0, found 0.");
});
