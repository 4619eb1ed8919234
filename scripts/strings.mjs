/**
 * `npm run strings`: every text of `src/` that a user may read, with file and line, to be read against docs/glossary.md.
 *
 * `-- --docs` lists the doc comments of exported declarations instead; `-- src/cli` only what lies in some folders or files.
 */
import "./requireNode.mjs";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ensureInstalled, root, runScript } from "./project.mjs";

const { values, positionals } = parseArgs({
  options: { docs: { type: "boolean", default: false } },
  allowPositionals: true,
});

await runScript(async () => {
  await ensureInstalled();
  const { docComments, unread, userStrings } = await import("./userStrings.mjs");
  const listed = values.docs ? docComments : userStrings;
  const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
    .map((name) => `src/${name.replaceAll("\\", "/")}`)
    .filter((name) => name.endsWith(".ts") && !unread.test(name))
    .filter((name) => positionals.length === 0 || positionals.some((folder) => name.startsWith(folder)))
    .sort();
  let count = 0;
  for (const file of files) {
    for (const { line, text } of listed(file, readFileSync(join(root, file), "utf8"))) {
      console.log(`${file}:${line}  ${text.replaceAll("\n", "⏎")}`);
      count++;
    }
  }
  const omitted = values.docs
    ? "Left out: comments of what is not exported, files' own comments, and pages of docs/."
    : "Left out: one-word texts, imports, types, seeds, SQL, CSS, bare LaTeX; doc comments (npm run strings -- --docs) and pages of docs/.";
  console.log(`\n${count} texts in ${files.length} files. ${omitted}`);
  return 0;
});
