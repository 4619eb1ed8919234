/** Which page of docs/ a command's help names. */
import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const pages: Readonly<Record<string, string>> = {
  train: "tables.md",
  tune: "tables.md",
  predict: "tables.md",
  evaluate: "tables.md",
  explain: "in-an-app.md",
  derive: "see-it-learn.md",
  trace: "see-it-learn.md",
  check: "see-it-learn.md",
  learn: "tables.md",
  export: "deploy.md",
  import: "deploy.md",
  serve: "deploy.md",
  engines: "own-loop.md",
  "plan-cluster": "cluster.md",
  lab: "lab.md",
};

/** src/cli/ and dist/cli/ are as deep. */
const folder = fileURLToPath(new URL("../../docs/", import.meta.url));

/** "Guide: docs/tables.md", as a path that opens from here; the folder of all pages for a command without one. "" where there is none. */
export function guideLine(command: string): string {
  const path = join(folder, pages[command] ?? "");
  if (!existsSync(path)) return "";
  const fromHere = relative("", path);
  return `\nGuide: ${fromHere.startsWith("..") ? path : fromHere}`;
}
