/**
 * The pages of explanations in a browser: opened as a file, as a student would who got one by mail.
 *
 * They ask for nothing, log nothing, are typeset in the fonts they bring, and fit a phone. With the environment variable
 * SCREENSHOTS naming a folder, pictures of them are left there to be looked at.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Exposition } from "../../src/explain/exposition/exposition.ts";
import { expositionHtml } from "../../src/explain/files/page.ts";
import { deepDerivation, derivations, tabularDerivation, tabularTrace, traces, wideTrace } from "../explanations.ts";
import { type OpenChromium, openChromium } from "./openChromium.ts";

const screenshots = process.env.SCREENSHOTS;
const faultsScript = readFileSync(new URL("pageFaults.js", import.meta.url), "utf8");

let chromium: OpenChromium;
let folder = "";

beforeAll(async () => {
  chromium = await openChromium("pages");
  ({ folder } = chromium);
});

afterAll(async () => {
  await chromium?.close();
});

/** Opens an exposition's page on screens of some widths, one after the other. @returns all that is wrong with it */
async function open(
  exposition: Exposition,
  name: string,
  widths: readonly number[],
  colorScheme: "light" | "dark" = "light",
) {
  const file = join(folder, "page.html");
  writeFileSync(file, await expositionHtml(exposition));
  const url = pathToFileURL(file).href;
  const page = await chromium.browser.newPage();
  const faults: string[] = [];
  page.on("console", (message) => faults.push(`it logs: ${message.text()}`));
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("request", (request) => {
    const asked = request.url();
    if (asked !== url && !asked.startsWith("data:")) faults.push(`it asks for ${asked}`);
  });
  try {
    await page.setViewportSize({ width: widths[0], height: 900 });
    await page.emulateMedia({ colorScheme });
    await page.goto(url);
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 });
      faults.push(...(await page.evaluate<string[]>(faultsScript)));
      if (screenshots === undefined) continue;
      mkdirSync(screenshots, { recursive: true });
      const path = join(screenshots, `${name}-${width}-${colorScheme}.png`);
      await page.screenshot({ path, fullPage: true });
    }
    return faults;
  } finally {
    await page.close();
  }
}

const one = (wanted: string): Exposition => {
  const found = derivations().find(({ name }) => name === wanted);
  if (found === undefined) throw new Error(`There is no ${wanted}.`);
  return found.exposition;
};

test("a page of every activation asks for nothing, logs nothing and fits a phone", async () => {
  const losses = 5;
  const pages = derivations().filter((_, at) => at % losses === Math.floor(at / losses) % losses); // the losses take turns
  pages.push(
    ...traces()
      .filter((_, at) => at % 4 === 3)
      .map(({ name, exposition }) => ({ name: `trace of ${name}`, exposition })),
  );
  for (const { name, exposition } of pages)
    expect(await open(exposition, name.replaceAll(" ", "-"), [390]), name).toEqual([]);
});

test("pages with long formulas fit a desktop and a phone: those scroll in their own box", async () => {
  const widths = [1280, 390];
  expect(await open(deepDerivation(), "deep", widths)).toEqual([]);
  expect(await open(wideTrace(), "wide-trace", widths)).toEqual([]);
  expect(await open(tabularDerivation(), "tabular", widths)).toEqual([]);
  expect(await open(tabularTrace(), "tabular-trace", widths)).toEqual([]);
});

test.each(["light", "dark"] as const)("a page is right in %s colours", async (colours) => {
  expect(await open(one("softmax with meanSquaredError"), "softmax", [1280], colours)).toEqual([]);
});
