/** The lab in Chromium by the keyboard alone, and its list of neurons and weights. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { press, tabTo } from "./keys.ts";
import { figure, type Lab, openLab, seriousViolations, until } from "./labPage.ts";

let lab: Lab;

beforeAll(async () => {
  lab = await openLab();
});

afterAll(() => lab?.close());

test("the keyboard alone does the main job: pause, step, another rate, other data, one unit more, a look at a weight, on, and a lesson", async () => {
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
  await tabTo(page, "[name=rate]");
  await page.keyboard.press("Control+A");
  await page.keyboard.type("0.5");
  await page.keyboard.press("Enter");
  await page.waitForSelector(`text=The learning rate is 0.5 from step ${paused + 1} on`);
  expect(await figure(page, "step")).toBe(paused + 1);
  await tabTo(page, "[name=data]", "Shift+Tab");
  await page.keyboard.type("Circles");
  await until(page, "step", (step) => step === 0);
  expect(await page.inputValue("[name=data]")).toBe("circles");
  await press(page, '[aria-label="Add a unit to hidden layer 1"]', "Space");
  await page.waitForSelector('[aria-label="Hidden layer 1, unit 9"]');
  await tabTo(page, '[aria-label="Hidden layer 1, unit 9"]');
  expect(await page.textContent("#neuron-details")).toMatch(/Hidden layer 1, unit 9.*bias.*weight from x₁/s);
  await page.keyboard.press("Enter");
  await page.waitForSelector(".into");
  await press(page, ".into button");
  await page.waitForSelector("[name=weight]");
  await press(page, ".controls .primary", "Space"); // beyond the end of the page its start comes again
  await until(page, "step", (step) => step > 100);
  await page.keyboard.press("Space");
  await press(page, { text: "Lessons" });
  await page.waitForSelector(".lesson");
  expect(await page.textContent(":focus")).toBe("Lesson 1: A neuron");
  await press(page, ".lesson .heading button");
  expect(await page.textContent(":focus")).toBe("Lessons");
  expect(await page.locator(".lesson").count()).toBe(0);
  expect(faults).toEqual([]);
  await page.close();
});

test("the drawing is there as a list: layers, neurons, biases and weights, the numbers of the run", async () => {
  const { page, faults } = await lab.open({ hash: "#data=circles&hidden=3-2", isCalm: true });
  await page.click("button:text('Epoch')");
  await until(page, "step", (step) => step === 40);
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
