/** Ranks that divide files of every format read what one process reads: types, values, rows' numbers, notes and errors. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { literal, withDatabase } from "../src/data/duckdb/database.ts";
import type { ReadOptions } from "../src/data/readOptions.ts";
import { type RankThreads, rankThreads } from "./rankThreads.ts";
import { readShared, readWhole } from "./tableShares.ts";

const SIZES = [2, 4] as const;
let ranks: Map<number, RankThreads>;
let folder: string;
let tables = 0;
beforeAll(async () => {
  const start = async (size: number) => [size, await rankThreads("test/readingShare.ts", size)] as const;
  ranks = new Map(await Promise.all(SIZES.map(start)));
  folder = await mkdtemp(join(tmpdir(), "gradus-shares-"));
});
afterAll(async () => {
  for (const threads of ranks.values()) await threads.stop();
  await rm(folder, { recursive: true });
});

interface Files {
  readonly extension: string;
  readonly files: readonly (string | Uint8Array)[];
}

/** The path of a file, or of all files of a folder. */
async function pathOf({ extension, files }: Files): Promise<string> {
  const own = join(folder, `table${tables++}`);
  await mkdir(own);
  for (const [at, content] of files.entries()) await writeFile(join(own, `${at}.${extension}`), content);
  return join(own, files.length === 1 ? `0.${extension}` : `*.${extension}`);
}

/** That ranks read a table as one process does. @returns what they read */
async function expectAlike(path: string, size: number, options: ReadOptions = {}): Promise<unknown> {
  const whole = await readWhole(path, options);
  expect(await readShared(ranks.get(size) as RankThreads, size, path, options)).toEqual(whole);
  return whole;
}

const sizes = fc.constantFrom(...SIZES);

const csvValue = (kind: number): fc.Arbitrary<string> =>
  fc.constantFrom(
    ...[
      ["1", "2.50", "1.0", "", "-3"],
      ["1", "2", "3", "x", "1.50"],
      ["2024-01-01", "2024-05-06T10:00", ""],
      ["true", "false"],
      ["a", '"b\nc"', "NA", "d e"],
      [""],
    ][kind],
  );
/** Some files that mostly agree in what their columns are. */
const csvFiles = fc
  .array(
    fc.record({
      header: fc.constantFrom(...new Array<string>(20).fill("a,b"), "b,a", "b,a", "b,a", "a;b", "a,c"),
      rows: fc
        .tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 1 }))
        .chain(([kind, other]) => fc.array(fc.tuple(csvValue(kind), csvValue(other)), { minLength: 1, maxLength: 12 })),
      last: fc.constantFrom(...new Array<string>(25).fill(""), "#,1", '"open', "1,2,3"),
    }),
    { minLength: 1, maxLength: 7 },
  )
  .map((files) =>
    files.map(({ header, rows, last }) => [header, ...rows.map((row) => row.join(header[1])), last].join("\n")),
  );
const csvOptions = fc.constantFrom<ReadOptions>(
  {},
  {},
  { comment: "#" },
  { types: { a: "category" } },
  { copy: "all" },
);

test("CSV files, with the bytes of all files divided", async () => {
  await fc.assert(
    fc.asyncProperty(csvFiles, csvOptions, sizes, async (files, options, size) => {
      await expectAlike(await pathOf({ extension: "csv", files }), size, options);
    }),
    { numRuns: 20 },
  );
});

test("gzip files and JSON lists, each whole", async () => {
  await fc.assert(
    fc.asyncProperty(csvFiles, sizes, fc.boolean(), async (files, size, asList) => {
      if (files.length < size) return;
      const list = (text: string): string =>
        JSON.stringify(text.split("\n").map((line) => ({ line, size: line.length })));
      const packed = files.map((text) => (asList ? list(text) : new Uint8Array(gzipSync(text))));
      await expectAlike(await pathOf({ extension: asList ? "json" : "csv.gz", files: packed }), size);
    }),
    { numRuns: 8 },
  );
});

const jsonValue = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("1", "2.5", "null", "-3e2") },
  { weight: 3, arbitrary: fc.constantFrom('"a"', '"ä\\n😀"', '"1"', '"2024-01-01"', "true", "false") },
  { weight: 1, arbitrary: fc.constantFrom("9007199254740993", "[1]", '{"x":\n1}', '" "') },
);
const jsonObject = fc.dictionary(fc.constantFrom("a", "b", "c"), jsonValue, { minKeys: 1, maxKeys: 3 }).map(
  (row) =>
    `{${Object.entries(row)
      .map(([name, value]) => `"${name}": ${value}`)
      .join(", ")}}`,
);
const plainObject = fc.integer({ min: 0, max: 99 }).map((number) => `{"a":${number},"b":"t${number % 3}"}`);
const jsonLine = fc.oneof(
  { weight: 12, arbitrary: plainObject },
  { weight: 6, arbitrary: jsonObject },
  {
    weight: 1,
    arbitrary: fc.constantFrom("", "  ", '{\n "a": 1,\n "b": {\n"a": 2}}', '{"a": 1}{"a": 2}', ' {"a": 3} \r'),
  },
);
const jsonFault = fc.constantFrom("", "", "", "", "", "", "5", '{"a": 1', '{"a": 1, "a": 2}', '{"a": }', ',{"a": 1}');
const jsonTexts = fc
  .tuple(
    fc.constantFrom("", "", "\ufeff", "\n "),
    fc.array(jsonLine, { maxLength: 30 }),
    jsonFault,
    fc.array(plainObject),
  )
  .map(
    ([start, lines, fault, more]) => `${start}${[...lines, ...(fault === "" ? [] : [fault]), ...more].join("\n")}\n`,
  );

/** Finding several files takes longer than reading them. */
const jsonFiles = fc.oneof(
  { weight: 7, arbitrary: fc.tuple(jsonTexts) },
  { weight: 1, arbitrary: fc.array(jsonTexts, { minLength: 2, maxLength: 4 }) },
);

test("NDJSON, with the bytes divided where objects begin", async () => {
  await fc.assert(
    fc.asyncProperty(jsonFiles, sizes, async (files, size) => {
      await expectAlike(await pathOf({ extension: "ndjson", files }), size, { types: {} });
    }),
    { numRuns: 80 },
  );
});

/** SQL of a column of Parquet, by the number i of the row. */
const sqlValues = [
  "i::INTEGER",
  "i::BIGINT * 7919",
  "CASE WHEN i = 2500 THEN 9007199254740993 ELSE i END::BIGINT",
  "CASE WHEN i % 3 = 0 THEN NULL ELSE sqrt(i) END",
  "NULL::DOUBLE",
  "CASE WHEN i % 5 = 0 THEN '' ELSE 'town ' || i % 7 END",
  "CASE WHEN i = 3000 THEN 'x' ELSE (i % 9)::VARCHAR END",
  "CASE WHEN i % 4 = 0 THEN NULL ELSE i % 2 = 0 END",
  "DATE '2024-01-01' + i::INTEGER % 300",
  "TIMESTAMP '2024-01-01' + INTERVAL (CASE WHEN i < 2000 THEN 0 ELSE i END) HOUR",
  "TIMESTAMPTZ '2024-01-01 00:00:00+00' + INTERVAL (i) MINUTE",
  "CASE WHEN i = 2222 THEN 'Infinity'::DOUBLE ELSE i END",
  "CASE WHEN i = 1700 THEN [1] END",
  "(i / 4)::DECIMAL(18, 2)",
  "'\\xAA'::BLOB",
];
const parquetFile = fc.record({
  rows: fc.constantFrom(0, 1, 3, 2000, 2048, 4000, 9000),
  columns: fc.array(fc.oneof({ weight: 5, arbitrary: fc.nat(8) }, { weight: 1, arbitrary: fc.nat(14) }), {
    minLength: 2,
    maxLength: 2,
  }),
  group: fc.constantFrom(2048, 100_000),
});
const parquetFiles = fc
  .tuple(fc.array(parquetFile, { minLength: 1, maxLength: 4 }), fc.boolean())
  .map(([files, alike]) =>
    alike ? files.map(({ rows, group }) => ({ rows, group, columns: files[0].columns })) : files,
  );

/** Pairs of columns of which a few rows of one rank decide what they are. */
const decidedByFew = [
  [2, 9],
  [6, 11],
  [12, 0],
];

test("Parquet, with the rows divided", async () => {
  await fc.assert(
    fc.asyncProperty(
      parquetFiles,
      sizes,
      fc.constantFrom<ReadOptions>({}, { columns: ["a"] }, { copy: ["b"] }),
      async (files, size, options) => {
        const path = await pathOf({ extension: "parquet", files: files.map(() => "") });
        await withDatabase(async (database) => {
          for (const [
            at,
            {
              rows,
              columns: [a, b],
              group,
            },
          ] of files.entries()) {
            const file = literal(path.replace("*", String(at)));
            await database.run(
              `COPY (SELECT ${sqlValues[a]} AS a, ${sqlValues[b]} AS b FROM range(${rows}) AS all_rows(i)) TO ${file} (FORMAT parquet, ROW_GROUP_SIZE ${group})`,
            );
          }
        });
        await expectAlike(path, size, options);
      },
    ),
    { numRuns: 15, examples: decidedByFew.map((columns) => [[{ rows: 4000, columns, group: 2048 }], 4, {}]) },
  );
});
