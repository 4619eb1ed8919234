/** Names that come twice in an object: found wherever they stand, and nothing else taken for one. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { repeatedName } from "./repeatedName.ts";

const found = (json: string): ReturnType<typeof repeatedName> => repeatedName(json, JSON.parse(json));

test.each([
  ['{"a": 1, "b": 2, "a": 3}', { name: "a" }],
  ['{"a": 1, "\\u0061": 1}', { name: "a" }],
  ['{"__proto__": 1, "__proto__": 1}', { name: "__proto__" }],
  ['{"": 1, "" : 1}', { name: "" }],
  ['{"a": {"b": [{"c": 1, "c": ":"}]}}', { name: "c" }],
  ['[{"a": 1, "b": [1, 2]}, 7, {"a": ",", "a": {}}]', { name: "a", item: 3 }],
])("finds the name in %s", (json, expected) => {
  expect(found(json)).toEqual(expected);
});

test.each(['{"a": ":", "b": "\\":\\\\", ":": {"a": 1}}', '[{"a": 1}, {"a": 1}]', '"a:b"', "1", "null", "[]", "{}"])(
  "finds none in %s",
  (json) => {
    expect(found(json)).toBeUndefined();
  },
);

test("any value that is written as JSON has none, and one with a member written twice has it", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.string(), fc.jsonValue(), (value, name, other) => {
      const json = JSON.stringify(value);
      expect(found(json)).toBeUndefined();
      const member = `${JSON.stringify(name)}: ${JSON.stringify(other)}`;
      expect(found(`[${json}, {${member}, ${member}}]`)).toEqual({ name, item: 2 });
    }),
  );
});

test("deep nesting is counted", () => {
  const json = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;
  expect(found(json)).toBeUndefined();
});
