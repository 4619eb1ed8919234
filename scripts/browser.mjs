/**
 * `npm run test:browser`: the suites that need Chromium. Where there is none they are skipped, with the reason, unless
 * `--required` is given (CI). `npm run test:browser -- test/browser/lab.test.ts` runs some of them.
 */
import "./requireNode.mjs";
import { runVitest, step, summarise } from "./checks.mjs";
import { chromiumNames, findChromium } from "./chromium.mjs";
import { ensureBuilt, ensureInstalled, runScript } from "./project.mjs";

await runScript(async () => {
  const chromium = findChromium();
  if (chromium === undefined) {
    const required = process.argv.includes("--required");
    console.log(
      `Browser tests ${required ? "failed" : "skipped"}: no Chromium. Looked for ${chromiumNames.join(", ")} on the PATH. ` +
        "Install one (Debian: apt-get install chromium), or set CHROMIUM to its path.",
    );
    console.log(required ? "0 passed, 1 failed" : "0 passed, 0 failed, 1 skipped");
    return required ? 1 : 0;
  }
  await ensureInstalled();
  await ensureBuilt();
  const chosen = process.argv.slice(2).filter((argument) => argument !== "--required");
  return summarise([
    await step("tests", `vitest, with ${chromium}`, () =>
      runVitest(["--config", "test/browser/vitest.config.ts", ...chosen], { CHROMIUM: chromium }),
    ),
  ]);
});
