/**
 * `node bench/online/memory.mjs --rows 10000000`: the memory of `gradus learn` while it learns a long stream. Linux only: it reads /proc.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { ensureBuilt, ensureInstalled, root, runScript } from "../../scripts/project.mjs";
import { lineOf, stream } from "./stream.mjs";

/** Rows whose lines are written at a time. */
const BLOCK = 1000;
const SAMPLES = 20;

await runScript(async () => {
  const { values } = parseArgs({ options: { rows: { type: "string", default: "10000000" } } });
  const rows = Number(values.rows);
  await ensureInstalled();
  await ensureBuilt();
  const folder = mkdtempSync(join(tmpdir(), "gradus-memory-"));
  try {
    return await measure(rows, join(folder, "model.gradus"));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/**
 * @param {number} rows
 * @param {string} file
 * @returns {Promise<number>} the exit code
 */
async function measure(rows, file) {
  const gradus = await import(pathToFileURL(join(root, "dist", "node.js")).href);
  const draw = stream(1);
  /** @type {object[]} */
  const table = [];
  while (table.length < 500) table.push(JSON.parse(lineOf(draw())));
  const { model } = await gradus.train({ table, target: "class", recipe: "plain", hidden: [20], epochs: 5, folds: 1 });
  await gradus.saveModel(file, model);
  const main = join(root, "dist", "cli", "main.js");
  const child = spawn(process.execPath, [main, "learn", file, "--every", "5s", "--print-every", "100000", "--jsonl"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  let printed = "";
  child.stdout.setEncoding("utf8").on("data", (/** @type {string} */ text) => {
    printed = (printed + text).slice(-2000);
  });
  const ended = once(child, "close");
  const began = performance.now();
  console.log("| rows written | resident MiB | seconds |\n|---:|---:|---:|");
  for (let at = 0; at < rows; at += BLOCK) {
    let block = "";
    for (let row = 0; row < BLOCK; row++) block += lineOf(draw());
    if (!child.stdin.write(block)) await once(child.stdin, "drain");
    if (at % (BLOCK * Math.ceil(rows / BLOCK / SAMPLES)) === 0) sample(child.pid, at + BLOCK, began);
  }
  sample(child.pid, rows, began);
  child.stdin.end();
  const [code] = await ended;
  const [last] = printed.trim().split("\n").slice(-1);
  console.log(`\nEnded with ${code}: ${last}`);
  return code;
}

/** @param {number | undefined} pid @param {number} rows @param {number} began */
function sample(pid, rows, began) {
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  console.log(
    `| ${rows} | ${(Number(kibibytes) / 1024).toFixed(1)} | ${((performance.now() - began) / 1000).toFixed(0)} |`,
  );
}
