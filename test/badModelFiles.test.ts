/** Bad model files and tables that do not suit a model: one message, exit code 2, nothing written. */
import { readFile, writeFile } from "node:fs/promises";
import { beforeAll, expect, test } from "vitest";
import { type Folder, folderOf, gradus, lastingFolder, smallTable } from "./commandLine.ts";

let bytes: Buffer;
beforeAll(async () => {
  const folder = await lastingFolder({ "table.csv": smallTable() });
  const args = ["--target", "class", "--out", folder.file("m.gradus"), "--epochs", "2", "--hidden", "4"];
  expect((await gradus("train", folder.file("table.csv"), ...args)).code).toBe(0);
  bytes = await readFile(folder.file("m.gradus"));
  await folder.remove();
});

async function refused(folder: Folder, args: readonly string[], says: readonly (string | RegExp)[]): Promise<void> {
  const before = await folder.names();
  const { code, out, notes } = await gradus(...args);
  const message = notes.join("\n");
  for (const part of says) expect(message).toMatch(part);
  expect(message).not.toMatch(/\n\s+at |node_modules/);
  expect(out).toEqual([]);
  expect(code).toBe(2);
  expect(await folder.names()).toEqual(before);
}

const damaged: Readonly<Record<string, [damage: (whole: Buffer) => Uint8Array, says: RegExp]>> = {
  "cut off": [(whole) => whole.subarray(0, whole.length - 5), /m\.gradus.*(cut off|truncated|shorter)/i],
  "cut off in its header": [(whole) => whole.subarray(0, 100), /m\.gradus.*(cut off|truncated|shorter)/i],
  "altered in a weight": [
    (whole) => {
      const copy = Buffer.from(whole);
      copy[copy.length - 3] ^= 1;
      return copy;
    },
    /m\.gradus.*(altered|changed|checksum)/i,
  ],
  "of a newer version": [
    (whole) => Buffer.from(whole.toString("latin1").replace('formatVersion\\":6', 'formatVersion\\":7'), "latin1"),
    /version 7/i,
  ],
  "no model but a table": [() => Buffer.from(smallTable()), /m\.gradus.*(not a|no) .*model/i],
  empty: [() => Buffer.alloc(0), /m\.gradus.*empty/i],
};

for (const [name, [damage, says]] of Object.entries(damaged)) {
  test(`a model file that is ${name} is refused by every command that reads one`, async () => {
    const folder = await folderOf({ "m.gradus": damage(bytes), "t.csv": smallTable() });
    const model = folder.file("m.gradus");
    await refused(folder, ["show", model], [says]);
    await refused(folder, ["predict", model, folder.file("t.csv"), "--out", folder.file("a.csv")], [says]);
    await refused(folder, ["evaluate", model, folder.file("t.csv")], [says]);
  });
}

test("a model file that is not there is named, with the nearest one that is", async () => {
  const folder = await folderOf({ "flowers.gradus": bytes });
  await refused(
    folder,
    ["show", folder.file("flowres.gradus")],
    ["flowres.gradus", "no such file", '"flowers.gradus"'],
  );
});

test("a table that lacks a column, or has text in a number column, gets no answers", async () => {
  const folder = await folderOf({ "m.gradus": bytes, "lacks.csv": "x,yy\n1,2\n", "text.csv": "x,y\n1,2\n2,much\n" });
  const model = folder.file("m.gradus");
  const into = ["--out", folder.file("answers.csv")];
  await refused(folder, ["predict", model, folder.file("lacks.csv"), ...into], ["lacks.csv", '"y"']);
  await refused(folder, ["predict", model, folder.file("text.csv"), ...into], ["text.csv", '"y"', '"much"', /row 2/]);
  await refused(folder, ["predict", model, "--row", '{"x": 1}'], ['"y"']);
  await refused(folder, ["predict", model, "--row", "x=1"], ["--row", "JSON object"]);
});

test("an evaluation needs the target, and labels that training saw", async () => {
  const folder = await folderOf({ "m.gradus": bytes, "no.csv": "x,y\n1,2\n", "new.csv": "x,y,class\n1,2,middle\n" });
  const model = folder.file("m.gradus");
  await refused(folder, ["evaluate", model, folder.file("no.csv")], ['"class"']);
  await refused(folder, ["evaluate", model, folder.file("new.csv")], ['"middle"', /does not occur/]);
});

test("an answers file that cannot be written is found before anything is computed", async () => {
  const folder = await folderOf({ "m.gradus": bytes, "t.csv": smallTable() });
  await writeFile(folder.file("plain"), "");
  const out = folder.file("plain/answers.csv");
  await refused(folder, ["predict", folder.file("m.gradus"), folder.file("t.csv"), "--out", out], ["plain"]);
});
