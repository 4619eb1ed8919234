/** The built lab from a plain static host in Chromium: a first visit, a second one, without the host, and a new version. */
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serveFiles } from "../../scripts/fileServer.mjs";
import { build, faultsOf, openLab, until } from "./labPage.ts";
import { type OpenChromium, openChromium } from "./openChromium.ts";

let chromium: OpenChromium;

beforeAll(async () => {
  chromium = await openChromium("offline");
});

afterAll(() => chromium?.close());

/** A copy of the build below a folder of a host that sends no headers, as GitHub Pages does. */
async function host(name: string) {
  const root = join(chromium.folder, name);
  mkdirSync(root);
  cpSync(build, join(root, "lab"), { recursive: true });
  const { origin, close } = await serveFiles(root, ["lab"]);
  return { folder: join(root, "lab"), origin, address: `${origin}/lab/`, close };
}

const isIsolated = (page: Page): Promise<boolean> => page.evaluate("crossOriginIsolated");
const caches = (page: Page): Promise<string[]> => page.evaluate("caches.keys()");

/** Waits until a service worker has kept the files and answers for them. */
async function kept(page: Page): Promise<void> {
  for (let tries = 0; tries < 1200; tries++) {
    if (await page.evaluate<boolean>("navigator.serviceWorker.controller?.state === 'activated'")) return;
    await page.waitForTimeout(100);
  }
  throw new Error("No service worker has taken the page over.");
}

async function learns(page: Page): Promise<void> {
  expect(await until(page, "validationScore", (percent) => percent > 95)).toBeGreaterThan(95);
}

test("a host without headers will do: the second visit is isolated, and with the host stopped the lab learns as before", async () => {
  const { origin, address, close } = await host("plain");
  const { browser } = chromium;
  const asked: string[] = [];
  browser.on("request", (request) => asked.push(request.url()));
  const page = await browser.newPage();
  const faults = faultsOf(page, origin);
  await page.goto(`${address}?from=a-link#data=circles`);
  await until(page, "step", (step) => step > 0);
  expect(await isIsolated(page)).toBe(false);
  await kept(page);
  expect(await caches(page)).toHaveLength(1);
  await page.reload();
  expect(await isIsolated(page)).toBe(true);
  await learns(page);
  await close();
  await page.goto(`${address}index.html`);
  expect(await isIsolated(page)).toBe(true);
  await learns(page);
  await page.goto(address);
  await learns(page);
  expect(faults).toEqual([]);
  expect(asked.filter((url) => !/^(data|blob):/.test(url) && !url.startsWith(address))).toEqual([]);
  await page.close();
});

/**
 * Chromium looks for another service worker a minute after its start at the earliest. One by another address it takes at
 * once: each upload has its own. `registered` is what became of it.
 */
const looksAtOnce = `
  const register = navigator.serviceWorker.register.bind(navigator.serviceWorker);
  navigator.serviceWorker.register = async (address, options) => {
    const registration = await register(address + "?" + (localStorage.upload ?? ""), options);
    registration.installing?.addEventListener("statechange", ({ target }) => {
      globalThis.registered = target.state;
    });
    return registration;
  };
`;

test("a new version on the host replaces the one that is kept when the reader says so, and not before", async () => {
  const { folder, address, close } = await host("renewed");
  const page = await chromium.browser.newPage();
  await page.addInitScript(looksAtOnce);
  await page.goto(address);
  await kept(page);
  const before = await caches(page);
  const index = join(folder, "index.html");
  const worker = join(folder, "sw.js");
  const [oldPage, oldWorker] = [readFileSync(index, "utf8"), readFileSync(worker, "utf8")];

  // In the middle of an upload: the list is new, the page is not yet.
  writeFileSync(worker, newWorker(oldWorker, "not yet there"));
  await page.evaluate("localStorage.upload = 'half'");
  await page.reload();
  for (let tries = 0; tries < 1200 && (await page.evaluate("globalThis.registered")) === undefined; tries++) {
    await page.waitForTimeout(100);
  }
  expect(await page.evaluate("registered")).toMatch(/redundant/);
  expect(await caches(page)).toEqual(before);
  expect(await page.locator("text=A new version").count()).toBe(0);

  writeFileSync(index, oldPage.replace("<title>gradus lab", "<title>new lab"));
  writeFileSync(worker, newWorker(oldWorker, readFileSync(index)));
  await page.evaluate("localStorage.upload = 'whole'");
  await page.reload();
  await page.waitForSelector("text=A new version of the lab is ready");
  expect(await page.title()).toBe("gradus lab");
  await page.click("button:text('Reload')");
  for (let tries = 0; tries < 1200 && (await page.title()) !== "new lab"; tries++) await page.waitForTimeout(100);
  expect(await page.title()).toBe("new lab");
  await until(page, "step", (step) => step > 0);
  const after = await caches(page);
  expect(after).toHaveLength(1);
  expect(after).not.toEqual(before);
  expect(await page.locator("text=A new version").count()).toBe(0);
  await close();
  await page.reload();
  expect(await page.title()).toBe("new lab");
  await page.close();
});

/** The service worker as the build would write it for this page: the list begins with the page's hash. */
function newWorker(old: string, page: string | Uint8Array): string {
  const hash = createHash("sha256").update(page).digest("base64");
  const changed = old.replace(/`sha256-[^`]+`/, `\`sha256-${hash}\``).replace(/ours\+`[^`]+`/, `ours+\`${hash}\``);
  if (changed.split(hash).length !== 3)
    throw new Error("The build's service worker does not look as this test expects.");
  return changed;
}

test("embedded as docs/lab.md says, in a page of another origin, the lab opens and learns, in a sandbox too", async () => {
  const embedded = await host("embedded");
  const docs = readFileSync(new URL("../../docs/lab.md", import.meta.url), "utf8");
  const [shown] = /<iframe.*<\/iframe>/s.exec(docs) ?? [""];
  const own = shown.replace("https://example.org/lab/", embedded.address);
  expect(own).toContain(embedded.address);
  const sandbox = /`sandbox` the lab needs `([^`]*)`/.exec(docs)?.[1];
  const folder = join(chromium.folder, "page");
  mkdirSync(folder);
  const both = `${own}${own.replace("<iframe", `<iframe sandbox="${sandbox}"`)}`;
  writeFileSync(join(folder, "index.html"), `<!doctype html><title>A page</title>${both}`);
  const outer = await serveFiles(folder, ["."]);
  const page = await chromium.browser.newPage();
  const faults = faultsOf(page, "http://127.0.0.1:");
  await page.goto(`${outer.origin}/index.html`);
  const frames = page.frames().filter((frame) => frame !== page.mainFrame());
  expect(frames).toHaveLength(2);
  for (const frame of frames) {
    await (await frame.frameElement()).scrollIntoViewIfNeeded(); // what is out of sight draws nothing, and waits
    expect(await until(frame, "validationScore", (percent) => percent > 90)).toBeGreaterThan(90);
    expect(await frame.inputValue("[name=data]")).toBe("circles");
    expect(await frame.locator(".message").count()).toBe(0);
  }
  // Chromium's own words on what the lab needs.
  expect(faults.filter((fault) => !/both allow-scripts and allow-same-origin/.test(fault))).toEqual([]);
  await page.close();
  await Promise.all([outer.close(), embedded.close()]);
});

test("gradus lab, whose address is another each time, leaves nothing behind in the browser", async () => {
  const lab = await openLab();
  const { page, faults } = await lab.open();
  await until(page, "step", (step) => step > 500);
  expect(await page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)")).toBe(0);
  expect(await caches(page)).toEqual([]);
  expect(faults).toEqual([]);
  await lab.close();
});
