/** `gradus show` opens with what a user asks first, and with commands that work as they stand. */
import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { folderOf, gradus, smallTable } from "./commandLine.ts";

test("show opens with task, quality, inputs, size and commands for predict; factors of rates come last", async () => {
  const folder = await folderOf({ "table.csv": smallTable() });
  const model = folder.file("a model.gradus");
  const quick = ["--folds", "1", "--epochs", "2", "--hidden", "4"];
  expect(await gradus("train", folder.file("table.csv"), "--target", "class", ...quick, "--out", model)).toMatchObject({
    code: 0,
  });
  const { code, out } = await gradus("show", model);
  expect(code).toBe(0);
  expect(out[0]).toBe("Predicts class: classification, 2 classes (high, low)");
  expect(out[1]).toMatch(/accuracy/);
  expect(out[2]).toBe("  inputs    2 columns: x, y");
  expect(out[3]).toMatch(/^ {2}size {6}\d+ parameters, \d+ kB$/);
  expect(out.findIndex((line) => line.startsWith("Factors of learning rate"))).toBeGreaterThan(
    out.indexOf("Provenance:"),
  );

  // The row of the example, as a shell reads it.
  const command = out.find((line) => line.includes("--row"))?.trim() ?? "";
  const { stdout } = spawnSync("sh", ["-c", `set -- ${command}; printf '%s\\n' "$@"`], { encoding: "utf8" });
  const [name, ...args] = stdout.trim().split("\n");
  expect(name).toBe("gradus");
  const answer = await gradus(...args);
  expect(answer.code).toBe(0);
  expect(answer.out).toHaveLength(2);
});

test("the example of a row is written as the table was: per cent, dates of its form", async () => {
  const rows = Array.from(
    { length: 40 },
    (_, i) => `${i + 1},5%;${(i % 28) + 1}/${(i % 9) + 1}/2023;1 Jan 20${i + 10};${i}`,
  );
  const folder = await folderOf({ "t.csv": `share;day;since;y\n${rows.join("\n")}\n` });
  const model = folder.file("m.gradus");
  const options = ["--target", "y", "--folds", "1", "--epochs", "1", "--hidden", "4", "--out", model];
  expect((await gradus("train", folder.file("t.csv"), ...options)).code).toBe(0);
  const { out } = await gradus("show", model);
  const from = out.findIndex((line) => line.includes("--row"));
  const row = /'(.*)'/s.exec(out.slice(from, out.indexOf("", from)).join("\n"))?.[1] ?? "";
  expect(JSON.parse(row)).toEqual({
    share: expect.stringMatching(/^\d+,?\d*%$/),
    day: "31/01/2024",
    since: "31 Jan 2024",
  });
  expect((await gradus("predict", model, "--row", row)).code).toBe(0);
});

test("the example of a row fits 80 columns, and is one command for a shell, whatever the names", async () => {
  const head = ["a long name of a column", 'it\'s "quoted"', "a_third_column_whose_name_is_long", "colour", "y"];
  const rows = Array.from({ length: 40 }, (_, row) => [
    row % 7,
    row % 5,
    row % 3,
    ["light red", "blue"][row % 2],
    row % 2,
  ]);
  const csv = [head.map((name) => `"${name.replaceAll('"', '""')}"`), ...rows]
    .map((cells) => cells.join(","))
    .join("\n");
  const folder = await folderOf({ "t.csv": csv });
  const model = folder.file("m.gradus");
  const quick = ["--folds", "1", "--epochs", "1", "--hidden", "4"];
  await gradus("train", folder.file("t.csv"), "--target", "y", ...quick, "--out", model);
  const { out } = await gradus("show", model);
  const from = out.findIndex((line) => line.includes("--row"));
  const lines = out.slice(from, out.indexOf("", from));
  expect(lines.length).toBeGreaterThan(1);
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  const { stdout } = spawnSync("sh", ["-c", `set -- ${lines.join("\n").trim()}; printf '%s' "$5"`], {
    encoding: "utf8",
  });
  expect(JSON.parse(stdout)).toEqual({ [head[0]]: 3, [head[1]]: 2, [head[2]]: 1, colour: "blue" });
});

test("a model that nothing was kept to evaluate says so, and one of many columns has no row to type", async () => {
  const names = Array.from({ length: 9 }, (_, at) => `c${at}`);
  const rows = Array.from({ length: 9 }, (_, row) =>
    [...names.map((_, at) => (row * (at + 2)) % 11), row * 1.5].join(","),
  );
  const folder = await folderOf({ "t.csv": `${[...names, "y"].join(",")}\n${rows.join("\n")}\n` });
  const model = folder.file("m.gradus");
  const quick = ["--task", "regression", "--epochs", "2", "--hidden", "4"];
  expect(await gradus("train", folder.file("t.csv"), "--target", "y", ...quick, "--out", model)).toMatchObject({
    code: 0,
  });
  const { out } = await gradus("show", model);
  expect(out[0]).toBe("Predicts y: regression, 1 number");
  expect(out[1]).toMatch(/Quality unknown/);
  expect(out[2]).toBe("  inputs    9 columns: c0, c1, c2, c3, c4, c5, … (3 more)");
  expect(out.some((line) => line.includes("--row"))).toBe(false);
});

test("a model of folds says how many rows each network has, and its validation rows are called out-of-fold", async () => {
  const folder = await folderOf({ "table.csv": smallTable() });
  const model = folder.file("folds.gradus");
  const quick = ["--recipe", "plain", "--folds", "2", "--epochs", "2", "--hidden", "4", "--out", model];
  expect(await gradus("train", folder.file("table.csv"), "--target", "class", ...quick)).toMatchObject({ code: 0 });
  const text = (await gradus("show", model)).out.join("\n");
  expect(text).toMatch(/^ {2}trained {3}each network on about 16 of 32 rows of /m);
  expect(text).toMatch(/^ {2}out-of-fold +ROC AUC /m);
  expect(text).not.toMatch(/^ {2}validation /m);
  expect(text).toContain("has the means over the folds, which can differ from these");
});

test("an ensemble's networks share their rows, and its validation rows keep their name", async () => {
  const folder = await folderOf({ "table.csv": smallTable() });
  const model = folder.file("ensemble.gradus");
  const quick = ["--recipe", "plain", "--ensemble", "2", "--epochs", "2", "--hidden", "4", "--out", model];
  expect(await gradus("train", folder.file("table.csv"), "--target", "class", ...quick)).toMatchObject({ code: 0 });
  const text = (await gradus("show", model)).out.join("\n");
  expect(text).toMatch(/^ {2}trained {3}on \d+ rows of /m);
  expect(text).not.toContain("out-of-fold");
});
