/**
 * One table of cases through both readers of CSV, that of files and that of text in any runtime: the same table, notes and
 * warnings included, or the same message.
 *
 * A case is the bytes of a file and the options to read it with; what the values should be, test/readingRule.test.ts says.
 */
import { writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { GradusError, type ReadOptions, readTable, type Table, tableFromCsv } from "../src/node.ts";
import { sharedFolder } from "./folder.ts";

type Case = readonly [content: string | Uint8Array, options?: ReadOptions];

const utf16 = (text: string): Buffer => Buffer.from(text, "utf16le");
const latin = (text: string): Buffer => Buffer.from(text, "latin1");
const rows = (count: number, line: (row: number) => string): string =>
  Array.from({ length: count }, (_, row) => `${line(row)}\n`).join("");
const dates = "when,amount,ok\n2024-01-31,1.50,TRUE\n2024-02-01,,no\n,2.0,false\n";

const readable: Readonly<Record<string, Case>> = {
  "commas, types of every kind": [dates],
  "semicolons and decimal commas": ['a;b;c\n1,5;x;"1.234,5"\n2,25;"y;z";7,5\n'],
  tabs: ["a\tb\n1,5\tx\n2,5\ty\n"],
  "bars, and another delimiter in doubt": ["a|b,c|d\n1|2,3|4\n5|6,7|8\n"],
  "a line that names the delimiter": ["sep=;\na;b\n1;2\n"],
  "line ends of all kinds": ["a,b\r\n1,2\r3,4\n5,6"],
  "quotes with line breaks, delimiters and quotes in them": ['a,"b ""x"""\n"1\r\n2","c, d"\n3," e "\n'],
  "a byte order mark": ["\ufeffa,b\n1,2\n"],
  "a byte order mark before a quote": ['\ufeff"a,b",c\n1,2\n'],
  "blank lines and delimiters at the end of lines": ["a,b,\n\n1,2,\n  \n3,4,\n\n"],
  "one column, with missing values": ["a\n1\n\n3\n"],
  "words for missing values": ["a,b,c\nNA,x,?\n1,null,2\n-,NaN,3\n"],
  "other words for missing values": ["a,b\n-999,x\n1,none\n", { missing: ["-999", "none"] }],
  "only one word for a missing value": ["a,b\nNA,?\n1,x\n", { missing: { only: ["?"] } }],
  "a word that is missing nowhere": ["a\n1\n2\n", { missing: ["gone"] }],
  "NA among codes": ["a,b\nNA,1\nEU,2\nAS,3\n"],
  thousands: ['a,b\n"1,234.5",$5\n999,$6\n'],
  "the decimal sign, as an option": ['a;b\n"1,234";x\n"5,678";y\n', { decimal: "," }],
  "numbers, then a word": ["a,b\n1.50,1\n-0,2\n0.0000001,3\nx,4\n"],
  "numbers in other notations behind plain ones": ["a\n1.0\n1e3\n+5\n"],
  "whole numbers that a double would round": ["a\n1152921504606846976\n1152921504606846977\n"],
  "codes with leading zeros": ["zip,y\n05432,1\n10115,2\n"],
  "numbers written in several ways": ["a\n1\n1.0\n1.00\n2\n"],
  "dates that can be read in two ways": ["a\n01/02/2021\n03/04/2021\n"],
  "times with and without a zone": ["a\n2024-01-31 21:55\n2024-01-31T21:55:30+0200\n"],
  "names that look like data": ["5.1,3.5,setosa\n4.9,3.0,setosa\n4.7,3.2,setosa\n"],
  "rows without names": ["1,x\n2,y\n", { header: false }],
  "lines before the header": ["A title\n\na,b\n1,2\n", { skip: 2 }],
  "comments, as an option": ["# one\na,b\n# two\n1,2\n", { comment: "#" }],
  "a comment sign that no line has": ["a,b\n1,2\n", { comment: "#" }],
  "lines that look like comments": ["a,b\n#x,1\ny,2\nz,3\n"],
  "a delimiter, as an option": ["a:b\n1:2\n", { delimiter: ":" }],
  "types and columns, as options": [dates, { types: { amount: "category", ok: "skip" }, columns: ["amount", "ok"] }],
  "columns passed on": [dates, { columns: ["amount"], optionalColumns: ["gone"], copy: ["when", "amount"] }],
  "readings of a model": [dates, { readings: new Map([["amount", { type: "text" }]]) }],
  "names like whole numbers and __proto__": ["2,1,__proto__\n1,2,3\n4,5,6\n"],
  "latin-1": [latin("name;größe\nKöln;1\nBonn;2\n"), { encoding: "latin-1" }],
  "utf-16 with its mark": [utf16("\ufeffa,b\n1,ü\n"), { encoding: "utf-16" }],
  gzip: [gzipSync("a,b\n1,x\n2,y\n")],
  "more rows than a piece holds, numbers first and then words": [
    `a,b\n${rows(1500, (row) => `${row < 900 ? row : `w${row}`},${"long ".repeat(200)}${row % 50}`)}`,
  ],
};

const refused: Readonly<Record<string, Case>> = {
  "numbers but for one": [`a\n${rows(20, (row) => `${row}`)}n.d.\n`],
  "numbers that can be read in two ways": ['a;b\n"1,234";x\n"5,678";y\n'],
  nothing: [""],
  "only a byte order mark": ["\ufeff"],
  "only blank lines": ["\n\n \n"],
  "a header alone": ["a,b\n"],
  "a blank line before the header": ["\n\na,b\n1,2\n"],
  "a line too long": ["a,b\n1,2\n1,2,3\n"],
  "a line too long, without names": ["1,2\n1,2\n1,2,3\n", { header: false }],
  "a comment among the rows": ["a,b\n1,2\n# note\n"],
  "a title without an option": ["A title\na,b\n1,2\n3,4\n5,6\n"],
  "a quote that is not closed": ['a,b\n1,"2\n3,4\n'],
  "text behind a quote": ['a,b\n1,"2"x\n'],
  "two columns of one name": ["a,b,a\n1,2,3\n"],
  "a column that is not there": [dates, { columns: ["amout"] }],
  "columns of another header": ["1,2\n3,4\n", { columns: ["a", "b"] }],
  "a type for a column that is not there": [dates, { types: { amout: "number" } }],
  "a type for a column that is not read": [dates, { columns: ["ok"], types: { amount: "number" } }],
  "a value that is not of its type": [dates, { types: { ok: "number" } }],
  "a delimiter of two characters": [dates, { delimiter: "ab" }],
  "a comment sign that begins values": [dates, { comment: "a" }],
  "a comment sign that is the delimiter": ["a;b\n1;2\n", { comment: ";" }],
  "an unknown encoding": [dates, { encoding: "klingon" }],
  "bytes that are not UTF-8": [latin(`name\nBonn\r\n${"x\r".repeat(3)}Köln\n`)],
  "bytes that are not UTF-8, late": [latin(`a,b\n${rows(1500, () => `1,${"long ".repeat(200)}`)}Köln,1\n`)],
  "bytes that are not in the encoding": [Buffer.of(0x61, 0x0a, 0x81, 0xff, 0xff, 0x0a), { encoding: "shift_jis" }],
  "UTF-16 without saying so": [utf16("\ufeffa,b\n1,2\n")],
  "binary data": [Buffer.of(0x61, 0, 1, 2, 0xff)],
  "a character cut off at the end": [Buffer.from("a\nü").subarray(0, -1)],
  "more bytes than allowed": [dates, { maxBytes: 20 }],
  "an infinite number": ["a\n1e999\n2\n", { types: { a: "number" } }],
};

/** The table, or the message of the typed error. */
async function outcome(read: () => Promise<Table>): Promise<Table | string> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof GradusError)) throw error;
    return `${error.name}: ${error.message}`;
  }
}

const folder = await sharedFolder();

/** What both readers make of bytes; of text as well, where no option is for bytes. */
async function bothRead(
  content: string | Uint8Array,
  options: ReadOptions = {},
): Promise<[Table | string, Table | string]> {
  const bytes = Buffer.from(content);
  const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const source = folder.file(isPacked ? "t.csv.gz" : "t.csv");
  writeFileSync(source, bytes);
  const expected = await outcome(() => readTable(source, options));
  const length = Math.max(1, Math.floor(bytes.length / 7));
  const parts = Array.from({ length: Math.ceil(bytes.length / length) }, (_, at) =>
    bytes.subarray(at * length, (at + 1) * length),
  );
  const found = await outcome(() => tableFromCsv(parts, { ...options, source }));
  if (typeof content === "string" && options.encoding === undefined && options.maxBytes === undefined) {
    expect(await outcome(() => tableFromCsv(content, { ...options, source }))).toEqual(found);
  }
  return [found, expected];
}

test.each(Object.entries(readable))(
  "%s: read in any runtime as a file of it is",
  async (_title, [content, options]) => {
    const [found, expected] = await bothRead(content, options);
    expect(found).toEqual(expected);
    expect(expected).toHaveProperty("columns");
  },
);

test.each(Object.entries(refused))("%s: refused with the message for a file", async (_title, [content, options]) => {
  const [found, expected] = await bothRead(content, options);
  expect(found).toBe(expected);
});

const cell = fc.oneof(
  fc.constantFrom(
    "",
    " ",
    "NA",
    "?",
    "1",
    "-0",
    "1.50",
    "0,5",
    "1.234",
    "1,234.5",
    "05",
    "1e3",
    "TRUE",
    "no",
    "x",
    "#1",
    'q"',
    "a\nb",
  ),
  fc.constantFrom(
    "2024-01-31",
    "13/02/2021",
    "01/02/2021",
    "12:30",
    "5 %",
    "€ 3",
    "9007199254740993",
    "Köln",
    "\ud83d\ude00",
  ),
  fc.double({ noNaN: true }).map(String),
  fc.string({ maxLength: 5 }),
);
const table = fc
  .record({
    width: fc.integer({ min: 1, max: 4 }),
    cells: fc.array(cell, { minLength: 4, maxLength: 60 }),
    delimiter: fc.constantFrom(",", ";", "\t", "|"),
    end: fc.constantFrom("\n", "\r\n", "\r"),
    quoted: fc.boolean(),
  })
  .map(({ width, cells, delimiter, end, quoted }) => {
    const written = cells.map((text) =>
      quoted || /[",;\t|\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text,
    );
    const lines = Array.from({ length: Math.ceil(cells.length / width) }, (_, row) =>
      written.slice(row * width, (row + 1) * width),
    );
    return lines.map((line) => line.join(delimiter) + end).join("");
  });

test("whatever table is written, both readers make the same of it", async () => {
  await fc.assert(
    fc.asyncProperty(table, fc.boolean(), async (text, header) => {
      const [found, expected] = await bothRead(text, header ? {} : { header });
      expect(found).toEqual(expected);
    }),
    { seed: 5, numRuns: 150 },
  );
});
