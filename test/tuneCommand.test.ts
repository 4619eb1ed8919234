/** `gradus tune`: what it prints and writes, what it refuses, and that it goes on where it was cut off. */
import { readFile, truncate } from "node:fs/promises";
import { expect, test } from "vitest";
import { loadModel } from "../src/node.ts";
import { folderOf, gradus, smallTable } from "./commandLine.ts";

const quick = ["--target", "class", "--recipe", "plain", "--trials", "4", "--epochs", "20", "--reduction", "2"];
const space = ["--set", "learningRate=0.001..0.05:log", "--hidden", "8", "--batch-size", "16"];

test("it prints the plan, a line a trial, the table and the test metrics, and saves the best model", async () => {
  const folder = await folderOf({ "table.csv": smallTable(80) });
  const out = folder.file("best.gradus");
  const { code, out: lines, notes } = await gradus("tune", folder.file("table.csv"), ...quick, ...space, "--out", out);
  expect({ code, notes }).toMatchObject({ code: 0 });
  const told = notes.join("\n");
  expect(told).toMatch(/classification, by accuracy on the validation rows/);
  expect(told).toMatch(/trials {4}4 × 10 epochs, then the best 2 × 20 epochs/);
  expect(told).toMatch(/learningRate +0\.001\.\.0\.05:log/);
  expect(told).not.toMatch(/hidden {2}/); // fixed by its own option
  expect(told).toMatch(/trial 0 {2}10 epochs {2}accuracy [\d.]+ {2}[\d.]+ s {2}the unchanged recipe/);
  const result = lines.join("\n");
  expect(result).toMatch(/trial {2}epochs {2}accuracy {2}seconds +learningRate +activation/);
  expect(result).toMatch(/The best is trial \d/);
  expect(result).toMatch(/On the 16 test rows/);
  expect((await loadModel(out)).document.provenance).toMatchObject({ options: { hidden: [8], batchSize: 16 } });
});

test("--jsonl prints start, every trial and done, and a cut journal changes nothing but what is trained again", async () => {
  const folder = await folderOf({
    "table.csv": smallTable(80),
    "space.json": '{"dropout": "0,0.1", "hidden": "4,8,16"}',
  });
  const run = async (out: string) => {
    const paths = [
      "--journal",
      folder.file("tune.jsonl"),
      "--out",
      folder.file(out),
      "--space",
      folder.file("space.json"),
    ];
    const { code, out: lines } = await gradus("tune", folder.file("table.csv"), ...quick, ...paths, "--jsonl");
    expect(code).toBe(0);
    const events = lines.map((line) => JSON.parse(line));
    const model = await readFile(folder.file(out));
    return { start: events[0], trials: events.slice(1, -1), done: events.at(-1), model };
  };
  const whole = await run("a.gradus");
  expect(whole.start).toMatchObject({ event: "start", metric: "accuracy", task: "classification" });
  expect(Object.keys(whole.start.space)).toEqual(["dropout", "hidden"]);
  expect(whole.trials.every(({ event, reused }) => event === "trial" && !reused)).toBe(true);
  expect(whole.done).toMatchObject({ event: "done", stopped: "finished", trainings: whole.trials.length });
  expect(whole.done.metrics.test.accuracy).toBeGreaterThan(0);
  const { length } = await readFile(folder.file("tune.jsonl"));
  await truncate(folder.file("tune.jsonl"), length - 30);
  const again = await run("b.gradus");
  expect(again.trials.map(({ reused }) => reused)).toEqual(whole.trials.map((_, at) => at < whole.trials.length - 1));
  expect(again.model.equals(whole.model)).toBe(true);
});

test.each([
  [["--set", "learningRate"], /--set: expected SETTING=RANGE, found "learningRate"/],
  [["--set", "lerningRate=1..2"], /Did you mean "learningRate"/],
  [["--set", "dropout=0..2"], /dropout: expected a number of at least 0 and below 1, found 2/],
  [["--set", "dropout=0,0.1", "--dropout", "0.1"], /dropout is in the search space and also fixed/],
  [["--space", "none.json"], /--space: cannot read none.json/],
  [["--space", "README.md"], /--space: README.md is not JSON/],
  [["--time", "soon"], /--time: expected a duration as 90s, 10m or 1\.5h, found "soon"/],
  [["--time", "0m"], /--time: expected a duration .* found "0m"/],
  [["--trials", "1"], /--trials: expected a whole number of at least 2/],
  [["--search", "grid"], /Unknown value of --search "grid"\. Known: halving, random/],
  [["--metric", "acuracy"], /Unknown value of --metric "acuracy"\. Did you mean "accuracy"/],
  [["--metric", "rmse"], /Unknown metric to search by for classification/],
  [["--journal", "README.md"], /README.md is not the journal of a search/],
  [["--validation-fraction", "0"], /expected --validation-fraction to be above 0/],
])("%j is refused with code 2", async (wrong, message) => {
  const folder = await folderOf({ "table.csv": smallTable() });
  const args = ["tune", folder.file("table.csv"), "--target", "class", "--out", folder.file("m.gradus"), ...wrong];
  const { code, notes } = await gradus(...args);
  expect(notes.join("\n")).toMatch(message);
  expect(code).toBe(2);
  expect(await folder.names()).toEqual(["table.csv"]);
});

test("a search of which nothing comes exits with 1", async () => {
  const folder = await folderOf({ "table.csv": smallTable() });
  const wild = ["--optimizer", "sgd", "--schedule", "constant", "--learning-rate", "1e20", "--set", "dropout=0,0.1"];
  const args = ["tune", folder.file("table.csv"), ...quick, ...wild, "--out", folder.file("m.gradus")];
  const { code, notes } = await gradus(...args);
  expect(notes.at(-1)).toMatch(/All \d trials failed; the first: .*diverged/);
  expect(code).toBe(1);
});

test("--report writes a page with the plots of the trials and a table of all", async () => {
  const folder = await folderOf({ "table.csv": smallTable(80) });
  const page = folder.file("tune.html");
  const args = [
    "tune",
    folder.file("table.csv"),
    ...quick,
    ...space,
    "--out",
    folder.file("m.gradus"),
    "--report",
    page,
  ];
  expect((await gradus(...args)).code).toBe(0);
  const html = await readFile(page, "utf8");
  expect(html).toMatch(/^<!doctype html>/);
  expect(html).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/);
  expect(html.match(/<svg /g)?.length).toBeGreaterThanOrEqual(3); // the ladder, and the settings that vary
  expect(html).toContain("Progress of the trials");
  expect(html).toMatch(/Planned: \d+ trials of \d+ epochs? each, then the best \d+ of \d+ epochs?/);
  expect(html).toContain("The unchanged recipe, trial 0, continues too");
  expect(html.match(/<tr\b/g)?.length).toBeGreaterThan(6);
});

test("without test rows a search gives no verdict, and says that its figures are of the rows that chose", async () => {
  const folder = await folderOf({ "table.csv": smallTable(60) });
  const out = folder.file("best.gradus");
  const few = ["--target", "class", "--recipe", "plain", "--epochs", "4", "--trials", "4", "--reduction", "2"];
  const command = ["tune", folder.file("table.csv"), ...few, ...space, "--out", out];
  const chosen = "The validation rows chose the settings of this model, so its metrics on them are too optimistic";
  const evaluated = await gradus(...command, "--test-fraction", "0", "--json");
  const done = JSON.parse(evaluated.out.at(-1) ?? "");
  expect(done).not.toHaveProperty("verdict");
  expect(done.warnings.map(({ code }: { code: string }) => code)).toContain("chosen-by-validation");
  expect((await gradus(...command, "--test-fraction", "0", "--force")).out.join("\n")).toContain(
    `  warning   ${chosen}`,
  );
  expect((await gradus("show", out)).out.join("\n")).toContain(`  warning   ${chosen}`);
  const tested = await gradus(...command, "--json");
  const { verdict, warnings } = JSON.parse(tested.out.at(-1) ?? "");
  expect(verdict).toMatchObject({ of: "test", rows: 12 });
  expect(warnings.map(({ code }: { code: string }) => code)).not.toContain("chosen-by-validation");
});

test("folds of a search don't judge the model that they chose: its verdict is of the test rows alone", async () => {
  const folder = await folderOf({ "table.csv": smallTable(60) });
  const few = ["--target", "class", "--recipe", "plain", "--epochs", "2", "--trials", "2"];
  const command = ["tune", folder.file("table.csv"), ...few, ...space];
  const { out } = await gradus(...command, "--folds", "2", "--json", "--out", folder.file("best.gradus"));
  expect(JSON.parse(out.at(-1) ?? "").verdict).toMatchObject({ of: "test", rows: 12 });
});
