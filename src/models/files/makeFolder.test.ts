import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { requireFolder, requireWritable } from "./atomicWrite.ts";
import { makeFolder } from "./makeFolder.ts";

const folder = mkdtempSync(join(tmpdir(), "gradus-folder-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a folder is made with those above it, and one that is there stays as it is", () => {
  const path = join(folder, "a", "b", "c");
  for (let times = 0; times < 2; times++) {
    makeFolder(path);
    expect(statSync(path).isDirectory()).toBe(true);
  }
});

test("asking whether a folder could be made changes nothing", async () => {
  const before = readdirSync(folder);
  await requireFolder(join(folder, "new", "newer"));
  expect(readdirSync(folder)).toEqual(before);
});

test("a file in its place or above it is refused", async () => {
  const file = join(folder, "file");
  writeFileSync(file, "");
  await expect(requireFolder(join(file, "in", "it"))).rejects.toThrow("a part of the path is a file");
  expect(() => makeFolder(join(file, "in", "it"))).toThrow("ENOTDIR");
});

test.skipIf(!existsSync("/proc/self"))("a file system that takes nothing new is refused at once", async () => {
  const why = "the file system takes nothing new there";
  for (const path of ["/proc/gradus", "/proc/gradus/run"]) {
    expect(() => makeFolder(path)).toThrow(why);
    await expect(requireFolder(path)).rejects.toThrow(`Cannot write ${path}: ${why}. Choose another path.`);
  }
  const file = "/proc/gradus.gradus";
  await expect(requireWritable(file)).rejects.toThrow(`Cannot write ${file}: ${why}. Choose another path.`);
});
