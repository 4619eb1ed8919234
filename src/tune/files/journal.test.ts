/** The journal: what is written is read again, a cut line costs one trial, and what is not ours stays as it is. */
import { appendFile, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { folderOf, smallTable } from "../../../test/commandLine.ts";
import type { TrialRecord } from "../trial.ts";
import type { Study } from "../tuneOptions.ts";
import { Journal } from "./journal.ts";
import { type FileTuneOptions, tune } from "./tune.ts";

const study: Study = { version: "1", table: "0123abcd", test: null, seed: 0, engine: "wasm", options: { target: "y" } };
const trial = (number: number): TrialRecord => ({
  trial: number,
  values: { learningRate: 0.1, hidden: [8, 8], activation: "relu" },
  seed: 0,
  rung: 0,
  epochs: 10,
  status: "finished",
  scores: { accuracy: 0.9, logLoss: 0.3 },
  bestEpoch: 9,
  seconds: 1.25,
});
const failed: TrialRecord = {
  ...trial(2),
  status: "failed",
  scores: {},
  message: "diverged at step 3 – ∞",
  bestEpoch: undefined,
};

async function written(path: string, ...records: readonly TrialRecord[]): Promise<string> {
  await using journal = await Journal.open(path, study);
  for (const record of records) await journal.add(record);
  return readFile(path, "utf8");
}

async function recorded(path: string): Promise<readonly TrialRecord[]> {
  await using journal = await Journal.open(path, study);
  return journal.recorded;
}

test("trials are read as they were written, a line each", async () => {
  const path = (await folderOf({})).file("tune.jsonl");
  const text = await written(path, trial(0), trial(1), failed);
  expect(text.split("\n")).toHaveLength(5); // the study, three trials, and the end of the last line
  expect(await recorded(path)).toEqual([trial(0), trial(1), JSON.parse(JSON.stringify(failed))]);
});

test("wherever the file was cut, the whole lines count and the search can go on in it", async () => {
  const path = (await folderOf({})).file("tune.jsonl");
  const bytes = Buffer.from(await written(path, trial(0), failed));
  const firstEnd = bytes.indexOf("\n");
  const secondEnd = bytes.indexOf("\n", firstEnd + 1);
  for (let length = 0; length < bytes.length; length += 5) {
    await writeFile(path, bytes.subarray(0, length));
    const whole = length > secondEnd ? 1 : 0;
    expect(await recorded(path)).toHaveLength(whole);
    if (length % 4 !== 0) continue;
    await written(path, failed);
    expect(await recorded(path)).toHaveLength(whole + 1);
  }
});

test("the journal of another study is refused and stays as it is", async () => {
  const path = (await folderOf({})).file("tune.jsonl");
  const text = await written(path, trial(0));
  const other = { ...study, table: "ffffffff" };
  await expect(Journal.open(path, other)).rejects.toThrow(
    /belongs to another search: the fingerprint of the table was "0123abcd" and is "ffffffff"\. Give another journal, or remove this one\./,
  );
  expect(await readFile(path, "utf8")).toBe(text);
});

test("a journal that is removed during the search ends it", async () => {
  const path = (await folderOf({})).file("tune.jsonl");
  await using journal = await Journal.open(path, study);
  await journal.add(trial(0));
  await rm(path);
  await expect(journal.add(trial(1))).rejects.toThrow(/^The journal .* was removed during the search/);
});

test("a journal that a search has open is refused to another", async () => {
  const path = (await folderOf({})).file("tune.jsonl");
  await using _first = await Journal.open(path, study);
  await expect(Journal.open(path, study)).rejects.toThrow(/^The journal .* is in use by this process since/);
});

test.each([
  ["x,y\n1,2\n", /is not the journal of a search/],
  ["x,y", /is not the journal of a search/],
  ["{}\n", /is not the journal of a search/],
  ["null\n", /is not the journal of a search/],
])("a file with %j is no journal and stays as it is", async (text, message) => {
  const path = (await folderOf({ "table.csv": text })).file("table.csv");
  await expect(Journal.open(path, study)).rejects.toThrow(message);
  expect(await readFile(path, "utf8")).toBe(text);
});

test.each([
  ["{"],
  ["[]"],
  ['{"trial":0}'],
  [JSON.stringify({ ...trial(0), values: { dropout: 2 } })],
  [JSON.stringify({ ...trial(0), scores: { accuracy: "high" } })],
  [JSON.stringify({ ...trial(0), status: "begun" })],
])("a whole line that holds %s is refused by its number", async (line) => {
  const path = (await folderOf({})).file("tune.jsonl");
  await written(path, trial(0));
  await appendFile(path, `${line}\n`);
  await expect(Journal.open(path, study)).rejects.toThrow(/Line 3 of the journal|dropout: expected/);
});

test("a folder that does not exist is an error before anything is trained", async () => {
  const folder = await folderOf({});
  await expect(Journal.open(folder.file("none/tune.jsonl"), study)).rejects.toThrow(/Cannot write the journal/);
});

test("a search whose journal was cut ends with the same best and the same bits", async () => {
  const folder = await folderOf({ "table.csv": smallTable(80) });
  const options: FileTuneOptions = {
    table: folder.file("table.csv"),
    target: "class",
    recipe: "plain",
    trials: 5,
    epochs: 20,
    reduction: 2,
    space: { learningRate: "0.001..0.05:log", hidden: "4,8" },
    journal: folder.file("tune.jsonl"),
  };
  const whole = await tune(options);
  const text = await readFile(folder.file("tune.jsonl"), "utf8");
  expect(text.split("\n")).toHaveLength(whole.trials.length + 2);
  await truncate(folder.file("tune.jsonl"), Math.floor(text.length * 0.6));
  const reusals: boolean[] = [];
  const again = await tune({ ...options, onTrial: (_record, reused) => void reusals.push(reused) });
  expect(new Set(reusals)).toEqual(new Set([true, false]));
  expect(again.best).toEqual({ ...whole.best, seconds: again.best.seconds });
  expect(again.model?.toBytes()).toEqual(whole.model?.toBytes());
  const other = tune({ ...options, seed: 1 });
  await expect(other).rejects.toThrow(/belongs to another search: option seed was 0 and is 1/);
});
