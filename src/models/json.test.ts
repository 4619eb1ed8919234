import { expect, test } from "vitest";
import { ModelFileError } from "../errors.ts";
import {
  type Check,
  count,
  distinct,
  entries,
  fields,
  flag,
  list,
  number,
  oneOf,
  optional,
  plainJson,
  plainObject,
  positive,
  text,
  variants,
} from "./json.ts";

interface Cat {
  readonly kind: "cat";
  readonly lives: number;
  readonly name?: string;
}
interface Fish {
  readonly kind: "fish";
}
const cat = fields<Cat>({ kind: oneOf("cat"), lives: count, name: optional(text) });
const animal = variants<"kind", Cat | Fish>("kind", { cat, fish: fields<Fish>({ kind: oneOf("fish") }) });

test("a value that fits comes back without the fields that are not known", () => {
  const parsed: unknown = JSON.parse('{"lives":9,"kind":"cat","colour":"grey","__proto__":{"polluted":true}}');
  const checked = cat(parsed, "pet");
  expect(Object.entries(checked)).toEqual([
    ["kind", "cat"], // in the check's order
    ["lives", 9],
  ]);
  expect(Object.getPrototypeOf(checked)).toBe(Object.prototype);
  expect("polluted" in checked).toBe(false);
});

test("an optional field is kept when it is there and checked", () => {
  expect(cat({ kind: "cat", lives: 1, name: "Tom" }, "pet").name).toBe("Tom");
  expect(() => cat({ kind: "cat", lives: 1, name: null }, "pet")).toThrow("pet.name: expected text, found null.");
});

test.each<[Check<unknown>, unknown, string]>([
  [text, 1, "x: expected text, found 1."],
  [flag, "true", 'x: expected true or false, found "true".'],
  [number(), null, "x: expected a finite number, found null."],
  [number(), Number.POSITIVE_INFINITY, "x: expected a finite number, found Infinity."],
  [number(), "5", 'x: expected a finite number, found "5".'],
  [number(0, 1), 1.5, "x: expected a finite number of 0 to 1, found 1.5."],
  [positive, 0, "x: expected a finite number above 0, found 0."],
  [count, -1, "x: expected a whole number of at least 0, found -1."],
  [count, 1e300, "x: expected a whole number of at least 0, found 1e+300."],
  [oneOf("a", "b"), ["a"], 'x: expected "a" or "b", found a list of 1.'],
  [list(text), { length: 1 }, "x: expected a list, found an object."],
  [list(text), ["a", undefined], "x[1]: expected text, found nothing."],
  [distinct(text), ["a", "b", "a"], 'x: expected each once, found "a" twice.'],
  [entries(text), [], "x: expected an object with named fields, found a list of 0."],
  [entries(text), { a: 1 }, "x.a: expected text, found 1."],
  [cat, null, "x: expected an object with named fields, found null."],
  [cat, { kind: "cat" }, "x.lives is missing."],
  [cat, Object.create({ kind: "cat", lives: 9 }), "x.kind is missing."],
  [animal, { kind: "dog" }, 'x.kind: expected "cat" or "fish", found "dog".'],
  [animal, { kind: "toString" }, "x.kind: expected"],
  [animal, { kind: "cat", lives: 0.5 }, "x.lives: expected a whole number of at least 0, found 0.5."],
  [text, 12345, "x: expected text, found 12345."],
  [count, "long ".repeat(50), `x: expected a whole number of at least 0, found "${"long ".repeat(50).slice(0, 59)}….`],
])("a value that does not fit is named with its place (%#)", (check, value, message) => {
  expect(() => check(value, "x")).toThrow(ModelFileError);
  expect(() => check(value, "x")).toThrow(message);
});

test("a plain object is copied, a field named __proto__ as any other, to a depth that cannot exhaust the stack", () => {
  const given = JSON.parse('{"a":[1,{"b":null}],"__proto__":{"c":1}}');
  const copy = plainObject(given, "x");
  expect(JSON.stringify(copy)).toBe('{"a":[1,{"b":null}],"__proto__":{"c":1}}');
  expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
  const deep: unknown = JSON.parse(`{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`);
  expect(() => plainObject(deep, "x")).toThrow("x: expected at most 64 levels, found more.");
});

test("plainJson keeps what JSON can say", () => {
  expect(plainJson({ a: Number.NaN, b: undefined, c: [1, Number.POSITIVE_INFINITY], d: "é" })).toEqual({
    a: null,
    c: [1, null],
    d: "é",
  });
});
