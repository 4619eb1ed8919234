/** `gradus trace`: a step of a saved model as text, as data and as files; what it says where it cannot follow a value. */
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Folder, folderOf, gradus, lastingFolder, smallTable } from "./commandLine.ts";

let folder: Folder;
let model: string;
let table: string;

beforeAll(async () => {
  folder = await lastingFolder({ "table.csv": smallTable() });
  [model, table] = [folder.file("model.gradus"), folder.file("table.csv")];
  const options = [
    "--recipe",
    "plain",
    "--epochs",
    "3",
    "--hidden",
    "4",
    "--optimizer",
    "momentum",
    "--learning-rate",
    "0.02",
  ];
  const { code } = await gradus("train", table, "--target", "class", "--out", model, ...options);
  expect(code).toBe(0);
});
afterAll(() => folder.remove());

test("trace tells a step on the first row, and follows the steepest weights when none is named", async () => {
  const { code, out, notes } = await gradus("trace", model, table);
  expect({ code, notes }).toEqual({ code: 0, notes: [] });
  const text = out.join("\n");
  const words = text.replace(/\s+/g, " ");
  expect(words).toContain("The network is 2-4-2: 2 inputs, then 2 layers of neurons.");
  expect(words).toContain("its optimizer is momentum with a learning rate of 0.02.");
  expect(words).toContain("No weight was given: these have the largest gradients");
  expect(text).toMatch(/name +symbol +value\n.*\n +x +x\[0\] +−?[\d.]+\n +y +x\[1\]/);
  expect(text).toMatch(/The true class is \d, "(high|low)"/);
  const steps = ["1. Forward pass:", "2. Error:", "3. The local", "4. Backward pass:", "5. Update:"];
  const places = steps.map((step) => text.indexOf(step));
  expect(places.every((place) => place > 0)).toBe(true);
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(text).toMatch(/Weight 0\.\d\.\d/);
  expect(text).toMatch(/Weight 1\.\d\.\d/);
});

test("named weights, a batch, a step and an optimizer are those of the trace", async () => {
  const asked = ["--rows", "1,5,8", "--weight", "0.2.1", "--weight", "1.0.bias", "--step", "3"];
  const { code, out } = await gradus("trace", model, table, ...asked, "--optimizer", "adam", "--json");
  expect(code).toBe(0);
  const trace = JSON.parse(out[0]);
  expect(trace.step).toBe(3);
  expect(trace.inputs).toHaveLength(3);
  expect(trace.optimizer).toMatchObject({ name: "adam", learningRate: 0.001 });
  expect(trace.weights).toMatchObject([
    { layer: 0, unit: 2, input: 1 },
    { layer: 1, unit: 0, input: "bias" },
  ]);
  const rate = await gradus("trace", model, table, "--learning-rate", "0.5", "--json");
  expect(JSON.parse(rate.out[0]).optimizer).toMatchObject({ name: "momentum", learningRate: 0.5, momentum: 0.9 });
});

test("a model's trace says how its inputs and its target were scaled", async () => {
  const numbers = await folderOf({ "numbers.csv": "a,y\n0,1\n1,3\n2,5\n3,7\n" });
  const [csv, out] = [numbers.file("numbers.csv"), numbers.file("numbers.gradus")];
  const quick = ["--task", "regression", "--recipe", "plain", "--epochs", "1", "--hidden", "2"];
  expect((await gradus("train", csv, "--target", "y", ...quick, "--out", out)).code).toBe(0);
  const shown = await gradus("trace", out, csv);
  const words = shown.out.join(" ").replace(/\s+/g, " ");
  expect(words).toContain("The inputs x are the columns as the model's encoder scaled and coded them.");
  // 1, 3, 5 and 7 have the mean 4 and the variance (9 + 1 + 1 + 9)/4 = 5.
  expect(words).toContain("d[0] = (y − 4) / 2.236.");
  expect((await gradus("trace", "--example", "xor")).out.join(" ")).not.toContain("encoder");
});

test("rows on the command line are traced like those of the table", async () => {
  const [, line] = smallTable().split("\n");
  const [x, y, label] = line.split(",");
  const row = JSON.stringify({ x: Number(x), y: Number(y), class: label });
  const given = await gradus("trace", model, "--row", row, "--json");
  const read = await gradus("trace", model, table, "--json");
  expect(given.code).toBe(0);
  expect(JSON.parse(given.out[0])).toEqual(JSON.parse(read.out[0]));
  const twice = await gradus("trace", model, "--row", row, "--row", row, "--json");
  expect(JSON.parse(twice.out[0]).inputs).toHaveLength(2);
});

test("a neuron alone is shown with its field, its local gradient and its steepest weight", async () => {
  const { code, out } = await gradus("trace", model, table, "--neuron", "0.2");
  expect(code).toBe(0);
  const text = out.join("\n");
  expect(text).toMatch(/v⁽⁰⁾\[2\] = /);
  expect(text).toMatch(/δ⁽⁰⁾\[2\] = /);
  expect(text).not.toMatch(/v⁽⁰⁾\[1\] = /);
  expect(text).toMatch(/Weight 0\.2\.[01]/);
});

test("--out and --html write files in the form that their names tell", async () => {
  const made = await folderOf({});
  for (const [name, begins] of [
    ["step.txt", "Training step 1, with its numbers\n==="],
    ["step.tex", "\\documentclass"],
    ["step.json", '{"step":1,'],
    ["step.html", "<!doctype html>"],
  ]) {
    const { code, out, notes } = await gradus("trace", model, table, "--out", made.file(name));
    expect({ code, out, notes }).toEqual({ code: 0, out: [], notes: [`Wrote ${made.file(name)}.`] });
    const content = await readFile(made.file(name), "utf8");
    expect(content.slice(0, begins.length).toLowerCase()).toBe(begins.toLowerCase());
  }
  const page = await gradus("trace", model, table, "--html", made.file("other.html"));
  expect(page.notes).toEqual([`Wrote ${made.file("other.html")}.`]);
  const latex = await gradus("trace", model, table, "--latex");
  expect(latex.out[0]).toContain("\\documentclass");
});

test("each mistake gets one message that says what was expected", async () => {
  const cases: [args: string[], message: RegExp][] = [
    [[table, "--weight", "7.0.0"], /^gradus: Weight 7\.0\.0: expected a layer from 0 to 1, found 7\.$/],
    [
      [table, "--weight", "0.0.9"],
      /^gradus: Weight 0\.0\.9: expected an input of layer 0 or "bias", from 0 to 1; found 9/,
    ],
    [[table, "--weight", "first"], /^gradus: Expected a weight as layer\.unit\.input.* found "first"\.$/],
    [[table, "--neuron", "0.9"], /^gradus: Neuron 0\.9: expected a neuron of layer 0, from 0 to 3, found 9\.$/],
    [[table, "--neuron", "x"], /^gradus: Expected a neuron as layer\.unit.* found "x"\.$/],
    [[table, "--step", "0"], /^gradus: --step: expected a whole number of at least 1, found "0"\.$/],
    [[table, "--rows", "1,99"], /^gradus: --rows: .*table\.csv has 40 rows, found row 99\.$/],
    [[table, "--optimizer", "adams"], /^gradus: Unknown optimizer "adams"\. Did you mean "adam"\?/],
    [[table, "--row", "{}"], /^gradus: Give a table or --row, not both\.$/],
    [["--row", '{"x": 1, "y": 2}'], /^gradus: In the given rows: row 1 has no "class", the target\./],
    [[], /^gradus: No table is given\. .*--sql or --row\.$/],
    [[table, "--json", "--latex"], /^gradus: Give --latex or --json, not both\.$/],
    [[table, "--out", "step.pdf"], /^gradus: --out: expected a name that ends in \.txt, \.tex, \.html, \.json/],
  ];
  for (const [args, message] of cases) {
    const { code, notes } = await gradus("trace", model, ...args);
    expect({ args, code }).toEqual({ args, code: 2 });
    expect(notes.join("\n")).toMatch(message);
  }
  const untold = await folderOf({ "new.csv": "x,y\n1,2\n" });
  const { code, notes } = await gradus("trace", model, untold.file("new.csv"));
  expect(code).toBe(2);
  expect(notes.join("\n")).toMatch(/new\.csv: .*"class"/);
});

test("help teaches by example", async () => {
  const { code, out } = await gradus("trace", "--help");
  expect(code).toBe(0);
  expect(out.join("\n")).toContain("Examples:\n  gradus trace --example xor");
});
