import { expect, test } from "vitest";
import { KeptOutputs } from "./keptOutputs.ts";

const looksOf = (count: number, mostBytes: number): number[] => {
  const kept = new KeptOutputs(mostBytes);
  for (let look = 0; look < count; look++) kept.add(Float32Array.of(look, look)); // 8 bytes each
  return kept.looks.map(([first]) => first);
};

test("the outputs of all looks are kept where they fit", () => {
  expect(looksOf(5, 40)).toEqual([0, 1, 2, 3, 4]);
  expect(looksOf(0, 40)).toEqual([]);
});

test("in less memory looks are kept at equal distances, and the last one always", () => {
  expect(looksOf(9, 40)).toEqual([0, 2, 4, 6, 8]);
  expect(looksOf(12, 40)).toEqual([0, 4, 8, 11]);
  expect(looksOf(7, 0)).toEqual([0, 6]);
});

test("what is kept doesn't change when the engine writes its next outputs over the last ones", () => {
  const kept = new KeptOutputs(100);
  const outputs = Float32Array.of(1, 2);
  kept.add(outputs);
  outputs.fill(9);
  expect(kept.looks).toEqual([Float32Array.of(1, 2)]);
});
