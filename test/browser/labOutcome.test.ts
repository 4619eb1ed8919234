/** The lab's views of a run's outcome, and runs side by side, in Chromium. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { defaults, type Setting } from "../../lab/src/setting.ts";
import { classProbabilities } from "../../lab/src/worker/classProbabilities.ts";
import { Run } from "../../lab/src/worker/run.ts";
import { classificationMetrics, regressionMetrics, reliability } from "../../src/entries/network.ts";
import { drop, figure, type Lab, openLab, seriousViolations, until, type View } from "./labPage.ts";

const screenshots = process.env.SCREENSHOTS;

let opener: Lab;
const lab: Lab["open"] = (view) => opener.open(view);

beforeAll(async () => {
  opener = await openLab();
});

afterAll(() => opener?.close());

const openView = async (page: Page, name: string): Promise<void> => {
  await page.click(`[role=tab]:text-is("${name}")`);
};

/** The cells of a table of numbers, without their heads. */
const cells = async (page: Page, table: string): Promise<string[][]> => {
  await page.waitForSelector(`${table} td`);
  return page.$$eval(`${table} tbody tr`, (rows) =>
    rows.map((row) => [...row.querySelectorAll("td")].map((cell) => cell.textContent ?? "")),
  );
};

/** A run that has made some epochs and stands still. */
async function pausedAt(hash: string, epochs: number, view: View = {}) {
  const { page, faults } = await lab({ hash, isCalm: true, ...view });
  for (let epoch = 0; epoch < epochs; epoch++) {
    await page.click("button:text('Epoch')");
    await until(page, "epoch", (value) => value === epoch + 1);
  }
  return { page, faults };
}

test("the arrow keys go from one view of the outcome to the next", async () => {
  const { page, faults } = await lab({ isCalm: true });
  await page.focus("[role=tab][aria-selected=true]");
  await page.keyboard.press("ArrowRight");
  expect(await page.textContent("[role=tab]:focus")).toBe("Mistakes");
  await page.waitForSelector("[data-view=confusion] td");
  await page.keyboard.press("ArrowLeft");
  expect(await page.textContent("[role=tab][aria-selected=true]")).toBe("Output");
  await page.keyboard.press("End");
  expect(await page.getAttribute("[role=tab]:last-child", "aria-selected")).toBe("true");
  expect(faults).toEqual([]);
  await page.close();
});

/** The same run here as on the page, with the outputs of its rows. */
async function sameRun(setting: Partial<Setting>, steps: number) {
  const run = await Run.open({ ...defaults, ...setting });
  await run.advance(steps);
  const { data } = run;
  const outputs = await run.outputs();
  return {
    targets: data.targets,
    training: data.training,
    responses: data.task === "surface" ? outputs : classProbabilities(outputs, data.targets.length),
    dispose: () => run.dispose(),
  };
}

test("metrics and confusion matrix are the library's for the outputs of the validation rows, and of the training rows", async () => {
  const { page, faults } = await pausedAt("#data=circles&hidden=3&seed=4", 3);
  const same = await sameRun({ data: "circles", hidden: [3], seed: 4 }, 120);
  const { targets, responses, training, dispose } = same;
  await openView(page, "Mistakes");
  for (const [label, from, to] of [
    ["100 validation rows", training, 500],
    ["400 training rows", 0, training],
  ] as const) {
    const expected = classificationMetrics(responses.subarray(from * 2, to * 2), targets.subarray(from, to), 2);
    await page.click(`text=${label}`);
    await until(page, "logLoss", (loss) => loss === Number(expected.logLoss.toFixed(4)));
    expect(await cells(page, "[data-view=confusion]")).toEqual(expected.confusion.map((row) => row.map(String)));
    expect(await figure(page, "accuracy")).toBeCloseTo(expected.accuracy * 100, 1);
    expect(await figure(page, "rocAuc")).toBeCloseTo(expected.rocAuc ?? -1, 4);
  }
  dispose();
  expect(faults).toEqual([]);
  await page.close();
});

test("a row among the worst mistakes is the one with the largest loss, and choosing it rings its point in the map", async () => {
  const { page, faults } = await pausedAt("#data=xor&hidden=2&seed=4", 1);
  const { targets, responses, training, dispose } = await sameRun({ data: "xor", hidden: [2], seed: 4 }, 40);
  const probability = (row: number): number => responses[row * 2 + targets[row]];
  const rows = Array.from({ length: 100 }, (_, at) => training + at);
  const worst = rows.reduce((found, row) => (probability(row) < probability(found) ? row : found));
  await openView(page, "Mistakes");
  await page.waitForSelector("[data-view=worst]");
  const [[, , loss]] = await cells(page, "[data-view=worst]");
  expect(Number(loss)).toBeCloseTo(-Math.log(probability(worst)), 4);
  const before = await mapPicture(page);
  await page.click("[data-view=worst] button >> nth=0");
  expect(await page.textContent("[data-view=marked]")).toContain(`Row ${worst + 1}`);
  expect(await mapPicture(page)).not.toBe(before);
  dispose();
  expect(faults).toEqual([]);
  await page.close();
});

const mapPicture = async (page: Page): Promise<string> => {
  await page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))");
  return await page.$eval(".map", (canvas) => (canvas as unknown as { toDataURL(): string }).toDataURL());
};

test("beside the curves stands the loss and accuracy of the baseline, as the library has them", async () => {
  for (const [data, loss, shares] of [
    ["gauss", "binaryCrossEntropy", 2],
    ["pinwheel", "crossEntropy", 3],
  ] as const) {
    const { page, faults } = await lab({ hash: `#data=${data}`, isCalm: true });
    const { targets, training, dispose } = await sameRun({ data, loss }, 0);
    const counts = Array.from(
      { length: shares },
      (_, k) => targets.subarray(0, training).filter((d) => d === k).length,
    );
    const validation = targets.subarray(training);
    const same = Array.from(validation, () => counts.map((count) => count / training)).flat();
    const { logLoss, accuracy } = classificationMetrics(same, validation, shares);
    expect(await until(page, "baselineLoss", (loss) => !Number.isNaN(loss))).toBeCloseTo(logLoss, 4);
    expect(await figure(page, "baselineScore")).toBeCloseTo(accuracy * 100, 1);
    dispose();
    expect(faults).toEqual([]);
    await page.close();
  }
});

test("the curves are read out at an epoch, by the arrow keys and under the pointer", async () => {
  const { page, faults } = await pausedAt("#data=circles&hidden=3&seed=4", 2);
  const last = await page.textContent("[data-figure=validationLoss] >> nth=-1");
  await page.focus('[aria-label^="Loss over the epochs"]');
  await page.keyboard.press("End");
  const reading = "[data-view=readingLoss]";
  expect(await page.textContent(reading)).toMatch(/^epoch 2: training 0\.\d+, validation 0\.\d+$/);
  expect(await page.textContent(reading)).toContain(last?.trim());
  expect(await page.getAttribute(":focus", "aria-valuetext")).toBe(await page.textContent(reading));
  await page.keyboard.press("ArrowLeft");
  expect(await page.textContent(reading)).toMatch(/^epoch 1: /);
  await page.keyboard.press("Escape");
  expect(await page.locator(reading).count()).toBe(0);
  await page.hover('[aria-label^="Accuracy over the epochs"]', { position: { x: 42, y: 40 } });
  expect(await page.textContent("[data-view=readingScore]")).toMatch(/^epoch 0: training \d+\.\d %/);
  await page.check("[name=logLoss]");
  expect(faults).toEqual([]);
  await page.close();
});

test("a row that is written, or pointed at in the map, is answered with the network's probabilities", async () => {
  const { page, faults } = await pausedAt("#data=circles&hidden=3&seed=4", 2);
  const run = await Run.open({ ...defaults, data: "circles", hidden: [3], seed: 4 });
  await run.advance(80);
  const [probability] = await run.responsesTo(Float32Array.of(1.5, -2));
  run.dispose();
  await openView(page, "Predict");
  await page.fill("[name='row-x₁']", "1.5");
  await page.fill("[name='row-x₂']", "-2");
  const yes = `${(probability * 100).toFixed(1)} %`;
  await page.waitForSelector(`[data-view=answer] tr:last-child td:text-is("${yes}")`);
  await page.fill("[name='row-x₂']", "two");
  await page.waitForSelector("text=x₂: expected a finite number, found two.");
  await page.hover("canvas.map", { position: { x: 20, y: 20 } });
  expect(Number(await page.inputValue("[name='row-x₂']"))).toBeGreaterThan(4);
  await page.waitForSelector("[data-view=answer]");
  expect(faults).toEqual([]);
  await page.close();
});

test("a row of a table is written by its columns, and a value that a column does not take is named", async () => {
  const { page, faults } = await pausedAt("#data=penguins", 1);
  await openView(page, "Predict");
  await page.waitForSelector("[data-view=answer] tr:nth-child(3) td");
  const shares = (await cells(page, "[data-view=answer]")).map(([share]) => Number.parseFloat(share));
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(100, 0);
  await page.fill(".row-fields input[inputmode=decimal] >> nth=0", "long");
  await page.waitForSelector('text=/is a number column with the text "long"/');
  expect(faults).toEqual([]);
  await page.close();
});

test("columns called as what every object has, and values without a space, are typed, taken and shown within a phone's width", async () => {
  const { page, faults } = await lab({ isCalm: true, width: 390 });
  const rows = Array.from({ length: 40 }, (_, i) => `${i},${i % 3},${i % 2 === 0 ? "no" : "yes".repeat(60)}`);
  await drop(page, "cars.csv", `constructor,toString,y\n${rows.join("\n")}\n`);
  await page.waitForSelector("text=Columns of cars.csv");
  expect(await page.inputValue("[aria-label='How constructor is taken']")).toBe("");
  await openView(page, "Predict");
  await page.waitForSelector("[data-view=answer] tr:nth-child(2) td");
  expect(await page.inputValue("[name=row-toString]")).toBe("");
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
  expect(faults).toEqual([]);
  await page.close();
});

test("the calibration is the library's for the probabilities of the validation rows", async () => {
  const { page, faults } = await pausedAt("#data=circles&hidden=3&seed=4", 3);
  const { targets, responses, training, dispose } = await sameRun({ data: "circles", hidden: [3], seed: 4 }, 120);
  await openView(page, "Probabilities");
  const { ece, brier, bins } = reliability(responses.subarray(training * 2), targets.subarray(training), 2, 10);
  expect(await until(page, "ece", (value) => value > 0)).toBeCloseTo(ece, 4);
  expect(await figure(page, "brier")).toBeCloseTo(brier, 4);
  const shown = (await cells(page, "[data-view=bins]")).map(([count]) => Number(count));
  expect(shown).toEqual(bins.map(({ count }) => count).filter((count) => count > 0));
  dispose();
  expect(faults).toEqual([]);
  await page.close();
});

test("a surface shows its errors, and the predicted against the true values, with the library's R²", async () => {
  const { page, faults } = await pausedAt("#data=hills&hidden=4&seed=4", 2);
  const setting = { data: "hills", loss: "meanSquaredError", hidden: [4], seed: 4 } as const;
  const { targets, responses, training, dispose } = await sameRun(setting, 80);
  const expected = regressionMetrics(responses.subarray(training), targets.subarray(training));
  await openView(page, "Fit");
  expect(await until(page, "fitR2", (value) => !Number.isNaN(value))).toBeCloseTo(expected.r2 ?? 9, 4);
  await openView(page, "Errors");
  expect(await until(page, "rmse", (value) => value > 0)).toBeCloseTo(expected.rmse, 4);
  expect(await page.textContent("[data-view=mistakes]")).toContain("training rows first, then validation rows");
  const [[, , error]] = await cells(page, "[data-view=worst]");
  const largest = Math.max(
    ...Array.from({ length: 100 }, (_, at) => Math.abs(responses[training + at] - targets[training + at])),
  );
  expect(Math.abs(Number(error.replace("−", "-")))).toBeCloseTo(largest, 4);
  dispose();
  expect(faults).toEqual([]);
  await page.close();
});

const widths = ({ scrollWidth, clientWidth }: { scrollWidth: number; clientWidth: number }) => ({
  scrolled: scrollWidth,
  seen: clientWidth,
});

test("a kept run stands beside the next one by what differs, and restored it has its setting, step and losses again", async () => {
  const { page, faults } = await pausedAt("#data=circles&hidden=3&seed=4", 2);
  const loss = await figure(page, "validationLoss");
  await openView(page, "Runs");
  await page.click("text=Keep this run");
  await page.fill("[name=l2]", "0.01");
  await page.press("[name=l2]", "Enter");
  await until(page, "step", (step) => step === 0);
  await page.click("text=Reset");
  await page.click("button:text('Epoch')");
  await until(page, "epoch", (epoch) => epoch === 1);
  const titles = await page.locator("table.runs tbody:first-of-type th").allTextContents();
  expect(titles).toEqual(["L2", "Accuracy", "Validation loss", "Least loss", "at epoch", "Step"]);
  const figures = await cells(page, "table.runs");
  const row = (title: string) => figures[titles.indexOf(title)];
  expect(row("L2")).toEqual(["0", "0.01"]);
  expect(row("Step")).toEqual(["80", "40"]);
  expect(Number(row("Validation loss")[0])).toBe(Number(loss.toFixed(4)));
  const table = await page.locator("section.scroll:has(.runs)").evaluate(widths);
  expect(table.scrolled).toBe(table.seen); // beside each other, without a scroll
  await page.evaluate(`{
    const data = document.querySelector("[name=data]");
    data.value = "digits";
    data.dispatchEvent(new Event("change", { bubbles: true }));
    // At once: the figures that are shown are still those of the run before, which has another setting.
    [...document.querySelectorAll("button")].find(({ textContent }) => textContent === "Keep this run").click();
  }`);
  await page.waitForSelector("text=Columns of digits");
  expect(await page.locator("[aria-label^='Restore run']").count()).toBe(1);
  await page.click("[aria-label='Restore run A']");
  await until(page, "step", (step) => step === 80);
  expect(await figure(page, "validationLoss")).toBe(loss);
  expect(await page.inputValue("[name=l2]")).toBe("0");
  await page.click("[aria-label='Remove run A']");
  expect(await page.locator("table.runs").count()).toBe(0);
  expect(faults).toEqual([]);
  await page.close();
});

test.each(["light", "dark"] as const)(
  "axe finds nothing serious in any view of the outcome, %s theme",
  async (theme) => {
    for (const width of theme === "light" ? [1280] : [390]) {
      const { page, faults } = await pausedAt("", 2, { width, colorScheme: theme });
      for (const name of await page.locator("[role=tab]").allTextContents()) {
        await openView(page, name);
        if (name !== "Output") await page.waitForSelector(".view");
        if (name === "Runs") await page.click("text=Keep this run");
        if (screenshots !== undefined) await picture(page, `${name}-${width}-${theme}`);
        expect(await seriousViolations(page), name).toEqual([]);
        expect(await page.evaluate("document.documentElement.scrollWidth"), name).toBeLessThanOrEqual(width);
      }
      expect(faults).toEqual([]);
      await page.close();
    }
  },
);

async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(screenshots ?? "", { recursive: true });
  await page.waitForTimeout(800);
  await page.screenshot({ path: join(screenshots ?? "", `outcome-${name}.png`), fullPage: true });
}
