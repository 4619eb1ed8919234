/** What a first visit of the lab fetches: little, and what is missing of it is named. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serveFiles } from "../../scripts/fileServer.mjs";
import { build, type Lab, openLab, until } from "./labPage.ts";

/** Bytes of JavaScript, gzipped: of the page and its worker, with all that they load before the first picture. */
const LIMIT = 100_000;

let lab: Lab;

beforeAll(async () => {
  lab = await openLab();
});

afterAll(() => lab?.close());

interface Fetched {
  readonly name: string;
  readonly bytes: number;
}

/** Gathers the responses that a page gets, its worker's too, by name and gzipped size. */
function gather(page: Page): () => Promise<Fetched[]> {
  const responses: Promise<Fetched>[] = [];
  page.on("response", (response) => {
    if (!response.url().startsWith("http")) return;
    const { pathname } = new URL(response.url());
    responses.push(response.body().then((body) => ({ name: pathname, bytes: gzipSync(body).length })));
  });
  return () => Promise.all(responses);
}

const sum = (files: readonly Fetched[]): number => files.reduce((all, { bytes }) => all + bytes, 0);

/** Fails with the list of the files. */
function expectAtMost(limit: number, files: readonly Fetched[]): void {
  expect(sum(files), files.map(({ name, bytes }) => `${name} ${bytes}`).join(", ")).toBeLessThanOrEqual(limit);
}

test("a first visit fetches at most 100 kB of JavaScript, gzipped, page and worker together, and one variant of the kernels", async () => {
  let fetched: () => Promise<Fetched[]> = async () => [];
  const { page, faults } = await lab.open({
    prepare(page) {
      fetched = gather(page);
    },
  });
  await until(page, "step", (step) => step > 100);
  const files = await fetched();
  const scripts = files.filter(({ name }) => name.endsWith(".js"));
  expect(scripts.some(({ name }) => /worker/.test(name))).toBe(true);
  expectAtMost(LIMIT, scripts);
  expect(files.filter(({ name }) => name.endsWith(".wasm"))).toHaveLength(1);
  expect(faults).toEqual([]);
  await page.close();
});

test("the build's manifest names at most 100 kB of scripts for the first view, gzipped", () => {
  const manifest: Record<string, { file: string; isEntry?: boolean; imports?: string[]; assets?: string[] }> =
    JSON.parse(readFileSync(join(build, "manifest.json"), "utf8"));
  const needed = new Set<string>();
  const add = (name: string): void => {
    const { file, imports = [], assets = [] } = manifest[name];
    if (needed.has(file)) return;
    needed.add(file);
    for (const asset of assets) if (asset.endsWith(".js")) needed.add(asset);
    for (const imported of imports) add(imported);
  };
  for (const [name, { isEntry }] of Object.entries(manifest)) if (isEntry === true) add(name);
  const files = [...needed].map((name) => ({ name, bytes: gzipSync(readFileSync(join(build, name))).length }));
  expect(files.some(({ name }) => /worker/.test(name))).toBe(true);
  expectAtMost(LIMIT, files);
});

test("the lab learns from a host that sends no headers, so that the page is not isolated", async () => {
  const server = await serveFiles(join(build, ".."), ["lab"]);
  const { page, faults } = await lab.open({ address: `${server.origin}/lab/` });
  await until(page, "step", (step) => step > 100);
  expect(await page.evaluate("crossOriginIsolated")).toBe(false);
  expect(await page.locator(".message").count()).toBe(0);
  expect(faults).toEqual([]);
  await page.close();
  await server.close();
});

test("where the kernels cannot be fetched the lab learns by the reference, and says why", async () => {
  const { page } = await lab.open({ prepare: (page) => page.route(/\.wasm$/, (route) => route.abort()) });
  await until(page, "step", (step) => step > 0);
  expect(await page.textContent(".message")).toMatch(
    /^The engine reference computes, which is slow: The kernels relaxed \(http.*\.wasm\) cannot be fetched/,
  );
  await page.close();
});
