import fc from "fast-check";
import { expect, test } from "vitest";
import { PlainRecord } from "./plainRecord.ts";

const plain = new PlainRecord();

/** The members found, or undefined. */
function read(text: string): (readonly [string, unknown])[] | undefined {
  const end = plain.read(`[${text}]`, 1);
  if (end < 0) return undefined;
  expect(end).toBe(text.length + 1);
  return plain.members.map(({ name, value }) => [name, value] as const);
}

const value = fc.oneof(
  fc.string(),
  fc.integer({ min: -1e6, max: 1e6 }),
  fc.integer({ min: -1e9, max: 1e9 }).map((whole) => whole / 1000),
  fc.constantFrom(true, false, null, -0, 1e300, 2 ** 60, [1], {}),
);
const record = fc.array(fc.tuple(fc.constantFrom("a", "b", "c d", "e", "é", "__proto__"), value), { minLength: 1 });
const written = (members: readonly (readonly [string, unknown])[], space: string): string => {
  const parts = members.map(
    ([name, of]) => `${JSON.stringify(name)}:${space}${Object.is(of, -0) ? "-0" : JSON.stringify(of)}`,
  );
  return `{${space}${parts.join(`${space},${space}`)}${space}}`;
};

test("an object that is read at a glance has the members that JSON.parse finds, those that come twice and numbers as names included", () => {
  expect(read('{"2":1.50,"1":"x","2":null}')).toEqual([
    ["2", 1.5],
    ["1", "x"],
    ["2", null],
  ]);
  fc.assert(
    fc.property(record, fc.constantFrom("", " ", "  "), (members, space) => {
      const found = read(written(members, space));
      if (found !== undefined) expect(found).toEqual(members);
      const isFlat = members.every(([, of]) => typeof of !== "object" || of === null);
      const isShort = members.every(([, of]) => typeof of !== "number" || /^-?\d{1,15}(\.\d+)?$/.test(String(of)));
      const isBare = members.every(([, of]) => !JSON.stringify(of).includes("\\"));
      expect(found !== undefined).toBe(isFlat && isShort && isBare);
    }),
    { seed: 5, numRuns: 500 },
  );
});

test("a text that is no JSON is never read at a glance", () => {
  const odd = [
    "{}",
    '{"a":01}',
    '{"a":1.}',
    '{"a":.5}',
    '{"a":+1}',
    '{"a":-}',
    '{"a":1,}',
    '{"a" 1}',
    '{"a":}',
    "{a:1}",
    '{"a":tru}',
    '{"a":"\t"}',
    '{"a":1',
    '{"a',
    "{",
    '{"a":1 2}',
    '{"a":Infinity}',
  ];
  for (const text of odd) expect(read(text), text).toBeUndefined();
  const character = fc.constantFrom(...'{}[]",:.-+eE 01atrufnlse\\\n\t');
  fc.assert(
    fc.property(record, fc.nat(), fc.array(character, { maxLength: 3 }), fc.nat(3), (members, place, by, less) => {
      const whole = written(members, "");
      const at = 1 + (place % (whole.length - 1));
      const text = whole.slice(0, at) + by.join("") + whole.slice(at + less);
      const end = plain.read(text, 0);
      if (end < 0) return;
      const found = plain.members.map(({ name, value: of }) => [name, of] as const);
      expect(Object.keys(JSON.parse(text.slice(0, end)) as object)).toHaveLength(
        new Set(found.map(([name]) => name)).size,
      );
      expect(Object.fromEntries(found)).toEqual(JSON.parse(text.slice(0, end)));
    }),
    { seed: 6, numRuns: 2000 },
  );
});
