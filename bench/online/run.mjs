/**
 * `npm run bench:online`: rows a second that are predicted and then learned, one by one, beside other libraries. bench/README.md says what is
 * measured. `--rounds 7`, `--seconds 1`, `--only gradus,river`.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { ensureBuilt, ensureInstalled, runScript } from "../../scripts/project.mjs";
import { benchFolder, isMeant, pythonPath } from "../peers.mjs";
import { columns, stream } from "./stream.mjs";

/** @typedef {{ rows: number, seconds: number, cpu: number, correct: number }} Window */

const ROWS = 20_000;
const names = ["gradus session", "gradus learner", "brain.js", "synaptic", "river"];

await runScript(async () => {
  const { values } = parseArgs({
    options: {
      rounds: { type: "string", default: "7" },
      seconds: { type: "string", default: "1" },
      only: { type: "string", default: "" },
    },
  });
  await ensureInstalled();
  await ensureBuilt();
  const folder = mkdtempSync(join(tmpdir(), "gradus-online-"));
  const file = join(folder, "rows.json");
  const draw = stream(1);
  writeFileSync(file, JSON.stringify({ columns, rows: Array.from({ length: ROWS }, draw) }));
  const only = values.only.split(",");
  const wanted = names.filter((name) => values.only === "" || isMeant(name.replace(" ", "-"), only));
  const contestants = wanted.map((name) => ({
    name,
    process: start(name, file),
    windows: /** @type {Window[]} */ ([]),
  }));
  try {
    for (let round = 0; round <= Number(values.rounds); round++) {
      for (const { process, windows } of contestants) {
        const window = await process.window(Number(values.seconds)).catch(() => undefined);
        if (round > 0 && window !== undefined) windows.push(window); // the first one warms up
      }
    }
  } finally {
    for (const { process } of contestants) process.end();
    rmSync(folder, { recursive: true });
  }
  console.log(
    `${cpus()[0].model}, Node ${process.version}; medians of ${values.rounds} interleaved windows of ${values.seconds} s\n`,
  );
  const [first] = contestants;
  console.log(
    `| | rows a second | of processor time | ${first.name} ÷ it | accuracy at last |\n|---|---:|---:|---:|---:|`,
  );
  for (const { name, process, windows } of contestants) {
    if (windows.length === 0) console.log(`| ${name} | left out: ${process.fault()} | | | |`);
    else {
      const rate = median(windows.map(({ rows, seconds }) => rows / seconds));
      const ofCpu = median(windows.map(({ rows, cpu }) => rows / cpu));
      const [last] = windows.slice(-1);
      console.log(
        `| ${name} | ${Math.round(rate)} | ${Math.round(ofCpu)} | ${ratioText(first.windows, windows)} | ${(last.correct / last.rows).toFixed(3)} |`,
      );
    }
  }
  return 0;
});

/**
 * How many times as many rows one has learned as the other in the same processor time: the median over the rounds, the least and the greatest.
 *
 * @param {readonly Window[]} own @param {readonly Window[]} others
 */
function ratioText(own, others) {
  const rounds = Math.min(own.length, others.length);
  const rate = (/** @type {Window} */ { rows, cpu }) => rows / cpu;
  const ratios = Array.from({ length: rounds }, (_, round) => rate(own[round]) / rate(others[round]));
  if (own === others || rounds === 0) return "";
  const [middle, least, greatest] = [median(ratios), Math.min(...ratios), Math.max(...ratios)].map((ratio) =>
    ratio.toPrecision(3),
  );
  return `${middle} (${least} to ${greatest})`;
}

/** @param {readonly number[]} values */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** One contestant's process, which waits idle between its windows. @param {string} name @param {string} file */
function start(name, file) {
  const folder = join(benchFolder, "online");
  const [command, args] =
    name === "river"
      ? [pythonPath() ?? "python3", [join(folder, "river_contestant.py"), file]]
      : [process.execPath, [join(folder, "contestant.mjs"), name, file]];
  const env = { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1", PYTHONDONTWRITEBYTECODE: "1" };
  const child = spawn(command, args, { env, stdio: ["pipe", "pipe", "pipe"] });
  let stderr = "";
  let ended = false;
  child.stderr.setEncoding("utf8").on("data", (/** @type {string} */ text) => {
    stderr = (stderr + text).slice(-2000);
  });
  child.stdin.on("error", () => {}); // a process that died is reported by its end
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  child.on("error", (error) => {
    stderr += error.message;
  });
  child.on("close", () => {
    ended = true;
  });
  return {
    /** @param {number} seconds @returns {Promise<Window>} */
    window: async (seconds) => {
      if (ended) throw new Error(stderr);
      child.stdin.write(`${JSON.stringify({ seconds })}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error(stderr);
      const { rows, seconds: taken, cpu, correct } = JSON.parse(value);
      return { rows, seconds: taken, cpu, correct };
    },
    end: () => child.stdin.end(),
    fault: () => stderr.split("\n").find((text) => /^\w*Error/.test(text)) ?? stderr.trim(),
  };
}
