/** Going on from a model with files: `gradus train --from`, what is refused beside it, and checkpoints of such a training. */
import { readFile } from "node:fs/promises";
import { beforeAll, expect, test } from "vitest";
import { loadModel, train } from "../src/node.ts";
import { type Folder, folderOf, gradus, lastingFolder, smallTable } from "./commandLine.ts";

const quick = ["--folds", "2", "--epochs", "3", "--hidden", "4"];
let folder: Folder;
let model: string;

const renamed = (from: string, to: string): string => smallTable(30).replaceAll(from, to);

beforeAll(async () => {
  folder = await lastingFolder({
    "table.csv": smallTable(60),
    "new.csv": smallTable(30).replaceAll("\n0,", "\n0.5,"),
    "other.csv": renamed("high", "huge"),
    "old.csv": smallTable(20).replaceAll("\n0,", "\n0.25,"),
    "less.csv": renamed("x,y", "x,z"),
  });
  model = folder.file("model.gradus");
  const args = ["--target", "class", "--out", model, ...quick];
  expect(await gradus("train", folder.file("table.csv"), ...args)).toMatchObject({ code: 0 });
  return () => folder.remove();
});

const goOn = (table: string, ...args: readonly string[]) =>
  gradus("train", folder.file(table), "--from", model, "--epochs", "2", "--out", folder.file("next.gradus"), ...args);

test("the table of the model's training is known again when it is read from a file", async () => {
  const { code, out, notes } = await goOn("table.csv", "--json");
  expect(notes.join("\n")).not.toContain("gradus:");
  expect(code).toBe(0);
  const { from, networks } = JSON.parse(out.join("\n"));
  expect(networks).toBe(2);
  expect(from).toMatchObject({ division: "training" });
  const next = await loadModel(folder.file("next.gradus"));
  expect(next.document.provenance.earlier).toMatchObject([{ model: from.model, epochs: 3 }]);
  const shown = async (file: string): Promise<string> => (await gradus("show", file)).out.join("\n");
  expect(await shown(model)).toContain(`  model     ${from.model}, by which`);
  expect(await shown(folder.file("next.gradus"))).toMatch(/^ {2}trained .*, going on from a model of \S*table\.csv$/m);
});

test("other rows are divided anew, which the command says", async () => {
  const { code, notes } = await goOn("new.csv", "--freeze", "0");
  expect(code).toBe(0);
  expect(notes.join("\n")).toMatch(/from {6}model [0-9a-f]{8}; other rows than its training's; learning rate 0\.00/);
});

test.each<readonly [message: string, table: string, ...args: string[]]>([
  ["--hidden is not for a training that goes on from a model: the model decides it", "table.csv", "--hidden", "8"],
  ["--recipe is not for", "table.csv", "--small"],
  ["--type is not for", "table.csv", "--type", "x=category"],
  ["--missing is not for", "table.csv", "--missing", "n.d."],
  ["--ensemble is not for a training that goes on from a model: each network", "table.csv", "--ensemble", "2"],
  ["--time is not for a training that goes on from a model", "table.csv", "--time", "5s"],
  ["Expected the model's --target", "table.csv", "--target", "x"],
  ["--test-fraction has no effect", "table.csv", "--test-fraction", "0.5"],
  ["--freeze: there is no layer 9", "table.csv", "--freeze", "9"],
  ['--freeze: expected the number of a layer, found ""', "table.csv", "--freeze", ""],
  ["--freeze: found layer 0 twice", "table.csv", "--freeze", "0,0"],
  ['"huge"', "other.csv"],
  ['no column "y". Its columns: x, z, class.', "less.csv"],
])("%s", async (message, table, ...args) => {
  const { code, notes } = await goOn(table, ...args);
  expect(notes.join("\n")).toContain(message);
  expect(code).toBe(2);
});

test("--old-test shows what the model knew of old rows before and after", async () => {
  const { code, out } = await goOn("new.csv", "--old-test", folder.file("old.csv"));
  expect(code).toBe(0);
  const at = out.findIndex((line) => line.startsWith("What was learned before, on 20 old rows of --old-test."));
  expect(out.slice(at).find((line) => line.includes("before"))).toBeDefined();
  expect(out.slice(at).find((line) => /^ {2}accuracy +\d/.test(line))).toBeDefined();
  const { out: json } = await goOn("new.csv", "--old-test", folder.file("old.csv"), "--json");
  expect(JSON.parse(json.join("\n")).forgetting).toMatchObject({ of: "given", rows: 20 });
  const own = await goOn("new.csv", "--old-test", folder.file("table.csv"));
  expect(own.out.join("\n")).toMatch(/^What was learned before, on \d+ old rows of the earlier test\. /m);
  expect(own.out.join("\n")).not.toContain("have learned from");
  expect((await goOn("new.csv")).out.join("\n")).toContain("with --old-test TABLE it is");
});

test("--freeze needs --from, and the model that goes on isn't replaced unless --out says so", async () => {
  const args = ["train", folder.file("table.csv"), "--target", "class", "--out", folder.file("next.gradus")];
  expect((await gradus(...args, "--freeze", "0")).notes.join("\n")).toContain("--freeze is for --from");
  expect((await gradus("train", folder.file("table.csv"), "--freeze", "0")).notes.join("\n")).toContain("--target");
});

test("the model that a checkpoint goes on from is not replaced, as an interruption would", async () => {
  const before = await readFile(model);
  const refused = await gradus(
    "train",
    folder.file("table.csv"),
    "--from",
    model,
    "--out",
    model,
    "--checkpoint",
    folder.file("kept"),
  );
  expect([refused.code, refused.notes.join()]).toEqual([
    2,
    `gradus: --out ${model} would overwrite the model of --from. Give another file for --out.`,
  ]);
  expect(await readFile(model)).toEqual(before);
});

test("a training that goes on is interrupted and comes to the same model; another model is refused", async () => {
  const own = await folderOf({});
  const from = await loadModel(model);
  const options = { from, table: folder.file("table.csv"), epochs: 4, learningRate: 0.02, threads: 1 } as const;
  const whole = await train(options);
  const checkpoint = own.file("run");
  const ended = new AbortController();
  await train({
    ...options,
    checkpoint,
    signal: ended.signal,
    onProgress: (event, { index }) => {
      if (event.event === "epoch" && event.epoch === 2 && index === 1) ended.abort();
    },
  });
  const resumed = await train({ ...options, checkpoint });
  expect(resumed.model.toBytes()).toEqual(whole.model.toBytes());
  await expect(train({ ...options, from: whole.model, checkpoint })).rejects.toThrow(
    /option from was "[0-9a-f]{8}" and is/,
  );
  await expect(train({ ...options, seed: 5, checkpoint })).rejects.toThrow(/seed was/);
});
