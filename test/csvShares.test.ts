/** Ranks that divide the bytes of a CSV text read each of its records once, and what one process reads. */
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fileOptions, type ReadOptions } from "../src/data/readOptions.ts";
import type { ReadSource } from "../src/data/readSource.ts";
import type { Column } from "../src/data/table.ts";
import type { SourceShare } from "../src/data/text/csvShare.ts";
import { decodedText } from "../src/data/text/decodedText.ts";
import { readCsv } from "../src/data/text/readCsv.ts";
import { type RankThreads, rankThreads } from "./rankThreads.ts";
import type { ReadTask } from "./readingShare.ts";

const RANKS = 4;
let ranks: RankThreads;
beforeAll(async () => {
  ranks = await rankThreads("test/readingShare.ts", RANKS);
});
afterAll(() => ranks.stop());

/** What a text comes to, or why it is refused. */
async function outcome(read: () => Promise<ReadSource>): Promise<unknown> {
  try {
    const { columns, copied, ...source } = await read();
    const valuesOf = ({ name, type, values, written }: Column): unknown => [
      name,
      type,
      Array.from<unknown>(values),
      written,
    ];
    return { ...source, columns: columns.map(valuesOf), copied: copied.map(valuesOf) };
  } catch (error) {
    return (error as Error).message;
  }
}

function whole(bytes: Uint8Array, options: ReadOptions): Promise<unknown> {
  const chunks = async function* (): AsyncGenerator<Uint8Array> {
    if (bytes.length > 0) yield bytes;
  };
  return outcome(() =>
    readCsv("table.csv", decodedText("table.csv", chunks(), options.encoding ?? "utf-8"), fileOptions(options)),
  );
}

/** The shares behind each other. */
function shared(bytes: Uint8Array, options: ReadOptions): Promise<unknown> {
  return outcome(async () => {
    const task: ReadTask = { bytes, options };
    const shares = await ranks.run<SourceShare>(new Array(RANKS).fill(task));
    const [{ source: first, all }] = shares;
    let before = 0;
    for (const share of shares) {
      expect(share.before).toBe(before);
      expect({ ...share.source, rows: 0, columns: [], copied: [] }).toEqual({
        ...first,
        rows: 0,
        columns: [],
        copied: [],
      });
      before += share.source.rows;
    }
    expect(before).toBe(all);
    const joined = (of: (source: ReadSource) => readonly Column[]): Column[] =>
      of(first).map((column, at) => {
        const parts = shares.map(({ source }) => of(source)[at]);
        expect(parts.map(({ name, type, written }) => [name, type, written])).toEqual(
          new Array(RANKS).fill([column.name, column.type, column.written]),
        );
        return { ...column, values: parts.flatMap(({ values }) => Array.from<unknown>(values)) } as never;
      });
    return {
      ...first,
      rows: all,
      columns: joined(({ columns }) => columns),
      copied: joined(({ copied }) => copied) as never,
    };
  });
}

const field = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("1", "2.50", "-3", "1.0", "12.345", "", " 7 ") },
  { weight: 3, arbitrary: fc.constantFrom("a", "ä€😀", "#x", "NA", "1,5", "1.234,5", "x y") },
  { weight: 2, arbitrary: fc.constantFrom('"a\nb"', '"c\r\n""d"""', '"\r"', '"1.50"', '"e,f"', '"\n\n"', '""') },
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
  await fc.assert(
    fc.asyncProperty(texts, options, async (text, chosen) => {
      const bytes = new TextEncoder().encode(text);
      expect(await shared(bytes, chosen)).toEqual(await whole(bytes, chosen));
    }),
    { numRuns: 150 },
  );
});

test("a text of fewer rows than ranks, and records longer than a rank's bytes", async () => {
  const long = `"${"x\n".repeat(3000)}"`;
  for (const text of [
    "a,b\n1,2",
    "a,b\n1,2\n3,4\n",
    `a,b\n1,${long}\n2,y\n`,
    `a,b\n1,y\n2,${long}`,
    `a,b\n${long},${long}\n`,
  ]) {
    const bytes = new TextEncoder().encode(text);
    expect(await shared(bytes, {})).toEqual(await whole(bytes, {}));
  }
});

test("an encoding of one byte a character is divided, and another is refused", async () => {
  const latin = Uint8Array.from("a,b\ncaf\xe9,1\nna\xefve,2\n\xe9t\xe9,3\n", (character) => character.charCodeAt(0));
  expect(await shared(latin, { encoding: "latin-1" })).toEqual(await whole(latin, { encoding: "latin-1" }));
  const utf16 = new Uint8Array(Uint16Array.from("a,b\n1,2\n", (character) => character.charCodeAt(0)).buffer);
  expect(await shared(utf16, { encoding: "utf-16le" })).toBe(
    'Cannot read "table.csv": ranks cannot share a text in utf-16le. Expected UTF-8 or an encoding of one byte a character: convert the file, or give several files.',
  );
});
