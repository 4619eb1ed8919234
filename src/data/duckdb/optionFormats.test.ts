/** Options of text files on every format: each applies or is refused with its name and the format's. */
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { sharedFolder } from "../../../test/folder.ts";
import { DescriptionError } from "../../errors.ts";
import type { ReadOptions } from "../readOptions.ts";
import { literal, withDatabase } from "./database.ts";
import { readTable, type TableSource } from "./readTable.ts";

const files = {
  "t.csv": "a\n1\n",
  "t.tsv": "a\n1\n",
  "t.json": '[{"a": 1}]',
  "t.ndjson": '{"a": 1}\n',
  "t.json.gz": gzipSync('[{"a": 1}]'),
};

const shared = await sharedFolder(files);
const folder = shared.path;
await withDatabase((database) => database.run(`COPY (SELECT 1 AS a) TO ${literal(shared.file("t.parquet"))}`));

const options = {
  delimiter: ";",
  skip: 0,
  comment: "#",
  header: false,
  encoding: "utf-8",
  maxBytes: 1000,
} satisfies Partial<Record<keyof ReadOptions, unknown>>;

const ofCsv = ["delimiter", "skip", "comment", "header"];

const formats: Readonly<Record<string, [label: string, refused: readonly string[]]>> = {
  "t.csv": ["CSV", []],
  "t.tsv": ["TSV", []],
  "t.json": ["JSON", ofCsv],
  "t.ndjson": ["NDJSON", ofCsv],
  "t.json.gz": ["JSON", ofCsv],
  "t.parquet": ["Parquet", [...ofCsv, "encoding", "maxBytes"]],
  sql: ["SQL", [...ofCsv, "encoding", "maxBytes"]],
};

for (const [name, [label, refused]] of Object.entries(formats)) {
  test(`of ${name}, options that have no meaning for ${label} are refused, and others apply`, async () => {
    const source: TableSource = name === "sql" ? { sql: "SELECT 1 AS a" } : join(folder, name);
    const called = name === "sql" ? "the query" : JSON.stringify(source);
    for (const [option, value] of Object.entries(options)) {
      const reading = readTable(source, { [option]: value });
      if (refused.includes(option)) {
        const error: unknown = await reading.catch((caught: unknown) => caught);
        expect(error, option).toBeInstanceOf(DescriptionError);
        expect(error, option).toMatchObject({ message: expect.stringContaining(`Option ${option} is for `) });
        expect(error, option).toMatchObject({ message: expect.stringContaining(` but ${called} is ${label}. `) });
      } else expect((await reading).columns, option).toHaveLength(1);
    }
  });
}
