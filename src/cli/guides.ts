/** Which pages of docs/ a command's help names. */
import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const pages: Readonly<Record<string, readonly string[]>> = {
  train: ["tables.md", "cluster.md"],
  tune: ["tables.md", "cluster.md"],
  predict: ["tables.md", "cluster.md"],
  evaluate: ["tables.md", "cluster.md"],
  explain: ["in-an-app.md"],
  derive: ["see-it-learn.md"],
  trace: ["see-it-learn.md"],
  check: ["see-it-learn.md"],
  learn: ["tables.md"],
  export: ["deploy.md"],
  import: ["deploy.md"],
  serve: ["deploy.md"],
  engines: ["own-loop.md"],
  "plan-cluster": ["cluster.md"],
  lab: ["lab.md"],
};

/** src/cli/ and dist/cli/ are as deep. */
const folder = fileURLToPath(new URL("../../docs/", import.meta.url));

/** "Guide: docs/tables.md, docs/cluster.md", as paths that open from here; the folder of all pages for a command without one. "" where there is none. */
export function guideLine(command: string): string {
  const found = (pages[command] ?? [""]).map((page) => join(folder, page)).filter((path) => existsSync(path));
  return found.length === 0 ? "" : `\nGuide: ${found.map(fromHere).join(", ")}`;
}

function fromHere(path: string): string {
  const way = relative("", path);
  return way.startsWith("..") ? path : way;
}
