/** The lab in Chromium by the keyboard alone, and its list of neurons and weights. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { figure, type Lab, openLab, seriousViolations, until } from "./labPage.ts";

let lab: Lab;

beforeAll(async () => {
  lab = await openLab();
});

afterAll(() => lab?.close());

/** A selector, or what the element says. */
type Target = string | { readonly text: string };

/** Goes on by Tab until the element is reached; what has the focus must be seen to have it. */
async function tabTo(page: Page, target: Target): Promise<void> {
  const condition =
    typeof target === "string" ? `matches(${JSON.stringify(target)})` : `textContent.trim() === "${target.text}"`;
  for (let tries = 0; tries < 150; tries++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate<boolean>(`document.activeElement.${condition}`)) {
      expect(await page.evaluate("document.activeElement.matches(':focus-visible')")).toBe(true);
      return;
    }
  }
  throw new Error(`${JSON.stringify(target)} is not reached by Tab`);
}

async function press(page: Page, target: Target, key = "Enter"): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press(key);
}

test("the keyboard alone does the main job: pause, step, other data, one unit more, a look at a weight, and on", async () => {
  const { page, faults } = await lab.open();
  await until(page, "step", (step) => step > 0);
  await page.keyboard.press("Tab");
  expect(await page.textContent(":focus")).toBe("Skip to the network");
  await page.keyboard.press("Enter");
  expect(await page.textContent(":focus")).toBe("Network");
  await page.reload();
  await until(page, "step", (step) => step > 0);
  await press(page, ".controls .primary");
  await page.waitForSelector("text=▶ Play");
  await page.waitForTimeout(300);
  const paused = await figure(page, "step");
  await press(page, { text: "Step" });
  await until(page, "step", (step) => step === paused + 1);
  await tabTo(page, "[name=data]");
  await page.keyboard.type("Circles");
  await until(page, "step", (step) => step === 0);
  expect(await page.inputValue("[name=data]")).toBe("circles");
  await press(page, '[aria-label="Add a unit to hidden layer 1"]', "Space");
  await page.waitForSelector('[aria-label="Hidden layer 1, unit 9"]');
  await press(page, '[aria-label="Hidden layer 1, unit 9"]');
  await page.waitForSelector(".into");
  await press(page, ".into button");
  await page.waitForSelector("[name=weight]");
  await press(page, ".controls .primary", "Space"); // beyond the end of the page its start comes again
  await until(page, "step", (step) => step > 100);
  expect(faults).toEqual([]);
  await page.close();
});

test("the drawing is there as a list: layers, neurons, biases and weights, the numbers of the run", async () => {
  const { page, faults } = await lab.open({ hash: "#data=circles&hidden=3-2" });
  await until(page, "step", (step) => step > 0);
  await press(page, ".controls .primary");
  await page.waitForSelector("text=▶ Play");
  await page.hover('[aria-label="Hidden layer 2, unit 2"]');
  const shown = await page.locator("#neuron-details td").allTextContents();
  await page.mouse.move(0, 0);
  await press(page, "details.panel > summary");
  await page.waitForSelector(".neuron-list");
  expect(await page.locator(".neuron-list > ul > li > details > summary").allTextContents()).toEqual([
    "Hidden layer 1: 3 neurons, tanh",
    "Hidden layer 2: 2 neurons, tanh",
    "Output layer: 1 neuron, identity",
  ]);
  await press(page, ".neuron-list > ul > li:nth-child(2) > details > summary");
  await press(page, ".neuron-list > ul > li:nth-child(2) li:nth-child(2) summary");
  await page.waitForSelector(".neuron-list table");
  const [bias] = await page.locator(".neuron-list li:nth-child(2) li:nth-child(2) summary").allTextContents();
  const weights = await page.locator(".neuron-list td").allTextContents();
  expect([bias.replace(/^.*bias /, ""), ...weights]).toEqual(shown);
  expect(await page.locator(".neuron-list th").allTextContents()).toEqual([
    "from Hidden layer 1, unit 1",
    "from Hidden layer 1, unit 2",
    "from Hidden layer 1, unit 3",
  ]);
  expect(await seriousViolations(page)).toEqual([]);
  expect(faults).toEqual([]);
  await page.close();
});
