import { expect, test } from "vitest";
import { detectDelimiter } from "./delimiter.ts";

test.each([
  ["a,b,c\n1,2,3\n", ","],
  ["a;b;c\n1,5;2,5;3\n", ";"],
  ["a\tb\n1, 2\t3\n", "\t"],
  ["a|b\n1|2\n", "|"],
  ['a,"x;y;z"\n1,2\n', ","],
  ["price;size (cm, outer)\n1,5;2\n3,5;4\n", ";"],
  ["only\n1\n2\n", ","],
  ["a,b,c\n1,2,3\n4,5\n", ","],
  // Without names, where every number has a decimal comma.
  ["1,5;2,5\n3,5;4,5\n", ";"],
  ["1,5\t-2,5 €\n1.003,5\t4,5 €\n", "\t"],
  ["1;2,3,4\n5;6,7,8\n", ","],
])("finds the delimiter of %j", (text, delimiter) => {
  expect(detectDelimiter(text, true).delimiter).toBe(delimiter);
});

test.each([
  ["title\na;b\n1,5;2\n3;4\n", ";"],
  ["# of x, y and z\na;b\n1;2\n3;4\n", ";"],
])("finds the delimiter of %j behind a title", (text, delimiter) => {
  expect(detectDelimiter(text, true).delimiter).toBe(delimiter);
});

test.each([
  ["1,5;2,5;3\n2,5;3,5;4\n3,5;4,5\n", ";"],
  ["1,5;2,5\n2,5;3,5\n3,5;4,5;\n4,5;5,5;6,5\n", ";"],
  ["a|b\n1,5|2\n3,5|4|\n4,5|6|\n", "|"],
  ["x\t1,5\ny\t2,5\tz\nw\t3,5\n", "\t"],
])("finds the delimiter of %j, in which a line is damaged and a comma fits every line", (text, delimiter) => {
  expect(detectDelimiter(text, true, { header: false }).delimiter).toBe(delimiter);
});

test.each([
  ["x;y\na,b;c,d\ne,f;g,h\n", ";"],
  ["id,title,genres\n1,Up,Drama|Comedy\n2,Down,Drama|Crime\n", ","],
  ["1,Up,Drama|Comedy\n2,Down,Drama|Crime\n", ","],
  ["name;note\nAnn;one, two\nBob;three, four\n", ";"],
])("finds the delimiter of %j, whose values have another one in them", (text, delimiter) => {
  expect(detectDelimiter(text, true).delimiter).toBe(delimiter);
});

test("says which other delimiter may be meant, only where the choice is in doubt", () => {
  expect(detectDelimiter("1;a,b\n2;c,d\n", true, { header: false })).toEqual({ delimiter: ";", other: "," });
  expect(detectDelimiter("a;b\n1,5;2,5\n3,5;4,5\n", true)).toEqual({ delimiter: ";" });
  expect(detectDelimiter("a,b\n1,2\n", true)).toEqual({ delimiter: "," });
});

test("a value of a hundred thousand characters is read in one pass", () => {
  const long = `${"-".repeat(100_000)}x,1`;
  expect(detectDelimiter(`a;b\n1;${long}\n2;${long}\n`, true)).toEqual({ delimiter: ";" });
});
