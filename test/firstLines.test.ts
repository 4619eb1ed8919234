/** How a file's first lines and comments are read for a model: never by a wrong header in silence. */
import { expect, test } from "vitest";
import { readTable } from "../src/node.ts";
import { type Folder, folderOf, gradus, smallTable } from "./commandLine.ts";

const [header, ...rows] = smallTable().trim().split("\n");
// Not the first, whose two zeros are no names.
const plain = rows.slice(1).join("\n");
/** x,y,class as class,y,x,0 and as y,x,0. */
const targetFirst = plain.replace(/^(.*),(.*),(.*)$/gm, "$3,$2,$1,0");
const withoutTarget = plain.replace(/^(.*),(.*),(.*)$/gm, "$2,$1,0");

const quick = ["--folds", "1", "--epochs", "1", "--hidden", "4"];

async function trained(files: Record<string, string>, target: string, ...options: string[]): Promise<Folder> {
  const folder = await folderOf(files);
  const args = [folder.file("t.csv"), "--target", target, "--out", folder.file("m.gradus"), ...quick, ...options];
  expect(await gradus("train", ...args)).toMatchObject({ code: 0 });
  return folder;
}

/** What predict and evaluate answer alike. */
async function refusal(folder: Folder, file: string, ...options: string[]): Promise<string> {
  const [predicted, evaluated] = await Promise.all(
    ["predict", "evaluate"].map((command) => gradus(command, folder.file("m.gradus"), folder.file(file), ...options)),
  );
  expect([predicted.code, predicted.out, evaluated.code]).toEqual([2, [], 2]);
  expect(evaluated.notes.at(-1)?.slice(0, 20)).toBe(predicted.notes.at(-1)?.slice(0, 20));
  return predicted.notes.join("\n");
}

test("a model trained with --no-header says so where it is asked without", async () => {
  const folder = await trained({ "t.csv": plain }, "column3", "--no-header");
  expect(await refusal(folder, "t.csv")).toContain("If no line names the columns, read it with --no-header.");
  expect(await gradus("predict", folder.file("m.gradus"), folder.file("t.csv"), "--no-header")).toMatchObject({
    code: 0,
  });
});

test("a model trained with a header says so where it is asked with --no-header", async () => {
  const folder = await trained({ "t.csv": smallTable() }, "class");
  expect(await refusal(folder, "t.csv", "--no-header")).toContain("leave out --no-header.");
});

test("a model trained with --skip or --comment names these where the first line has other names", async () => {
  const titled = { "t.csv": `Made,by,hand\n${smallTable()}` };
  const skipped = await trained(titled, "class", "--skip", "1");
  expect(await refusal(skipped, "t.csv")).toContain(
    "If its names are in a later line, read it with --skip, or --comment",
  );
  expect(await refusal(skipped, "t.csv", "--skip", "3")).toContain("If its names are not in line 4, change --skip.");
  const commented = await trained({ "t.csv": `#Made,by,hand\n${smallTable()}` }, "class", "--comment", "#");
  expect(await refusal(commented, "t.csv")).toContain("--comment for lines of comments");
});

test("without names, a table with a column less or more is refused unless only the target is lacking at the end", async () => {
  const first = await trained({ "t.csv": targetFirst, "less.csv": withoutTarget }, "column1", "--no-header");
  expect(await refusal(first, "less.csv", "--no-header")).toContain(
    'less.csv: 3 columns without names, but the model was trained with 4. Expected the same columns at the same places; the values of "column1" may be empty.',
  );
  const last = await trained({ "t.csv": plain, "less.csv": plain.replace(/,\w+$/gm, "") }, "column3", "--no-header");
  const answers = await gradus("predict", last.file("m.gradus"), last.file("less.csv"), "--no-header");
  expect(answers).toMatchObject({ code: 0 });
});

test("rows that begin with # are noted, in training and in prediction, unless most do or --comment is given", async () => {
  const note = "Line 3 begins with # and is read as a row. If these are comments, leave them out: --comment '#'";
  const lines = [`name,${header}`, `a,${rows[0]}`, `#b,${rows[1]}`, ...rows.slice(2).map((row) => `c,${row}`)];
  const folder = await trained({ "t.csv": lines.join("\n"), "all.csv": lines.join("\n#").replace("#a", "a") }, "class");
  const notes = async (file: string, ...options: string[]): Promise<string> =>
    (await gradus("predict", folder.file("m.gradus"), folder.file(file), ...options)).notes.join("\n");
  expect(await notes("t.csv")).toContain(note);
  expect(await notes("t.csv", "--comment", "#")).not.toContain("begin");
  expect(await notes("all.csv")).not.toContain("read as rows");
});

test("a damaged line does not make another delimiter of a file without names, and a delimiter in doubt is noted", async () => {
  const lines = Array.from({ length: 9 }, (_, row) => `${row},5;${row},25;${row % 2}`);
  const folder = await folderOf({
    "damaged.csv": [...lines, "1,5;2,5"].join("\n"),
    "doubtful.csv": lines.map((_, row) => `${row};a,b`).join("\n"),
  });
  await expect(readTable(folder.file("damaged.csv"), { header: false })).rejects.toThrow(
    'line 10 has 2 values, but line 1 has 3. Correct the line, or give the delimiter if it is not ";"',
  );
  const { columns, notes } = await readTable(folder.file("doubtful.csv"), { header: false });
  expect(columns.map(({ values }) => values[1])).toEqual([1, "a,b"]);
  expect(notes).toContainEqual({
    code: "doubtful-delimiter",
    columns: [],
    message:
      'The values are taken to be separated by ";", but "," may separate them too. Give one of these options: delimiter: ";" or delimiter: ",".',
  });
});
