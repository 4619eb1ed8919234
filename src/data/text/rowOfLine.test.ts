import { expect, test } from "vitest";
import { RowReader } from "./rowOfLine.ts";

test("a line is an object with its values; whole numbers that a double would round are text", () => {
  const reader = new RowReader();
  expect(
    reader.read(' {"a": 1.5, "b": "x\\n", "c": null, "d": true, "e": 12345678901234567891, "f": [1, {"g": 2}]}\r'),
  ).toEqual({
    a: 1.5,
    b: "x\n",
    c: null,
    d: true,
    e: "12345678901234567891",
    f: [1, { g: 2 }],
  });
  expect(Object.keys(reader.read('{"__proto__": 1}') ?? {})).toEqual(["__proto__"]);
  expect(reader.read("{}")).toEqual({});
  for (const blank of ["", "  ", "\r"]) expect(reader.read(blank)).toBeUndefined();
});

test.each([
  ['{"a":1', 'not valid JSON in column 7: expected "," or }, found the end'],
  ["{a:1}", "column 2: expected a name in quotes or }, found"],
  ['{"a":NaN}', "column 6: expected a value, found"],
  ['{"a":1,"a":2}', 'the key "a" stands twice'],
  ['{"a":1}{"a":2}', "found several values"],
  ["[1]", "found a list"],
  ["5", "found a single value"],
  ["null", "found a single value"],
  ["a,b", "not valid JSON in column 1"],
  [`{"a":${"[".repeat(600)}`, "deeper than 500 levels"],
])("refuses %s, and reads the next line", (line, message) => {
  const reader = new RowReader();
  for (let twice = 0; twice < 2; twice++) {
    expect(() => reader.read(line)).toThrow(message);
    expect(reader.read('{"a":1}')).toEqual({ a: 1 });
  }
});
