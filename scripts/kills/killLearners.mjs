/**
 * `gradus learn`, killed by SIGKILL at random moments while it reads a stream, goes on with `--skip-learned` and the same stream to the
 * file of one that was not, byte for byte; what it lost is what it learned since the last write.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { gradus } from "./killAndResume.mjs";

const ROWS = 20_000;
/** Seconds between two writes, and how long one may take on a busy disk. */
const EVERY = 0.1;
const SLACK = 1;

/**
 * @param {string} table penguins, which are also the stream, again and again
 * @param {number} moments
 * @param {{ uniform(): number }} draws
 * @returns {Promise<number>} the exit code: 1 where a file differs, or more was lost
 */
export async function killLearners(table, moments, draws) {
  const folder = mkdtempSync(join(tmpdir(), "gradus-kills-"));
  try {
    const [model, rows, whole] = ["model.gradus", "rows.ndjson", "whole.gradus"].map((name) => join(folder, name));
    await done([
      "train",
      table,
      "--target",
      "species",
      "--folds",
      "2",
      "--recipe",
      "plain",
      "--epochs",
      "5",
      "--out",
      model,
    ]);
    writeFileSync(rows, streamOf(table));
    const began = performance.now();
    await done(["learn", model, rows, "--out", whole]);
    const milliseconds = performance.now() - began;
    const expected = readFileSync(whole);
    const out = join(folder, "out.gradus");
    let wrong = 0;
    for (let moment = 1; moment <= moments; moment++) {
      const kills = [draws.uniform() * milliseconds];
      while (draws.uniform() < 0.5) kills.push(draws.uniform() * milliseconds);
      /** @type {string[]} */
      const notes = [];
      let isRight = true;
      writeFileSync(out, readFileSync(model));
      for (const kill of kills) {
        const { signal, output } = await gradus(
          ["learn", out, rows, "--skip-learned", "--every", `${EVERY}s`, "--print-every", "100", "--jsonl"],
          kill,
        );
        const { row, seconds } = lostOf(output);
        isRight &&= seconds <= EVERY + SLACK;
        notes.push(
          `${Math.round(kill)} ms (${signal === null ? "it had ended" : `at row ${row}, ${seconds.toFixed(2)} s lost`})`,
        );
      }
      await done(["learn", out, rows, "--skip-learned"]);
      isRight &&= readFileSync(out).equals(expected);
      if (!isRight) wrong++;
      console.log(
        `${isRight ? "same" : "DIFFERS"}  killed after ${notes.join(" and ")} of ${Math.round(milliseconds)}`,
      );
    }
    console.log(wrong === 0 ? "All files are the same." : `${wrong} trials went wrong.`);
    return wrong === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * The last row that was surely learned, and the seconds between it and the last write.
 *
 * @param {string} output of --jsonl, whose last line may be cut off
 */
function lostOf(output) {
  /** @type {{ event: string, rows: number, seconds: number }[]} */
  const events = [];
  for (const line of output.split("\n").slice(0, -1)) if (line.startsWith("{")) events.push(JSON.parse(line));
  const last = (/** @type {string} */ name) => events.filter(({ event }) => event === name).at(-1);
  const [scores, saved] = [last("scores"), last("saved")];
  const seconds = (scores?.seconds ?? 0) - (saved?.seconds ?? 0);
  return { row: scores?.rows ?? 0, seconds: scores === undefined ? 0 : Math.max(0, seconds) };
}

/** @param {readonly string[]} words */
async function done(words) {
  const { code, output } = await gradus(words);
  if (code !== 0) throw new Error(`gradus ${words.join(" ")} ended with ${code}:\n${output}`);
}

/** The rows of a table of penguins, again and again, as NDJSON. @param {string} table */
function streamOf(table) {
  const [head, ...lines] = readFileSync(table, "utf8").trim().split("\n");
  const names = head.split(",");
  const texts = lines.map((line) => {
    const cells = line
      .split(",")
      .map((cell) => (cell === "" || cell === "NA" ? null : Number.isNaN(Number(cell)) ? cell : Number(cell)));
    return `${JSON.stringify(Object.fromEntries(names.map((name, at) => [name, cells[at]])))}\n`;
  });
  return Array.from({ length: ROWS }, (_, at) => texts[at % texts.length]).join("");
}
