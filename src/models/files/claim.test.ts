/** A claim keeps others off while its process lives, and no longer. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { afterEach, expect, test } from "vitest";
import { folderOf } from "../../../test/folder.ts";
import { textChecksum } from "../../data/crc32.ts";
import { GradusError, RunFailedError } from "../../errors.ts";
import { claim, isClaim } from "./claim.ts";
import { startOf } from "./processes.ts";

const words = { what: "The file", instead: "give another one" };
const claimOf = (id: number, start: string | undefined, on = hostname()): string =>
  `.gradus-${textChecksum("a.json")}-${id}-${start ?? 0}-${encodeURIComponent(on)}.claim`;

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

/** A process that lives until the test has ended. */
async function living(): Promise<number> {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  children.push(child);
  await once(child, "spawn");
  return child.pid ?? 0;
}

async function ended(): Promise<number> {
  const child = spawn(process.execPath, ["-e", ""]);
  await once(child, "exit");
  return child.pid ?? 0;
}

test("of many claims at once one is made, and the next when that is disposed of", async () => {
  const folder = await folderOf({});
  const tried = await Promise.allSettled(Array.from({ length: 8 }, () => claim(folder.file("a.json"), words)));
  const made = tried.filter((one) => one.status === "fulfilled");
  expect(made).toHaveLength(1);
  for (const one of tried) if (one.status === "rejected") expect(one.reason).toBeInstanceOf(RunFailedError);
  const [name, ...others] = await readdir(folder.path);
  expect([isClaim(name), others]).toEqual([true, []]);
  await using _otherFile = await claim(folder.file("b.json"), words);
  await made[0].value[Symbol.asyncDispose]();
  await (await claim(folder.file("a.json"), words))[Symbol.asyncDispose]();
});

test("a process that lives keeps its claim, which is named with its number and since when", async () => {
  const id = await living();
  const folder = await folderOf({ [claimOf(id, await startOf(id))]: "" });
  await expect(claim(folder.file("a.json"), words)).rejects.toThrow(
    new RegExp(
      `^The file is in use by process ${id} since \\d{4}-.*:\\d\\dZ\\. Wait until it has ended, or give another one\\.$`,
    ),
  );
  expect(await readdir(folder.path)).toHaveLength(1);
});

test("of a process on another computer it is not known whether it lives, so the remedy names the file", async () => {
  const name = claimOf(7, "1", "far-away_1");
  const folder = await folderOf({ [name]: "" });
  await expect(claim(folder.file("a.json"), words)).rejects.toThrow(`process 7 on far-away_1 since`);
  await expect(claim(folder.file("a.json"), words)).rejects.toThrow(
    `Where that process has ended, remove ${folder.file(name)}, or give another one.`,
  );
});

test("what processes left that ended is removed: of others, and of an earlier one with the same number", async () => {
  const folder = await folderOf({ [claimOf(await ended(), "12")]: "", [claimOf(process.pid, "12")]: "" });
  if ((await startOf(process.pid)) !== undefined) await writeFile(folder.file(claimOf(await living(), "12")), "");
  await using _made = await claim(folder.file("a.json"), words);
  expect(await readdir(folder.path)).toEqual([claimOf(process.pid, await startOf(process.pid))]);
});

test("a folder that is not there is an error about the file", async () => {
  const folder = await folderOf({ file: "" });
  for (const path of ["none/a.json", "file/a.json"]) {
    const error = await claim(folder.file(path), words).catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(GradusError);
    expect((error as Error).message).toContain(`Cannot write ${folder.file(path)}: `);
  }
});
