/** Ranks that each read a part of one file fit the encoder and the target of one process that reads all of it. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readTable } from "../src/data/duckdb/readTable.ts";
import { random } from "../src/random.ts";
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
const run = (path: string): Promise<FileAnswer[]> => {
  const task: FileTask = { path, targets: ["price"], quantiles: [0.1, 0.9], choices };
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
    `ranks cannot share a gzip file. Expected one uncompressed CSV or TSV file, whose bytes are divided: gunzip ${packed}.`,
  );
  await expect(run(await fileOf("a.json", '[{"price": 1}]'))).rejects.toThrow(
    "ranks cannot share a file of this format.",
  );
  await expect(run(join(folder, "none.csv"))).rejects.toThrow("there is no such file");
});
