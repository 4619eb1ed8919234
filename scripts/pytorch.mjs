/**
 * `npm run test:pytorch`: exported models in PyTorch: their predictions, and weights that learned there and come back.
 *
 * Python is the one that the environment variable GRADUS_PYTORCH names, else python3; where it has no torch or no safetensors the
 * suite is skipped, with the reason. `--fixtures` makes those of test/parity again.
 */
import "./requireNode.mjs";
import { spawnSync } from "node:child_process";
import { runVitest, step, summarise } from "./checks.mjs";
import { ensureBuilt, ensureInstalled, runScript } from "./project.mjs";

await runScript(async () => {
  await ensureInstalled();
  await ensureBuilt();
  const python = process.env.GRADUS_PYTORCH || "python3";
  const { status, error, stderr } = spawnSync(python, ["-c", "import torch, safetensors"], { encoding: "utf8" });
  if (status !== 0) {
    const reason = error?.message ?? stderr.trim().split("\n").at(-1);
    console.log(
      `PyTorch tests skipped: ${python} has no PyTorch with safetensors (${reason}). pip install torch safetensors`,
    );
    console.log("0 passed, 0 failed, 1 skipped");
    return 0;
  }
  const isFixtures = process.argv.includes("--fixtures");
  return summarise([
    await step("tests", "vitest, with PyTorch", () =>
      runVitest(["--config", "test/pytorch/vitest.config.ts", isFixtures ? "fixtures" : "export"], {
        GRADUS_PYTORCH: python,
      }),
    ),
  ]);
});
