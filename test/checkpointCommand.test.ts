/** `--checkpoint` and `--resume`: what the command line adds to checkpoints of the library, and processes that are ended. */
import { type ChildProcess, type StdioOptions, spawn, spawnSync } from "node:child_process";
import { readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { killAndResume } from "../scripts/kills/killAndResume.mjs";
import { ensureBuilt, root } from "../scripts/project.mjs";
import { type Folder, folderOf, gradus, smallTable } from "./commandLine.ts";

const executable = join(root, "dist", "cli", "main.js");
const quick = ["--target", "class", "--hidden", "4", "--folds", "2", "--epochs", "3"];

beforeAll(() => ensureBuilt());

const folderWithTable = (): Promise<Folder> => folderOf({ "table.csv": smallTable(60) });
const bytes = (folder: Folder, name: string): Promise<string> => readFile(folder.file(name), "latin1");

test("--resume runs the recorded command again, to the same model, with the result printed as it is asked for", async () => {
  const folder = await folderWithTable();
  const [table, out, kept] = [folder.file("table.csv"), folder.file("m.gradus"), folder.file("run")];
  const begun = await gradus("train", table, ...quick, "--out", out, "--checkpoint", kept, "--json");
  expect(begun.code).toBe(0);
  const model = await bytes(folder, "m.gradus");
  await rm(out);
  const resumed = await gradus("train", "--resume", kept, "--threads", "1");
  expect(resumed.code).toBe(0);
  expect(resumed.notes).toContain(`Going on from ${kept}: 2 networks ended.`);
  expect(resumed.out.join("\n")).toContain(`Saved ${out}`);
  expect(await bytes(folder, "m.gradus")).toBe(model);
  const events = await gradus("train", "--resume", kept, "--jsonl");
  expect(JSON.parse(events.out[0])).toMatchObject({ event: "resume", networks: [{ index: 0, ended: true }, {}] });
});

test("what has no effect, and a folder that has nothing to go on with, is refused with the remedy", async () => {
  const folder = await folderWithTable();
  const [table, kept] = [folder.file("table.csv"), folder.file("run")];
  const out = ["--out", folder.file("m.gradus")];
  expect((await gradus("train", table, ...quick, ...out, "--checkpoint", kept)).code).toBe(0);
  await folder.write("damaged/command.json", '{"command":"train","flags":{}}');
  const cases: readonly (readonly [args: readonly string[], message: string])[] = [
    [["train", table, ...quick, ...out, "--every", "5s"], "--every is for --checkpoint and --resume"],
    [["train", "--resume", kept, "--epochs", "5"], "which has its own table and options: found --epochs"],
    [["train", table, "--resume", kept], `found ${table}. Leave it out`],
    [["train", "--resume", kept, "--checkpoint", kept], "found --checkpoint"],
    [["train", "--resume", folder.file("none")], "is not the checkpoint of a command: there is no command.json in it"],
    [["train", "--resume", table], "is not the checkpoint of a command: it is not a folder"],
    [["train", "--resume", folder.file("damaged")], "command.json is damaged: expected a command as JSON"],
    [["train", table, ...quick, ...out, "--seed", "1", "--checkpoint", kept], "--seed was 0 and is 1"],
    [
      ["train", table, ...quick, ...out, "--time", "5s", "--checkpoint", kept],
      "--checkpoint can't be used with --time",
    ],
    [["train", table, ...quick, ...out, "--checkpoint", table], "would overwrite the table"],
    [["train", ...out], "--target <columns> is not given"],
  ];
  for (const [args, message] of cases) {
    const { code, notes } = await gradus(...args);
    expect(notes.join("\n"), args.join(" ")).toContain(message);
    expect(code).toBe(2);
  }
});

test("a table that was piped has to be piped again", async () => {
  const folder = await folderWithTable();
  const table = await readFile(folder.file("table.csv"), "utf8");
  const [out, kept] = [folder.file("m.gradus"), folder.file("run")];
  const run = (stdio: StdioOptions, ...words: readonly string[]) =>
    spawnSync(process.execPath, [executable, "train", ...words], { input: table, stdio, encoding: "utf8" });
  expect(run("pipe", "-", ...quick, "--out", out, "--checkpoint", kept).status).toBe(0);
  const alone = run(["ignore", "pipe", "pipe"], "--resume", kept);
  expect([alone.status, alone.stderr]).toEqual([
    2,
    `gradus: A table of the command came from standard input, found none there now. Pipe the same table again: … | gradus train --resume ${kept}\n`,
  ]);
  const piped = run("pipe", "--resume", kept);
  expect(piped.stderr).toContain(
    "  note: A table of the command came from standard input: it has to be the same table again.\n",
  );
  expect(piped.stderr).toContain(`Going on from ${kept}: 2 networks ended.`);
  expect(piped.status).toBe(0);
});

test("a search goes on with --resume to the same model, and its checkpoint is none of a training", async () => {
  const folder = await folderWithTable();
  const [out, kept] = [folder.file("m.gradus"), folder.file("search")];
  const search = ["tune", folder.file("table.csv"), ...quick, "--trials", "2", "--set", "dropout=0,0.1", "--out", out];
  expect((await gradus(...search, "--checkpoint", kept)).code).toBe(0);
  const model = await bytes(folder, "m.gradus");
  await rm(out);
  const resumed = await gradus("tune", "--resume", kept);
  expect(resumed.code).toBe(0);
  expect(resumed.notes.join("\n")).toContain(`Going on from ${kept}: 2 networks ended.`);
  expect(await bytes(folder, "m.gradus")).toBe(model);
  const other = await gradus("train", "--resume", kept);
  expect([other.code, other.notes.join("\n")]).toEqual([2, expect.stringContaining("gradus tune --resume")]);
});

test("--resume from another folder reads and writes where the command was begun, and is in TensorBoard where it was", async () => {
  const folder = await folderOf({
    "begun/table.csv": smallTable(60),
    "begun/test.csv": smallTable(20),
    "else/.keep": "",
  });
  const args = ["table.csv", ...quick, "--test", "test.csv", "--report", "r.html", "--tensorboard", "tb"];
  const begun = await spawned(folder.file("begun"), "train", ...args, "--checkpoint", "run", "--every", "0.001s");
  expect(begun.code).toBe(0);
  const model = await bytes(folder, "begun/table.gradus");
  await rm(folder.file("begun/table.gradus"));
  const state = (place: string) => folder.file(`begun/run/network-2-${place}.safetensors`);
  const [a, b] = await Promise.all(["a", "b"].map(async (place) => (await stat(state(place))).mtimeMs));
  await rm(state(a > b ? "a" : "b"));
  const { code, output } = await spawned(folder.file("else"), "train", "--resume", "../begun/run");
  expect([code, output]).toEqual([0, expect.stringContaining(`Saved ${folder.file("begun/table.gradus")}`)]);
  expect(output).toContain(`note: The command was begun in ${folder.file("begun")}: its relative paths begin there.`);
  expect(await bytes(folder, "begun/table.gradus")).toBe(model);
  expect(await folder.names()).toContain("begun/r.html");
  expect((await folder.names()).filter((name) => name.startsWith("else"))).toEqual(["else", "else/.keep"]);
  const events = (await folder.names()).filter((name) => name.startsWith("begun/tb/network-2/"));
  expect(events).toHaveLength(2);
  expect(await bytes(folder, events[1])).toContain("\x3a\x02\x08\x01"); // SessionLog START: what comes again is shown once
});

/** Runs a command in a folder. */
function spawned(cwd: string, ...words: readonly string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [executable, ...words], { cwd });
  return new Promise((resolve) => {
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text) => (output += text));
    child.on("close", (code) => resolve({ code, output }));
  });
}

/** Runs a command with --jsonl, and ends it by a signal when so many epochs have ended. */
function ended(words: readonly string[], signal: NodeJS.Signals, epochs: number): Promise<string> {
  const child: ChildProcess = spawn(process.execPath, [executable, ...words, "--jsonl"]);
  return new Promise((resolve) => {
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        if (output.split('{"event":"epoch"').length > epochs) child.kill(signal);
      });
    }
    child.on("close", () => resolve(output));
  });
}

test("a process that is killed, and one that Ctrl-C ends, go on to the model of one that was not", async () => {
  const folder = await folderWithTable();
  const long = [folder.file("table.csv"), ...quick.slice(0, -1), "400", "--out"];
  expect((await gradus("train", ...long, folder.file("whole.gradus"))).code).toBe(0);
  const checkpoint = folder.file("run");
  const args = [...long, folder.file("resumed.gradus")];
  await ended(["train", ...args, "--checkpoint", checkpoint, "--every", "0.001s"], "SIGKILL", 150);
  expect(await folder.names()).not.toContain("resumed.gradus");
  const interrupted = await ended(["train", "--resume", checkpoint, "--every", "60s"], "SIGINT", 150);
  expect(interrupted).toContain(`the best model so far and the checkpoint ${checkpoint} are kept`);
  const { killed, output } = await killAndResume(
    { command: "train", args, checkpoint, every: 60 },
    [],
    ["--threads", "1"],
  );
  expect([killed, output]).toEqual([0, expect.stringContaining(`Going on from ${checkpoint}: `)]);
  expect(await bytes(folder, "resumed.gradus")).toBe(await bytes(folder, "whole.gradus"));
});
