/** What is said of how good a model is: in train, evaluate, show, predict, in text and JSON, and in the file. */
import { expect, test } from "vitest";
import { inCommandOptions } from "../src/cli/optionNames.ts";
import { train } from "../src/index.ts";
import { random } from "../src/random.ts";
import { folderOf, gradus, smallTable } from "./commandLine.ts";

const quick = ["--epochs", "6", "--hidden", "8", "--threads", "1"];

/** Columns that say nothing of the target. */
function randomTable(rows: number, seed: number, target: (draw: ReturnType<typeof random>) => string): string {
  const draw = random(seed, "random table");
  const lines = Array.from({ length: rows }, () => `${draw.normal()},${draw.normal()},${target(draw)}`);
  return `x,y,target\n${lines.join("\n")}\n`;
}

const rowsOf = (text: string): Record<string, number>[] => {
  const [head, ...lines] = text.trim().split("\n");
  const names = head.split(",");
  return lines.map((line) => Object.fromEntries(line.split(",").map((cell, at) => [names[at], Number(cell)])));
};

test("train says in a sentence how good the model is, and prints the test before the folds", async () => {
  const folder = await folderOf({ "table.csv": smallTable(300) });
  const args = [
    "--target",
    "class",
    "--out",
    folder.file("m.gradus"),
    "--folds",
    "3",
    "--hidden",
    "8",
    "--epochs",
    "12",
  ];
  const { out } = await gradus("train", folder.file("table.csv"), ...args);
  const sentence = out.find((line) => line.startsWith("Better than")) ?? "";
  expect(sentence).toMatch(
    /^Better than always predicting the most frequent class: accuracy [\d.]+ vs\. [\d.]+ on 60 test rows \(difference [\d.]+, 95 % confidence interval [\d.]+ to [\d.]+\)\.$/,
  );
  const test = out.findIndex((line) => line.startsWith("On the 60 test rows"));
  const folds = out.findIndex((line) => line.startsWith("Cross-validation, mean ± standard deviation over 3 folds"));
  expect(test).toBeGreaterThan(out.indexOf(sentence));
  expect(folds).toBeGreaterThan(test);
  expect(out[folds + 1]).toBe(
    "  Each row is predicted by the one network of 3 that was not trained on it, at an epoch chosen on other rows.",
  );
  expect((await gradus("show", folder.file("m.gradus"))).out).toContain(sentence);
  const evaluated = await gradus("evaluate", folder.file("m.gradus"), folder.file("table.csv"));
  expect(evaluated.out.join("\n")).toMatch(
    /^Better than always predicting the most frequent class: .* on 300 rows \(/m,
  );
});

test("a model of random classes is not called better than the baseline, and says so wherever it is used", async () => {
  const table = randomTable(120, 1, (draw) => (draw.uniform() < 0.5 ? "a" : "b"));
  const folder = await folderOf({ "table.csv": table, "new.csv": "x,y\n0,0\n" });
  const model = folder.file("m.gradus");
  const trained = await gradus("train", folder.file("table.csv"), "--target", "target", "--out", model, ...quick);
  expect(trained.out.join("\n")).toMatch(
    /^Not shown to be better than always predicting one of the most frequent classes: /m,
  );
  const warning =
    "The model is not shown to be better than always predicting one of the most frequent classes of target";
  expect(trained.out.join("\n")).toContain(`  warning   ${warning}`);
  expect((await gradus("show", model)).out.join("\n")).toContain(`  warning   ${warning}`);
  const predicted = await gradus("predict", model, folder.file("new.csv"));
  expect(predicted.notes.join("\n")).toContain(`  warning: From the model's training: ${warning}`);
  const evaluated = await gradus("evaluate", model, folder.file("table.csv"), "--json");
  expect(JSON.parse(evaluated.out[0])).toMatchObject({ verdict: { of: "given", rows: 120, certainty: 0.95 } });
});

test("a model that is worse than the mean warns, with the code worse-than-baseline", async () => {
  const rows = rowsOf(randomTable(200, 2, (draw) => String(draw.normal())));
  // What holds for the rows that are learned from is the other way round in the test.
  const turned = rows.map(({ x, y }, at) => ({ x, y, target: at < 100 ? x : -x }));
  const { report, model } = await train({
    table: turned.slice(0, 100),
    test: turned.slice(100),
    target: "target",
    folds: 1,
    epochs: 30,
    hidden: [16],
    threads: 1,
  });
  expect(report.verdict).toMatchObject({ conclusion: "worse", of: "test", measure: "squaredError", rows: 100 });
  expect(report.verdict?.sentence).toMatch(
    /^Worse than always predicting the mean: RMSE [\d.]+ vs\. [\d.]+ on 100 test rows/,
  );
  expect(report.warnings.map(({ code }) => code)).toContain("worse-than-baseline");
  expect(model.document.warnings?.map(({ code }) => code)).toContain("worse-than-baseline");
  model.dispose();
});

test("few test rows give way to out-of-fold rows, which the sentence names", async () => {
  const folder = await folderOf({ "table.csv": smallTable(100) });
  const args = ["--target", "class", "--out", folder.file("m.gradus"), "--folds", "4", "--json", ...quick];
  const { out } = await gradus("train", folder.file("table.csv"), ...args);
  const { verdict, metrics } = JSON.parse(out[out.length - 1]);
  expect(verdict).toMatchObject({ of: "out-of-fold", rows: 80, measure: "accuracy" });
  expect(verdict.sentence).toContain("on 80 out-of-fold rows");
  expect(verdict.model).toBe(metrics.validation.accuracy);
});

test("probabilities are calibrated unless --no-calibrate says otherwise, and the answers' order stays the same", async () => {
  const folder = await folderOf({ "table.csv": smallTable(120) });
  const answers = async (...flags: string[]): Promise<{ label: string; probability: number }[]> => {
    const model = folder.file(`${flags.length}.gradus`);
    const args = ["--target", "class", "--out", model, "--folds", "2", "--hidden", "8", "--epochs", "20", ...flags];
    expect((await gradus("train", folder.file("table.csv"), ...args)).code).toBe(0);
    const { out } = await gradus("predict", model, folder.file("table.csv"), "--jsonl");
    return out.map((line) => JSON.parse(line));
  };
  const calibrated = await answers();
  const plain = await answers("--no-calibrate");
  expect(calibrated.map(({ label }) => label)).toEqual(plain.map(({ label }) => label));
  const certainty = (rows: readonly { probability: number }[]): number =>
    rows.reduce((sum, { probability }) => sum + probability / rows.length, 0);
  // Smoothed labels leave a network less sure than it is right.
  expect(certainty(calibrated)).toBeGreaterThan(certainty(plain) + 0.01);
});

test("a regression gives intervals without having been asked to calibrate", async () => {
  const rows = rowsOf(randomTable(120, 3, (draw) => String(draw.normal())));
  const table = rows.map(({ x, y }) => ({ x, y, target: 3 * x + y }));
  const options = {
    table,
    target: "target",
    task: "regression",
    folds: 3,
    epochs: 6,
    hidden: [8],
    threads: 1,
  } as const;
  const { model } = await train(options);
  const [low, high] = model.intervals({ x: 1, y: 0 }, 0.9);
  expect(high).toBeGreaterThan(low);
  model.dispose();
  const { model: declined } = await train({ ...options, calibrate: false });
  expect(declined.document).not.toHaveProperty("interval");
  declined.dispose();
});

test("a table with columns that weren't there when the model was trained is noted by evaluate and predict", async () => {
  const table = smallTable(60);
  const [head, ...lines] = table.trim().split("\n");
  const wider = [`${head},added`, ...lines.map((line) => `${line},1`)].join("\n");
  const folder = await folderOf({ "table.csv": table, "wider.csv": `${wider}\n` });
  const model = folder.file("m.gradus");
  await gradus("train", folder.file("table.csv"), "--target", "class", "--out", model, "--folds", "1", ...quick);
  const note = 'The table has a column that wasn\'t there when the model was trained: "added".';
  for (const command of ["evaluate", "predict"]) {
    expect((await gradus(command, model, folder.file("wider.csv"))).notes.join("\n")).toContain(note);
    expect((await gradus(command, model, folder.file("table.csv"))).notes.join("\n")).not.toContain(note);
  }
});

test("a classifier that is not more accurate than the baseline has a way to compare its probabilities", async () => {
  // Every combination of x1 to x3 has as many rows of each class: nothing can be learned.
  const lines = Array.from(
    { length: 80 },
    (_, i) => `${i % 2},${(i >> 1) % 2},${(i >> 2) % 2},${(i >> 3) % 3 ? "no" : "yes"}`,
  );
  const folder = await folderOf({ "t.csv": `x1,x2,x3,y\n${lines.join("\n")}\n` });
  const flags = ["--target", "y", "--folds", "1", "--hidden", "2", "--epochs", "1"];
  const [accuracy, logLoss] = await Promise.all(
    [[], ["--metric", "logLoss"]].map((metric, at) =>
      gradus("train", folder.file("t.csv"), ...flags, ...metric, "--out", folder.file(`m${at}.gradus`)),
    ),
  );
  const hint = "To compare the probabilities instead of the classes, train with --metric logLoss.";
  expect([...accuracy.out, ...accuracy.notes].join("\n")).toContain(hint);
  expect([...logLoss.out, ...logLoss.notes].join("\n")).not.toContain(hint);
});

test("a network that gives every row the same answer is said to have learned nothing", async () => {
  const rows = rowsOf(randomTable(60, 4, (draw) => String(draw.normal())));
  const { report, model } = await train({
    table: rows,
    target: "target",
    folds: 1,
    epochs: 1,
    hidden: [4],
    recipe: "realmlp-s", // its output layer starts at 0
    learningRate: 1e-30,
    threads: 1,
  });
  const codes = report.warnings.map(({ code }) => code);
  expect(codes).toContain("constant-predictions");
  expect(codes).toContain("no-better-than-baseline");
  expect(model.document.warnings?.map(({ code }) => code)).toEqual(expect.arrayContaining(["constant-predictions"]));
  model.dispose();
});

test("answers that are held at the ends of the training rows' range are counted", async () => {
  const table = Array.from({ length: 120 }, (_, row) => ({ x: row / 10, target: row / 10 }));
  const beyond = Array.from({ length: 60 }, (_, row) => ({ x: 30 + row, target: 30 + row }));
  const { report, model } = await train({
    table,
    test: beyond,
    target: "target",
    task: "regression",
    folds: 1,
    epochs: 60,
    hidden: [16],
    threads: 1,
  });
  const held = report.warnings.find(({ code }) => code === "clipped-predictions");
  expect(held?.message).toMatch(
    /^In the test rows: of 60 predictions for target, \d+ at [\d.]+, the greatest value in the training rows/,
  );
  model.dispose();
});

test("a network that was stopped before its first epoch had ended is said to be untrained, by train, show, evaluate and predict", async () => {
  const { report, model } = await train({
    table: rowsOf(randomTable(60, 5, (draw) => String(draw.normal()))),
    target: "target",
    folds: 1,
    epochs: 1,
    hidden: [8],
    signal: AbortSignal.abort(),
    threads: 1,
  });
  expect(report.bestEpoch).toBe(0);
  const untrained = "The model has its initial parameters";
  expect(report.warnings.map(({ message }) => message).join("\n")).toContain(untrained);
  const folder = await folderOf({ "new.csv": randomTable(10, 6, () => "1"), "m.gradus": model.toBytes() });
  model.dispose();
  const file = folder.file("m.gradus");
  expect((await gradus("show", file)).out.join("\n")).toContain(`  warning   ${untrained}`);
  for (const command of ["evaluate", "predict"]) {
    const { notes } = await gradus(command, file, folder.file("new.csv"));
    expect(notes.join("\n")).toContain(`From the model's training: ${untrained}`);
  }
});

test("a time that was too short, and rows in order of time that were shuffled, stay with the model", async () => {
  const lines = Array.from(
    { length: 200 },
    (_, row) => `${new Date(Date.UTC(2024, 0, 1 + row)).toISOString().slice(0, 10)},${row / 10}`,
  );
  const folder = await folderOf({ "t.csv": `day,y\n${lines.join("\n")}\n` });
  const model = folder.file("m.gradus");
  const args = [
    "--target",
    "y",
    "--out",
    model,
    "--folds",
    "1",
    "--time",
    "0.001s",
    "--hidden",
    "8",
    "--threads",
    "1",
    "--json",
  ];
  const { out } = await gradus("train", folder.file("t.csv"), ...args);
  const { warnings } = JSON.parse(out.at(-1) ?? "");
  const own = (code: string): string => warnings.find((warning: { code: string }) => warning.code === code)?.message;
  const shown = (await gradus("show", model)).out.join("\n");
  const { notes } = await gradus("predict", model, folder.file("t.csv"));
  for (const code of ["time-too-short", "time-order"]) {
    expect(own(code)).toBeDefined();
    const said = inCommandOptions(own(code));
    expect(shown).toContain(`  warning   ${said}`);
    expect(notes.join("\n")).toContain(`From the model's training: ${said}`);
  }
});
