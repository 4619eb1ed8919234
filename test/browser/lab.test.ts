/**
 * The lab in Chromium, from its build and by its own server. With the environment variable SCREENSHOTS naming a folder,
 * pictures of it are left there to be looked at.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { optimizers } from "../../src/entries/network.ts";
import { hiddenActivations } from "../../src/network/activations.ts";
import { type Lab, openLab, seriousViolations, until } from "./labPage.ts";

const screenshots = process.env.SCREENSHOTS;

let opener: Lab;
const lab: Lab["open"] = (view) => opener.open(view);

beforeAll(async () => {
  opener = await openLab();
});

afterAll(() => opener?.close());

test("the first visit learns two spirals to an accuracy above 0.95 within a minute, untouched", async () => {
  const { page, faults } = await lab();
  expect(await until(page, "validationScore", (percent) => percent > 95)).toBeGreaterThan(95);
  expect(await page.evaluate("crossOriginIsolated")).toBe(true);
  expect(faults).toEqual([]);
  await page.close();
});

test("a link reproduces the run to the bit, whatever the speed", async () => {
  const found: string[] = [];
  for (const isSlow of [true, false]) {
    const { page, faults } = await lab({
      hash: "#data=circles&rows=100&hidden=5-3&seed=11&dropout=0.2",
      isCalm: isSlow,
    });
    if (isSlow) {
      for (let step = 0; step < 8; step++) await page.click("button:text-is('Step')");
    } else {
      await page.click("text=Pause");
      await page.click("text=Reset");
      await page.click("button:text('Epoch')");
    }
    await until(page, "step", (step) => step === 8);
    found.push((await page.textContent("[data-figure=fingerprint]")) ?? "");
    expect(faults).toEqual([]);
    await page.close();
  }
  expect(found[0]).toMatch(/^[0-9a-f]{8}$/);
  expect(found[1]).toBe(found[0]);
});

test("training that diverges says so in the library's words", async () => {
  const { page, faults } = await lab({ hash: "#data=hills&optimizer=sgd&rate=10&activation=relu&hidden=12-12" });
  expect(await page.textContent(".fault")).toMatch(/not finite|NaN|infinit/i);
  expect(faults).toEqual([]);
  await page.close();
});

test("a link with values that the lab does not take names them", async () => {
  const { page } = await lab({ hash: "#data=moons&noise=70&seed=4&seed=5", isCalm: true });
  const notes = (await page.locator(".message").allTextContents()).join("\n");
  expect(notes).toMatch(/data=moons/);
  expect(notes).toMatch(/noise=70/);
  expect(notes).toMatch(/seed more than once/);
  expect(await page.inputValue("[name=seed]")).toBe("5");
  await page.evaluate("location.hash = '#data=xor&seed=8'");
  await page.waitForSelector(".message", { state: "detached" });
  expect(await page.isVisible("button:text('Play')")).toBe(true); // motion is reduced: another link does not begin to move
  await page.close();
});

test("the lab offers every activation and optimizer of the library, and a link and the derivation take new ones", async () => {
  const { page, faults } = await lab({ hash: "#data=xor&hidden=4-3&activations=relu6-hardSwish", isCalm: true });
  const offered = (name: string) => page.$$eval(`[name=${name}] option`, (all) => all.map(({ value }) => value));
  expect(await offered("optimizer")).toEqual(Object.keys(optimizers));
  expect(await offered("activation")).toEqual(["mixed", ...Object.keys(hiddenActivations)]);
  for (const [layer, name] of ["relu6", "hardSwish"].entries()) {
    expect(await page.inputValue(`[aria-label="Activation of hidden layer ${layer + 1}"]`)).toBe(name);
  }
  await page.selectOption("[name=optimizer]", "adaGrad"); // its own rate is the lab's
  await page.waitForFunction("location.hash.includes('optimizer=adaGrad')");
  await page.click("button:text-is('Step')");
  await until(page, "step", (step) => step === 1);
  expect(await page.locator(".message").count()).toBe(0);
  await page.selectOption("[name=optimizer]", "lion");
  await page.waitForSelector(
    ".message:has-text('The learning rate is 0.01; lion has 0.0001 where none is given. Lower it if the loss does not fall.')",
  );
  await page.fill("[name=rate]", "0.001");
  await page.press("[name=rate]", "Enter");
  await page.waitForFunction("location.hash.includes('rate=0.001')");
  expect(await page.locator(".message:has-text('lion has')").count()).toBe(0);
  await page.click("text=Show the derivation");
  await page.waitForSelector("text=/Derivation of step \\d/");
  expect(await page.locator(".fault").count()).toBe(0);
  expect(faults).toEqual([]);
  await page.close();
});

test.each(["light", "dark"] as const)(
  "axe finds nothing serious in the %s theme, on a desktop and a phone",
  async (colorScheme) => {
    const { page, faults } = await lab({ colorScheme, isCalm: screenshots === undefined });
    if (screenshots === undefined) await page.click("button:text('Epoch')");
    await until(page, "step", (step) => step > 0);
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 860 });
      if (screenshots !== undefined) {
        await page.waitForTimeout(12_000);
        mkdirSync(screenshots, { recursive: true });
        await page.screenshot({ path: join(screenshots, `lab-${width}-${colorScheme}.png`), fullPage: width < 500 });
      }
      expect(await seriousViolations(page)).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
    }
    expect(faults).toEqual([]);
    await page.close();
  },
);
