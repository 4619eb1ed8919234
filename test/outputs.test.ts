/** Nothing that is there is lost to an output: what is refused before any work, and what --force allows. */
import { link, readFile, symlink, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { type Folder, folderOf, gradus, smallTable } from "./commandLine.ts";

const quick = ["--folds", "1", "--epochs", "1", "--hidden", "4"];

async function folderWithModel(): Promise<Folder> {
  const folder = await folderOf({ "table.csv": smallTable(), "test.csv": smallTable(12), "part-1.csv": smallTable() });
  const args = ["train", folder.file("table.csv"), "--target", "class", "--out", folder.file("model.gradus")];
  expect(await gradus(...args, ...quick)).toMatchObject({ code: 0 });
  return folder;
}

/** Runs each command, "@x" for the file x; each must end with 2 and its message, and change no file. */
async function expectRefused(folder: Folder, cases: readonly (readonly [string, string])[]): Promise<void> {
  const names = await folder.names();
  const contents = () => Promise.all(names.map((name) => readFile(folder.file(name), "latin1")));
  const before = await contents();
  for (const [command, message] of cases) {
    const args = command.split(" ").map((word) => word.replaceAll("@", `${folder.path}/`));
    const { code, notes } = await gradus(...args);
    expect(notes.join("\n"), command).toContain(message);
    expect(code, command).toBe(2);
  }
  expect(await folder.names()).toEqual(names);
  expect(await contents()).toEqual(before);
}

test("no command writes over what it reads, or two outputs to one file, by whatever path", async () => {
  const folder = await folderWithModel();
  await symlink(folder.file("table.csv"), folder.file("linked.csv"));
  await link(folder.file("table.csv"), folder.file("hard.csv"));
  const train = "train @table.csv --target class";
  await expectRefused(folder, [
    [`${train} --out @table.csv`, "would overwrite the table"],
    [`${train} --out @linked.csv`, "would overwrite the table"],
    [`${train} --out @hard.csv`, "would overwrite the table"],
    ["train @part-*.csv --target class --out @part-1.csv", "would overwrite the table"],
    [`${train} --test @test.csv --report @test.csv`, "would overwrite the table of --test"],
    [`${train} --out @new.gradus --report @./new.gradus`, "--report"],
    [`${train} --out @new.gradus --tensorboard @new.gradus`, "would overwrite --out"],
    [`tune @table.csv --target class --journal @table.csv`, "would overwrite the table"],
    [`tune @table.csv --target class --out @new.gradus --journal @new.gradus`, "would overwrite --out"],
    ["predict @model.gradus @table.csv --out @table.csv", "would overwrite the table"],
    ["predict @model.gradus @table.csv --out @model.gradus", "would overwrite the model"],
    ["derive @model.gradus --html @model.gradus", "would overwrite the model"],
    ["trace @model.gradus @table.csv --html @table.csv", "would overwrite the table"],
  ]);
  const sql = `SELECT * FROM '${folder.file("table.csv")}'`;
  const { code, notes } = await gradus("train", "--sql", sql, "--target", "class", "--out", folder.file("table.csv"));
  expect([code, ...notes]).toEqual([2, expect.stringContaining("would overwrite the table")]);
});

test("an output that a pattern of inputs would take for an input the next time is refused", async () => {
  const folder = await folderWithModel();
  await expectRefused(folder, [
    ["predict @model.gradus @part-*.csv --out @part-answers.csv", "the pattern"],
    ["predict @model.gradus @p[a-b]rt-?.csv --out @./pbrt-2.csv", "would become part of the table"],
    ["predict @model.gradus @**/part-*.csv --out @part-new.csv", "Give --out a path that the pattern does not match"],
    ["train @part-* --target class --out @part-model", "--out"],
    ["train @table.csv --test @te*.csv --target class --report @test-report.csv", "become part of the table of --test"],
  ]);
  const sql = `SELECT x, y FROM '${folder.file("part-*.csv")}' WHERE class <> '*'`;
  const predict = (out: string) =>
    gradus("predict", folder.file("model.gradus"), "--sql", sql, "--out", folder.file(out));
  expect(await predict("part-2.csv")).toMatchObject({ code: 2, notes: [expect.stringContaining("the pattern")] });
  expect(await predict("answers.csv")).toMatchObject({ code: 0 });
});

test("answers, reports and journals never replace a model", async () => {
  const folder = await folderWithModel();
  await writeFile(folder.file("other.gradus"), await readFile(folder.file("model.gradus")));
  await expectRefused(folder, [
    ["predict @model.gradus @table.csv --out @other.gradus", "would overwrite a model"],
    ["train @table.csv --target class --out @new.gradus --report @other.gradus", "would overwrite a model"],
    ["tune @table.csv --target class --out @new.gradus --journal @other.gradus", "would overwrite a model"],
  ]);
});

test("a model replaces one with the same target, and other files only with --force", async () => {
  const folder = await folderWithModel();
  await writeFile(folder.file("notes.txt"), "not a model");
  await writeFile(folder.file("empty.gradus"), "");
  const asX = "--target x --task regression";
  await expectRefused(folder, [
    [`train @table.csv ${asX} --out @model.gradus`, 'a model that predicts "class", and the new one predicts "x"'],
    [`tune @table.csv ${asX} --out @model.gradus`, "add --force to replace this one"],
    ["train @table.csv --target clas --out @model.gradus", 'the new one predicts "clas". Did you mean "class"? Give'],
    ["train @table.csv --target class --out @notes.txt", "exists and is not a model"],
  ]);
  const table = folder.file("table.csv");
  for (const [name, ...more] of [
    ["model.gradus", "--target", "class"],
    ["empty.gradus", "--target", "class"],
    ["model.gradus", "--target", "x", "--task", "regression", "--force"],
    ["notes.txt", "--target", "class", "--force"],
  ]) {
    const { code, notes } = await gradus("train", table, ...more, "--out", folder.file(name), ...quick);
    expect(code, notes.join("\n")).toBe(0);
  }
});

test("a model or report called - is refused instead of becoming a file of that name", async () => {
  const folder = await folderOf({ "table.csv": smallTable() });
  const train = ["train", folder.file("table.csv"), "--target", "class"];
  expect((await gradus(...train, "--out", "-")).notes).toEqual([
    'gradus: --out: expected the name of a file, found "-". To write to a file called "-", give "./-".',
  ]);
  expect((await gradus(...train, "--out", folder.file("m.gradus"), "--report", "-")).notes[0]).toContain("--report: ");
  expect(await gradus(...train, "--out", folder.file("m.gradus"), ...quick)).toMatchObject({ code: 0 });
});

test("- as an output of predict, derive and trace is standard output, which takes one thing", async () => {
  const folder = await folderOf({ "table.csv": smallTable() });
  const [table, model] = [folder.file("table.csv"), folder.file("m.gradus")];
  expect(await gradus("train", table, "--target", "class", "--out", model, ...quick)).toMatchObject({ code: 0 });
  const plain = await gradus("predict", model, table);
  expect(await gradus("predict", model, table, "--out", "-")).toEqual(plain);
  expect((await gradus("derive", model, "--html", "-")).out[0]).toMatch(/^<!doctype html>/i);
  expect((await gradus("trace", "--example", "xor", "--out", "-")).out[0]).toMatch(/step 1/i);
  const both = await gradus("derive", model, "--html", "-", "--latex");
  expect(both).toMatchObject({ code: 2, out: [] });
  expect(both.notes[0]).toContain("--html - writes to standard output, and so does --latex");
  expect(await folder.names()).toEqual(["m.gradus", "table.csv"]);
});

test("an output that cannot be written is told in one line before any work", async () => {
  const folder = await folderOf({ "table.csv": smallTable() });
  const args = ["train", folder.file("table.csv"), "--target", "class"];
  const journal = ["tune", folder.file("table.csv"), "--target", "class", "--out", folder.file("m.gradus")];
  for (const [command, message] of [
    [[...args, "--out", folder.file("none/m.gradus")], "its folder does not exist"],
    [[...args, "--out", "/dev/full"], "it is not a regular file"],
    [[...args, "--out", folder.file("m.gradus"), "--tensorboard", folder.file("table.csv/runs")], "a part of the path"],
    [[...journal, "--journal", "/dev/full"], "it is not a regular file"],
  ] as const) {
    const { code, notes } = await gradus(...command);
    expect(notes.at(-1)).toContain(message);
    expect(code).toBe(2);
  }
  expect(await folder.names()).toEqual(["table.csv"]);
});
