import { chmod, mkdir, mkdtemp, open, readdir, readFile, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { GradusError, RunFailedError } from "../../errors.ts";
import { requireWritable, writeAtomically } from "./atomicWrite.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gradus-write-"));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

const bytes = Uint8Array.of(1, 2, 3);

test("a file is made, and replaced, with nothing left beside it", async () => {
  const path = join(folder, "model");
  await writeAtomically(path, Uint8Array.of(9, 9, 9, 9));
  await writeAtomically(path, bytes);
  expect([...(await readFile(path))]).toEqual([1, 2, 3]);
  expect(await readdir(folder)).toEqual(["model"]);
});

test("the mode of a replaced file is kept, beyond what the umask allows a new one", async () => {
  const path = join(folder, "model");
  await writeFile(path, "old");
  for (const mode of [0o600, 0o666]) {
    await chmod(path, mode);
    await writeAtomically(path, bytes);
    expect((await stat(path)).mode & 0o777).toBe(mode);
  }
});

test("a symbolic link stays one, and what it points to is replaced", async () => {
  await mkdir(join(folder, "models"));
  await writeFile(join(folder, "models", "one"), "old");
  await symlink(join("models", "one"), join(folder, "link"));
  await writeAtomically(join(folder, "link"), bytes);
  expect([...(await readFile(join(folder, "models", "one")))]).toEqual([1, 2, 3]);
  expect(await readdir(folder)).toEqual(["link", "models"]);
  expect(await readdir(join(folder, "models"))).toEqual(["one"]);
});

test("saves at the same time do not disturb each other", async () => {
  const path = join(folder, "model");
  await Promise.all(Array.from({ length: 10 }, (_, i) => writeAtomically(path, new Uint8Array(1000).fill(i))));
  expect(new Set(await readFile(path)).size).toBe(1);
  expect(await readdir(folder)).toEqual(["model"]);
});

test.each([
  [
    "a folder that does not exist",
    "none/model",
    "its folder does not exist. Make the folder first, or choose another path.",
  ],
  ["a folder", "sub", "it is a folder. Give the path of a file."],
  ["a folder's name to be", "new/", "it is a folder. Give the path of a file."],
  ["a file taken for a folder", "file/model", "a part of the path is a file, not a folder. Choose another path."],
  ["a name too long", "m".repeat(300), "the name is too long. Choose a shorter one."],
  ["a loop of links", "circle", "its symbolic links form a loop. Choose another path."],
])("%s is refused before training and when writing", async (_, name, cause) => {
  await mkdir(join(folder, "sub"));
  await writeFile(join(folder, "file"), "");
  await symlink("circle", join(folder, "circle"));
  const path = `${folder}/${name}`;
  const refusal = new GradusError(`Cannot write ${path}: ${cause}`);
  await expect(requireWritable(path)).rejects.toThrow(refusal);
  await expect(writeAtomically(path, bytes)).rejects.toThrow(refusal);
  expect(await readdir(folder)).toEqual(["circle", "file", "sub"]);
});

test.skipIf(process.platform === "win32")("a device is refused, not replaced", async () => {
  await expect(requireWritable("/dev/null")).rejects.toThrow("Cannot write /dev/null: it is not a regular file.");
  await expect(writeAtomically("/dev/null", bytes)).rejects.toThrow("it is not a regular file");
});

// The root user may write anywhere, whatever the modes say.
test.skipIf(process.getuid?.() === 0 || process.platform === "win32")(
  "a protected folder or file is refused",
  async () => {
    const path = join(folder, "model");
    await writeFile(path, "old", { mode: 0o444 });
    await expect(requireWritable(path)).rejects.toThrow("it is not permitted");
    await chmod(folder, 0o555);
    await expect(requireWritable(join(folder, "other"))).rejects.toThrow("it is not permitted");
    await chmod(folder, 0o755);
  },
);

test.each([
  ["writeFile", "ENOSPC", "the disk is full. Free some space, or choose another path."],
  ["sync", "EIO", "the system reported EIO. Choose another path."],
  ["chmod", "EPERM", "it is not permitted. Change the permissions of the file or its folder, or choose another path."],
] as const)("when %s fails with %s, the old file stays and no temporary file is left", async (method, code, cause) => {
  const path = join(folder, "model");
  await writeFile(path, "old");
  const handle = await open(path);
  await handle.close();
  vi.spyOn(Object.getPrototypeOf(handle), method).mockRejectedValue(Object.assign(new Error(code), { code }));
  await expect(writeAtomically(path, bytes)).rejects.toThrow(new RunFailedError(`Cannot write ${path}: ${cause}`));
  vi.restoreAllMocks();
  expect(await readFile(path, "utf8")).toBe("old");
  expect(await readdir(folder)).toEqual(["model"]);
});

test("asking whether a file could be written changes nothing", async () => {
  const path = join(folder, "model");
  await requireWritable(path);
  expect(await readdir(folder)).toEqual([]);
  await writeFile(path, "old");
  await requireWritable(path);
  expect(await readFile(path, "utf8")).toBe("old");
  expect(await readdir(folder)).toEqual(["model"]);
});

test("a day-old temporary file of the same target goes with the next save; others stay", async () => {
  const path = join(folder, "model");
  const handle = await open(path, "w");
  // Seen from within, a save's temporary file shows how its name is made.
  const names: string[] = [];
  vi.spyOn(Object.getPrototypeOf(handle), "sync").mockImplementation(async () => {
    names.push(...(await readdir(folder)).filter((name) => name !== "model"));
  });
  await handle.close();
  await writeAtomically(path, bytes);
  const old = names[0].replace(/-\d+\.tmp$/, "-999999.tmp");
  const recent = names[0].replace(/-\d+\.tmp$/, "-999998.tmp"); // of this process, which runs
  const foreign = old.replace(/^\.gradus-./, ".gradus-z"); // of another target
  for (const name of [old, recent, foreign]) await writeFile(join(folder, name), "");
  for (const name of [old, foreign]) await utimes(join(folder, name), new Date(0), new Date(0));
  await writeAtomically(path, bytes);
  expect((await readdir(folder)).sort()).toEqual([recent, foreign, "model"].sort());
});
