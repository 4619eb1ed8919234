/** Ranks that each read a part of one file fit the encoder and the target of one process that reads all of it. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ranksSharingRows } from "../src/cli/ranks.ts";
import { literal, withDatabase } from "../src/data/duckdb/database.ts";
import { readTable } from "../src/data/duckdb/readTable.ts";
import { readTableShare } from "../src/data/duckdb/readTableShare.ts";
import type { Together } from "../src/data/part.ts";
import { fileOptions, type ReadOptions } from "../src/data/readOptions.ts";
import type { ByteSource } from "../src/data/text/byteSource.ts";
import { readCsvPart } from "../src/data/text/readCsvPart.ts";
import { readJsonPart } from "../src/data/text/readJsonPart.ts";
import { oneProcess } from "../src/distributed/oneProcess.ts";
import { random } from "../src/random.ts";
import { trainOnFileShares } from "../src/tabular/files/train.ts";
import type { FileAnswer, FileTask } from "./fileShare.ts";
import { fittedOn } from "./fittedTable.ts";
import { type RankThreads, rankThreads } from "./rankThreads.ts";

const RANKS = 3;
let ranks: RankThreads;
let folder: string;
beforeAll(async () => {
  ranks = await rankThreads("test/fileShare.ts", RANKS);
  folder = await mkdtemp(join(tmpdir(), "gradus-shares-"));
});
afterAll(async () => {
  await ranks.stop();
  await rm(folder, { recursive: true });
});

async function fileOf(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const choices = { oneHotUpTo: 8, binary: "signed", missing: "zero", flags: "scaled" } as const;
const run = (path: string, options: ReadOptions = {}): Promise<FileAnswer[]> => {
  const task: FileTask = { path, options, targets: ["price"], quantiles: [0.1, 0.9], choices };
  return ranks.run<FileAnswer>(new Array(RANKS).fill(task));
};

test("a table that no rank reads whole: its types, its encoder and its target are those of one process", async () => {
  const draw = random(3, "shares");
  const towns = ["Bonn", "Köln", "Ulm\nan der Donau", "A, B"];
  const line = (row: number): string => {
    const size = row % 11 === 0 ? "" : `${draw.integer(200)}${row === 1700 ? ",5" : ""}`;
    const day = `${1 + draw.integer(12)}/${row < 1500 ? 1 + draw.integer(12) : 1 + draw.integer(28)}/2024`;
    return `${row};"${size}";"${towns[draw.integer(4)]}";${day};"${draw.normal().toFixed(3).replace(".", ",")}"`;
  };
  const text = `id;size;town;sold;price\n${Array.from({ length: 2000 }, (_, row) => line(row)).join("\n")}`;
  const path = await fileOf("flats.csv", text);
  const answers = await run(path);
  const expected = fittedOn({ table: await readTable(path), targets: ["price"], quantiles: [0.1, 0.9], choices });
  expect(expected).toContain('"kind":"date"');
  expect(answers.map(({ fitted }) => fitted)).toEqual(new Array(RANKS).fill(expected));
  expect(answers.reduce((sum, { rows }) => sum + rows, 0)).toBe(2000);
  for (const { rows } of answers) expect(rows).toBeLessThan(1000);
});

test("what ranks cannot share is refused on every rank, with what would do", async () => {
  const packed = await fileOf("a.csv.gz", gzipSync("price\n1\n"));
  await expect(run(packed)).rejects.toThrow(
    `Cannot read "${packed}": a gzip file cannot be divided among 3 ranks. Expected at least 3 files, or one without compression: gunzip ${packed}.`,
  );
  const list = '[{"price": 1}, {"price": 2}, {"price": 3}]';
  await expect(run(await fileOf("a.json", list))).rejects.toThrow(
    "a JSON file cannot be divided among 3 ranks. Expected at least 3 files, or an object in each line: write it as NDJSON, with a name that ends in .ndjson.",
  );
  await expect(run(await fileOf("a.ndjson", list))).rejects.toThrow(
    "a JSON list cannot be divided. Expected an object in each line: write it as NDJSON.",
  );
  const wide = await fileOf(
    "wide.csv",
    new Uint8Array(Uint16Array.from("price\n1\n", (sign) => sign.charCodeAt(0)).buffer),
  );
  await expect(run(wide, { encoding: "utf-16le" })).rejects.toThrow(
    "text in utf-16le cannot be divided among 3 ranks. Expected at least 3 files, or UTF-8 or an encoding of one byte a character: convert it to UTF-8.",
  );
  await expect(run(join(folder, "none.csv"))).rejects.toThrow("there is no such file");
});

test("a query is refused, with how its rows become a file", async () => {
  const sql = "SELECT 1 AS price";
  const copy = "COPY (SELECT …) TO 'table.parquet'";
  await expect(trainOnFileShares({ table: { sql }, target: "price" }, oneProcess())).rejects.toThrow(copy);
  expect(() => ranksSharingRows({ share: "rows", sql }, undefined)).toThrow(copy);
});

test("files that are others on another rank are refused", async () => {
  const path = await fileOf("own.csv", "price\n1\n");
  const other = (own: Uint8Array): Uint8Array => {
    const found = JSON.parse(new TextDecoder().decode(own));
    return new TextEncoder().encode(JSON.stringify({ ...found, bytes: found.bytes - 1, list: "" }));
  };
  const rank = { ...oneProcess(), size: 2, allGather: (own: Uint8Array) => [own, other(own)] };
  await expect(readTableShare(path, rank)).rejects.toThrow(
    "it has 8 bytes on rank 0 and 7 bytes on rank 1. Expected the same file on every rank: put it in a folder that all machines share.",
  );
});

/** The bytes that the readers of a text's parts read. */
async function bytesRead(text: string, parts: number, read: typeof readJsonPart): Promise<number[]> {
  const bytes = new TextEncoder().encode(text);
  const counts = new Array<number>(parts).fill(0);
  const found: unknown[][] = [];
  const waiting: (() => void)[] = [];
  const readings = counts.map((_, at) => {
    let round = 0;
    const together: Together = async (own) => {
      found[round] ??= [];
      const all = found[round++];
      all[at] = own;
      await new Promise<void>((resolve) => {
        if (waiting.push(resolve) === parts) for (const go of waiting.splice(0)) go();
      });
      return all as never;
    };
    const source: ByteSource = {
      name: "table",
      size: bytes.length,
      async read(from, to) {
        counts[at] += to - from;
        return bytes.subarray(from, to);
      },
    };
    const [from, to] = [at, at + 1].map((end) => Math.floor((bytes.length * end) / parts));
    return read(source, { at, from, to, together }, fileOptions({}));
  });
  await Promise.all(readings);
  return counts.map((count) => count / bytes.length);
}

test("the reader of a part reads its bytes, and the beginning of the text", async () => {
  const rows = Array.from({ length: 200_000 }, (_, row) => row);
  const csv = `a,b\n${rows.map((row) => `${row},"x${row % 7}, y"\n`).join("")}`;
  const json = rows.map((row) => `{"a": ${row}, "b": ${row % 7}}\n`).join("");
  const readCsv: typeof readJsonPart = (source, part, options) => readCsvPart(source, part, { ...options, usual: "," });
  for (const [text, read] of [[csv, readCsv] as const, [json, readJsonPart] as const]) {
    for (const share of await bytesRead(text, 4, read)) expect(share).toBeLessThan(1 / 4 + 1.5e6 / text.length);
  }
});

test("of Parquet, a rank decodes the row groups of its rows alone", async () => {
  const path = join(folder, "groups.parquet");
  await withDatabase((database) =>
    database.run(
      `COPY (SELECT i AS a, hash(i) AS b FROM range(20480) AS all_rows(i)) TO ${literal(path)} (FORMAT parquet, ROW_GROUP_SIZE 2048)`,
    ),
  );
  const bytes = await readFile(path);
  bytes.fill(0xff, Math.floor(0.6 * bytes.length), Math.floor(0.7 * bytes.length));
  await writeFile(path, bytes);
  await expect(readTable(path)).rejects.toThrow("it is not a complete Parquet file");
  const rank = { ...oneProcess(), size: 4, allGather: (own: Uint8Array) => new Array<Uint8Array>(4).fill(own) };
  expect((await readTableShare(path, rank)).rows).toBe(5120);
});
