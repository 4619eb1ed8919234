import fc from "fast-check";
import { expect, test } from "vitest";
import { OTHER, plainNumber, plainText, zerosOfFraction } from "./plainNumber.ts";

const read = (text: string): number => plainNumber(`x${text}y`, 1, text.length + 1);

test("a plain number is the double that the language makes of it", () => {
  for (const text of ["0", "-0", "7", "-12.5", "0.1", "123456789012345", "0.00000000000001", "99.999", " 4 "]) {
    expect(read(text), text).toBe(Number(text));
  }
  const digits = fc.stringMatching(/^-?(0|[1-9]\d{0,6})(\.\d{1,8})?$/);
  fc.assert(
    fc.property(digits, (text) => {
      expect(read(text)).toBe(Number(text));
    }),
    { seed: 3 },
  );
});

test("nothing but spaces is a missing value", () => {
  expect(read("")).toBeNaN();
  expect(read("  ")).toBeNaN();
});

test("every other notation is left to the rule that all sources share", () => {
  for (const text of [
    "007",
    "1e3",
    "+1",
    ".5",
    "5.",
    "1,5",
    "1_000",
    "NA",
    "1234567890123456",
    "1.2.3",
    "-",
    "0x1",
    "१",
  ]) {
    expect(read(text), text).toBe(OTHER);
  }
});

test("a plain number's text is what it was read from", () => {
  const textOf = (text: string): string => {
    const padded = ` ${text}  `;
    return plainText(plainNumber(padded, 0, padded.length), zerosOfFraction(padded, 0, padded.length));
  };
  for (const text of ["0", "-0", "-0.00", "1.00", "100", "10.10", "0.0000001", "-0.00000010", "0.00000000000001"]) {
    expect(textOf(text)).toBe(text);
  }
  const plain = fc.stringMatching(/^-?(0|[1-9]\d{0,6})(\.\d{1,8})?$/);
  fc.assert(
    fc.property(plain, (text) => {
      expect(textOf(text)).toBe(text);
    }),
    { seed: 4, numRuns: 500 },
  );
});
