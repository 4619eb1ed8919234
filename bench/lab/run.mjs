/**
 * `npm run bench:lab`: how fast the lab is in Chromium. `npm run bench:lab -- --help` lists the options; bench/README.md says
 * what is measured.
 */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { chromiumNames, findChromium } from "../../scripts/chromium.mjs";
import { serveFiles } from "../../scripts/fileServer.mjs";
import { ensureBuilt, ensureInstalled, root, runScript, StepFailure } from "../../scripts/project.mjs";

/**
 * @typedef {import("playwright-core").Browser} Browser
 * @typedef {import("playwright-core").Page} Page
 * @typedef {import("./watch.mjs").Counts} Counts
 * @typedef {{ name: string, folder: string }} Build
 * @typedef {Map<string, number[]>} Figures every measure's values, one a round
 */

const help = `Measures the lab in Chromium: first paint, pictures and steps a second, beside the same session alone.

  --rounds 5         how often everything is measured, in turn; 5 when absent
  --seconds 3        how long each rate is measured; 3 when absent
  --against folder   another checkout of gradus, built: the version before a change, measured in the same rounds
  --help             this text
`;

await runScript(async () => {
  const { values } = parseArgs({
    options: {
      rounds: { type: "string", default: "5" },
      seconds: { type: "string", default: "3" },
      against: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  const [rounds, seconds] = [Number(values.rounds), Number(values.seconds)];
  if (values.help || !(rounds >= 1) || !(seconds > 0)) {
    console.log(help);
    return values.help ? 0 : 2;
  }
  const executablePath = findChromium();
  if (executablePath === undefined) {
    console.log(`No Chromium: looked for ${chromiumNames.join(", ")} on the PATH. Set CHROMIUM to its path.`);
    return 1;
  }
  await ensureInstalled();
  await ensureBuilt();
  const builds = [{ name: "lab", folder: join(root, "dist", "lab") }];
  if (values.against !== undefined) {
    builds.push({ name: "against", folder: join(resolve(values.against), "dist", "lab") });
  }
  const folder = mkdtempSync(join(tmpdir(), "gradus-bench-lab-"));
  try {
    await buildBare(join(folder, "bare"));
    console.log(tableOf(await measureAll(executablePath, folder, builds, { rounds, milliseconds: 1000 * seconds })));
    return 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/**
 * The worker that only learns, with a page of its own that holds nothing.
 *
 * @param {string} outDir
 */
async function buildBare(outDir) {
  const { build } = await import("vite");
  const input = join(root, "lab", "src", "worker", "bare.ts");
  await build({
    configFile: join(root, "lab", "vite.config.ts"),
    logLevel: "error",
    build: { outDir, rolldownOptions: { input, output: { entryFileNames: "bare.js" } } },
  });
  writeFileSync(join(outDir, "index.html"), "<!doctype html><title>bare</title><body></body>");
}

/**
 * @param {string} executablePath
 * @param {string} folder for what is served
 * @param {readonly Build[]} builds
 * @param {{ rounds: number, milliseconds: number }} extent
 */
async function measureAll(executablePath, folder, builds, { rounds, milliseconds }) {
  const { chromium } = await import("playwright-core");
  for (const { name, folder: built } of builds) cpSync(built, join(folder, name), { recursive: true });
  const server = await serveFiles(folder, [""], { isolated: true });
  const args = ["--no-sandbox", "--disable-gpu", "--no-first-run"];
  const browser = await chromium.launch({ executablePath, args, headless: true });
  /** @type {Figures} */
  const figures = new Map();
  /** @type {(name: string, value: number) => void} */
  const note = (name, value) => void figures.set(name, [...(figures.get(name) ?? []), value]);
  try {
    for (let round = 0; round < rounds; round++) {
      const { learned, ceiling } = await measureBare(browser, `${server.origin}/bare/`, milliseconds);
      note("alone: steps a second", learned);
      note("alone: pictures a second", ceiling);
      for (const { name } of builds) {
        const found = await measureLab(browser, `${server.origin}/${name}/`, milliseconds);
        for (const [measure, value] of Object.entries(found)) note(`${name}: ${measure}`, value);
        note(`${name}: steps a second ÷ alone`, found["steps a second, as fast as possible"] / learned);
        note(`${name}: pictures a second ÷ alone`, found["pictures a second, 20 steps a picture"] / ceiling);
      }
      console.log(`round ${round + 1} of ${rounds}`);
    }
  } finally {
    await browser.close();
    await server.close();
  }
  return figures;
}

/**
 * A page that shows nothing while its worker learns, and then draws next to nothing while it does.
 *
 * @param {Browser} browser
 * @param {string} address
 * @param {number} milliseconds
 */
async function measureBare(browser, address, milliseconds) {
  const { drawAlone } = await import("./watch.mjs");
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
  try {
    const page = await context.newPage();
    await page.goto(address);
    const learn = (/** @type {number} */ duration) =>
      page.evaluate((time) => {
        const scope = /** @type {any} */ (globalThis);
        scope.bare ??= new scope.Worker("bare.js", { type: "module" });
        return new Promise((resolve) => {
          scope.bare.onmessage = (/** @type {{ data: unknown }} */ { data }) => resolve(data);
          scope.bare.postMessage(time);
        });
      }, duration);
    await learn(500);
    const { steps, milliseconds: spent } = /** @type {{ steps: number, milliseconds: number }} */ (
      await learn(milliseconds)
    );
    await page.evaluate(drawAlone);
    const [{ pictures }] = await Promise.all([rates(page, milliseconds), learn(milliseconds + 500)]);
    return { learned: (1000 * steps) / spent, ceiling: pictures };
  } finally {
    await context.close();
  }
}

/**
 * A first visit, and the rates of two speeds.
 *
 * @param {Browser} browser
 * @param {string} address
 * @param {number} milliseconds
 */
async function measureLab(browser, address, milliseconds) {
  const { watch } = await import("./watch.mjs");
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
  try {
    const page = await context.newPage();
    await page.addInitScript(watch);
    /** @type {Promise<{ url: string, size: number }>[]} */
    const responses = [];
    page.on("response", (response) => {
      const url = response.url();
      if (url.startsWith("http")) {
        responses.push(response.body().then((body) => ({ url, size: gzipSync(body).length / 1000 })));
      }
    });
    await page.goto(address);
    const firstPicture = await waitForPicture(page);
    const firstPaint = await page.evaluate(
      () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN,
    );
    await page.waitForTimeout(700);
    const usual = await rates(page, milliseconds);
    await page.selectOption("[name=speed]", "fastest");
    await page.waitForTimeout(700);
    const fastest = await rates(page, milliseconds);
    const sizes = await Promise.all(responses);
    const sum = (/** @type {typeof sizes} */ files) => files.reduce((all, { size }) => all + size, 0);
    return {
      "JavaScript of the first visit, kB gzipped": sum(sizes.filter(({ url }) => url.endsWith(".js"))),
      "all files of the first visit, kB gzipped": sum(sizes),
      "first contentful paint, ms": firstPaint,
      "first picture, ms": firstPicture,
      "pictures a second, 20 steps a picture": usual.pictures,
      "pictures a second, as fast as possible": fastest.pictures,
      "steps a second, as fast as possible": fastest.steps,
    };
  } finally {
    await context.close();
  }
}

/** @param {Page} page @returns {Promise<number>} when the first picture was there, in milliseconds of the page's clock */
async function waitForPicture(page) {
  for (let tries = 0; tries < 3000; tries++) {
    const { pictures, at } = await counts(page);
    if (pictures > 0) return at;
    await page.waitForTimeout(10);
  }
  console.error("The lab shows no picture within 30 seconds.");
  throw new StepFailure("measuring", 1);
}

/** @param {Page} page @returns {Promise<Counts>} */
function counts(page) {
  return page.evaluate(() => /** @type {any} */ (globalThis).counts());
}

/** @param {Page} page @param {number} milliseconds @returns {Promise<{ pictures: number, steps: number }>} each a second */
async function rates(page, milliseconds) {
  const before = await counts(page);
  await page.waitForTimeout(milliseconds);
  const after = await counts(page);
  const seconds = (after.at - before.at) / 1000;
  return { pictures: (after.pictures - before.pictures) / seconds, steps: (after.step - before.step) / seconds };
}

/** @param {Figures} figures @returns {string} a table of medians, least and most */
function tableOf(figures) {
  const rows = [...figures].map(([name, values]) => {
    const sorted = values.toSorted((a, b) => a - b);
    const middle = (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
    return `| ${[name, ...[middle, sorted[0], sorted[sorted.length - 1]].map(shown)].join(" | ")} |`;
  });
  return ["| | median | least | most |", "| --- | ---: | ---: | ---: |", ...rows].join("\n");
}

/** @param {number} value */
function shown(value) {
  return value >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3);
}
