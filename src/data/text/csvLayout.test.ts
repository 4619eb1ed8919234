import fc from "fast-check";
import { expect, test } from "vitest";
import { DataError, DescriptionError } from "../../errors.ts";
import { csvLayout, recordsOf, requireDelimiter } from "./csvLayout.ts";

const splitRecords = (text: string, delimiter: string, limit: number): (readonly string[])[] =>
  recordsOf(text, true, { delimiter }, { limit }).map(({ fields }) => fields);
const namesOf = (text: string, options = {}): readonly string[] =>
  csvLayout('Cannot read "f.csv":', text, true, { skip: 0, header: true, ...options }).names;

test("splits records as RFC 4180 says: quotes, doubled quotes, delimiters and line ends inside quotes", () => {
  const text = 'a,"b, c","d ""e"""\r\n1,"2\n3",\n';
  expect(splitRecords(text, ",", 9)).toEqual([
    ["a", "b, c", 'd "e"'],
    ["1", "2\n3", ""],
  ]);
});

test("takes spaces around values away, and quotes inside a value as they are", () => {
  expect(splitRecords(' a , "b" ,c "d" e', ",", 9)).toEqual([["a", "b", 'c "d" e']]);
});

test("skips blank lines, counts records to the limit, and ends with the text whatever it lacks", () => {
  expect(splitRecords("a,b\n\n1,2\n\n3,4\n", ",", 2)).toEqual([
    ["a", "b"],
    ["1", "2"],
  ]);
  expect(splitRecords("a,b,", ",", 9)).toEqual([["a", "b", ""]]);
  expect(splitRecords('a,b\nc,"b', ",", 9)).toEqual([["a", "b"]]);
  expect(splitRecords("a\rb\r", ",", 9)).toEqual([["a"], ["b"]]);
});

test("whatever is written in quotes is read back", () => {
  const cell = fc.string().map((text) => text.trim());
  fc.assert(
    fc.property(
      fc.array(fc.tuple(cell, cell), { minLength: 1 }),
      fc.constantFrom(",", ";", "\t"),
      (rows, delimiter) => {
        const quoted = rows.map((row) => row.map((value) => `"${value.replaceAll('"', '""')}"`).join(delimiter));
        expect(splitRecords(quoted.join("\n"), delimiter, rows.length)).toEqual(rows);
      },
    ),
  );
});

test("names columns that have no name by their place", () => {
  expect(namesOf('"",a,\n1,2,3')).toEqual(["column1", "a", "column3"]);
});

test("two columns of one name are an error, of names that differ in case they are not", () => {
  expect(() => namesOf("a,b,a\n")).toThrow(DataError);
  expect(() => namesOf("a,b,a\n")).toThrow(
    'Cannot read "f.csv": columns 1 and 3 have the same name, "a". Rename one in line 1; or, if the file has no header, read it with header: false.',
  );
  expect(namesOf("id,ID\n")).toEqual(["id", "ID"]);
});

test("a blank first line is an error", () => {
  expect(() => namesOf("\n\na,b\n")).toThrow("its lines up to 2 are blank");
});

test("a delimiter is one character that is not part of a value", () => {
  expect(requireDelimiter(";")).toBe(";");
  expect(requireDelimiter("\\t")).toBe("\t");
  for (const wrong of ["", ",,", '"', "a", "1", ".", "\n", "§"]) {
    expect(() => requireDelimiter(wrong), wrong).toThrow(DescriptionError);
  }
});

test("what keeps a first line from being read is named", () => {
  expect(() => namesOf('"a\nb"x,1\n1,2\n')).toThrow("begins in line 1 is closed in line 2, but text follows it");
  expect(() => namesOf('"a,b\n1,2\n')).toThrow("opens in line 1 and is never closed");
  expect(() => namesOf("#a\n#b\n", { comment: "#" })).toThrow("only blank lines and comments");
  expect(() => namesOf("a\n", { skip: 3 })).toThrow("no lines besides those that are skipped");
});

test("where no line names the columns, blank lines come before the data and blank values in its first row are values", () => {
  expect(namesOf("\n\n,2\n3,4\n", { header: false })).toEqual(["column1", "column2"]);
  expect(namesOf(",\n3,4\n", { header: false })).toEqual(["column1", "column2"]);
});
