/** Runs the command line in this process, in a folder of its own, and keeps what it printed. */
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { run } from "../src/cli/run.ts";

export const COMMANDS = [
  "train",
  "tune",
  "predict",
  "evaluate",
  "show",
  "derive",
  "trace",
  "check",
  "explain",
  "engines",
] as const;

export interface Outcome {
  readonly code: 0 | 1 | 2;
  /** The lines of the result. */
  readonly out: readonly string[];
  /** Progress, warnings, errors. */
  readonly notes: readonly string[];
}

/** Runs one command. Paths are as given: make them absolute with the folder. */
export async function gradus(...args: readonly string[]): Promise<Outcome> {
  const out: string[] = [];
  const notes: string[] = [];
  const code = await run(args, {
    out: (line) => void out.push(...line.split("\n")),
    note: (line) => void notes.push(...line.split("\n")),
    screen: undefined,
  });
  return { code, out, notes };
}

/** A folder with files, removed when the test has finished. */
export async function folderOf(files: Readonly<Record<string, string | Uint8Array>>): Promise<Folder> {
  const folder = await lastingFolder(files);
  onTestFinished(() => folder.remove());
  return folder;
}

/** A folder with files that its maker removes. */
export async function lastingFolder(files: Readonly<Record<string, string | Uint8Array>>): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), "gradus-"));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), content);
  }
  return new Folder(path);
}

export class Folder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** The absolute path of a file in it. */
  file(name: string): string {
    return join(this.path, name);
  }

  remove(): Promise<void> {
    return rm(this.path, { recursive: true, force: true });
  }

  /** The names of everything in it. */
  async names(): Promise<string[]> {
    return (await readdir(this.path, { recursive: true })).sort();
  }
}

/** A CSV table that trains in a moment: two numbers and a class that follows from them. */
export function smallTable(rows = 40): string {
  const lines = Array.from({ length: rows }, (_, row) => {
    const x = (row * 7) % 10;
    const y = (row * 3) % 11;
    return `${x},${y},${x + y > 10 ? "high" : "low"}`;
  });
  return ["x,y,class", ...lines, ""].join("\n");
}
