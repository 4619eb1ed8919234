/**
 * What the test commands share: an announced step, a run of vitest, and the line that counts.
 */
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { buildFolder, runNode, seconds, tool } from "./project.mjs";

/** @typedef {{ name: string, code: number, took: string }} Step */

/**
 * Announces a step, does it, and says how it went.
 *
 * @param {string} name
 * @param {string} what
 * @param {() => Promise<{ code: number }>} act
 * @returns {Promise<Step>}
 */
export async function step(name, what, act) {
  console.log(`\n== ${name}: ${what}`);
  const begun = performance.now();
  const { code } = await act();
  const took = seconds(performance.now() - begun);
  console.log(`== ${name} ${code === 0 ? "passed" : `FAILED (exit code ${code})`} in ${took}`);
  return { name, code, took };
}

/**
 * Runs vitest, which shows its progress and leaves its counts in a file of this process, as others may run beside it.
 *
 * @param {readonly string[]} args
 * @param {Record<string, string>} [env]
 */
export function runVitest(args, env = {}) {
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report()}`];
  return runNode([tool("vitest", "vitest.mjs"), "run", ...args, ...reporters], { env });
}

/**
 * Prints what came of each step and, last, "N passed, N failed", with ", N skipped" where some were: the tests of the
 * last run of vitest. A failing step counts as one failure where no failed test accounts for it.
 *
 * @param {readonly Step[]} steps
 * @returns {number} the exit code: the first failing step's, else 0
 */
export function summarise(steps) {
  console.log("\nSummary");
  for (const { name, code, took } of steps) {
    console.log(`  ${name.padEnd(8)} ${code === 0 ? "passed" : `FAILED (exit code ${code})`} in ${took}`);
  }
  const counts = existsSync(report()) ? JSON.parse(readFileSync(report(), "utf8")) : {};
  rmSync(report(), { force: true });
  const passed = counts.numPassedTests ?? 0;
  const skipped = (counts.numPendingTests ?? 0) + (counts.numTodoTests ?? 0);
  let failed = counts.numFailedTests ?? 0;
  for (const { name, code } of steps) {
    // vitest also fails without a failed test: a file that does not load, an error outside any test.
    if (code !== 0 && (name !== "tests" || failed === 0)) failed++;
  }
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
  return steps.find(({ code }) => code !== 0)?.code ?? 0;
}

function report() {
  return join(buildFolder(), `vitest-${process.pid}.json`);
}
