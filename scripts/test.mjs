/**
 * `npm test`: everything that must hold before a change goes in, from a clone with nothing installed.
 *
 * All steps run, so that one run shows all that is wrong; the exit code is the first failing step's. What follows `--`
 * goes to vitest (`npm test -- src/data`).
 */
import "./requireNode.mjs";
import { join } from "node:path";
import { runVitest, step, summarise } from "./checks.mjs";
import {
  buildFolder,
  compiler,
  ensureBuilt,
  ensureInstalled,
  runNode,
  runScript,
  StepFailure,
  tool,
} from "./project.mjs";

/** What was checked before is not checked again. */
const incremental = ["--incremental", "--tsBuildInfoFile", join(buildFolder(), "types.tsbuildinfo")];

const incrementalLab = ["--incremental", "--tsBuildInfoFile", join(buildFolder(), "lab.tsbuildinfo")];

await runScript(async () => {
  await ensureInstalled();
  return summarise([
    await step("build", "dist/ from src/, if src/ has changed", build),
    await step("lint", "Biome: format, rules, import directions, cycles", () =>
      runNode([tool("@biomejs/biome", "bin/biome"), "check", "--error-on-warnings", "."]),
    ),
    // At the same time, as each uses one core; what they print names its file.
    ...(await Promise.all([
      step("types", "TypeScript, strict, tests included", () =>
        runNode([compiler, "--noEmit", "-p", "tsconfig.json", ...incremental]),
      ),
      step("types of the lab", "TypeScript, strict, with the DOM", () =>
        runNode([compiler, "--noEmit", "-p", "lab/tsconfig.json", ...incrementalLab]),
      ),
    ])),
    await step("tests", "vitest", () => runVitest(process.argv.slice(2))),
  ]);
});

/** The other steps have something to say even where the build fails. */
async function build() {
  try {
    await ensureBuilt({ constants: false });
    return { code: 0 };
  } catch (error) {
    if (error instanceof StepFailure) return { code: error.code };
    throw error;
  }
}
