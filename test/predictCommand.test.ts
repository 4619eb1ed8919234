/** What `gradus predict` answers: beside which columns, with how many digits, and what it warns of. */
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { rounded } from "../src/cli/predictionLines.ts";
import { type Folder, folderOf, gradus, smallTable } from "./commandLine.ts";

const quick = ["--folds", "1", "--epochs", "3", "--hidden", "8"];
const fresh = 'id,x,y,note\n007,1,2,"a, b"\nNA, 1.50 ,3,\n"9",4,5,"say ""x"""\n';

async function classifier(): Promise<Folder> {
  const folder = await folderOf({ "table.csv": smallTable(), "new.csv": fresh });
  const args = ["--target", "class", "--out", folder.file("model.gradus"), ...quick];
  expect(await gradus("train", folder.file("table.csv"), ...args)).toMatchObject({ code: 0 });
  return folder;
}

const predict = async (folder: Folder, ...args: string[]) => {
  const { code, out, notes } = await gradus("predict", folder.file("model.gradus"), ...args);
  expect(code, notes.join("\n")).toBe(0);
  return { out, notes };
};

test("--id copies a column as it is written before the answers, and --append all of them", async () => {
  const folder = await classifier();
  const { out } = await predict(folder, folder.file("new.csv"), "--id", "id");
  expect(out[0]).toBe("id,class,p(high),p(low)");
  expect(out.slice(1).map((line) => line.split(",")[0])).toEqual(["007", "NA", "9"]);

  await predict(folder, folder.file("new.csv"), "--append", "--out", folder.file("all.csv"));
  const lines = (await readFile(folder.file("all.csv"), "utf8")).split("\n");
  expect(lines[0]).toBe("id,x,y,note,class,p(high),p(low)");
  expect(lines[1]).toMatch(/^007,1,2,"a, b",(high|low),[\d.e-]+,[\d.e-]+$/);
  expect(lines[2]).toMatch(/^NA, ?1.50 ?,3,,/);
  expect(lines[3]).toMatch(/^9,4,5,"say ""x""",/);
  expect(lines).toHaveLength(5);

  const row = await predict(folder, "--row", '{"y": 2, "x": 1, "id": "a"}', "--id", "id", "--jsonl");
  expect(JSON.parse(row.out[0])).toMatchObject({ row: { id: "a" }, prediction: { label: expect.any(String) } });
});

test("answers beside a column of the target's name have a name of their own", async () => {
  const folder = await classifier();
  const { out } = await predict(folder, folder.file("table.csv"), "--append");
  expect(out[0]).toBe("x,y,class,predicted(class),p(high),p(low)");
});

test("numbers in CSV have six digits or as many as are asked for, those in JSON all", async () => {
  expect([0.123456789, 1234567.89, 1e-9 / 3, 0.1 + 0.2].map((value) => rounded(value))).toEqual([
    0.123457, 1234568, 3.33333e-10, 0.3,
  ]);
  expect(rounded(Number.MAX_VALUE, 3)).toBe(Number.MAX_VALUE);
  const folder = await classifier();
  const row = ["--row", '{"x": 1, "y": 2}'];
  const { probabilities } = JSON.parse((await predict(folder, ...row, "--jsonl")).out[0]);
  const cells = async (...more: string[]) =>
    (await predict(folder, ...row, ...more)).out[1].split(",").slice(1).map(Number);
  expect(await cells()).toEqual([rounded(probabilities.high), rounded(probabilities.low)]);
  expect(await cells("--digits", "2")).toEqual([rounded(probabilities.high, 2), rounded(probabilities.low, 2)]);
  expect(await cells("--digits", "17")).toEqual([probabilities.high, probabilities.low]);
  for (const digits of ["0", "18", "1.5", "many"]) {
    expect(await gradus("predict", folder.file("model.gradus"), ...row, "--digits", digits)).toMatchObject({ code: 2 });
  }
});

test("all missing columns are named at once, and only a column without a use is proposed for one", async () => {
  const folder = await classifier();
  const table = await folderOf({ "new.csv": "xs,z\n1,2\n", "none.csv": "a\n1\n", "one.csv": "x,yy\n1,2\n" });
  const message = async (...args: string[]) => {
    const { code, notes } = await gradus("predict", folder.file("model.gradus"), ...args);
    expect(code).toBe(2);
    return notes.join("\n");
  };
  expect(await message(table.file("none.csv"))).toMatch(/no columns "x" and "y"\. Its columns: a\./);
  expect(await message("--row", "{}")).toContain('has no "x" and "y", columns that the model was trained with. Add');
  const one = await message("--row", '{"x": 1, "yes": 2}');
  expect(one).toContain('has no "y", a column that the model was trained with.');
  expect(one).not.toContain('Did you mean "x"'); // which the model needs itself
});

test("unseen categories, far numbers and answers held at the training range are told, by evaluate too", async () => {
  const lines = Array.from({ length: 80 }, (_, i) => `${i + 0.5},${["red", "blue"][i % 2]},${10 + i}`);
  const folder = await folderOf({
    "table.csv": ["size,colour,price", ...lines, ""].join("\n"),
    "new.csv": `size,colour,price\n40.5,red,50\n900,pink,910\n${"1000,blue,1000\n".repeat(3)}`,
  });
  const settings = ["--target", "price", "--out", folder.file("model.gradus"), "--folds", "2", "--epochs", "30"];
  expect(await gradus("train", folder.file("table.csv"), ...settings, "--hidden", "32")).toMatchObject({ code: 0 });
  for (const command of ["predict", "evaluate"]) {
    const { notes } = await gradus(command, folder.file("model.gradus"), folder.file("new.csv"));
    const text = notes.join("\n");
    expect(text).toMatch(/1 of 5 rows has the category "pink" in colour/);
    expect(text).toMatch(/far outside .* size \([\d.]+ to [\d.]+\) in 4 of 5 rows, first in row 2: 900/);
    expect(text).toMatch(/predictions for price, \d at [\d.]+, the greatest/);
  }
  const known = await predict(folder, "--row", '{"size": 41, "colour": "red"}');
  expect(known.notes).toEqual([]);
  const row = await predict(folder, "--row", '{"size": -500, "colour": null}');
  expect(row.notes.join("\n")).toMatch(/size \(.*\) in 1 of 1 row,/);
});

test("a whole number beyond 2⁵³ in --row is the same category as in a file", async () => {
  const codes = ["12345678901234567890", "12345678901234567891"];
  const lines = Array.from({ length: 40 }, (_, i) => `${codes[i % 2]},${["a", "b"][i % 2]}`);
  const folder = await folderOf({ "table.csv": ["code,y", ...lines, ""].join("\n") });
  const settings = ["--target", "y", "--type", "code=category", "--out", folder.file("model.gradus"), "--folds", "1"];
  expect(await gradus("train", folder.file("table.csv"), ...settings, "--epochs", "20")).toMatchObject({ code: 0 });
  const labels = async (...args: string[]) => (await predict(folder, ...args)).out.slice(1).map((line) => line[0]);
  expect(await labels(folder.file("table.csv"))).toEqual(lines.map((line) => line.at(-1)));
  expect(await labels("--row", `{"code": ${codes[0]}}`)).toEqual(["a"]);
  expect(await labels("--row", `{"code": ${codes[1]}}`)).toEqual(["b"]);
});

test("a list with nothing between two commas is refused", async () => {
  const folder = await folderOf({ "table.csv": smallTable() });
  for (const option of ["--features=x,,y", "--hidden=8,", "--target=class,"]) {
    const { code, notes } = await gradus("train", folder.file("table.csv"), "--target", "class", option);
    expect([code, notes.join("\n")]).toEqual([2, expect.stringContaining("before and after each comma")]);
  }
});

test("several columns for --id are told that it takes one", async () => {
  const folder = await folderOf({ "t.csv": smallTable() });
  const model = folder.file("m.gradus");
  expect(await gradus("train", folder.file("t.csv"), "--target", "class", "--out", model, ...quick)).toMatchObject({
    code: 0,
  });
  const remedy = "--id takes one column; --append copies all of them.";
  expect((await gradus("predict", model, folder.file("t.csv"), "--id", "x,y")).notes.at(-1)).toContain(remedy);
  expect((await gradus("predict", model, "--row", '{"x":1,"y":2}', "--id", "x,y")).notes.at(-1)).toContain(remedy);
  expect((await gradus("predict", model, folder.file("t.csv"), "--id", "z")).notes.at(-1)).not.toContain("--id takes");
});

test("a model and a table in each other's place are told apart, by every command that takes both", async () => {
  const folder = await folderOf({ "t.csv": smallTable() });
  const [table, model] = [folder.file("t.csv"), folder.file("m.gradus")];
  expect(await gradus("train", table, "--target", "class", "--out", model, ...quick)).toMatchObject({ code: 0 });
  for (const command of ["predict", "evaluate", "explain", "trace", "check"]) {
    const { code, notes } = await gradus(command, table, model);
    expect(code).toBe(2);
    expect(notes.at(-1)).toBe(
      `gradus: ${table} is not a gradus model, but ${model} is one. The model comes first: gradus ${command} ${model} ${table}`,
    );
    expect((await gradus(command, model, model)).notes.at(-1)).toContain(
      `${model} is a gradus model, but the table must be a CSV`,
    );
  }
  for (const command of ["train", "tune"]) {
    const { code, notes } = await gradus(command, model, "--target", "class");
    expect(code).toBe(2);
    expect(notes.at(-1)).toContain(`${model} is a gradus model, but the table must be a CSV`);
  }
  const test = await gradus("train", table, "--target", "class", "--test", model, "--out", folder.file("n.gradus"));
  expect(test.notes.at(-1)).toContain(`${model} is a gradus model, but the table of --test must be a CSV`);
});

test("evaluate calls a model that is worse than the baseline a warning, as train and predict do", async () => {
  const folder = await folderOf({
    "t.csv": smallTable(),
    "wrong.csv": smallTable().replaceAll("high", "none").replaceAll("low", "high").replaceAll("none", "low"),
  });
  const model = folder.file("m.gradus");
  const args = ["--target", "class", "--out", model, "--folds", "1", "--epochs", "60"];
  expect(await gradus("train", folder.file("t.csv"), ...args)).toMatchObject({ code: 0 });
  const { notes } = await gradus("evaluate", model, folder.file("wrong.csv"));
  expect(notes.filter((line) => line.includes("worse than"))).toEqual([expect.stringMatching(/^ {2}warning: /)]);
});
