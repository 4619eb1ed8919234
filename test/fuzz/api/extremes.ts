/** Values that a caller may give by mistake or to find out what happens: wrong kinds, numbers at their limits, broken objects. */

import type { Random } from "../../../src/random.ts";
import { callersError, type Named, wrongValues } from "../../apiCalls/wrongValues.ts";

/** Whether a function that throws was called since it was drawn. */
export interface Thrown {
  called: boolean;
}

const NUMBERS = [1, 2, 3, 0.1, -0, 5e-324, 2 ** 31, 2 ** 32, 2 ** 53, -(2 ** 53), 1e39, -1e300, Infinity, -Infinity];
const TEXTS = [
  "__proto__",
  "constructor",
  "toString",
  "length",
  "NaN",
  "0",
  "a".repeat(20_000),
  "\u0000",
  "\ud800",
  "é".normalize("NFD"),
  "../",
  "/",
  "*",
  " ",
];

export const BOXED_TEXT = "a boxed text";

/** Each is made anew, because what takes it may change it. */
const makers: readonly (readonly [name: string, make: () => unknown])[] = [
  ["a Float32Array of 3", () => Float32Array.of(1, 2, 3)],
  ["an empty Float64Array", () => new Float64Array(0)],
  ["a Float64Array with NaN", () => Float64Array.of(Number.NaN, 1)],
  ["a detached Float32Array", detached],
  ["a Uint8Array", () => Uint8Array.of(1, 2, 255)],
  ["a Uint32Array of large numbers", () => Uint32Array.of(0, 2 ** 32 - 1)],
  ["a BigInt64Array", () => BigInt64Array.of(1n, 2n)],
  ["a DataView", () => new DataView(new ArrayBuffer(8))],
  ["an ArrayBuffer", () => new ArrayBuffer(8)],
  ["a Set", () => new Set([1, 2])],
  ["a Promise", () => Promise.resolve(1)],
  ["a regular expression", () => /a/],
  [
    "a generator",
    () =>
      (function* () {
        yield 1;
      })(),
  ],
  ["an array-like object", () => ({ length: 2, 0: 1, 1: 0 })],
  ["an array-like object that says it is huge", () => ({ length: 2 ** 53 })],
  ["a list of 5,000 zeros", () => new Array(5000).fill(0)],
  ["a list with itself in it", circular],
  ["a getter that throws", () => Object.defineProperty({}, "name", { enumerable: true, get: throwing })],
  ["an object with toString of its own", () => ({ toString: throwing, valueOf: throwing })],
  ["a frozen object", () => Object.freeze({ name: "adam" })],
  ["a boxed number", () => Object(1)],
  [BOXED_TEXT, () => Object("relu")],
  ["a signal that is aborted", () => AbortSignal.abort()],
  ["an error", () => new RangeError("not thrown")],
  ["a class", () => class Own {}],
];

function throwing(): never {
  throw callersError;
}

function detached(): Float32Array {
  const numbers = new Float32Array(4);
  structuredClone(numbers.buffer, { transfer: [numbers.buffer] });
  return numbers;
}

function circular(): unknown[] {
  const list: unknown[] = [1];
  list.push(list);
  return list;
}

/** A value with its name, for messages. */
export function drawnValue(draw: Random, thrown: Thrown): Named {
  const kind = draw.uniform();
  if (kind < 0.4) return wrongValues[draw.integer(wrongValues.length)];
  if (kind < 0.6) {
    const number = NUMBERS[draw.integer(NUMBERS.length)];
    return [String(number), number];
  }
  if (kind < 0.7) {
    const text = TEXTS[draw.integer(TEXTS.length)];
    return [JSON.stringify(text.slice(0, 20)), text];
  }
  if (kind < 0.8) return ["a function that throws", thrower(thrown)];
  const [name, make] = makers[draw.integer(makers.length)];
  return [name, make()];
}

function thrower(thrown: Thrown): () => never {
  return () => {
    thrown.called = true;
    throw callersError;
  };
}
