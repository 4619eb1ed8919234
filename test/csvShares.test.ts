/** Ranks that divide the bytes of a CSV text read each of its records once, and what one process reads. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ReadOptions } from "../src/data/readOptions.ts";
import { type RankThreads, rankThreads } from "./rankThreads.ts";
import { readShared, readWhole } from "./tableShares.ts";

const RANKS = 4;
let ranks: RankThreads;
let path: string;
beforeAll(async () => {
  ranks = await rankThreads("test/readingShare.ts", RANKS);
  path = join(await mkdtemp(join(tmpdir(), "gradus-shares-")), "table.csv");
});
afterAll(async () => {
  await ranks.stop();
  await rm(join(path, ".."), { recursive: true });
});

/** That ranks read a text as one process does. */
async function expectAlike(text: string | Uint8Array, options: ReadOptions): Promise<void> {
  await writeFile(path, text);
  expect(await readShared(ranks, RANKS, path, options)).toEqual(await readWhole(path, options));
}

const field = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("1", "2.50", "-3", "1.0", "12.345", "", " 7 ") },
  { weight: 3, arbitrary: fc.constantFrom("a", "ä€😀", "#x", "NA", "1,5", "1.234,5", "x y") },
  { weight: 2, arbitrary: fc.constantFrom('"a\nb"', '"c\r\n""d"""', '"\r"', '"1.50"', '"e,f"', '"\n\n"', '""') },
);

/** Values of columns that have to be read, most of them alike and some odd: one column's, by what it is to be tried for. */
const alike: readonly (readonly [usual: readonly string[], odd: readonly string[]])[] = [
  [
    ["1,5", "2,25", "100"],
    ["1.234,5", "7.5", "x"],
  ],
  [
    ["1.234", "5.678", "12"],
    ["1.5", "1,5", "1.234.567"],
  ],
  [
    ["$5", "$1,200", "3"],
    ["€4", "2%", "none"],
  ],
  [
    ["2%", "3.5%"],
    ["4", "-", "x"],
  ],
  [
    ["05432", "12345"],
    ["9007199254740993", "A1", ""],
  ],
  [
    ["1", "22", "9007199254740993"],
    ["x", "1.0"],
  ],
  [
    ["2021-03-01", "2021-03-02T10:00"],
    ["2021-03-02T10:00Z", "2021-02-30", "n.d."],
  ],
  [
    ["01/02/2021", "03/04/2021"],
    ["25/12/2020", "12/25/2020", "05/05/2021"],
  ],
  [
    ["TRUE", "false", "True"],
    ["1", "yes", "NA"],
  ],
  [
    ["A", "BB", "NA"],
    ["NAM", "lower"],
  ],
  [
    ["-999", "1", "2"],
    ["-999.0", "x"],
  ],
  [
    ["it rains", "it snows"],
    ["1", "inf"],
  ],
];
const readColumn = fc.constantFrom(...alike).chain(([usual, odd]) =>
  fc.array(
    fc.oneof(
      { weight: 14, arbitrary: fc.constantFrom(...usual) },
      { weight: 1, arbitrary: fc.constantFrom(...odd, "") },
    ),
    {
      minLength: 40,
      maxLength: 40,
    },
  ),
);
const readTexts = fc
  .tuple(fc.integer({ min: 1, max: 40 }), readColumn, readColumn)
  .map(([rows, b, c]) => `a;b;c\n${Array.from({ length: rows }, (_, row) => `${row};${b[row]};${c[row]}\n`).join("")}`);
const readOptions: fc.Arbitrary<ReadOptions> = fc.constantFrom<ReadOptions>(
  {},
  { missing: ["-999", "none", "n.d."] },
  { missing: { only: ["-"] } },
  { decimal: "," },
  { decimal: "." },
  { types: { b: "category", c: "number" } },
  { types: { b: "number", c: "date" } },
  { types: { b: "boolean", c: "date:DD/MM/YYYY" } },
);
const lineEnds = fc.constantFrom("\n", "\r\n", "\r");
const line = fc.oneof(
  { weight: 12, arbitrary: fc.tuple(field, field, field).map((fields) => fields.join(";")) },
  { weight: 1, arbitrary: fc.constantFrom("", "# a comment", "1;2;3;", "#;1;2") },
);
const spoiled = fc.constantFrom("", "", "", "", "1;2", '"open;1;2', '"a"b;1;2', "\ufeffx;y;z");
const texts = fc
  .tuple(
    fc.constantFrom("", "\ufeff"),
    fc.constantFrom("a;b;c", '"a\n1";b;c', "1;2;3.5", "a;b;c", "\n\na;b;c"),
    fc.array(fc.tuple(line, lineEnds), { maxLength: 30 }),
    spoiled,
    fc.constantFrom("", "\n", "\r\n", "\r"),
  )
  .map(([mark, header, lines, last, end]) => `${mark}${header}\n${lines.flat().join("")}${last}${end}`);
const options: fc.Arbitrary<ReadOptions> = fc.constantFrom<ReadOptions>(
  { delimiter: ";" },
  {},
  { delimiter: ";", comment: "#" },
  { delimiter: ";", header: false },
  { delimiter: ";", skip: 2 },
  { delimiter: ";", types: { b: "category", a: "skip" }, copy: ["c"] },
);

test("wherever the bytes are divided, each record is read once, and columns, notes and errors are those of one process", async () => {
  await fc.assert(fc.asyncProperty(texts, options, expectAlike), { numRuns: 100 });
});

test("what columns are read as is decided by the rows of all ranks, with the notes and errors of one process", async () => {
  await fc.assert(fc.asyncProperty(readTexts, readOptions, expectAlike), { numRuns: 100 });
});

test("a text of fewer rows than ranks, and records longer than a rank's bytes", async () => {
  const long = `"${"x\n".repeat(3000)}"`;
  for (const text of [
    "",
    "a",
    "a,b\n1,2",
    "a,b\n1,2\n3,4\n",
    `a,b\n1,${long}\n2,y\n`,
    `a,b\n1,y\n2,${long}`,
    `a,b\n${long},${long}\n`,
  ]) {
    await expectAlike(text, {});
  }
  await expectAlike("1", { header: false });
});

test("an encoding of one byte a character is divided", async () => {
  const latin = Uint8Array.from("a,b\ncaf\xe9,1\nna\xefve,2\n\xe9t\xe9,3\n", (character) => character.charCodeAt(0));
  await expectAlike(latin, { encoding: "latin-1" });
});
