/** Why the lab's network answers what it answers: effects of columns, explained predictions, a mistake's own cells; in Chromium. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { percent, figure as shown } from "../../lab/src/panels/figure.ts";
import { defaults, type Setting } from "../../lab/src/setting.ts";
import { Run } from "../../lab/src/worker/run.ts";
import { partialDependence, permutationImportance } from "../../src/entries/report.ts";
import { explain, modelOfNetwork, readTable, rowsFromTable, selectRows } from "../../src/node.ts";
import { type Lab, openLab, seriousViolations, until, type View } from "./labPage.ts";

const screenshots = process.env.SCREENSHOTS;
const penguins = fileURLToPath(new URL("../../examples/data/penguins.csv", import.meta.url));

let opener: Lab;
beforeAll(async () => {
  opener = await openLab();
});
afterAll(() => opener?.close());

const openView = (page: Page, name: string): Promise<void> => page.click(`[role=tab]:text-is("${name}")`);

/** The texts of a table's rows, cell by cell. */
const rowsOf = (page: Page, table: string): Promise<string[][]> =>
  page.$$eval(`${table} tbody tr`, (rows) =>
    rows.map((row) => [...row.querySelectorAll("th, td")].map((cell) => (cell.textContent ?? "").trim())),
  );

/** The lab at a step, standing still. */
async function pausedAt(hash: string, epochs: number, view: View = {}) {
  const { page, faults } = await opener.open({ hash, isCalm: true, ...view });
  for (let epoch = 0; epoch < epochs; epoch++) {
    await page.click("button:text('Epoch')");
    await until(page, "epoch", (value) => value === epoch + 1);
  }
  return { page, faults };
}

/** The same run here, with the model of its network without a temperature, disposed of at the end of the block. */
async function sameRun(setting: Partial<Setting>, epochs: number) {
  const own = setting.data === "table" ? { id: 1, table: await readTable(penguins) } : undefined;
  const run = await Run.open({ ...defaults, ...setting }, { own });
  for (let epoch = 0; epoch < epochs; epoch++) await run.advance(run.stepsToEpochEnd);
  const saved = await run.toModel();
  const { temperature: _, formatVersion: _v, libraryVersion: _l, task: _t, further: _f, ...described } = saved.document;
  const model = await modelOfNetwork({ ...described, parameters: saved.parameters });
  saved.dispose();
  return {
    run,
    model,
    [Symbol.dispose]() {
      model.dispose();
      run.dispose();
    },
  };
}

const ofPenguins = { data: "table", target: "species", hidden: [4], seed: 4, loss: "crossEntropy" } as const;

test("the effects are the library's importance and partial dependence of the run's network on its validation rows", async () => {
  const { page, faults } = await pausedAt("#data=penguins&hidden=4&seed=4", 3);
  using same = await sameRun(ofPenguins, 3);
  const [, validation] = same.run.tables;
  const { features, score, rows } = permutationImportance(same.model, validation);
  await openView(page, "Effects");
  await page.click("button:text-is('Compute')");
  await page.waitForSelector("button:text-is('Compute again'):enabled");
  const signed = (value: number): string => `${value > 0 ? "+" : ""}${shown(value)}`;
  expect(await rowsOf(page, "[data-view=importance]")).toEqual(
    features.map(({ name, mean, deviation }) => [name, `${signed(mean)} ± ${shown(deviation)}`]),
  );
  const text = await page.textContent("[data-view=effects]");
  expect(text).toContain(`of ${rows} validation rows`);
  expect(text).toContain(`Unshuffled it is ${shown(score)}.`);
  expect(text).toContain(`Of step ${same.run.step}, where the run is now.`);
  expect(await page.locator(".dependences figcaption").allTextContents()).toEqual(features.map(({ name }) => name));
  await page.selectOption("[name=effectsClass]", { label: "Gentoo" });
  const classes = await page.locator("[name=effectsClass] option").allTextContents();
  for (const { name } of features) {
    const { points } = partialDependence(same.model, validation, name);
    const found = await rowsOf(page, `[data-column="${name}"]`);
    expect(found.map(([, mean]) => mean)).toEqual(points.map(({ mean }) => percent(mean[classes.indexOf("Gentoo")])));
  }
  await page.click("button:text('Epoch')");
  await page.waitForSelector(`text=/Of step ${same.run.step}\\. The run is at step \\d+ now\\./`);
  expect(await seriousViolations(page)).toEqual([]);
  expect(faults).toEqual([]);
  await page.close();
});

test("the inputs of a two-dimensional set have effects too, and after a weight is changed by hand the view says that they are of other weights", async () => {
  const { page, faults } = await pausedAt("#data=hills&hidden=4&seed=4", 2);
  using same = await sameRun({ data: "hills", loss: "meanSquaredError", hidden: [4], seed: 4 }, 2);
  await openView(page, "Effects");
  await page.click("button:text-is('Compute')");
  await page.waitForSelector("button:text-is('Compute again'):enabled");
  const { inputs, targets, training } = same.run.data;
  const rows = Array.from({ length: targets.length - training }, (_, at) => {
    const [x1, x2] = inputs.subarray((training + at) * 2);
    return { x1, x2, height: targets[training + at] };
  });
  const names = { x1: "x₁", x2: "x₂" } as const;
  const { features, metric } = permutationImportance(same.model, rows);
  expect(metric).toBe("rmse");
  expect((await rowsOf(page, "[data-view=importance]")).map(([name]) => name)).toEqual(
    features.map(({ name }) => names[name as "x1"]),
  );
  const { points } = partialDependence(same.model, rows, "x1");
  expect((await rowsOf(page, '[data-column="x₁"]')).map(([, mean]) => mean)).toEqual(
    points.map(({ mean }) => shown(mean[0])),
  );
  await page.focus('[aria-label="Hidden layer 1, unit 1"]');
  await page.keyboard.press("Enter");
  await page.click("button:text('from x₁')");
  await page.fill("[name=weight]", "1.5");
  await page.press("[name=weight]", "Enter");
  await page.waitForSelector(`text=Of step ${same.run.step}, with other weights than the run has now.`);
  expect(faults).toEqual([]);
  await page.close();
});

test("a predicted row shows what each column adds to the background, as the library explains it, and the sum", async () => {
  const { page, faults } = await pausedAt("#data=penguins&hidden=4&seed=4", 3);
  using same = await sameRun(ofPenguins, 3);
  await openView(page, "Predict");
  await page.fill("[name=row-flipper_length_mm]", "220");
  await page.fill("[name=row-island]", "Biscoe");
  await page.waitForSelector("[data-view=attribution] th:has-text('Biscoe')");
  const { temperature: _, ...document } = same.model.document;
  const row = Object.fromEntries(document.encoder.columns.map(({ name }) => [name, null]));
  const given = { ...row, flipper_length_mm: 220, island: "Biscoe" };
  const [explanation] = explain({ document, parameters: same.model.parameters }, [given]);
  const { contributions, prediction, background } = explanation;
  const found = await rowsOf(page, "[data-view=attribution]");
  expect(found).toEqual(
    contributions.map(({ column, value, contribution }) => [
      `${column} ${value ?? "missing"}`,
      `${contribution > 0 ? "+" : ""}${shown(contribution)}`,
    ]),
  );
  const sum = await page.textContent("[data-view=attribution-sum]");
  expect(sum).toContain(`Background ${shown(background)} `);
  expect(sum).toContain(`prediction ${shown(prediction)}`);
  expect(await page.textContent("[data-view=attribution] caption")).toContain(
    `the probability of ${explanation.class}`,
  );
  // It is the answer above, not that of another network.
  expect(await page.textContent("[data-view=answer] .is-marked td")).toBe(percent(prediction));

  const [, validation] = same.run.tables;
  const [taken] = rowsFromTable(selectRows(validation, Uint32Array.of(1)));
  await page.fill("[name=taken-row]", "2");
  await page.click("button:text('Take the row')");
  await page.waitForSelector(`[data-view=taken]:has-text("species is ${taken.species}.")`);
  for (const { name } of document.encoder.columns) {
    expect(await page.inputValue(`[name=row-${name}]`)).toBe(String(taken[name] ?? ""));
  }
  await page.fill("[name=taken-row]", "0");
  await page.click("button:text('Take the row')");
  await page.waitForSelector(`text=Row: expected a whole number from 1 to ${validation.rows}, found 0.`);
  expect(faults).toEqual([]);
  await page.close();
});

test("a chosen mistake of a table shows its own cells, as they were read", async () => {
  const { page, faults } = await pausedAt("#data=penguins&hidden=4&seed=4", 1);
  await openView(page, "Mistakes");
  await page.click("[data-view=worst] button >> nth=0");
  await page.waitForSelector("[data-view=marked] td");
  const caption = (await page.textContent("[data-view=marked] caption")) ?? "";
  const [, row, inFile] = /^Row (\d+).*: row (\d+) of penguins\.csv, as it was read$/.exec(caption) ?? [];
  expect(Number(row)).toBe(Number(await page.textContent("[data-view=worst] button >> nth=0")));
  const table = await readTable(penguins);
  const [cells] = rowsFromTable(selectRows(table, Uint32Array.of(Number(inFile) - 1)));
  expect(await rowsOf(page, "[data-view=marked]")).toEqual(
    Object.entries(cells).map(([column, value]) => [column, String(value ?? "missing")]),
  );
  expect(await seriousViolations(page)).toEqual([]);
  if (screenshots !== undefined) await picture(page, "Mistakes");
  expect(faults).toEqual([]);
  await page.close();
});

test.each(["light", "dark"] as const)(
  "the effects fit the page and pass axe, %s theme, light on a desktop and dark on a phone",
  async (theme) => {
    for (const width of theme === "light" ? [1280] : [390]) {
      const { page, faults } = await pausedAt("#data=penguins", 2, { width, colorScheme: theme });
      await openView(page, "Effects");
      await page.click("button:text-is('Compute')");
      await page.waitForSelector("button:text-is('Compute again'):enabled");
      expect(await seriousViolations(page)).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
      if (screenshots !== undefined) await picture(page, `Effects-${width}-${theme}`);
      expect(faults).toEqual([]);
      await page.close();
    }
  },
);

async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(screenshots ?? "", { recursive: true });
  await page.locator(".outcome").screenshot({ path: join(screenshots ?? "", `effects-${name}.png`) });
}
