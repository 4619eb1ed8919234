/** The program of docs/cluster.md and its command, as written. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { blocksOf } from "../readme/blocks.ts";
import { launchers } from "./launch.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

test.each(launchers)("the program of docs/cluster.md runs with $name", ({ command, args }) => {
  const [section] = readFileSync(join(root, "docs/cluster.md"), "utf8")
    .split(/^## /m)
    .filter((part) => part.startsWith("In a program\n"));
  const blocks = blocksOf("docs/cluster.md", section);
  const program = blocks.find(({ file }) => file === "program.mjs")?.text ?? "";
  const [shown] = blocks.flatMap(({ language, text }) => (language === "sh" ? [text.trim()] : []));
  expect(shown).toBe("mpirun -n 2 node program.mjs");
  // Within the package, whose own name its files may import.
  mkdirSync(join(root, ".build"), { recursive: true });
  const folder = mkdtempSync(join(root, ".build/cluster-"));
  try {
    writeFileSync(join(folder, "program.mjs"), program);
    const [, ...rest] = shown.split(" ");
    const together = spawnSync(command, [...args, ...rest], { cwd: folder, encoding: "utf8" });
    expect(together).toMatchObject({ status: 0, stderr: "" });
    expect(together.stdout).toMatch(/^2 ranks: validation loss 0\.0\d+ in epoch \d+\n$/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
