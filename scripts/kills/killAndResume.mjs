/**
 * One command of gradus that is killed by SIGKILL, which no process can catch, and goes on until it is done. Runs what is
 * built in dist/. Knows nothing of what the command makes.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "../project.mjs";

const executable = join(root, "dist", "cli", "main.js");

/**
 * @typedef {object} Run
 * @property {string} command "train"
 * @property {readonly string[]} args besides the checkpoint's
 * @property {string} checkpoint its folder
 * @property {number} every seconds between two states
 */

/**
 * Runs a command with a checkpoint, kills it after each of some milliseconds, and goes on with `--resume` to the end.
 *
 * @param {Run} run
 * @param {readonly number[]} kills
 * @param {readonly string[]} [beside] options that may differ when it goes on: the number of threads
 * @returns {Promise<{ killed: number, output: string }>} how many of the kills it lived to see, and what the last process printed
 */
export async function killAndResume({ command, args, checkpoint, every }, kills, beside = []) {
  const first = [command, ...args, "--checkpoint", checkpoint, "--every", `${every}s`];
  // A process that was killed before the command was recorded had nothing to go on from yet.
  const words = () =>
    existsSync(join(checkpoint, "command.json")) ? [command, "--resume", checkpoint, ...beside] : first;
  let killed = 0;
  for (const milliseconds of kills) {
    const { signal } = await gradus(words(), milliseconds);
    if (signal === "SIGKILL") killed++;
  }
  const { code, output } = await gradus(words());
  if (code !== 0) throw new Error(`gradus ${words().join(" ")} ended with ${code}:\n${output}`);
  return { killed, output };
}

/**
 * @param {readonly string[]} words
 * @param {number} [killAfter] milliseconds; never when absent
 * @returns {Promise<{ code: number | null, signal: string | null, output: string }>}
 */
export function gradus(words, killAfter) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [executable, ...words], { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text) => (output += text));
    const timer = killAfter === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), killAfter);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, output });
    });
  });
}
