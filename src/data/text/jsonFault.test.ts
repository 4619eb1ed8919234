import fc from "fast-check";
import { expect, test } from "vitest";
import { findJsonFault } from "./jsonFault.ts";

test("finds nothing in JSON, nor in several values one after another", () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(findJsonFault(text)).toBeUndefined();
    }),
    { seed: 1 },
  );
  expect(findJsonFault('{"a": 1}\n{"a": [true, null, -1.5e3, "\\u00e9 \\" x"]}\n')).toBeUndefined();
  expect(findJsonFault(" \n")).toBeUndefined();
});

test("finds a fault where the language's own parser does", () => {
  const broken = fc.tuple(fc.json({ maxDepth: 3 }), fc.nat(), fc.constantFrom("", "]", "}", ",", ":", '"', "x"));
  fc.assert(
    fc.property(broken, ([text, at, inserted]) => {
      const cut = at % (text.length + 1);
      const changed = text.slice(0, cut) + inserted + text.slice(inserted === "" ? cut + 1 : cut);
      const fault = findJsonFault(`[${changed}]`);
      expect(fault !== undefined).toBe(!parses(`[${changed}]`));
    }),
    { seed: 2, numRuns: 1000 },
  );
});

test.each([
  ['[{"a": 1},\n {"a": 2,]', 2, 10, "a name in quotes", '"]"'],
  ['[{"a": 1}', 1, 10, '"," or ]', "the end"],
  ['{"a" 1}', 1, 6, '":"', '"1"'],
  ["[1 2]", 1, 4, '"," or ]', '"2"'],
  ["{a: 1}", 1, 2, "a name in quotes or }", '"a"'],
  ["[01]", 1, 3, '"," or ]', '"1"'],
  ['["open', 1, 2, "a value or ]", '"\\""'],
  ["[1,]", 1, 4, "a value", '"]"'],
])("in %j: line %i, column %i", (text, line, column, expected, found) => {
  expect(findJsonFault(text)).toEqual({ line, column, expected, found });
});

test("a long text in quotes does not exhaust the stack", () => {
  expect(findJsonFault(`["${"x\\n".repeat(1_000_000)}"]`)).toBeUndefined();
});

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
