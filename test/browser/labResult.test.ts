/** The lab's result of a table beside the command line's, in Chromium, and what the menu File writes of a table. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Download, Page } from "playwright-core";
import ts from "typescript";
import { afterAll, beforeAll, expect, test } from "vitest";
import { drop, figure, type Lab, openLab, seriousViolations, until } from "./labPage.ts";

const dist = (path: string): string => fileURLToPath(new URL(`../../dist/${path}`, import.meta.url));

let opener: Lab;
/** Where the commands run; `gradus` is the built command line. */
const folder = mkdtempSync(join(tmpdir(), "gradus lab "));
beforeAll(async () => {
  writeFileSync(join(folder, "gradus"), `#!/bin/sh\nexec "${process.execPath}" "${dist("cli/main.js")}" "$@"\n`, {
    mode: 0o755,
  });
  opener = await openLab();
});
afterAll(() => opener?.close());

/** Runs a command line as a shell does, in the folder. */
const shell = (command: string): string =>
  execFileSync("sh", ["-c", command], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, PATH: `${folder}:${process.env.PATH}` },
    stdio: ["ignore", "pipe", "pipe"],
  });

/** Rows with missing values, texts with signs of the shell, and dates. */
function houses(rows = 80): string {
  const lines = Array.from({ length: rows }, (_, row) => {
    const size = row % 9 === 4 ? "" : String(40 + ((row * 37) % 90));
    const town = row % 13 === 5 ? "" : ["Bonn", "Köln", '"Aachen, West"', "L'Aquila"][row % 4];
    const day = row % 11 === 7 ? "" : new Date(Date.UTC(2022, 0, 1 + row * 5)).toISOString().slice(0, 10);
    const price = 900 + ((row * 37) % 90) * 11 + (row % 4) * 90 + ((row * 7919) % 400);
    return `h${row % 5},${size},${town},${day},${price},${price > 1550 ? "dear" : price > 1200 ? "fair" : "cheap"}`;
  });
  return `agent's mark,size,town,sold on,price in €,kind\n${lines.join("\n")}\n`;
}

/** Drops the table, which lies in the folder too, and lets the run make some epochs. */
async function afterEpochs(epochs: number, { target, hash = "" }: { target: string; hash?: string }) {
  const name = "our houses.csv";
  writeFileSync(join(folder, name), houses());
  const { page, faults } = await opener.open({ hash: `#data=gauss&hidden=6-5&seed=7${hash}`, isCalm: true });
  await drop(page, name, houses());
  await page.waitForSelector(`text=Columns of ${name}`);
  await page.selectOption("[name=target]", target);
  await until(page, "step", (step) => step === 0);
  for (let epoch = 1; epoch <= epochs; epoch++) {
    await page.click("button:text('Epoch')");
    await until(page, "epoch", (found) => found === epoch);
  }
  return { page, faults };
}

interface Document {
  readonly metrics: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly bestEpoch: number;
  readonly epochs: number;
}

/** The page's metrics, by the part and the metric; all digits, and as they are shown. */
async function shownMetrics(page: Page): Promise<ReadonlyMap<string, { value: number; text: string }>> {
  const found = await page.$$eval("data[data-result]", (all) =>
    all.map((one) => [one.getAttribute("data-result"), one.getAttribute("value"), one.textContent] as const),
  );
  return new Map(found.map(([of, value, text]) => [String(of), { value: Number(value), text: String(text) }]));
}

/** The digits that all runtimes agree on: exponentials and logarithms differ in the last one of 16. */
const agreed = (value: unknown): unknown => (typeof value === "number" ? Number(value.toPrecision(12)) : undefined);

test.each([
  { target: "kind", hash: "" },
  { target: "price in €", hash: "&dropout=0.2&l2=0.001&optimizer=adamW" },
])(
  "the result of a dropped table with missing values, text and dates is the command line's, digit for digit: $target",
  async ({ target, hash }) => {
    const { page, faults } = await afterEpochs(2, { target, hash });
    const loss = await figure(page, "trainingLoss");
    await page.click("#outcome-mistakes");
    await page.fill("[name=result-epochs]", "45");
    await page.click("button:text-is('Compute')");
    await page.waitForSelector("[data-figure=bestEpoch]");
    const command = (await page.textContent("[data-view=command]")) ?? "";
    const report: Document = JSON.parse(shell(`${command} --json --force`));
    expect(report.epochs).toBe(45);
    expect(await figure(page, "bestEpoch")).toBe(report.bestEpoch);
    expect(report.bestEpoch).toBeLessThan(45);

    const shown = await shownMetrics(page);
    const { baseline, ...parts } = report.metrics;
    expect(Object.keys(parts).sort()).toEqual(["test", "validation"]);
    let compared = 0;
    for (const [part, metrics] of Object.entries(parts)) {
      const beside = baseline[part] as Readonly<Record<string, unknown>>;
      for (const [name, value] of Object.entries(metrics)) {
        if (typeof value !== "number") continue;
        const [own, other] = [`${name}-${part}`, `${name}-${part}-baseline`].map((of) => shown.get(of)?.value);
        expect({ part, name, own, other }).toEqual({ part, name, own: agreed(value), other: agreed(beside[name]) });
        expect(Number(shown.get(`${name}-${part}`)?.text.replace("−", "-"))).toBe(Number(value.toPrecision(4)));
        compared++;
      }
    }
    expect(compared).toBeGreaterThanOrEqual(6);
    expect(shown.size).toBeGreaterThanOrEqual(2 * compared);

    // The run at hand is where it was.
    await page.click("#outcome-output");
    expect(await figure(page, "epoch")).toBe(2);
    expect(await figure(page, "trainingLoss")).toBe(loss);
    expect(faults).toEqual([]);
    await page.close();
  },
);

async function saved(page: Page, button: string): Promise<string> {
  const [file] = await Promise.all([page.waitForEvent("download"), page.click(button)]);
  const path = join(folder, file.suggestedFilename());
  await file.saveAs(path);
  return path;
}

test("the program and the command line of the menu File run beside a table, with the page's numbers", async () => {
  const { page, faults } = await afterEpochs(3, { target: "kind" });
  await page.click("#outcome-mistakes");
  await page.click("button:text-is('Compute')");
  const command = await page.textContent("[data-view=command]");
  await page.click("button:text('File')");
  const script = await saved(page, "[aria-label='Save the command line']");
  expect(readFileSync(script, "utf8").split("\n").at(-2)).toBe(command);
  shell(`rm -f 'our houses.gradus' && sh '${script}' && test -s 'our houses.gradus'`);

  const program = readFileSync(await saved(page, "[aria-label='Save the TypeScript program']"), "utf8");
  const { outputText } = ts.transpileModule(program, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  });
  const entry = JSON.stringify(pathToFileURL(dist("node.js")).href);
  writeFileSync(join(folder, "run.mjs"), outputText.replace('"gradus/node"', entry));
  const printed = shell(`"${process.execPath}" run.mjs`);
  const printedLoss = (part: string) => Number(new RegExp(`${part} loss (.*)`).exec(printed)?.[1]).toFixed(4);
  await page.keyboard.press("Escape");
  await page.click("#outcome-output");
  expect(Number(printedLoss("training"))).toBe(await figure(page, "trainingLoss"));
  expect(Number(printedLoss("validation"))).toBe(await figure(page, "validationLoss"));
  const accuracy = Number(/validation: \{[^}]*?accuracy: ([\d.]+)/.exec(printed)?.[1]);
  expect(Number((accuracy * 100).toFixed(1))).toBe(await figure(page, "validationScore"));
  expect(faults).toEqual([]);
  await page.close();
});

test("the command line of a two-dimensional set trains on the points that are saved with it; the program says what the run kept", async () => {
  const { page, faults } = await opener.open({ hash: "#data=xor&hidden=4-3&seed=3", isCalm: true });
  await page.click("button:text('Epoch')");
  await until(page, "epoch", (epoch) => epoch === 1);
  await page.click("button:text('File')");
  const files: Download[] = [];
  page.on("download", (file) => files.push(file));
  await page.click("[aria-label='Save the command line']");
  await page.waitForSelector("text=Saved xor.sh and xor.csv");
  await expect.poll(() => files.length).toBe(2);
  for (const file of files) await file.saveAs(join(folder, file.suggestedFilename()));
  shell("sh xor.sh && test -s xor.gradus");

  await page.keyboard.press("Escape");
  await page.click("[aria-label='Add a unit to hidden layer 1']");
  await until(page, "step", (step) => step === 0);
  await page.click("button:text('File')");
  const program = readFileSync(await saved(page, "[aria-label='Save the TypeScript program']"), "utf8");
  expect(program).toContain("// The lab's run kept weights of an earlier one: this begins with initial weights.");
  expect(faults).toEqual([]);
  await page.close();
});

test("a table learns without a hidden layer, and its command line does the same", async () => {
  const { page, faults } = await afterEpochs(1, { target: "kind" });
  for (let layers = 2; layers > 0; layers--) await page.click("[aria-label='Remove the last hidden layer']");
  await until(page, "step", (step) => step === 0);
  await page.click("#outcome-mistakes");
  await page.fill("[name=result-epochs]", "0");
  await page.click("button:text-is('Compute')");
  await page.waitForSelector("text=Epochs: expected a whole number from 1");
  await page.fill("[name=result-epochs]", "4");
  await page.click("button:text-is('Compute')");
  const shown = await page.textContent("[data-result=accuracy-test]");
  const command = (await page.textContent("[data-view=command]")) ?? "";
  const report: Document = JSON.parse(shell(`${command} --json --force`));
  expect(Number(shown)).toBe(Number(Number(report.metrics.test.accuracy).toPrecision(4)));
  expect(faults).toEqual([]);
  await page.close();
});

test.each([
  [1280, "light"],
  [390, "dark"],
] as const)("the result has nothing serious for axe and fits a page of %d pixels, %s", async (width, colorScheme) => {
  const { page, faults } = await opener.open({ hash: "#data=penguins", width, colorScheme, isCalm: true });
  await page.click("#outcome-mistakes");
  await page.fill("[name=result-epochs]", "3");
  await page.click("button:text-is('Compute')");
  await page.waitForSelector("[data-figure=bestEpoch]");
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
  expect(await seriousViolations(page)).toEqual([]);
  if (process.env.SCREENSHOTS) {
    await page
      .locator(".result")
      .screenshot({ path: join(process.env.SCREENSHOTS, `result-${width}-${colorScheme}.png`) });
  }
  expect(faults).toEqual([]);
  await page.close();
});
