import { expect, test } from "vitest";
import { classifierDocument, drawnParameters } from "../../test/exampleModels.ts";
import { float16Bits, float16Value, parametersInFloat16 } from "./float16.ts";

test("numbers of the standard have their bits", () => {
  const numbers: [number, number][] = [
    [0, 0],
    [-0, 0x8000],
    [1, 0x3c00],
    [-2, 0xc000],
    [65504, 0x7bff],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    [1023 * 2 ** -24, 0x03ff],
    [Math.fround(1 / 3), 0x3555],
  ];
  for (const [value, bits] of numbers) expect(float16Bits(value)).toBe(bits);
});

test("every number comes back, and what lies between two becomes the nearer, halfway the even one", () => {
  const wrong: number[] = [];
  for (let bits = 0; bits < 0x7bff; bits++) {
    const value = float16Value(bits);
    const middle = (value + float16Value(bits + 1)) / 2;
    const step = middle * 2 ** -20;
    const found = [value, -value, middle, Math.fround(middle - step), Math.fround(middle + step)].map(float16Bits);
    const expected = [bits, bits | 0x8000, bits + (bits % 2), bits, bits + 1];
    if (found.some((own, at) => own !== expected[at])) wrong.push(bits);
  }
  expect(wrong).toEqual([]);
});

test("what is beyond is infinity, from the middle between 65504 and 65536 on", () => {
  expect([65519, 65520, 1e6, 3e38, Number.POSITIVE_INFINITY].map(float16Bits)).toEqual([
    0x7bff, 0x7c00, 0x7c00, 0x7c00, 0x7c00,
  ]);
  expect([2 ** -25, 2 ** -25 * 1.01, 1e-30].map((value) => float16Bits(Math.fround(value)))).toEqual([0, 1, 0]);
});

test("a parameter beyond float16 is refused with its tensor", () => {
  const parameters = drawnParameters(classifierDocument);
  parameters[22] = -70_000;
  expect(() => parametersInFloat16(classifierDocument, [parameters])).toThrow(
    "Expected parameters that float16 can hold, from -65504 to 65504, found -70000 in layers.0.bias. Keep the weights in float32.",
  );
});
