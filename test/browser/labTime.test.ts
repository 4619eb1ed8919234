/** Time in the lab, in Chromium: back and forward, the slider, undo. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { figure, type Lab, openLab, seriousViolations, until } from "./labPage.ts";

let opener: Lab;
const lab: Lab["open"] = (view) => opener.open(view);

beforeAll(async () => {
  opener = await openLab();
});

afterAll(() => opener?.close());

const fingerprint = (page: Page): Promise<string | null> => page.textContent("[data-figure=fingerprint]");

/** The fingerprint at a step, once the page is there and has a picture of it. */
async function at(page: Page, step: number): Promise<string | null> {
  await until(page, "step", (found) => found === step);
  await page.waitForSelector("[data-figure=fingerprint]:not(:text-is('–'))");
  return fingerprint(page);
}

/** A paused run at its first step. */
async function pausedAtStart(hash: string) {
  const view = await lab({ hash, isCalm: true });
  await at(view.page, 0);
  return view;
}

async function slideTo(page: Page, step: number): Promise<string | null> {
  await page.fill("[name=step]", String(step));
  return at(page, step);
}

test("back and forward again has the same fingerprints, over a changed learning rate, whose value comes and goes", async () => {
  const { page, faults } = await pausedAtStart("#data=circles&hidden=5-3&seed=11&dropout=0.2");
  const start = await fingerprint(page);
  await page.click("button:text('Epoch')");
  const epoch = await at(page, 40);
  await page.fill("[name=rate]", "0.05");
  await page.keyboard.press("Enter");
  await page.waitForSelector("text=The learning rate is 0.05 from step 40 on");
  await page.click("button:text('Epoch')");
  const end = await at(page, 80);
  for (let step = 79; step >= 77; step--) await page.click("button:text-is('Back')");
  await at(page, 77);
  for (let step = 78; step <= 80; step++) await page.click("button:text-is('Step')");
  expect(await at(page, 80)).toBe(end);
  expect(await slideTo(page, 40)).toBe(epoch);
  expect(await page.getAttribute("[name=step]", "aria-valuetext")).toBe("step 40, epoch 1");
  expect(await slideTo(page, 0)).toBe(start);
  expect(await page.inputValue("[name=rate]")).toBe("0.01");
  await page.click("button:text('Epoch')");
  expect(await at(page, 40)).toBe(epoch);
  await page.click("button:text('Epoch')");
  expect(await at(page, 80)).toBe(end);
  expect(await page.inputValue("[name=rate]")).toBe("0.05");
  expect(faults).toEqual([]);
  await page.close();
});

test("undo brings back setting, weights and step, and redo the other way", async () => {
  const { page, faults } = await pausedAtStart("#data=circles&hidden=5-3&seed=11");
  await page.click("button:text('Epoch')");
  const before = await at(page, 40);
  await page.selectOption("[name=optimizer]", "momentum");
  await at(page, 0);
  await page.click("button:text('Epoch')");
  const after = await at(page, 40);
  expect(await page.getAttribute("button:text-is('Undo')", "title")).toBe(
    "Undo: Optimizer adam → momentum. The run goes to step 40, where it was",
  );
  await page.click("button:text-is('Undo')");
  expect(await settled(page, before)).toBe(before);
  expect(await page.inputValue("[name=optimizer]")).toBe("adam");
  expect(page.url()).not.toMatch(/momentum/);
  await page.click("button:text-is('Redo')");
  expect(await settled(page, after)).toBe(after);
  expect(page.url()).toMatch(/momentum/);
  expect(faults).toEqual([]);
  await page.close();
});

/** The fingerprint, once it is the expected one, or after a while. */
async function settled(page: Page, expected: string | null): Promise<string | null> {
  for (let tries = 0; tries < 2400 && (await fingerprint(page)) !== expected; tries++) await page.waitForTimeout(50);
  return fingerprint(page);
}

test("a run that has diverged can be gone back in", async () => {
  const { page, faults } = await lab({ hash: "#data=hills&rows=60&hidden=4-3&seed=7&optimizer=sgd&rate=10" });
  await page.waitForSelector(".fault");
  const last = await until(page, "step", (step) => step > 0);
  await page.click("button:text-is('Back')");
  await page.waitForSelector(".fault", { state: "detached" });
  await at(page, last - 1);
  expect(faults).toEqual([]);
  await page.close();
});

test("slow motion makes single steps, and keys play, pause, step, go back and undo where no control uses them", async () => {
  const { page, faults } = await pausedAtStart("#data=circles&hidden=5-3&seed=11");
  const start = await fingerprint(page);
  await page.selectOption("[name=speed]", "4/s");
  await page.evaluate("document.activeElement.blur()");
  await page.keyboard.press("Space");
  await until(page, "step", (step) => step >= 2);
  await page.keyboard.press("Space");
  await page.waitForSelector("text=Play");
  for (let left = await figure(page, "step"); left >= -1; left--) await page.keyboard.press("ArrowLeft");
  expect(await at(page, 0)).toBe(start);
  await page.keyboard.press("ArrowRight");
  await at(page, 1);
  await page.selectOption("[name=optimizer]", "momentum");
  await page.waitForSelector("text=Kept the weights. The state of momentum begins anew.");
  await page.fill("[name=batch]", "25");
  await page.keyboard.press("Control+z"); // the field's own
  expect(await page.inputValue("[name=optimizer]")).toBe("momentum");
  await page.evaluate("document.activeElement.blur()");
  await page.keyboard.press("Control+z");
  if ((await page.inputValue("[name=optimizer]")) === "momentum") await page.keyboard.press("Control+z");
  await at(page, 1);
  expect(await page.inputValue("[name=optimizer]")).toBe("adam");
  await page.focus("text=Keys");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#keys >> text=one step back");
  await page.keyboard.press("Escape");
  await page.waitForSelector("#keys", { state: "hidden" });
  expect(faults).toEqual([]);
  await page.close();
});

test.each(["light", "dark"] as const)("axe finds nothing serious in the past of a run, %s", async (colorScheme) => {
  for (const width of colorScheme === "light" ? [1280] : [390]) {
    const { page, faults } = await lab({ width, colorScheme, isCalm: true });
    for (let epoch = 1; epoch <= 3; epoch++) {
      await page.click("button:text('Epoch')");
      await until(page, "epoch", (found) => found === epoch);
    }
    await slideTo(page, 60);
    const folder = process.env.SCREENSHOTS;
    if (folder !== undefined) {
      mkdirSync(folder, { recursive: true });
      await page.screenshot({ path: join(folder, `time-${width}-${colorScheme}.png`), fullPage: width < 500 });
    }
    expect(await seriousViolations(page)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
    expect(faults).toEqual([]);
    await page.close();
  }
});
