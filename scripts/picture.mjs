/**
 * `npm run picture`: makes the pictures of the README: docs/images/lab.jpg, the lab when it has learned two spirals, and
 * docs/images/report.png, the top of the report of a training on the packaged penguins. Needs Chromium; what follows `--` names another
 * folder to write them to.
 */
import "./requireNode.mjs";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromiumNames, findChromium } from "./chromium.mjs";
import { serveFiles } from "./fileServer.mjs";
import { ensureBuilt, ensureInstalled, root, runNode, runScript } from "./project.mjs";

await runScript(async () => {
  const executablePath = findChromium();
  if (executablePath === undefined) {
    console.error(`No Chromium. Looked for ${chromiumNames.join(", ")} on the PATH; set CHROMIUM to its path.`);
    return 1;
  }
  await ensureInstalled();
  await ensureBuilt();
  const folder = mkdtempSync(join(tmpdir(), "gradus-picture-"));
  const pictures = process.argv[2] ?? join(root, "docs", "images");
  try {
    const report = await makeReport(folder);
    if (report === undefined) return 1;
    const { chromium } = await import("playwright-core");
    const args = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"];
    const browser = await chromium.launchPersistentContext(join(folder, "user"), { executablePath, args });
    try {
      await photographReport(browser, report, join(pictures, "report.png"));
      await photographLab(browser, join(pictures, "lab.jpg"));
    } finally {
      await browser.close();
    }
    for (const name of ["report.png", "lab.jpg"]) {
      console.log(`${join(pictures, name)}: ${Math.round(statSync(join(pictures, name)).size / 1000)} kB`);
    }
    return 0;
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
});

/** @param {string} folder @returns the report of a training on the penguins, undefined where it failed */
async function makeReport(folder) {
  const report = join(folder, "report.html");
  const table = join(root, "examples", "data", "penguins.csv");
  const args = ["train", table, "--target", "species", "--out", join(folder, "penguins.gradus"), "--report", report];
  const { code } = await runNode([join(root, "dist", "cli", "main.js"), ...args]);
  return code === 0 ? report : undefined;
}

/** @param {import("playwright-core").BrowserContext} browser @param {string} page @param {string} picture */
async function photographReport(browser, page, picture) {
  const tab = await browser.newPage();
  await tab.setViewportSize({ width: 1100, height: 760 });
  await tab.goto(pathToFileURL(page).href);
  await tab.screenshot({ path: picture });
}

/** Of the first visit, when it has learned. @param {import("playwright-core").BrowserContext} browser @param {string} picture */
async function photographLab(browser, picture) {
  const server = await serveFiles(join(root, "dist"), ["lab"]);
  try {
    const tab = await browser.newPage();
    await tab.setViewportSize({ width: 1200, height: 880 });
    await tab.goto(`${server.origin}/lab/`);
    const learned = async () => {
      const text = await tab.textContent("[data-figure=validationScore]");
      return Number.parseFloat((text ?? "").replace(/^\D*/, "")) >= 98;
    };
    for (let tries = 0; tries < 600 && !(await learned()); tries++) await tab.waitForTimeout(200);
    await tab.click(".controls .primary");
    await tab.waitForTimeout(500);
    await tab.screenshot({ path: picture, type: "jpeg", quality: 68 }); // a PNG has three times the bytes
  } finally {
    await server.close();
  }
}
