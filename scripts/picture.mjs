/**
 * `npm run picture`: makes docs/images/report.png, the top of the report of a training on the packaged penguins, for the
 * README. Needs Chromium; what follows `--` names another file to write.
 */
import "./requireNode.mjs";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromiumNames, findChromium } from "./chromium.mjs";
import { ensureBuilt, ensureInstalled, root, runNode, runScript } from "./project.mjs";

const size = { width: 1100, height: 760 };

await runScript(async () => {
  const executablePath = findChromium();
  if (executablePath === undefined) {
    console.error(`No Chromium. Looked for ${chromiumNames.join(", ")} on the PATH; set CHROMIUM to its path.`);
    return 1;
  }
  await ensureInstalled();
  await ensureBuilt();
  const folder = mkdtempSync(join(tmpdir(), "gradus-picture-"));
  try {
    const report = join(folder, "report.html");
    const table = join(root, "examples", "data", "penguins.csv");
    const args = ["train", table, "--target", "species", "--out", join(folder, "penguins.gradus"), "--report", report];
    const { code } = await runNode([join(root, "dist", "cli", "main.js"), ...args]);
    if (code !== 0) return code;
    const picture = process.argv[2] ?? join(root, "docs", "images", "report.png");
    await photograph(report, picture, executablePath, join(folder, "user"));
    console.log(`${picture}: ${Math.round(statSync(picture).size / 1000)} kB`);
    return 0;
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
});

/** @param {string} page @param {string} picture @param {string} executablePath @param {string} userData */
async function photograph(page, picture, executablePath, userData) {
  const { chromium } = await import("playwright-core");
  const args = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"];
  const browser = await chromium.launchPersistentContext(userData, { executablePath, args, viewport: size });
  try {
    const tab = await browser.newPage();
    await tab.goto(pathToFileURL(page).href);
    await tab.screenshot({ path: picture });
  } finally {
    await browser.close();
  }
}
