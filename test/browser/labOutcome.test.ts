/** The lab's views of a run's outcome, and runs side by side, in Chromium. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { figure, type Lab, openLab, seriousViolations, until } from "./labPage.ts";

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
async function pausedAt(page: Page, epochs: number): Promise<void> {
  await page.click("text=Pause");
  await page.click("text=Reset");
  for (let epoch = 0; epoch < epochs; epoch++) {
    await page.click("button:text('Epoch')");
    await until(page, "epoch", (value) => value === epoch + 1);
  }
}

test("the arrow keys go from one view of the outcome to the next", async () => {
  const { page, faults } = await lab();
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

test("the confusion matrix counts the validation rows, and with the metrics it follows a change to the training rows", async () => {
  const { page, faults } = await lab({ hash: "#data=circles&hidden=3&seed=4" });
  await pausedAt(page, 3);
  await openView(page, "Mistakes");
  const counted = (table: string[][]): number => table.flat().reduce((sum, cell) => sum + Number(cell), 0);
  const share = (table: string[][]): number =>
    (100 * table.reduce((sum, row, at) => sum + Number(row[at]), 0)) / counted(table);
  const validation = await cells(page, "[data-view=confusion]");
  expect(counted(validation)).toBe(100);
  expect(share(validation)).toBeCloseTo(await figure(page, "accuracy"), 1);
  await page.click("text=400 training rows");
  let training = validation;
  while (counted(training) !== 400) training = await cells(page, "[data-view=confusion]");
  expect(share(training)).toBeCloseTo(await figure(page, "accuracy"), 1);
  expect(faults).toEqual([]);
  await page.close();
});

test.each(["light", "dark"] as const)(
  "axe finds nothing serious in any view of the outcome, %s theme",
  async (theme) => {
    for (const width of [1280, 390]) {
      const { page, faults } = await lab({ width, colorScheme: theme });
      await until(page, "step", (step) => step > 200);
      await page.click("text=Pause");
      for (const name of await page.locator("[role=tab]").allTextContents()) {
        await openView(page, name);
        if (name !== "Output") await page.waitForSelector(".view");
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
