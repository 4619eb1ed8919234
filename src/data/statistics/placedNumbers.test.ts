import fc from "fast-check";
import { expect, test } from "vitest";
import { oneProcess } from "../../distributed/oneProcess.ts";
import { sortedPresent } from "../scaling.ts";
import { placedNumbers } from "./placedNumbers.ts";

/** Every place of a list that one rank has, so that counts are those of the list. */
function placed(values: readonly number[]): number[] {
  const own = sortedPresent(Float64Array.from(values));
  return placedNumbers(oneProcess(), [{ own, places: Array.from(own.keys()) }])[0];
}

test("the number at each place is that of the sorted list, of both zeros, of neighbours and at the ends of the range", () => {
  const values = [0, -0, 5e-324, -5e-324, 1, 1 + Number.EPSILON, 1, -1e308, Number.MAX_VALUE, -Number.MAX_VALUE, 0, -0];
  expect(placed(values)).toEqual([...Float64Array.from(values).sort()]);
  expect(placed(values).map((value) => Object.is(value, -0))).toEqual(
    [...Float64Array.from(values).sort()].map((value) => Object.is(value, -0)),
  );
});

test("any finite numbers come out in their order", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { maxLength: 40 }), (values) => {
      const found = placed(values);
      const sorted = [...Float64Array.from(values).sort()];
      expect(found.every((value, at) => Object.is(value, sorted[at]))).toBe(true);
    }),
  );
});

test("several lists are searched at once, and one without numbers has none", () => {
  const lists = [
    { own: Float64Array.of(1, 2, 3), places: [2, 0] },
    { own: new Float64Array(0), places: [] },
    { own: Float64Array.of(-7), places: [0] },
  ];
  expect(placedNumbers(oneProcess(), lists)).toEqual([[3, 1], [], [-7]]);
});
