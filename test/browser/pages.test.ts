/**
 * The core in a browser: pages that import dist/ as it is, train, and show what came of it.
 *
 * Each page sets `data-state="done"` on its body when it has finished and shows its result in #result. It may log no
 * error and ask no other host for anything.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BrowserContext, chromium } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type FileServer, serveFiles } from "./fileServer.ts";

const flags = [
  ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ["--disable-background-networking", "--disable-component-update", "--disable-sync"],
].flat();

let server: FileServer;
let browser: BrowserContext;
let userData = "";

beforeAll(async () => {
  server = await serveFiles(fileURLToPath(new URL("../..", import.meta.url)), ["dist", "examples", "test/browser"]);
  userData = mkdtempSync(join(tmpdir(), "gradus-chromium-"));
  const executablePath = process.env.CHROMIUM;
  if (executablePath === undefined) throw new Error("CHROMIUM is not set. Run this by npm run test:browser.");
  browser = await chromium.launchPersistentContext(userData, { executablePath, args: flags });
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
  rmSync(userData, { recursive: true, force: true, maxRetries: 5 });
});

/**
 * Opens a page of the project and waits until it has finished.
 *
 * @param path from the project's root
 * @returns the text of #result
 */
async function resultOf(path: string): Promise<string> {
  const page = await browser.newPage();
  const errors: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("request", (request) => requests.push(new URL(request.url()).origin));
  try {
    const failed = new Promise<never>((_, reject) => page.on("pageerror", reject));
    const finished = page.goto(`${server.origin}/${path}`).then(() => page.waitForSelector("body[data-state=done]"));
    await Promise.race([finished, failed]);
    expect(errors).toEqual([]);
    expect(new Set(requests)).toEqual(new Set([server.origin]));
    return (await page.textContent("#result")) ?? "";
  } finally {
    await page.close();
  }
}

test("a page learns the exclusive or with the built core alone", async () => {
  const outputs = (await resultOf("test/browser/xor.html")).split(" ").map(Number);
  expect(outputs.map(Math.round)).toEqual([0, 1, 1, 0]);
});

test("the example's page trains on its table and predicts", async () => {
  const [accuracy, prediction] = (await resultOf("examples/05-browser/")).split("\n");
  expect(Number(/^test accuracy (\d\.\d+)$/.exec(accuracy)?.[1])).toBeGreaterThan(0.9);
  expect(prediction).toMatch(/^\(0\.1, −0\.2\) is inside \((0\.9\d*|1\.0*)\)$/);
});
