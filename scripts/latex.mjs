/**
 * `npm run test:latex`: the suite that compiles LaTeX. Where there is none it is skipped, with the reason, unless
 * `--required` is given (CI).
 *
 * The compiler is the one that the environment variable PDFLATEX names, else pdflatex on the PATH.
 */
import "./requireNode.mjs";
import { spawnSync } from "node:child_process";
import { runVitest, step, summarise } from "./checks.mjs";
import { ensureInstalled, runScript } from "./project.mjs";

await runScript(async () => {
  const pdflatex = process.env.PDFLATEX || "pdflatex";
  if (spawnSync(pdflatex, ["--version"]).status !== 0) {
    const required = process.argv.includes("--required");
    console.log(
      `LaTeX tests ${required ? "failed" : "skipped"}: ${pdflatex} does not run. ` +
        "Install it (Debian: apt-get install texlive-latex-base), or set PDFLATEX to its path.",
    );
    console.log(required ? "0 passed, 1 failed" : "0 passed, 0 failed, 1 skipped");
    return required ? 1 : 0;
  }
  await ensureInstalled();
  return summarise([
    await step("tests", `vitest, with ${pdflatex}`, () =>
      runVitest(["--config", "test/latex/vitest.config.ts"], { PDFLATEX: pdflatex }),
    ),
  ]);
});
