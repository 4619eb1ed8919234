/**
 * `npm run test:browser`: the suites that need Chromium. Where there is none they are skipped, with the reason, unless
 * `--required` is given (CI).
 *
 * Chromium is the one that the environment variable CHROMIUM names, else the first of the usual names on the PATH.
 */
import "./requireNode.mjs";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { runVitest, step, summarise } from "./checks.mjs";
import { ensureBuilt, ensureInstalled, runScript } from "./project.mjs";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

await runScript(async () => {
  const chromium = findChromium();
  if (chromium === undefined) {
    const required = process.argv.includes("--required");
    console.log(
      `Browser tests ${required ? "failed" : "skipped"}: no Chromium. Looked for ${names.join(", ")} on the PATH. ` +
        "Install one (Debian: apt-get install chromium), or set CHROMIUM to its path.",
    );
    console.log(required ? "0 passed, 1 failed" : "0 passed, 0 failed, 1 skipped");
    return required ? 1 : 0;
  }
  await ensureInstalled();
  await ensureBuilt();
  return summarise([
    await step("tests", `vitest, with ${chromium}`, () =>
      runVitest(["--config", "test/browser/vitest.config.ts"], { CHROMIUM: chromium }),
    ),
  ]);
});

/** @returns {string | undefined} */
function findChromium() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const folders = (process.env.PATH ?? "").split(delimiter);
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isExecutable);
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
