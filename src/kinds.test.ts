import { describe, expect, test } from "vitest";
import { DescriptionError } from "./errors.ts";
import {
  boolean,
  either,
  finite,
  func,
  type Kind,
  type Kinds,
  listOf,
  needed,
  number,
  numbers,
  object,
  oneOf,
  recordOf,
  requireKind,
  requireOptions,
  signal,
  text,
  whole,
} from "./kinds.ts";

const wrong: readonly (readonly [Kind, unknown, string])[] = [
  [text, 5, "text, found 5"],
  [boolean, "false", 'true or false, found "false"'],
  [number, Number.NaN, "a number, found NaN"],
  [number, 3n, "a number, found 3n"],
  [finite, Number.POSITIVE_INFINITY, "a finite number, found Infinity"],
  [func, {}, "a function, found {}"],
  [object, [], "an object, found []"],
  [object, null, "an object, found null"],
  [object, new Date(0), "an object, found a Date"],
  [signal, {}, "an AbortSignal, found {}"],
  [whole(1), 1.5, "a whole number of at least 1, found 1.5"],
  [whole(1), 1e300, "a whole number of at least 1, found 1e+300"],
  [whole(0, 9), 10, "a whole number from 0 to 9, found 10"],
  [listOf(whole(1), "whole numbers"), () => [], "a list of whole numbers, found a function"],
  [listOf(text, "texts"), ["a", 2], "a list of texts, found 2 as entry 2"],
  [listOf(text, "texts"), new Array(1), "a list of texts, found undefined as entry 1"],
  [recordOf(text, "texts"), { a: 1 }, 'an object of texts, found 1 for "a"'],
  [oneOf("keep", "drop"), "kep", '"keep" or "drop", found "kep"'],
  [either(text, whole(1)), 0, "text or a whole number of at least 1, found 0"],
];

test.each(wrong)("a value of a wrong kind is named with what was expected: %#", (of, value, message) => {
  expect(() => requireKind("train's hidden", value, of)).toThrow(
    new DescriptionError(`Expected train's hidden to be ${message}.`),
  );
});

test.each<readonly [Kind, unknown]>([
  [text, ""],
  [number, Number.POSITIVE_INFINITY],
  [whole(0), 0],
  [listOf(whole(1), "whole numbers"), []],
  [recordOf(text, "texts"), { a: "b" }],
  [either(text, whole(1)), 1],
  [signal, new AbortController().signal],
])("a value of the right kind is taken: %#", (of, value) => {
  requireKind("it", value, of);
});

describe("options", () => {
  interface Options {
    readonly name: string;
    readonly count?: number;
  }
  const kinds = { name: needed(text), count: whole(1) } satisfies Kinds<Options>;

  test("an array whose memory was given to another thread is no list of numbers", () => {
    const given = Float32Array.of(1, 2);
    structuredClone(given.buffer, { transfer: [given.buffer] });
    expect(numbers.fault(given)).toBe("an array whose memory was transferred");
    expect(numbers.fault(new Float32Array(0))).toBeUndefined();
    expect(numbers.fault(Object.assign(new Array(2), { 0: 1 }))).toBe("undefined as entry 2");
  });

  test("that are right are taken, and those that are absent or undefined", () => {
    requireOptions({ name: "a", count: 3 }, kinds, "show");
    requireOptions({ name: "a", count: undefined }, kinds, "show");
  });

  test("of a wrong kind or name, and needed ones that are absent, are refused by name", () => {
    expect(() => requireOptions({}, kinds, "show")).toThrow("Expected show's name to be text, found undefined.");
    expect(() => requireOptions({ name: "a", count: null }, kinds, "show")).toThrow(
      "Expected show's count to be a whole number of at least 1, found null.",
    );
    expect(() => requireOptions({ name: "a", cuont: 1 }, kinds, "show")).toThrow('Did you mean "count"?');
  });
});
