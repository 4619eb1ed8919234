/** How values are read, as someone at the command line sees it: notes, options that decide, and what a model remembers. */
import { expect, test } from "vitest";
import { type Folder, folderOf, gradus } from "./commandLine.ts";

const quick = ["--folds", "1", "--epochs", "2", "--hidden", "4", "--threads", "1", "--no-health"];
const ROWS = 40;

/** A file of two columns, x and y, by row. */
const csv = (x: (row: number) => string, y: (row: number) => string = (row) => (row % 2 ? "p" : "q")): string =>
  `x;y\n${Array.from({ length: ROWS }, (_, row) => `${x(row)};${y(row)}\n`).join("")}`;

async function train(folder: Folder, ...options: readonly string[]) {
  return gradus("train", folder.file("t.csv"), "--target", "y", "--out", folder.file("m.gradus"), ...quick, ...options);
}

/** A command's notes as one text. */
const notesOf = ({ notes, out }: { notes: readonly string[]; out: readonly string[] }): string =>
  [...notes, ...out].join("\n");

test("numbers that can be read in two ways are refused with options that decide, and the options work", async () => {
  const folder = await folderOf({ "t.csv": csv((row) => (row % 3 ? `${1 + row},234` : `${row}`)) });
  const refused = await train(folder);
  expect(refused.code).toBe(2);
  expect(notesOf(refused)).toContain('"2,234" is 2.234 (--decimal ,) or 2234 (--decimal .)');
  expect(notesOf(refused)).toContain("take the values as classes: --type x=category");
  const comma = await train(folder, "--decimal", ",");
  expect(notesOf(comma)).toContain('Read x as numbers with a decimal comma: "2,234" is 2.234.');
  const point = await train(folder, "--decimal", ".", "--force");
  expect(notesOf(point)).toContain('Read x as numbers with a comma between thousands: "2,234" is 2234.');
});

test("a model reads numbers as its training did, from a file and from --row, and refuses other notations", async () => {
  const folder = await folderOf({
    "t.csv": csv((row) => `${row},5`),
    "same.csv": "x;noise\n7,5;1,5\n",
    "other.csv": "x;noise\n7.5;1\n",
  });
  await train(folder);
  const model = folder.file("m.gradus");
  const file = await gradus("predict", model, folder.file("same.csv"));
  const row = await gradus("predict", model, "--row", '{"x":"7,5"}');
  const number = await gradus("predict", model, "--row", '{"x":7.5}');
  expect(row.out[1]).toBe(file.out[1]);
  expect(number.out[1]).toBe(file.out[1]);
  for (const refused of [
    await gradus("predict", model, folder.file("other.csv")),
    await gradus("predict", model, "--row", '{"x":"7.5"}'),
  ]) {
    expect(refused.code).toBe(2);
    expect(notesOf(refused)).toContain(
      '"x" is a number column, written with a decimal comma, with the text "7.5" in row 1',
    );
  }
});

test("dates whose day or month comes first are said not to tell, and --type decides", async () => {
  const folder = await folderOf({ "t.csv": csv((row) => `0${1 + (row % 9)}/0${1 + (row % 7)}/2021`) });
  const undecided = await train(folder);
  expect(notesOf(undecided)).toContain("--type x=date:DD/MM/YYYY");
  const decided = await train(folder, "--type", "x=date:MM/DD/YYYY", "--force");
  expect(decided.code).toBe(0);
  expect((await gradus("predict", folder.file("m.gradus"), "--row", '{"x":"31/01/2021"}')).code).toBe(2);
  expect((await gradus("predict", folder.file("m.gradus"), "--row", '{"x":"01/31/2021"}')).code).toBe(0);
  const wrong = await train(folder, "--type", "x=dat");
  expect(notesOf(wrong)).toContain('Unknown value of --type "dat". Did you mean "date"?');
});

test("a code NA is a category where --missing-only says so, in training and in prediction", async () => {
  const region = (row: number): string => ["NA", "EU", "AS"][row % 3];
  const folder = await folderOf({ "t.csv": csv(region), "new.csv": "x\nNA\n" });
  const usual = await train(folder);
  expect(notesOf(usual)).toContain(
    'Read "NA" in x as a missing value, in 14 rows. If it is a category: --missing-only "".',
  );
  const kept = await train(folder, "--missing-only", "", "--force");
  expect(notesOf(kept)).not.toContain('Read "NA"');
  const shown = await gradus("show", folder.file("m.gradus"));
  expect(shown.out.join("\n")).toMatch(/x .*NA/);
  const [file, row] = [
    await gradus("predict", folder.file("m.gradus"), folder.file("new.csv")),
    await gradus("predict", folder.file("m.gradus"), "--row", '{"x":"NA"}'),
  ];
  expect(file.out[1]).toBe(row.out[1]);
  expect(notesOf(file)).not.toContain("training rows do not have");
  expect(notesOf(await train(folder, "--missing", "a", "--missing-only", "b"))).toContain("Give only one of them");
});

test("a word of --missing that no value is, and a --comment that begins no line, are noted", async () => {
  const folder = await folderOf({ "t.csv": csv((row) => (row % 5 ? `${row}` : "N.D.")) });
  const training = async (...options: string[]): Promise<string> =>
    notesOf(await train(folder, "--force", "--type", "x=category", ...options));
  const noted =
    "has no effect: no value of the table matches. Write words exactly as in the table, including capitalization, or leave them out.";
  expect(await training("--missing", "N.D.,n.d.,-999")).toContain(`--missing n.d.,-999 ${noted}`);
  expect(await training("--missing-only", "x")).toContain(`--missing-only x ${noted}`);
  expect(await training("--comment", "#")).toContain('No line begins with "#", so --comment has no effect.');
  expect(await training("--missing", "N.D.")).not.toContain("no effect");
});

test("labels with blanks are the same labels, and one with a full stop names the label it may be", async () => {
  const folder = await folderOf({
    "t.csv": csv(String, (row) => (row % 2 ? " <=50K" : ">50K ")),
    "stop.csv": "x;y\n1;<=50K.\n",
    "same.csv": "x;y\n1; <=50K\n2;>50K\n",
  });
  await train(folder);
  expect((await gradus("evaluate", folder.file("m.gradus"), folder.file("same.csv"))).code).toBe(0);
  const stop = await gradus("evaluate", folder.file("m.gradus"), folder.file("stop.csv"));
  expect(stop.code).toBe(2);
  expect(notesOf(stop)).toContain('Did you mean "<=50K"? The labels differ in a full stop at the end.');
});

test("a column may be called __proto__ or constructor, in training and in prediction", async () => {
  const folder = await folderOf({
    "t.csv": `__proto__;constructor;y\n${Array.from({ length: ROWS }, (_, row) => `${row % 7};${(row * 3) % 5};${row % 2}\n`).join("")}`,
  });
  expect((await train(folder, "--task", "classification")).code).toBe(0);
  const model = folder.file("m.gradus");
  const file = await gradus("predict", model, folder.file("t.csv"));
  const row = await gradus("predict", model, "--row", '{"__proto__":1,"constructor":3}');
  expect(row.out[1]).toBe(file.out[2]);
});

test("options of reading are refused with their names where no table is read", async () => {
  const folder = await folderOf({ "t.csv": csv((row) => String(row)) });
  await train(folder);
  const row = ["--row", '{"x": 1}'];
  const options = [
    ["--missing", "x"],
    ["--missing-only", "x"],
    ["--delimiter", ";"],
    ["--encoding", "latin-1"],
    ["--skip", "1"],
    ["--comment", "#"],
    ["--no-header"],
    ["--max-size", "1MB"],
  ];
  for (const option of options) {
    for (const [command, ...given] of [["predict", ...row], ["explain", ...row], ["trace", ...row], ["check"]]) {
      const { code, notes } = await gradus(command, folder.file("m.gradus"), ...given, ...option);
      expect([code, notes.join("\n")], command).toEqual([2, expect.stringContaining(`${option[0]} is for tables`)]);
    }
  }
});
