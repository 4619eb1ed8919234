/**
 * The core in a browser: pages that import dist/ as it is, train, and show what came of it.
 *
 * Each page sets `data-state="done"` on its body when it has finished and shows its result in #result. It may log no
 * error and ask no other host for anything.
 */
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type FileServer, serveFiles } from "../../scripts/fileServer.mjs";
import { serveConformanceSuite } from "./bundledCore.ts";
import { type OpenChromium, openChromium } from "./openChromium.ts";

const flags = ["--disable-background-networking", "--disable-component-update", "--disable-sync"];

let server: FileServer;
/** The same files, to pages that may share memory with their workers. */
let isolating: FileServer;
let chromium: OpenChromium;

beforeAll(async () => {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const folders = ["dist", "examples", "test/browser"];
  server = await serveFiles(root, folders);
  isolating = await serveFiles(root, folders, { isolated: true });
  chromium = await openChromium("chromium", flags);
});

afterAll(async () => {
  await chromium?.close();
  await server?.close();
  await isolating?.close();
});

/**
 * Opens a page of the project and waits until it has finished.
 *
 * @param path from the project's root
 * @returns the text of #result
 */
async function resultOf(path: string, { origin }: FileServer = server): Promise<string> {
  const page = await chromium.browser.newPage();
  await serveConformanceSuite(page);
  const errors: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("request", (request) => requests.push(new URL(request.url()).origin));
  try {
    const failed = new Promise<never>((_, reject) => page.on("pageerror", reject));
    const finished = page
      .goto(`${origin}/${path}`)
      .then(() => page.waitForSelector("body[data-state=done]", { timeout: 300_000 }));
    await Promise.race([finished, failed]);
    expect(errors).toEqual([]);
    expect(new Set(requests)).toEqual(new Set([origin]));
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

describe.each([
  ["cross-origin isolated", true],
  ["not isolated", false],
])("a page that is %s", (_words, wanted) => {
  test("has every engine compute as the reference does, on any number of threads to the same bits", async () => {
    const result = await resultOf("test/browser/conformance.html", wanted ? isolating : server);
    const { isolated, reports, deviations, sameBits }: Conformance = JSON.parse(result);
    expect(isolated).toBe(wanted);
    const fast = reports.filter(({ name, available }) => name !== "reference" && available).map(({ name }) => name);
    expect(fast).toContain("wasm");
    expect(new Set(deviations.map(({ engine }) => engine))).toEqual(new Set(fast));
    for (const { error, limit, worst } of deviations) expect(error, worst).toBeLessThan(limit);
    expect(sameBits).toBe(true);
    const worst = deviations.reduce((a, b) => (b.error > a.error ? b : a));
    const shown = reports.map(({ name, reason }) => `${name}: ${reason}`).join("; ");
    console.log(`${shown}. Worst of ${deviations.length} cases: ${worst.worst}`);
  });
});

/** What conformance.html finds. */
interface Conformance {
  readonly isolated: boolean;
  readonly reports: readonly { readonly name: string; readonly available: boolean; readonly reason: string }[];
  readonly deviations: readonly {
    readonly engine: string;
    readonly error: number;
    readonly limit: number;
    readonly worst: string;
  }[];
  /** Whether 1, 2 and 4 threads learned the same parameters. */
  readonly sameBits: boolean;
}
