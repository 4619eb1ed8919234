/** What goes in and out of the lab by files, in Chromium: models, programs, pictures. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import ts from "typescript";
import { afterAll, beforeAll, expect, test } from "vitest";
import { continueTraining, loadModel, train } from "../../src/index.ts";
import { drop, figure, type Lab, openLab, seriousViolations, until } from "./labPage.ts";

let opener: Lab;
const folder = mkdtempSync(join(tmpdir(), "gradus-lab-"));
beforeAll(async () => {
  opener = await openLab();
});
afterAll(() => opener?.close());

/** A paused run after its first epoch, with the menu open. */
async function afterOneEpoch(hash: string, width = 1280) {
  const { page, faults } = await opener.open({ hash, width, isCalm: true });
  await page.click("button:text('Epoch')");
  await until(page, "epoch", (epoch) => epoch === 1);
  await openMenu(page);
  return { page, faults };
}

async function openMenu(page: Page): Promise<void> {
  await page.click("button:text('File')");
  await page.waitForSelector("#file-models");
}

async function saved(page: Page, button: string): Promise<string> {
  const [file] = await Promise.all([page.waitForEvent("download"), page.click(button)]);
  const path = join(folder, file.suggestedFilename());
  await file.saveAs(path);
  return path;
}

test("a saved model predicts in Node what the page shows, and opens in the lab with the same network", async () => {
  const { page, faults } = await afterOneEpoch("#data=circles&hidden=4-3&seed=3");
  const path = await saved(page, "text=Save the model");
  expect(path).toContain("circles-step-40.gradus");
  const model = await loadModel(readFileSync(path));
  if (model.task !== "multilabel") throw new Error("another task");
  const { training, validation } = model.document.provenance.rows;
  expect([training, validation]).toEqual([400, 100]);
  // The page's accuracy is that of the model's own predictions of the same points.
  const { validation: metrics } = model.document.metrics as { validation: { hammingLoss: number } };
  expect(1 - metrics.hammingLoss).toBeCloseTo(
    Number.parseFloat((await page.textContent("[data-figure=validationScore]"))?.replace(/^\D*/, "") ?? "") / 100,
    3,
  );
  expect(model.predict({ x1: 0, x2: 0 }).probabilities.class).toBeGreaterThan(0);
  await page.hover('[aria-label="Hidden layer 1, unit 1"]');
  const neuron = await page.textContent("#neuron-details");
  await page.close();

  const again = await opener.open({ isCalm: true });
  await openMenu(again.page);
  await again.page.setInputFiles("[type=file][accept='.gradus']", path);
  await until(again.page, "step", (step) => step === 40);
  await again.page.waitForSelector("text=the run goes on at step 40");
  await again.page.hover('[aria-label="Hidden layer 1, unit 1"]');
  expect(await again.page.textContent("#neuron-details")).toBe(neuron);
  expect([...faults, ...again.faults]).toEqual([]);
  await again.page.close();
});

test("a saved run with an added point opens with it, at the run's own step, and cannot go back to steps that it has not been at", async () => {
  const { page, faults } = await afterOneEpoch("#data=gauss&hidden=4");
  await page.click("text=Add points");
  await page.click("button:text-is('Add point')");
  await until(page, "step", (step) => step === 0);
  await page.click("button:text('Epoch')");
  const step = await until(page, "step", (now) => now > 0);
  const [loss, print] = [await figure(page, "trainingLoss"), await page.textContent("[data-figure=fingerprint]")];
  if (!(await page.isVisible("#file-models"))) await openMenu(page);
  const path = await saved(page, "text=Save the model");

  const again = await opener.open({ hash: "#data=xor", isCalm: true });
  await openMenu(again.page);
  await again.page.setInputFiles("[type=file][accept='.gradus']", path);
  await again.page.waitForSelector(`text=the run goes on at step ${step} `);
  expect(await again.page.textContent("[data-figure=points]")).toBe("1 point added");
  expect(await figure(again.page, "trainingLoss")).toBe(loss);
  expect(await again.page.textContent("[data-figure=fingerprint]")).toBe(print);
  expect(await again.page.isDisabled("button:text-is('Back')")).toBe(true);
  await again.page.click("button:text('Step')");
  await until(again.page, "step", (now) => now === step + 1);
  expect([...faults, ...again.faults]).toEqual([]);
  await Promise.all([page.close(), again.page.close()]);
});

test("the saved program makes the same run: its losses are those of the page", async () => {
  const { page, faults } = await afterOneEpoch(
    "#data=hills&hidden=5&seed=4&dropout=0.1&l2=0.001&activation=hardSwish&optimizer=lion&rate=0.001",
  );
  const path = await saved(page, "[aria-label='Save the TypeScript program']");
  const program = readFileSync(path, "utf8");
  const { outputText } = ts.transpileModule(program, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  });
  const runnable = join(folder, "program.mjs");
  writeFileSync(
    runnable,
    outputText.replace('"gradus"', JSON.stringify(new URL("../../dist/index.js", import.meta.url).href)),
  );
  const printed = execFileSync(process.execPath, [runnable], { encoding: "utf8" });
  const shown = async (name: string) => Number((await page.textContent(`[data-figure=${name}]`))?.replace(/^\D*/, ""));
  expect(Number(/training loss (.*)/.exec(printed)?.[1])).toBeCloseTo(await shown("trainingLoss"), 4);
  expect(Number(/validation loss (.*)/.exec(printed)?.[1])).toBeCloseTo(await shown("validationLoss"), 4);
  expect(printed).toContain("steps 40");
  expect(faults).toEqual([]);
  await page.close();
});

test("of a run that learns as fast as it can, a saved model is named by its own step, and undo goes to the step that it names", async () => {
  const { page, faults } = await opener.open({ hash: "#data=circles&hidden=3" });
  await page.selectOption("[name=speed]", "fastest");
  await until(page, "step", (step) => step > 500);
  await openMenu(page);
  const path = await saved(page, "text=Save the model");
  const { lab } = (await loadModel(readFileSync(path))).document.provenance.options as { lab: { step: number } };
  expect(path).toContain(`circles-step-${lab.step}.gradus`);
  await page.click("[aria-label='Add a unit to hidden layer 1']");
  const title = (await page.getAttribute("button:text-is('Undo')", "title")) ?? "";
  await page.click("button:text-is('Undo')");
  const named = Number(/to step (\d+)/.exec(title)?.[1]);
  await until(page, "step", (step) => step >= 500);
  expect(await until(page, "step", (step) => step === named)).toBe(named);
  expect(faults).toEqual([]);
  await page.close();
});

test("a program says where it differs from the run: weights that were kept, and an epoch that has not ended", async () => {
  const { page, faults } = await afterOneEpoch("#data=hills&hidden=5&seed=4");
  await page.click("[aria-label='Add a unit to hidden layer 1']");
  await until(page, "step", (step) => step === 0);
  await page.getByRole("button", { name: "Step", exact: true }).click();
  await until(page, "step", (step) => step === 1);
  await openMenu(page);
  const program = readFileSync(await saved(page, "[aria-label='Save the TypeScript program']"), "utf8");
  expect(program).toContain("The lab was at step 1: this ends with epoch 1, at step 40.");
  expect(program).toContain("this begins with initial weights");
  expect(program).not.toContain("npm install");
  expect(faults).toEqual([]);
  await page.close();
});

/** Faint lines of more than one point in a picture. */
const faintLines = (svg: string): number =>
  [...svg.matchAll(/<path[^>]*>/g)].filter(([path]) => path.includes('opacity="0.3"') && /\d[^"]*L/.test(path)).length;

test("pictures have every weight and neuron, and the numbers of the readout", async () => {
  const { page, faults } = await afterOneEpoch("#data=circles&hidden=4-3&seed=3");
  const loss = (await page.textContent("[data-figure=validationLoss]"))?.trim() ?? "none";
  const svg = readFileSync(await saved(page, "[aria-label='Save the network as SVG']"), "utf8");
  const counts = await page.evaluate<{ errors: number; images: number; weights: number; text: string }>(
    `(() => {
      const picture = new DOMParser().parseFromString(${JSON.stringify(svg)}, "image/svg+xml");
      const weights = [...picture.querySelectorAll("path")].filter((path) => path.getAttribute("d").includes("C"));
      return { errors: picture.querySelectorAll("parsererror").length, images: picture.querySelectorAll("image").length,
        weights: weights.length, text: picture.documentElement.textContent };
    })()`,
  );
  // 2 inputs, 4 + 3 hidden units, 1 output; 2·4 + 4·3 + 3·1 weights.
  expect(counts).toMatchObject({ errors: 0, images: 10, weights: 23 });
  expect(counts.text).toContain(loss);
  expect(counts.text).toContain("step 40");
  const curves = readFileSync(await saved(page, "[aria-label='Save the curves as SVG']"), "utf8");
  expect(curves).toContain(loss);
  expect(faintLines(curves)).toBe(0);
  await page.click("button:text-is('Back')");
  await until(page, "step", (step) => step === 39);
  if (!(await page.isVisible("#file-models"))) await openMenu(page);
  const past = readFileSync(await saved(page, "[aria-label='Save the curves as SVG']"), "utf8");
  expect(faintLines(past)).toBe(4); // training and validation of loss and score: what came after the step that it names is faint, as on the page
  const png = readFileSync(await saved(page, "[aria-label='Save the network as PNG']"));
  expect(png.subarray(1, 4).toString()).toBe("PNG");
  expect(png.readUInt32BE(16)).toBe(2 * 960);
  if (process.env.SCREENSHOTS) {
    const png2 = readFileSync(await saved(page, "[aria-label='Save the curves as PNG']"));
    writeFileSync(join(process.env.SCREENSHOTS, "network.png"), png);
    writeFileSync(join(process.env.SCREENSHOTS, "curves.png"), png2);
  }
  expect(faults).toEqual([]);
  await page.close();
});

test("the menu closes with Escape, gives the focus back, and fits a phone", async () => {
  for (const width of [1280, 390]) {
    const { page, faults } = await afterOneEpoch("#data=circles&hidden=4", width);
    if (process.env.SCREENSHOTS) await page.screenshot({ path: join(process.env.SCREENSHOTS, `menu-${width}.png`) });
    expect(await seriousViolations(page)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
    await page.keyboard.press("Escape");
    expect(await page.isVisible("#file-models")).toBe(false);
    expect(await page.evaluate("document.activeElement.textContent")).toContain("File");
    expect(faults).toEqual([]);
    await page.close();
  }
});

test("a file that is no model, or a damaged one, is said in the library's words, and the run goes on", async () => {
  const { page, faults } = await afterOneEpoch("#data=circles&hidden=4");
  const path = await saved(page, "text=Save the model");
  const bytes = readFileSync(path);
  const damaged = Uint8Array.from(bytes);
  damaged[damaged.length - 1] ^= 1;
  const newer = Buffer.from(bytes.toString("latin1").replace('formatVersion\\":6', 'formatVersion\\":9'), "latin1");
  for (const [name, content, expected] of [
    ["damaged.gradus", damaged, "damaged.gradus: The file was altered after it was saved"],
    ["cut.gradus", bytes.subarray(0, bytes.length - 9), "cut.gradus: The file is damaged"],
    ["table.gradus", Buffer.from("a,b\n1,2\n"), 'table.gradus: This is text that begins "a,b"'],
    ["newer.gradus", newer, "newer.gradus: The model has format version 9"],
  ] as const) {
    if (!(await page.isVisible("#file-models"))) await openMenu(page);
    await page.setInputFiles("[type=file][accept='.gradus']", { name, mimeType: "", buffer: Buffer.from(content) });
    await page.waitForSelector(`.fault:has-text(${JSON.stringify(expected)})`);
  }
  expect(await page.textContent("[data-figure=step]")).toBe("40");
  expect(faults).toEqual([]);
  await page.close();
});

test("an ensemble of the default recipe opens: its networks one by one, its metrics, a typed row's prediction; with its table one of them goes on, is saved, and goes on again", async () => {
  const rows = Array.from({ length: 60 }, (_, i) => ({
    size: i % 7 === 0 ? null : 50 + i,
    town: ["north", "south", "west"][i % 3],
    built: new Date(Date.UTC(1990 + (i % 20), i % 12, 1)),
    price: 100 + 3 * i + (i % 3) * 20,
  }));
  const { model } = await train({
    table: rows,
    target: "price",
    task: "regression",
    folds: 3,
    epochs: 3,
    hidden: [8],
    threads: 1,
  });
  const { page, faults } = await opener.open({ isCalm: true });
  await openMenu(page);
  const file = { name: "houses.gradus", mimeType: "", buffer: Buffer.from(model.toBytes()) };
  await page.setInputFiles("[type=file][accept='.gradus']", file);
  await page.waitForSelector("[data-figure=member]");
  expect(await page.locator("[name=member] option").count()).toBe(3);
  await page.selectOption("[name=member]", "2");
  await page.waitForSelector("[aria-label='Network 3 of 3']");
  const text = (await page.textContent(".model-panel")) ?? "";
  expect(text).toContain("Predicts price (regression)");
  expect(text, "the metrics have the titles of the outcome's").toMatch(/RMSE.*MAE.*R²/);
  for (const { message } of model.document.warnings ?? []) expect(text).toContain(message);
  await page.fill(".model-panel [name=row-size]", "75");
  await page.fill(".model-panel [name=row-town]", "south");
  await page.click("button:text('Predict')");
  await page.waitForSelector("[data-figure=typed]:has-text('price')");
  const shown = Number.parseFloat((await page.textContent("[data-figure=typed]"))?.replace("price: ", "") ?? "");
  expect(shown).toBeCloseTo(model.predict({ size: 75, town: "south", built: null }) as number, 2);
  if (process.env.SCREENSHOTS)
    await page.screenshot({ path: join(process.env.SCREENSHOTS, "model.png"), fullPage: true });
  expect(await seriousViolations(page)).toEqual([]);

  await drop(page, "other.csv", "size,price\n1,2\n3,4\n");
  await page.waitForSelector("text=/houses.gradus cannot go on: .*town/");
  await drop(page, "houses.csv", csvOf(rows));
  await page.waitForSelector("text=/The run goes on from network 3 of 3 of houses.gradus, .* as in its training/");
  expect(await page.locator(".model-panel").count()).toBe(0);
  using same = await continueTraining({ model, table: rows, member: 2 });
  const { training, validation, test: tested } = same.data;
  expect(await page.textContent("[data-figure=parts]")).toContain(
    `${training.table.rows} rows train, ${validation?.table.rows} validate, ${tested?.table.rows} are kept for`,
  );
  const begun = await same.session.evaluate(same.session.load(training.patterns));
  expect(await figure(page, "trainingLoss")).toBeCloseTo(begun, 3);
  const before = await figure(page, "step");
  if (process.env.SCREENSHOTS)
    await page.screenshot({ path: join(process.env.SCREENSHOTS, "goes-on.png"), fullPage: true });
  expect(await seriousViolations(page)).toEqual([]);
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(390);
  expect(await seriousViolations(page)).toEqual([]);
  await page.setViewportSize({ width: 1280, height: 860 });
  await page.click("text=Show the derivation");
  await page.waitForSelector("text=periodic (layer 0)");
  await page.click(".derivation button:text('Close')");
  await page.fill("[name=rate]", "0.005");
  await page.press("[name=rate]", "Enter");
  await page.waitForSelector("text=The learning rate is 0.005 from step");
  for (let epoch = 1; epoch <= 5; epoch++) {
    const step = await figure(page, "step");
    await page.click("button:text('Epoch')");
    await until(page, "step", (now) => now > step);
  }
  const after = await figure(page, "trainingLoss");
  expect(after).toBeLessThan(begun);

  if (!(await page.isVisible("#file-models"))) await openMenu(page);
  const path = await saved(page, "text=Save the model");
  const further = await loadModel(readFileSync(path));
  expect(further.document.further).toBeUndefined();
  expect(further.document.provenance.rows).toEqual({
    training: training.table.rows,
    validation: validation?.table.rows,
    test: tested?.table.rows,
  });
  expect(further.document.provenance.epochs).toBe(model.document.provenance.bestEpoch + 5);
  expect(await figure(page, "step")).toBe(
    before + 5 * (before === 0 ? 1 : before / model.document.provenance.bestEpoch),
  );
  await page.setInputFiles("[type=file][accept='.gradus']", path);
  await page.click("button:text('Go on with houses.csv')");
  await page.waitForSelector("text=/The run goes on from houses-step-.*gradus, .* as in its training/");
  expect(await figure(page, "trainingLoss")).toBeCloseTo(after, 3);
  await page.click("text=lab’s own instead");
  await page.waitForSelector("text=Columns of houses.csv");
  await page.waitForSelector("[aria-label='Add a hidden layer']");
  expect(faults).toEqual([]);
  await page.close();
});

/** As a table on a disk has it. */
function csvOf(rows: readonly Readonly<Record<string, string | number | Date | null>>[]): string {
  const text = (value: string | number | Date | null): string =>
    value instanceof Date ? value.toISOString().slice(0, 10) : String(value ?? "");
  return `${Object.keys(rows[0]).join(",")}\n${rows.map((row) => Object.values(row).map(text).join(",")).join("\n")}\n`;
}
