import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { exampleClassifier, exampleRegressor, exampleReport } from "../../../test/reportExamples.ts";
import type { Report } from "../../tabular/report.ts";
import { type ReportInput, reportContent } from "../content.ts";
import { reportHtml } from "./page.ts";
import { writeReport } from "./writeReport.ts";

afterEach(() => {
  vi.doUnmock("linkedom");
  vi.resetModules();
});

const inputs = { classification: exampleReport(exampleClassifier(0.7)), regression: exampleReport(exampleRegressor()) };
const html = (input: ReportInput): Promise<string> => reportHtml(reportContent(input));

test.each(["classification", "regression"] as const)("a page of a %s is whole and the same each time", async (task) => {
  const page = await html(inputs[task]);
  expect(await html(inputs[task])).toBe(page);
  expect(page.match(/<section /g)).toHaveLength(6);
  expect(page.match(/<svg[^>]* role="img"/g)?.length).toBeGreaterThan(6);
  for (const wrong of ["undefined", "[object", ">NaN", '"NaN', "Infinity"]) expect(page).not.toContain(wrong);
});

test("each link of the contents has its place", async () => {
  const page = await html(inputs.classification);
  const links = Array.from(page.matchAll(/href="#(\w+)"/g), ([, id]) => id);
  expect(links).toHaveLength(6);
  for (const id of links) expect(page).toContain(`id="${id}"`);
});

test("a page holds no script, and no address but the name of SVG's language", async () => {
  const page = await html(inputs.classification);
  expect(page).toContain("default-src 'none'");
  expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|url\(/);
  expect(page.replaceAll("http://www.w3.org/2000/svg", "")).not.toMatch(/https?:/);
});

test("words from the data stand for themselves", async () => {
  const page = await html(inputs.classification);
  expect(page).not.toContain("<b>blue");
  expect(page).not.toContain("<unused>");
  expect(page).not.toContain("high & dry");
  for (const words of ["&lt;b&gt;blue", "&lt;unused&gt;", "high &amp; dry", "gradus train &#39;shore.csv&#39;"]) {
    expect(page).toContain(words);
  }
});

test("every figure of svg has a description, every table heads with a scope", async () => {
  const page = await html(inputs.regression);
  for (const [svg] of page.matchAll(/<svg(?![^>]*aria-hidden)[^>]*>/g)) expect(svg).toMatch(/aria-label="[^"]+"/);
  for (const [head] of page.matchAll(/<th[ >][^>]*>?/g)) expect(head).toContain("scope=");
});

test("a training without epochs, and with a layer that was measured once, has its page", async () => {
  const { report } = inputs.regression;
  const none = await html({ ...inputs.regression, report: { ...report, history: [], epochs: 0, bestEpoch: 0 } });
  expect(none).toContain("0 epochs");
  const once = await html({ ...inputs.regression, report: { ...report, history: report.history.slice(0, 1) } });
  expect(once).toContain("The layers in epoch 1.");
});

test("folds show their spread beside the validation's metrics", async () => {
  const { report } = inputs.regression;
  const folds = { rows: 40, metrics: [{}, {}], baseline: [], spread: { r2: { mean: 0.9, deviation: 0.0625 } } };
  const metrics = { ...report.metrics, validation: report.metrics.test };
  const page = await html({
    ...inputs.regression,
    report: { ...report, folds, metrics, networks: 2 } as unknown as Report,
  });
  expect(page).toContain("<small>± 0.063</small>");
  expect(page).toContain("2 networks, whose predictions are averaged,");
});

test("a report of a split by time says at its top that the test rows are the latest", async () => {
  const { report } = inputs.regression;
  const page = await html({ ...inputs.regression, report: { ...report, split: { time: "day" } } as Report });
  expect(page).toMatch(
    /class="lead">.*the test rows, those with the latest <strong>day<\/strong>, which were not used/,
  );
  expect(await html(inputs.regression)).not.toContain("those with the latest");
});

test("a report of several targets shows no error that mixes their units at its top, and says what is a mean", async () => {
  const { report } = inputs.regression;
  const page = await html({ ...inputs.regression, report: { ...report, targets: ["y", "z"] } });
  const tiles = page.slice(page.indexOf('class="tiles"'), page.indexOf("<section"));
  expect(tiles).toContain("R², mean of 2 targets");
  expect(tiles).not.toContain("MAE");
  expect(page).toContain("Each metric is the mean over the 2 targets");
  expect(page).toContain("root mean squared errors, each in its own unit");
  expect(page).not.toContain("in the target's unit");
  expect(page).toMatch(/<h3>[^<]+ on the validation rows<\/h3>\n<p>The mean over the 2 targets[.,]/);
});

test("on a phone each baseline says which rows it is of, and neither options nor dates are parted at a hyphen", async () => {
  const command = "gradus train 'shore.csv' --target kind --test-split 0.2";
  const { report } = inputs.classification;
  const metrics = { ...report.metrics, validation: report.metrics.test };
  const page = await html({ ...inputs.classification, command, report: { ...report, metrics } as Report });
  expect(page).toContain('data-head="test: baseline"');
  expect(page).toContain('data-head="validation: baseline"');
  expect(page).not.toContain('data-head="baseline"');
  expect(page).toContain('<span class="unbroken">--test-split</span> 0.2</pre>');
  expect(page).toMatch(/<span class="unbroken">\d{4}-\d\d-\d\d<\/span>/);
});

test("where no rows were kept, the predictions for learned rows aren't shown as quality", async () => {
  const page = await html({ ...inputs.classification, parts: { training: inputs.classification.parts.training } });
  expect(page).toContain("No rows were kept for evaluation.");
  expect(page).not.toContain("Confusion");
});

test("a report is written whole, or not at all with the reason", async () => {
  const folder = mkdtempSync(join(tmpdir(), "gradus-report-"));
  try {
    await writeReport(join(folder, "out.html"), inputs.regression);
    expect(readFileSync(join(folder, "out.html"), "utf8")).toBe(await html(inputs.regression));
    await expect(writeReport(join(folder, "none", "out.html"), inputs.regression)).rejects.toThrow(
      "its folder does not exist",
    );
    expect(readdirSync(folder)).toEqual(["out.html"]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("without the plotting packages the error says what to install", async () => {
  vi.resetModules();
  vi.doMock("linkedom", () => {
    throw new Error("Cannot find package 'linkedom'");
  });
  const fresh = await import("./page.ts");
  await expect(fresh.reportHtml(reportContent(inputs.regression))).rejects.toThrow(
    "npm install @observablehq/plot@0.6 linkedom@0.18",
  );
});
