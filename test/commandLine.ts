/** Runs the command line in this process, in a folder of its own, and keeps what it printed. */
import { run } from "../src/cli/run.ts";

export { Folder, folderOf, lastingFolder, sharedFolder } from "./folder.ts";

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
  "learn",
] as const;

export interface Outcome {
  readonly code: 0 | 1 | 2;
  /** The lines of the result. */
  readonly out: readonly string[];
  /** Progress, warnings, errors. */
  readonly notes: readonly string[];
}

/** Runs one command. Paths are as given: make them absolute with the folder. */
export function gradus(...args: readonly string[]): Promise<Outcome> {
  return gradusOn(undefined, ...args);
}

/** The same on a terminal of some columns. */
export async function gradusOn(columns: number | undefined, ...args: readonly string[]): Promise<Outcome> {
  const out: string[] = [];
  const notes: string[] = [];
  const code = await run(args, {
    out: (line) => void out.push(...line.split("\n")),
    note: (line) => void notes.push(...line.split("\n")),
    screen: undefined,
    columns: { out: () => columns, note: () => columns },
  });
  return { code, out, notes };
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
