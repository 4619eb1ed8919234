import fc from "fast-check";
import { expect, test } from "vitest";
import { type JsonProblem, JsonRecords, MOST_LEVELS } from "./jsonRecords.ts";
import type { JsonMember } from "./plainRecord.ts";

/** The records of a text that comes in pieces of some length, each as names and values. */
function recordsOf(
  text: string,
  size = text.length + 1,
): { records: [string, JsonMember["value"]][][]; problem?: JsonProblem } {
  const records: [string, JsonMember["value"]][][] = [];
  const json = new JsonRecords((members) => {
    records.push(members.map(({ name, value }) => [name, value]));
    return undefined;
  });
  let rest = "";
  for (let at = 0; at < text.length; at += size) {
    rest += text.slice(at, at + size);
    const used = json.split(rest, false);
    if (used < 0) return { records, problem: json.problem };
    rest = rest.slice(used);
  }
  json.split(rest, true);
  return { records, problem: json.problem };
}

test("members are what JSON.parse says, in the order of the text, wherever it is cut", () => {
  const scalar = fc.oneof(
    fc.string(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
  );
  const name = fc.oneof(fc.string(), fc.constantFrom("__proto__", "10", "9", "A", "a", "constructor"));
  const record = fc.uniqueArray(fc.tuple(name, scalar), { selector: ([key]) => key, maxLength: 5 });
  fc.assert(
    fc.property(
      fc.array(record, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 9 }),
      fc.boolean(),
      (rows, size, asList) => {
        const objects = rows.map(
          (row) => `{ ${row.map(([key, value]) => `${JSON.stringify(key)} :${JSON.stringify(value)}`).join(",\n")} }`,
        );
        const text = asList ? `[${objects.join(",")}]` : objects.join("\n");
        expect(recordsOf(text, size)).toEqual({ records: rows, problem: undefined });
      },
    ),
    { seed: 5, numRuns: 300 },
  );
});

test("a whole number that a double would round keeps its digits", () => {
  const { records } = recordsOf('{"a": 9007199254740993, "b": 9007199254740992, "c": [1, 9007199254740993], "d": 1e3}');
  expect(records).toEqual([
    [
      ["a", "9007199254740993"],
      ["b", 9007199254740992],
      ["c", "[1,9007199254740993]"],
      ["d", 1000],
    ],
  ]);
});

test("5,000 levels and a thousand open lists are refused with their line, brackets in texts don't count", () => {
  const nested = (levels: number): string => `{"a": ${"[".repeat(levels)}${"]".repeat(levels)}}`;
  expect(recordsOf(`{"a": 1}\n${nested(5000)}`).problem).toEqual({ kind: "deep", line: 2 });
  expect(recordsOf(`{"a": ${"[".repeat(1000)}`).problem).toEqual({ kind: "deep", line: 1 });
  expect(recordsOf(nested(MOST_LEVELS - 1)).problem).toBeUndefined();
  expect(recordsOf(`{"a": ${JSON.stringify("[".repeat(5000))}}`).problem).toBeUndefined();
});

test.each([
  '[{"a": 1} {"a": 2}]',
  '[{"a": 1},]',
  '{"a": 1},{"a": 2}',
  '[{"a": 1}]]',
  '[{"a": 1}',
  '{"a": 01}',
  "[,]",
  '{"a": 1}}',
])("%s is no JSON", (text) => {
  expect(recordsOf(text).problem).toEqual({ kind: "invalid" });
});

test("names that differ in case are two", () => {
  expect(recordsOf('{"a": 1, "A": 2}').records).toEqual([
    [
      ["a", 1],
      ["A", 2],
    ],
  ]);
});
