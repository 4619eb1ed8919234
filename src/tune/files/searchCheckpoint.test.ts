/** A search that keeps a checkpoint goes on within a training, and comes to the same trials and the same model file. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { folderOf } from "../../../test/folder.ts";
import { random } from "../../random.ts";
import type { TuneResult } from "../tune.ts";
import { type FileTuneOptions, tune } from "./tune.ts";

const draws = random(5, "rows");
const rows = Array.from({ length: 60 }, () => {
  const [x, y] = [draws.normal(), draws.normal()];
  return { x, y, target: x - y > draws.normal() ? "yes" : "no" };
});
const options: FileTuneOptions = {
  ...{ table: rows, target: "target", hidden: [8], epochs: 30, trials: 4, engine: "wasm" },
  space: { learningRate: "0.005..0.1:log" },
};

/** What a search comes to, without how long it took. */
function outcomeOf({ model, report, trials, best, stopped }: TuneResult) {
  const timeless = ({ seconds: _seconds, ...record }: TuneResult["best"]) => record;
  const file = model && Buffer.from(model.toBytes()).toString("latin1");
  return { file, report, trials: trials.map(timeless), best: timeless(best), stopped };
}

let whole: ReturnType<typeof outcomeOf>;
beforeAll(async () => {
  whole = outcomeOf(await tune(options));
});

/** Begins or goes on, and aborts after an epoch of a training, counted from those of this call. */
async function interrupted(folder: string, training: number, epoch: number): Promise<void> {
  const controller = new AbortController();
  let begun = 0;
  let last = "";
  await tune({
    ...options,
    checkpoint: { folder, every: 1e-9 },
    signal: controller.signal,
    onProgress: (event, job) => {
      const now = JSON.stringify([job.trial, job.rung]);
      if (now !== last) begun++;
      last = now;
      if (begun === training && event.event === "epoch" && event.epoch >= epoch) controller.abort();
    },
  }).catch((error: Error) => expect(error.message).toContain("Interrupted"));
}

test("before the first trial its place is told, so that a search can go on that ends there", async () => {
  const { path } = await folderOf({});
  const folder = join(path, "search");
  const found: object[] = [];
  let before: string[] | undefined;
  await tune({
    ...options,
    trials: 2,
    epochs: 2,
    checkpoint: { folder, onOpen: (it) => void found.push(it) },
    onStart: () => {
      before = found.map((it) => JSON.stringify(it));
    },
  });
  expect(before).toEqual(['{"resumed":false,"networks":[],"notes":[]}']);
  expect(found.length).toBeGreaterThan(2);
});

test("it goes on where it was, as often as it is interrupted, and trains nothing twice", async () => {
  const { path } = await folderOf({});
  const folder = join(path, "search");
  await interrupted(folder, 1, 4);
  await interrupted(folder, 2, 5);
  await interrupted(folder, 4, 20);
  const epochs = new Map<string, number[]>();
  const resumed = await tune({
    ...options,
    checkpoint: folder,
    onProgress: (event, { trial, rung }) => {
      if (event.event !== "epoch") return;
      const key = `${trial}/${rung}`;
      epochs.set(key, [...(epochs.get(key) ?? []), event.epoch]);
    },
  });
  expect(outcomeOf(resumed)).toEqual(whole);
  const [[, first]] = epochs;
  expect(first[0]).toBeGreaterThan(1);
  for (const made of epochs.values()) expect(new Set(made).size).toBe(made.length);
});

test("a search that has ended gives its model again without a training, and keeps the states of the best alone", async () => {
  const { path } = await folderOf({});
  await tune({ ...options, checkpoint: path });
  expect((await readdir(path)).filter((name) => name.startsWith("training-"))).toHaveLength(1);
  let epochs = 0;
  const again = await tune({ ...options, checkpoint: path, onProgress: () => void epochs++ });
  expect(outcomeOf(again)).toEqual(whole);
  expect(epochs).toBe(0);
});

test("the checkpoint of another search, a folder with other files and a second journal are refused", async () => {
  const folder = await folderOf({ "other/notes.txt": "mine" });
  const kept = folder.file("search");
  await interrupted(kept, 1, 2);
  await expect(tune({ ...options, seed: 3, checkpoint: kept })).rejects.toThrow(
    /^The checkpoint .* belongs to another search: option seed was 0 and is 3\. Give another folder, or remove this one\.$/,
  );
  await expect(tune({ ...options, table: rows.slice(1), checkpoint: kept })).rejects.toThrow(
    "the fingerprint of the table was",
  );
  const other = folder.file("other");
  await expect(tune({ ...options, checkpoint: other })).rejects.toThrow("has other files and no checkpoint");
  await expect(tune({ ...options, checkpoint: kept, journal: folder.file("j") })).rejects.toThrow(
    "Option journal has no effect together with option checkpoint",
  );
  expect(await readFile(join(other, "notes.txt"), "utf8")).toBe("mine");
});
