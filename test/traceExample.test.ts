/** `gradus trace` for a learner: examples that need no file, one path through a large network, a rate where the loss falls. */
import { readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { type Folder, gradus, type Outcome, sharedFolder, smallTable } from "./commandLine.ts";

let folder: Folder;
const wide = ["--target", "class", "--folds", "1", "--epochs", "2", "--hidden", "16,12"];

beforeAll(async () => {
  folder = await sharedFolder({ "table.csv": smallTable() });
  const trained = await gradus("train", folder.file("table.csv"), ...wide, "--out", folder.file("m.gradus"));
  expect(trained.code).toBe(0);
});

const wordsOf = ({ out }: Outcome): string => out.join(" ").replace(/\s+/g, " ");
const ofModel = (...flags: string[]) => gradus("trace", folder.file("m.gradus"), folder.file("table.csv"), ...flags);

test("--example xor needs no file, writes every unit, and its loss falls", async () => {
  const shown = await gradus("trace", "--example", "xor");
  expect(shown).toMatchObject({ code: 0, notes: [] });
  const words = wordsOf(shown);
  expect(words).toContain("The network is 2-2-1");
  // v = 0.5·1 − 0.4·0 + 0.1 = 0.6, worked out by hand.
  expect(words).toContain("= 0.5·1 + (−0.4)·0 + 0.1 = 0.6");
  expect(words).toContain("b⁽⁰⁾[0]");
  expect(words).not.toContain("are computed in the same way");
  const { lossBefore, lossAfter } = JSON.parse((await gradus("trace", "--example", "xor", "--json")).out[0]);
  expect(lossAfter).toBeLessThan(lossBefore);
});

test("an example takes its own rows, rules and weights, and refuses what is for models", async () => {
  for (const example of ["xor", "chapter", "classes"]) {
    const flags = ["--optimizer", "adam", "--learning-rate", "0.1", "--weight", "1.0.0", "--step", "2"];
    const { code, out } = await gradus("trace", "--example", example, "--rows", "1", ...flags, "--json");
    expect(code).toBe(0);
    expect(JSON.parse(out[0])).toMatchObject({ step: 2, optimizer: { name: "adam", learningRate: 0.1 } });
  }
  const batch = await gradus("trace", "--example", "xor", "--rows", "1,2,3,4", "--json");
  expect(JSON.parse(batch.out[0]).inputs).toEqual([
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ]);
  for (const [flags, message] of [
    [["--example", "xro"], /Unknown value of --example "xro"\. Did you mean "xor"/],
    [["m.gradus", "--example", "xor"], /leave m\.gradus out/],
    [["--example", "xor", "--rows", "5"], /the example xor has 4 rows, found row 5/],
    [["--example", "xor", "--row", "{}"], /choose them with --rows/],
    [["--example", "xor", "--network", "1"], /--network is for models/],
    [["--example", "xor", "--delimiter", ";"], /--delimiter/],
    [[], /Give a model file, or --example xor/],
  ] as const) {
    const { code, notes } = await gradus("trace", ...flags);
    expect(notes.join("\n")).toMatch(message);
    expect(code).toBe(2);
  }
});

test("of a large network one path is shown, a unit of each layer; --all shows every unit", async () => {
  const path = await ofModel();
  const words = wordsOf(path);
  expect(words).toContain("one path through it is shown");
  expect(new Set(words.match(/ v⁽[^⁾]+⁾\[\d+\] =/g))).toHaveLength(3); // two hidden layers and the output layer
  expect(words).toContain("No weight was given: these are the first and the last on the path");
  const all = await ofModel("--all");
  expect(new Set(wordsOf(all).match(/ v⁽[^⁾]+⁾\[\d+\] =/g))).toHaveLength(16 + 12 + 2);
  expect(path.out.length).toBeLessThan(all.out.length / 2);
});

test("a step that would raise the loss is shown at a lower rate, and the text says why; a given rate is kept", async () => {
  const given = await gradus("trace", "--example", "xor", "--rows", "1,2,3,4", "--learning-rate", "400");
  expect(wordsOf(given)).toContain("The loss rose: the step overshot.");
  const model = folder.file("fast.gradus");
  const numbers = ["--target", "y", "--task", "regression", "--folds", "1", "--hidden", "4", "--out", model];
  const rate = ["--recipe", "plain", "--optimizer", "sgd", "--learning-rate", "100", "--clip-norm", "1"];
  const once = ["--batch-size", "all", "--epochs", "1"];
  expect((await gradus("train", folder.file("table.csv"), ...numbers, ...rate, ...once)).code).toBe(0);
  const words = wordsOf(await gradus("trace", model, folder.file("table.csv")));
  expect(words).toMatch(
    /At the training's learning rate, 100, this step would raise the loss from \S+ to \S+: the step is too long and overshoots\. It is shown at [\d.]+, where the loss falls; --learning-rate 100 shows it/,
  );
  expect(words).toContain("The step lowered the loss.");
  const kept = wordsOf(await gradus("trace", model, folder.file("table.csv"), "--learning-rate", "100"));
  expect(kept).toContain("The loss rose: the step overshot.");
  expect(kept).not.toContain("At the training's learning rate");
});

test.each([
  ["lion", "by about the learning rate"],
  ["adaGrad", "by about the learning rate"],
  ["rmsProp", "by about 10 times the learning rate"],
] as const)("a step of %s that would raise the loss is as long whatever the gradient", async (name, moved) => {
  const model = folder.file(`${name}.gradus`);
  const numbers = ["--target", "y", "--task", "regression", "--folds", "1", "--hidden", "4", "--out", model];
  const once = ["--recipe", "plain", "--batch-size", "all", "--epochs", "4"];
  const at = ["--optimizer", name, "--learning-rate", "2"];
  expect((await gradus("train", folder.file("table.csv"), ...numbers, ...once, ...at)).code).toBe(0);
  const words = wordsOf(await gradus("trace", model, folder.file("table.csv"), "--rows", "1,2,3,4,5,6,7,8"));
  expect(words).toContain(`${name} moves every weight ${moved} in its first steps, however small the gradient`);
});

test("the losses of classes call their probabilities p, by the derivation's formula", async () => {
  const words = wordsOf(await gradus("trace", "--example", "classes"));
  expect(words).toContain("p_k = e^(y_k) / Σ_l e^(y_l)");
  expect(words).not.toContain("y_r");
});

test("the losses at each learning rate in the page for students are those of the trace", async () => {
  const page = readFileSync(new URL("../docs/see-it-learn.md", import.meta.url), "utf8");
  const rows = [...page.matchAll(/^\| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|$/gm)];
  expect(rows).toHaveLength(3);
  for (const [, rate, before, after] of rows) {
    const { out } = await gradus("trace", "--example", "chapter", "--learning-rate", rate, "--json");
    const { lossBefore, lossAfter } = JSON.parse(out[0]);
    expect([before, after]).toEqual([lossBefore, lossAfter].map((loss: number) => String(Number(loss.toPrecision(6)))));
  }
});
