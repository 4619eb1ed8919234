/**
 * `npm run kills`: commands that are killed at random moments and go on come to the file of those that were not, byte for byte.
 *
 * `--moments N` (20) kills for each number of threads, `--threads 1,2`, `--seed N` (0) for other moments, `--command train`, `tune` or `learn`.
 * Each trial is killed once or twice and goes on with the other number of threads. Ends with 1 where a file differs.
 */
import "./requireNode.mjs";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { gradus, killAndResume } from "./kills/killAndResume.mjs";
import { killLearners } from "./kills/killLearners.mjs";
import { ensureBuilt, ensureInstalled, root, runScript } from "./project.mjs";

const { moments, threads, seed, command } = parseArgs({
  options: {
    moments: { type: "string", default: "20" },
    threads: { type: "string", default: "1,2" },
    seed: { type: "string", default: "0" },
    command: { type: "string", default: "train" },
  },
}).values;

const table = join(root, "examples", "data", "penguins.csv");
/** @type {Readonly<Record<string, readonly string[]>>} */
const lines = {
  tune: [
    ...[table, "--target", "species", "--hidden", "32", "--epochs", "90", "--trials", "6"],
    ...["--set", "learningRate=0.005..0.1:log"],
  ],
  train: [table, "--target", "species", "--folds", "3", "--hidden", "32", "--epochs", "150"],
};

await runScript(async () => {
  const line = lines[command];
  if (line === undefined && command !== "learn") {
    console.error(`--command: expected ${[...Object.keys(lines), "learn"].join(" or ")}, found ${command}.`);
    return 2;
  }
  await ensureInstalled();
  await ensureBuilt();
  const { random } = await import(join(root, "dist", "index.js"));
  const draws = random(Number(seed), "kills");
  if (command === "learn") return await killLearners(table, Number(moments), draws);
  const folder = mkdtempSync(join(tmpdir(), "gradus-kills-"));
  let different = 0;
  try {
    for (const count of threads.split(",")) {
      const whole = join(folder, `whole-${count}.gradus`);
      const began = performance.now();
      const run = await gradus([command, ...line, "--out", whole, "--threads", count]);
      if (run.code !== 0) throw new Error(run.output);
      const milliseconds = performance.now() - began;
      const expected = readFileSync(whole);
      for (let moment = 1; moment <= Number(moments); moment++) {
        const kills = [draws.uniform() * milliseconds];
        if (draws.uniform() < 0.5) kills.push(draws.uniform() * milliseconds);
        const out = join(folder, "resumed.gradus");
        const checkpoint = join(folder, "checkpoint");
        const args = [...line, "--out", out, "--threads", count];
        const further = ["--threads", count === "1" ? "2" : "1"];
        const { killed } = await killAndResume({ command, args, checkpoint, every: 0.05 }, kills, further);
        const same = readFileSync(out).equals(expected);
        if (!same) different++;
        const at = kills.map((kill) => `${Math.round(kill)} ms`).join(" and ");
        console.log(
          `${same ? "same" : "DIFFERS"}  ${count} threads, killed ${killed} times, after ${at} of ${Math.round(milliseconds)}`,
        );
        rmSync(out);
        rmSync(checkpoint, { recursive: true });
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  console.log(different === 0 ? "All files are the same." : `${different} files differ.`);
  return different === 0 ? 0 : 1;
});
