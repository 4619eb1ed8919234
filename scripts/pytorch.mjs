/**
 * `npm run test:pytorch`: exported models in PyTorch: their predictions, the programs of docs/deploy.md, and weights that learned there and come back.
 *
 * Python is the one that the environment variable GRADUS_PYTORCH names, else python3 or the system's; where none has torch and pandas the suite is skipped,
 * with the reason, unless `--required` is given (CI). Without the package safetensors, test/pytorch/standIn takes its place. `--fixtures` makes
 * those of test/parity again.
 */
import "./requireNode.mjs";
import { delimiter, join } from "node:path";
import { runVitest, step, summarise } from "./checks.mjs";
import { ensureBuilt, ensureInstalled, root, runScript } from "./project.mjs";
import { pythonWith } from "./python.mjs";

await runScript(async () => {
  await ensureInstalled();
  await ensureBuilt();
  const { python, reason } = pythonWith(process.env.GRADUS_PYTORCH, ["torch", "pandas"]);
  if (python === undefined) {
    const isRequired = process.argv.includes("--required");
    const remedy =
      "Debian: apt-get install python3-torch python3-pandas; elsewhere: pip install torch pandas safetensors";
    console.log(`PyTorch tests ${isRequired ? "failed" : "skipped"}: no PyTorch with pandas (${reason}). ${remedy}`);
    console.log(isRequired ? "0 passed, 1 failed" : "0 passed, 0 failed, 1 skipped");
    return isRequired ? 1 : 0;
  }
  const lacksSafetensors = pythonWith(python, ["safetensors.torch"]).python === undefined;
  if (lacksSafetensors) console.log(`${python} has no safetensors: test/pytorch/standIn takes its place.`);
  const paths = [join(root, "test", "pytorch", "standIn"), process.env.PYTHONPATH ?? ""];
  const isFixtures = process.argv.includes("--fixtures");
  return summarise([
    await step("tests", "vitest, with PyTorch", () =>
      runVitest(["--config", "test/pytorch/vitest.config.ts", isFixtures ? "fixtures" : "export"], {
        GRADUS_PYTORCH: python,
        ...(lacksSafetensors && { PYTHONPATH: paths.filter((path) => path !== "").join(delimiter) }),
      }),
    ),
  ]);
});
