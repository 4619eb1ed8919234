/** Starts the programs of `npm run bench:cluster` on ranks. Knows nothing of what they measure. */
import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** @typedef {{ command: string, args: string[] }} Launcher */

/** The ranks are on this machine and share its cores. @type {Launcher} */
export const here = {
  command: "mpirun.openmpi",
  args: ["--allow-run-as-root", "--bind-to", "none", "--oversubscribe", "--mca", "mpi_yield_when_idle", "1"],
};

/**
 * Runs a program on ranks.
 *
 * @param {Launcher} launcher
 * @param {number} ranks
 * @param {string} program its path from this folder
 * @param {string[]} args
 * @returns {Promise<string>} what rank 0 printed
 */
export async function output({ command, args: own }, ranks, program, args) {
  const file = join(dirname(fileURLToPath(import.meta.url)), program);
  const job = spawn(command, [...own, "-n", String(ranks), process.execPath, file, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  job.stdout.setEncoding("utf8").on("data", (part) => {
    text += part;
  });
  const code = await new Promise((resolve, reject) => {
    job.on("error", reject);
    job.on("close", resolve);
  });
  if (code !== 0) throw new Error(`${program} on ${ranks} ranks ended with exit code ${code}.`);
  return text;
}
