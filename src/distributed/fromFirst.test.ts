import { expect, test } from "vitest";
import type { Collective } from "./collective.ts";
import { fromFirst } from "./fromFirst.ts";
import { oneProcess } from "./oneProcess.ts";

/** Two ranks, one after the other: what rank 0 has sent is given to rank 1. */
function twoRanks(): readonly [Collective, Collective] {
  const sent: Uint8Array[] = [];
  const broadcast = (to: (bytes: Uint8Array) => void) => (values: ArrayBufferView) =>
    to(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  const first = { ...oneProcess(), size: 2, broadcast: broadcast((bytes) => sent.push(bytes.slice())) };
  const second = { ...first, rank: 1, broadcast: broadcast((bytes) => bytes.set(sent.shift() ?? [])) };
  return [first, second];
}

test("all ranks have what rank 0 has: nested data, arrays of numbers and numbers that JSON lacks", () => {
  const value = {
    name: "état",
    numbers: [0.1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0],
    nothing: null,
    nested: [{ parameters: Float32Array.of(0.1, Number.NaN) }, { order: new Uint32Array([1, 2 ** 31]).subarray(1) }],
    empty: new Float64Array(0),
    last: Float64Array.of(1 / 3),
  };
  const [first, second] = twoRanks();
  expect(fromFirst(first, value)).toBe(value);
  expect(fromFirst(second, undefined)).toEqual(value);
});

test("nothing is nothing on all ranks, and one process has what it has", () => {
  const [first, second] = twoRanks();
  expect(fromFirst(first, undefined)).toBeUndefined();
  expect(fromFirst(second, { other: 1 })).toBeUndefined();
  expect(fromFirst(undefined, 3)).toBe(3);
});
