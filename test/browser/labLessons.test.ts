/** The lessons of the lab in Chromium: what each asks for isn't done at first, and is after the reader has done it, by keyboard. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { press, tabTo } from "./keys.ts";
import { figure, type Lab, openLab, seriousViolations, until } from "./labPage.ts";

let lab: Lab;

beforeAll(async () => {
  lab = await openLab();
});

afterAll(() => lab?.close());

/** Opens a lesson by its link. The run stands still, and nothing is done. */
async function lesson(number: number) {
  const opened = await lab.open({ hash: `#lesson=${number}` });
  const { page } = opened;
  await page.waitForSelector(`.lesson h2:has-text("Lesson ${number}")`);
  await page.waitForSelector(".neuron");
  expect(await figure(page, "step")).toBe(0);
  expect(await status(page)).toBe("");
  return opened;
}

const status = async (page: Page): Promise<string> => (await page.textContent(".lesson-status")) ?? "";
const doneTasks = (page: Page): Promise<number> => page.locator(".tasks .is-done").count();

/** Waits for the page to say that the lesson is done. */
async function isDone(page: Page): Promise<void> {
  await page.waitForSelector(".lesson-status:has-text('Done.')", { timeout: 120_000 });
}

/** Puts a number into the field that Tab finds. */
async function enter(page: Page, selector: string, value: string): Promise<void> {
  await tabTo(page, selector);
  await page.keyboard.press("Control+A");
  await page.keyboard.type(value);
  await page.keyboard.press("Enter");
}

test("lesson 1: making steps does not do it, setting the weights by hand does", async () => {
  const { page, faults } = await lesson(1);
  await press(page, { text: "Epoch" });
  await until(page, "validationScore", (percent) => percent > 90);
  expect(await status(page)).toBe("");
  await press(page, { text: "↺ Reset" });
  await until(page, "step", (step) => step === 0);
  for (const [input, value] of [
    [0, "-3"],
    [1, "1"],
    [0, "1"],
  ]) {
    await press(page, '[aria-label="Output unit 1"]');
    await page.waitForSelector(".into");
    await press(page, `.into [data-place="W.0.0.${input}"]`);
    await page.waitForSelector(`.weight-box:has-text("0.0.${input}")`);
    expect(await status(page)).toBe("");
    await enter(page, "[name=weight]", String(value));
    await page.waitForSelector("text=/Put .* back/");
  }
  await isDone(page);
  expect(await figure(page, "step")).toBe(0);
  expect(faults).toEqual([]);
  await page.close();
});

test("lesson 1: weights that were kept from steps are not set by hand", async () => {
  const { page, faults } = await lesson(1);
  await press(page, { text: "Epoch" });
  await until(page, "validationScore", (percent) => percent > 90);
  await enter(page, "[name=batch]", "9");
  await page.waitForSelector("text=/Kept the weights/");
  await until(page, "step", (step) => step === 0);
  await page.waitForTimeout(300);
  expect(await figure(page, "validationScore")).toBeGreaterThan(90);
  expect(await status(page)).toBe("");
  expect(faults).toEqual([]);
  await page.close();
});

test("lesson 2: the given learning rate is too small, a larger one does it within an epoch", async () => {
  const { page, faults } = await lesson(2);
  await press(page, { text: "Epoch" });
  await until(page, "step", (step) => step === 40);
  expect(await status(page)).toBe("");
  await enter(page, "[name=rate]", "0.02");
  await press(page, { text: "↺ Reset" });
  await until(page, "step", (step) => step === 0);
  expect(await status(page)).toBe("");
  await press(page, { text: "Epoch" });
  await isDone(page);
  await press(page, { text: "Next: The chain rule" });
  await page.waitForSelector(".lesson h2:has-text('Lesson 3')");
  expect(await page.evaluate("document.activeElement.textContent")).toBe("Lesson 3: The chain rule");
  expect(new URL(page.url()).hash).toBe("#lesson=3-the-chain-rule");
  expect(await page.title()).toBe("Lesson 3: The chain rule, gradus lab");
  expect(await page.locator('.lesson-numbers [aria-label^="Lesson 2"][aria-label$="done"]').count()).toBe(1);
  await page.reload();
  await page.waitForSelector('.lesson-numbers [aria-label^="Lesson 2"][aria-label$="done"]');
  expect(faults).toEqual([]);
  await page.close();
});

test("lesson 3: a wrong prediction counts for nothing, two right ones in a row do", async () => {
  const { page, faults } = await lesson(3);
  await press(page, { text: "Show the derivation" });
  await page.waitForSelector(".example");
  for (const [isRight, words] of [
    [true, /^Right: .* 1 of 2/],
    [false, /^No: .* 0 of 2/],
    [true, /^Right: .* 1 of 2/],
    [true, /^✓ Done/],
  ] as const) {
    const step = await figure(page, "step");
    await page.waitForSelector(`.derivation h2:has-text("step ${step + 1}")`);
    const target = await page.textContent(".example dl > :nth-child(2) dd");
    const answer = (target?.trim() === "1") === isRight ? "larger" : "smaller";
    await page.focus(`[name=lesson-answer][value=${answer}]`);
    await page.keyboard.press("Space");
    await press(page, { text: "Step" });
    await until(page, "step", (now) => now === step + 1);
    for (let tries = 0; tries < 1200 && !words.test(await status(page)); tries++) await page.waitForTimeout(100);
    expect(await status(page)).toMatch(words);
  }
  expect(faults).toEqual([]);
  await page.close();
});

test("lesson 3: a network without the hidden layer is no fault, and the lesson goes on with it again", async () => {
  const { page, faults } = await lesson(3);
  await press(page, '[aria-label="Remove the last hidden layer"]');
  await page.waitForSelector('[aria-label^="Hidden layer 1"]', { state: "detached", timeout: 120_000 });
  await press(page, { text: "Undo" });
  await page.waitForSelector('[aria-label="Hidden layer 1, unit 1"]', { timeout: 120_000 });
  await page.focus("[name=lesson-answer][value=larger]");
  await page.keyboard.press("Space");
  await press(page, { text: "Step" });
  await page.waitForSelector(".lesson-status:has-text('of 2 in a row')");
  expect(faults).toEqual([]);
  await page.close();
});

test("lesson 4: one neuron does not separate the points, a hidden layer does; then δ of the hidden neurons is looked at", async () => {
  const { page, faults } = await lesson(4);
  await press(page, ".controls .primary");
  await until(page, "step", (step) => step > 400);
  expect(await doneTasks(page)).toBe(0);
  await press(page, '[aria-label="Add a hidden layer"]');
  for (let more = 0; more < 4; more++) await press(page, '[aria-label="Add a unit to hidden layer 1"]');
  await page.waitForSelector(".tasks .is-done", { timeout: 120_000 });
  expect(await status(page)).toBe("");
  await press(page, ".controls .primary");
  await press(page, { text: "Show the derivation" });
  await page.waitForSelector(".derivation .position");
  expect(await status(page)).toBe("");
  await page.keyboard.press("Tab");
  await tabTo(page, ".steps li:nth-child(4) button");
  await page.keyboard.press("Enter");
  await isDone(page);
  expect(faults).toEqual([]);
  await page.close();
});

test("lesson 5: the loss falls too slowly, then training diverges, then a rate in between does it", async () => {
  const { page, faults } = await lesson(5);
  await press(page, ".controls .primary");
  await until(page, "step", (step) => step > 400);
  expect(await doneTasks(page)).toBe(0);
  await enter(page, "[name=rate]", "5");
  await page.waitForSelector(".message.fault");
  await page.waitForSelector(".tasks .is-done");
  expect(await status(page)).toBe("");
  await enter(page, "[name=rate]", "0.03");
  await tabTo(page, "[name=speed]");
  await page.keyboard.type("as fast");
  await isDone(page);
  expect(faults).toEqual([]);
  await page.close();
});

test("lesson 6: a two-dimensional set does not count, a table that is predicted better than the baseline does", async () => {
  const { page, faults } = await lesson(6);
  await press(page, ".controls .primary");
  await until(page, "validationScore", (percent) => percent > 90);
  expect(await status(page)).toBe("");
  await tabTo(page, "[name=data]");
  await page.keyboard.type("Penguins");
  await isDone(page);
  expect(faults).toEqual([]);
  await page.close();
});

test.each(["light", "dark"] as const)(
  "a lesson leaves the drawing in sight and axe finds nothing serious in it, in the %s theme, light on a desktop and dark on a phone",
  async (colorScheme) => {
    for (const width of colorScheme === "light" ? [1280] : [390]) {
      const { page, faults } = await lab.open({ hash: "#lesson=3", width, colorScheme });
      await page.waitForSelector(".lesson");
      await page.waitForSelector(".neuron");
      expect(await seriousViolations(page)).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
      expect(await page.evaluate<number>(drawingInSight)).toBeGreaterThan(0.9);
      await page.click(".lesson .heading button");
      expect(await page.locator(".lesson").count()).toBe(0);
      expect(faults).toEqual([]);
      await page.close();
    }
  },
);

/** The share of the neurons that nothing covers, when the network has been gone to. */
const drawingInSight = `(() => {
  document.querySelector(".network").scrollIntoView({ block: innerWidth < 500 ? "start" : "nearest" });
  const neurons = [...document.querySelectorAll(".neuron")].map((neuron) => {
    const { x, y, width, height } = neuron.getBoundingClientRect();
    return document.elementFromPoint(x + width / 2, y + height / 2) === neuron;
  });
  return neurons.filter(Boolean).length / neurons.length;
})()`;

test("a link to a lesson that is none says so", async () => {
  const { page } = await lab.open({ hash: "#lesson=7" });
  expect(await page.textContent(".message")).toMatch(/lesson=7/);
  await page.close();
});
