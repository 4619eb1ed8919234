/**
 * The lab in Chromium, from its build and by its own server. With the environment variable SCREENSHOTS naming a folder,
 * pictures of it are left there to be looked at.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { figure, type Lab, openLab, seriousViolations, until } from "./labPage.ts";

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
    const { page, faults } = await lab({ hash: "#data=circles&hidden=5-3&seed=11&dropout=0.2" });
    await page.click("text=Pause");
    await page.click("text=Reset");
    if (isSlow) for (let step = 0; step < 40; step++) await page.click("button:text-is('Step')");
    else await page.click("button:text('Epoch')");
    await until(page, "step", (step) => step === 40);
    found.push((await page.textContent("[data-figure=fingerprint]")) ?? "");
    expect(faults).toEqual([]);
    await page.close();
  }
  expect(found[0]).toMatch(/^[0-9a-f]{8}$/);
  expect(found[1]).toBe(found[0]);
});

test("the keyboard alone pauses, makes a step, and changes the learning rate of the run", async () => {
  const { page, faults } = await lab();
  await until(page, "step", (step) => step > 0);
  const tabTo = async (expression: string): Promise<void> => {
    for (let tries = 0; tries < 60; tries++) {
      if (await page.evaluate<boolean>(`document.activeElement?.matches(${JSON.stringify(expression)}) === true`))
        return;
      await page.keyboard.press("Tab");
    }
    throw new Error(`${expression} is not reached by Tab`);
  };
  await tabTo(".primary");
  await page.keyboard.press("Enter");
  await page.waitForSelector("text=Play");
  await page.waitForTimeout(300);
  const paused = await figure(page, "step");
  await tabTo('[title="One step: one batch"]');
  await page.keyboard.press("Enter");
  await until(page, "step", (step) => step === paused + 1);
  await tabTo("[name=rate]");
  await page.keyboard.press("Control+A");
  await page.keyboard.type("0.5");
  await page.keyboard.press("Enter");
  await page.waitForSelector(`text=The learning rate is 0.5 from step ${paused + 1} on`);
  expect(await figure(page, "step")).toBe(paused + 1);
  await tabTo('[aria-label="Hidden layer 1, unit 2"]');
  expect(await page.textContent("#neuron-details")).toMatch(/Hidden layer 1, unit 2.*bias.*weight from x₁/s);
  expect(faults).toEqual([]);
  await page.close();
});

test("training that diverges says so in the library's words", async () => {
  const { page, faults } = await lab({ hash: "#data=hills&optimizer=sgd&rate=10&activation=relu&hidden=12-12" });
  expect(await page.textContent(".fault")).toMatch(/not finite|NaN|infinit/i);
  expect(faults).toEqual([]);
  await page.close();
});

test("a link with values that the lab does not take names them", async () => {
  const { page } = await lab({ hash: "#data=moons&noise=70&seed=4" });
  const notes = (await page.locator(".message").allTextContents()).join("\n");
  expect(notes).toMatch(/data=moons/);
  expect(notes).toMatch(/noise=70/);
  expect(await page.inputValue("[name=seed]")).toBe("4");
  await page.close();
});

test.each(["light", "dark"] as const)(
  "axe finds nothing serious in the %s theme, on a desktop and a phone",
  async (colorScheme) => {
    for (const width of [1280, 390]) {
      const { page, faults } = await lab({ width, colorScheme });
      await until(page, "step", (step) => step > 0);
      if (screenshots !== undefined) {
        await page.waitForTimeout(12_000);
        mkdirSync(screenshots, { recursive: true });
        await page.screenshot({ path: join(screenshots, `lab-${width}-${colorScheme}.png`), fullPage: width < 500 });
      }
      expect(await seriousViolations(page)).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
      expect(faults).toEqual([]);
      await page.close();
    }
  },
);
