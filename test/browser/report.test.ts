/**
 * Reports of real trainings, and the page of a search, in a browser: opened as a file, as one gets them by mail.
 *
 * They ask for nothing, log nothing, fit a phone and can be read in both themes. With the environment variable SCREENSHOTS
 * naming a folder, pictures of them are left there to be looked at.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readTable } from "../../src/data/duckdb/readTable.ts";
import { selectRows } from "../../src/data/rows.ts";
import { splitRows } from "../../src/data/split.ts";
import { confusionTable } from "../../src/report/files/classFigures.ts";
import { figure, page as htmlPage } from "../../src/report/files/html.ts";
import { table } from "../../src/report/files/table.ts";
import { writeReport } from "../../src/report/files/writeReport.ts";
import { train } from "../../src/tabular/train.ts";
import { trialsHtml } from "../../src/tune/files/page.ts";
import { tune } from "../../src/tune/tune.ts";
import { type OpenChromium, openChromium } from "./openChromium.ts";

const screenshots = process.env.SCREENSHOTS;
const faultsScript = readFileSync(new URL("reportFaults.js", import.meta.url), "utf8");
const penguins = fileURLToPath(new URL("../../examples/data/penguins.csv", import.meta.url));
const targets = { classification: "species", regression: "body_mass_g" } as const;

let chromium: OpenChromium;
let folder = "";

beforeAll(async () => {
  chromium = await openChromium("reports");
  ({ folder } = chromium);
  const table = await readTable(penguins);
  const rows = splitRows(table.rows, { testFraction: 0.25, validationFraction: 0, seed: 1 });
  const parts = { training: selectRows(table, rows.training), test: selectRows(table, rows.test) };
  for (const [task, target] of Object.entries(targets)) {
    const { model, report } = await train({ table: parts.training, test: parts.test, target, epochs: 30 });
    const command = `gradus train penguins.csv --target ${target} --epochs 30 --report out.html`;
    await writeReport(join(folder, `${task}.html`), { model, report, parts, command });
    model.dispose();
  }
  const { model, ...search } = await tune({ table, target: "species", recipe: "plain", trials: 3, epochs: 2 });
  writeFileSync(join(folder, "trials.html"), await trialsHtml(search));
  model?.dispose();
});

afterAll(async () => {
  await chromium?.close();
});

/** Opens a report on a screen of a width. @returns all that is wrong with it */
async function open(task: string, width: number, colorScheme: "light" | "dark", media: "screen" | "print" = "screen") {
  const url = pathToFileURL(join(folder, `${task}.html`)).href;
  const page = await chromium.browser.newPage();
  const faults: string[] = [];
  page.on("console", (message) => faults.push(`it logs: ${message.text()}`));
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("request", (request) => {
    if (request.url() !== url) faults.push(`it asks for ${request.url()}`);
  });
  try {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme, media });
    await page.goto(url);
    faults.push(...(await page.evaluate<string[]>(faultsScript)));
    if (screenshots !== undefined) {
      mkdirSync(screenshots, { recursive: true });
      const path = join(screenshots, `report-${task}-${width}-${colorScheme}-${media}.png`);
      await page.screenshot({ path, fullPage: true });
    }
    return faults;
  } finally {
    await page.close();
  }
}

const screens = [390, 1280].flatMap((width) =>
  (["light", "dark"] as const).map((colours) => [width, colours] as const),
);

test.each(screens)("reports are right on a screen of %i pixels in %s colours", async (width, colours) => {
  for (const task of [...Object.keys(targets), "trials"]) expect(await open(task, width, colours), task).toEqual([]);
});

/** A page of tables as wide as they come, made without a training. */
function wideTables(): string {
  const names = Array.from({ length: 15 }, (_, at) => `class number ${at}`);
  const columns = [...names.map((head) => ({ head, numeric: true })), { head: "a_column_with_a_long_name_and_text" }];
  const cells = [...names.map((_, at) => String(at * 1234.5)), "Neither agree nor disagree"];
  const confusion = confusionTable({ classes: names, confusion: names.map((_, at) => names.map((_, i) => i * at)) });
  const content = table("Fifteen columns.", columns, [cells, cells]) + figure({ title: "Confusion", plot: confusion });
  return htmlPage("Wide tables", "", [{ id: "tables", title: "Tables", content }]);
}

test("tables of any width show every column on a phone and on paper", async () => {
  writeFileSync(join(folder, "wide.html"), wideTables());
  expect(await open("wide", 390, "light")).toEqual([]);
  expect(await open("wide", 673, "light", "print")).toEqual([]);
});

test("a report prints in light colours, whatever the screen's", async () => {
  expect(await open("regression", 700, "dark", "print")).toEqual([]);
});

test("the links of the contents lead to their sections", async () => {
  const page = await chromium.browser.newPage();
  await page.goto(pathToFileURL(join(folder, "classification.html")).href);
  const links = page.locator("nav a");
  expect(await links.count()).toBe(6);
  for (let at = 0; at < 6; at++) {
    const name = await links.nth(at).textContent();
    await links.nth(at).click();
    expect(await page.locator(":target").textContent()).toBe(name);
  }
  await page.close();
});
