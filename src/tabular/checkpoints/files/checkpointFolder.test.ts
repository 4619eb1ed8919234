/** A training that keeps its states in a folder goes on from them to the same model file, byte for byte. */
import { readdir, readFile, rm, stat, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { folderOf } from "../../../../test/folder.ts";
import { GradusError } from "../../../errors.ts";
import { random } from "../../../random.ts";
import { type FileTrainOptions, train } from "../../files/train.ts";
import type { FoundCheckpoint } from "./checkpointFolder.ts";

const draws = random(5, "rows");
const rows = Array.from({ length: 60 }, (_, row) => {
  const [x, y] = [draws.normal(), draws.normal()];
  return { x, y, kind: ["a", "b", "c"][row % 3], target: x - y > draws.normal() ? "yes" : "no" };
});
const options: FileTrainOptions = { table: rows, target: "target", hidden: [8], epochs: 6, folds: 3, engine: "wasm" };

/** The model file of a training that was not interrupted, and its report. */
let whole: Awaited<ReturnType<typeof outcomeOf>>;
beforeAll(async () => {
  whole = await outcomeOf(options);
});

/** What a training comes to, as text: a difference is then shown. */
async function outcomeOf(given: FileTrainOptions) {
  const { model, report } = await train(given);
  return { file: Buffer.from(model.toBytes()).toString("latin1"), report };
}

interface Moment {
  readonly network: number;
  readonly epoch: number;
}

/** Begins a training and aborts it after an epoch of a network; states are kept after each of its chunks. */
async function interrupted(folder: string, moment: Moment, more: Partial<FileTrainOptions> = {}): Promise<void> {
  const controller = new AbortController();
  const { report } = await train({
    ...options,
    ...more,
    checkpoint: { folder, every: 1e-9 },
    signal: controller.signal,
    onProgress: ({ event, epoch }, { index }) => {
      if (event === "epoch" && index === moment.network && epoch === moment.epoch) controller.abort();
    },
  });
  expect(report.members?.some(({ stopped }) => stopped === "aborted") ?? report.stopped === "aborted").toBe(true);
}

/** Goes on to the end. */
async function resumed(folder: string, more: Partial<FileTrainOptions> = {}) {
  const found: FoundCheckpoint[] = [];
  const epochs: Moment[] = [];
  const outcome = await outcomeOf({
    ...options,
    ...more,
    checkpoint: { folder, onOpen: (it) => void found.push(it) },
    onProgress: ({ epoch }, { index }) => void epochs.push({ network: index, epoch }),
  });
  return { outcome, found: found[0], epochs };
}

const MOMENTS: readonly Moment[] = [
  { network: 0, epoch: 1 },
  { network: 1, epoch: 4 },
  { network: 2, epoch: 5 },
];

describe.each([1, 2])("with %i threads", (threads) => {
  test.each(MOMENTS)("folds that were interrupted at %j come to the same file and report", async (moment) => {
    const { path } = await folderOf({});
    await interrupted(join(path, "made"), moment, { threads });
    const { outcome, found, epochs } = await resumed(join(path, "made"), { threads: 3 - threads });
    expect(outcome).toEqual(whole);
    expect(found.resumed).toBe(true);
    expect(found.notes).toEqual([]);
    const own = epochs.filter(({ network }) => network === moment.network);
    expect(own[0].epoch).toBe(moment.epoch + 1);
  });
});

test("a process that ends without a last state goes on from the one before", async () => {
  const { path } = await folderOf({});
  await interrupted(path, MOMENTS[1]);
  const [newest] = await byAge(path, "network-2");
  await rm(newest);
  expect((await resumed(path)).outcome).toEqual(whole);
});

test("a training that was interrupted again and again comes to the same file", async () => {
  const { path } = await folderOf({});
  for (const moment of MOMENTS) await interrupted(path, moment);
  expect((await resumed(path)).outcome).toEqual(whole);
});

test("what has ended is not trained again, and comes to the same model", async () => {
  const { path } = await folderOf({});
  await resumed(path);
  const { outcome, found, epochs } = await resumed(path);
  expect(outcome).toEqual(whole);
  expect(epochs).toEqual([]);
  expect(found.networks).toEqual([0, 1, 2].map((index) => ({ index, epochs: 6, ended: true })));
});

test("a file that is cut off or altered is told, and an older state or the beginning leads to the same file", async () => {
  const { path } = await folderOf({});
  await interrupted(path, MOMENTS[1]);
  const [newest, before] = await byAge(path, "network-2");
  await truncate(newest, (await stat(newest)).size - 5);
  const first = await resumed(path, { signal: AbortSignal.abort() });
  expect(first.found.notes).toEqual([expect.stringContaining(`${newest} is damaged`)]);
  expect(first.found.notes[0]).toContain("An older state is used.");
  for (const file of [newest, before]) {
    const bytes = await readFile(file);
    bytes[bytes.length - 9] ^= 1;
    await writeFile(file, bytes);
  }
  const warn = vi.spyOn(process, "emitWarning").mockReturnValue();
  await train({ ...options, checkpoint: path, signal: AbortSignal.abort() });
  expect(warn.mock.calls).toEqual(
    [newest, before].sort().map((file) => [expect.stringContaining(file), "CheckpointWarning"]),
  );
  const second = await resumed(path);
  expect(second.found.notes).toHaveLength(2);
  expect(second.found.notes[0]).toContain("This network begins anew.");
  expect(second.outcome).toEqual(whole);
});

/** The files of a network, the newest state first. */
async function byAge(path: string, network: string): Promise<string[]> {
  const names = (await readdir(path)).filter((name) => name.startsWith(network));
  const dated = await Promise.all(
    names.map(async (name) => ({ file: join(path, name), time: (await stat(join(path, name))).mtimeMs })),
  );
  return dated.sort((one, other) => other.time - one.time).map(({ file }) => file);
}

describe("is refused", () => {
  const others: Readonly<Record<string, readonly [more: Partial<FileTrainOptions>, what: string]>> = {
    "another table": [{ table: rows.slice(1) }, "the fingerprint of the table was"],
    "another test table": [{ test: rows.slice(0, 20) }, "the fingerprint of the test table was null and is"],
    "another option": [{ epochs: 7 }, "option epochs was 6 and is 7"],
    "an option that was not given": [{ dropout: 0.3 }, "option dropout was not given and is 0.3"],
    "another number of networks": [{ ensemble: 2 }, "the number of networks was 3 and is 6"],
    "another seed": [{ seed: 1 }, "option seed was 0 and is 1"],
    "another engine": [{ engine: "reference" }, 'the engine was "wasm" and is "reference"'],
    "layers that are not checked": [{ health: false }, "option health was true and is false"],
  };
  test("the checkpoint of another training, with what differs", async () => {
    const { path } = await folderOf({});
    await interrupted(path, MOMENTS[0]);
    for (const [more, what] of Object.values(others)) {
      await expect(train({ ...options, ...more, checkpoint: path })).rejects.toThrow(what);
    }
    const file = join(path, "training.json");
    const identity = JSON.parse(await readFile(file, "utf8"));
    await writeFile(file, JSON.stringify({ ...identity, version: "0.0.1" }));
    const failure = train({ ...options, checkpoint: path });
    await expect(failure).rejects.toThrow('the version of gradus was "0.0.1" and is');
    await expect(failure).rejects.toThrow("Give another folder, or remove this one to begin anew.");
    const network = { ...identity.problem.network, inputs: 99 };
    await writeFile(file, JSON.stringify({ ...identity, problem: { ...identity.problem, network } }));
    await expect(train({ ...options, checkpoint: path })).rejects.toThrow("the problem's network differs.");
    await writeFile(file, JSON.stringify(identity));
    const state = join(path, "network-1-a.safetensors");
    await rm(state);
    await symlink("/dev/null", state); // other devices have no end to read to
    await expect(train({ ...options, checkpoint: path })).rejects.toThrow(`Cannot read ${state}: it is not a file.`);
    for (const damaged of ["{", "[1]", "{}"]) {
      await writeFile(file, damaged);
      await expect(train({ ...options, checkpoint: path })).rejects.toThrow("training.json is damaged");
    }
    await rm(file);
    await expect(train({ ...options, checkpoint: path })).rejects.toThrow("Put training.json back if it was removed");
  });

  test("a folder that another training has open, until that has ended, however it ended", async () => {
    const { path } = await folderOf({});
    let refused: unknown;
    const whileOpen = async () => {
      refused = await train({ ...options, checkpoint: path }).catch((error: unknown) => error);
    };
    await train({ ...options, checkpoint: { folder: path, onOpen: whileOpen } });
    expect((refused as Error).message).toMatch(
      /^The checkpoint .* is in use by this process since .* give another folder\.$/,
    );
    await expect(train({ ...options, seed: 1, checkpoint: path })).rejects.toThrow("seed");
    const onOpen = () => Promise.reject(new Error("not now"));
    await expect(train({ ...options, checkpoint: { folder: path, onOpen } })).rejects.toThrow("not now");
    expect((await resumed(path)).outcome).toEqual(whole);
  });

  test("a folder with other files, a file, and options that don't fit", async () => {
    const folder = await folderOf({ "notes.txt": "mine" });
    const trained = (checkpoint: unknown, more = {}) =>
      train({ ...options, ...more, checkpoint: checkpoint as string }).catch((error: Error) => error);
    const errors = [
      [
        await trained(folder.path),
        "other files and no checkpoint: expected training.json, found notes.txt. Put training.json back",
      ],
      [await trained(folder.file("notes.txt")), "it is not a folder"],
      [await trained(""), "the path of a folder"],
      [await trained({ folder: folder.path, every: 0 }), "checkpoint.every to be seconds above 0"],
      [await trained({ dir: folder.path }), "dir"],
      [await trained(folder.path, { time: 5 }), "Option checkpoint can't be used with option time"],
    ] as const;
    for (const [error, text] of errors) {
      expect(error).toBeInstanceOf(GradusError);
      expect((error as Error).message).toContain(text);
    }
    expect(await readdir(folder.path)).toEqual(["notes.txt"]);
  });
});
