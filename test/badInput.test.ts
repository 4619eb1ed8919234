/**
 * Bad input: each gets one clear message without a stack, exit code 2, and leaves nothing behind.
 */

import { expect, test } from "vitest";
import { folderOf, gradus, smallTable } from "./commandLine.ts";

/** A wrong call: the files it finds, its arguments ("@x" is the file x of the folder), and what the message must say. */
interface Case {
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  readonly args: readonly string[];
  readonly says: readonly (string | RegExp)[];
}

const header = "x,y,class\n";
const trainOn = (content: string | Uint8Array, ...more: string[]): Pick<Case, "files" | "args"> => ({
  files: { "table.csv": content },
  args: ["train", "@table.csv", "--target", "class", "--out", "@model.gradus", ...more],
});
const body = smallTable().slice(header.length);

const tables: Readonly<Record<string, Case>> = {
  "no such file": {
    files: { "penguins.csv": smallTable() },
    args: ["train", "@pengiuns.csv", "--target", "class", "--out", "@m.gradus"],
    says: ["pengiuns.csv", /no such file/i, "penguins.csv"],
  },
  "a delimiter that is not the file's": {
    ...trainOn(smallTable(), "--delimiter", ";"),
    says: ['no column "class"', "It was read as one column. If it has several columns: --delimiter ,"],
  },
  "a folder instead of a file": {
    files: { "folder/inside.csv": smallTable() },
    args: ["train", "@folder", "--target", "class", "--out", "@m.gradus"],
    says: ["folder", /director|folder/i],
  },
  "an empty file": { ...trainOn(""), says: ["table.csv", /empty/i] },
  "a header and no rows": { ...trainOn(header), says: ["table.csv", /no rows|header/i] },
  "ragged rows": {
    ...trainOn(`${header}${body}1,2\n${body}`),
    says: ["table.csv", /line 42/i, /2 values/, /3 columns/],
  },
  "another encoding": {
    ...trainOn(Buffer.concat([Buffer.from(smallTable()), Buffer.from("1,2,caf\xe9\n", "latin1")])),
    says: ["table.csv", /UTF-8/i, "--encoding latin-1"],
  },
  "an unknown target": {
    files: { "table.csv": smallTable() },
    args: ["train", "@table.csv", "--target", "clas", "--out", "@m.gradus"],
    says: ['"clas"', 'Did you mean "class"?'],
  },
  "a target with one class": {
    ...trainOn(smallTable().replaceAll("high", "low")),
    says: ["class", /same class|one class/i],
  },
  "a target that is missing everywhere": {
    ...trainOn(smallTable().replaceAll("high", "").replaceAll("low", "")),
    says: ["class", /missing/i],
  },
  "a class of its own for every row": {
    ...trainOn(header + Array.from({ length: 12 }, (_, row) => `${row},1,k${row}\n`).join("")),
    says: ['"class"', /different class/, "12"],
  },
  "one row": { ...trainOn(`${header}1,2,a\n`), says: ['"a"', /same class/] },
  "no usable column": {
    ...trainOn(`x,y,class\n${"1,2,a\n1,2,b\n".repeat(20)}`),
    says: [/no usable feature|nothing to train on/, "x", "y"],
  },
  "duplicate column names": { ...trainOn(smallTable().replace("x,y", "x,x")), says: [/same name/, '"x"'] },
  infinities: { ...trainOn(`${smallTable()}inf,3,low\n`), says: ['"x"', /infinit|inf/i, /row 41|line 42/i] },
  "text in a number column": {
    ...trainOn(`${smallTable()}abc,3,low\n${body}`),
    says: ['"x"', '"abc"', /row 41/i],
  },
  "SQL that does not parse": {
    args: ["train", "--sql", "SELEC 1", "--target", "a", "--out", "@m.gradus"],
    says: [/SQL/i, /SELEC/],
  },
  "a table and a query": {
    ...trainOn(smallTable(), "--sql", "SELECT 1"),
    says: ["not both"],
  },
  "no table": { args: ["train", "--target", "class"], says: ["No table is given"] },
};

const options: Readonly<Record<string, Case>> = {
  "a learning rate of 0": {
    ...trainOn(smallTable(), "--learning-rate", "0"),
    says: ["--learning-rate", "above 0", '"0"'],
  },
  "epochs in words": { ...trainOn(smallTable(), "--epochs", "many"), says: ["--epochs", "whole number", '"many"'] },
  "a test fraction of 1": { ...trainOn(smallTable(), "--test-fraction", "1"), says: ["--test-fraction", '"1"'] },
  "an unknown activation": { ...trainOn(smallTable(), "--activation", "rleu"), says: ["rleu", 'Did you mean "relu"?'] },
  "an unknown optimizer": { ...trainOn(smallTable(), "--optimizer", "adm"), says: ["adm", 'Did you mean "adam"?'] },
  "a loss that does not suit": { ...trainOn(smallTable(), "--loss", "huber"), says: ["huber", "crossEntropy"] },
  "a type for a column that is not there": {
    ...trainOn(smallTable(), "--type", "z=number"),
    says: ['"z"', /no column/i],
  },
  "an unknown type": { ...trainOn(smallTable(), "--type", "x=nmber"), says: ["nmber", 'Did you mean "number"?'] },
  "an option that does not exist": { ...trainOn(smallTable(), "--epoch", "3"), says: ["--epoch", "--epochs"] },
  "an unknown command": { args: ["trian"], says: ["trian", "train"] },
  "no target": { files: { "t.csv": smallTable() }, args: ["train", "@t.csv"], says: ["--target"] },
  "several targets that are no numbers": {
    files: { "table.csv": smallTable() },
    args: ["train", "@table.csv", "--target", "x,class", "--out", "@m.gradus"],
    says: ["class", /numbers?/],
  },
  "an output in a folder that is not there": {
    ...trainOn(smallTable()),
    args: ["train", "@table.csv", "--target", "class", "--out", "@missing/model.gradus"],
    says: ["missing", /folder|director/i],
  },
  "an output that is a folder": {
    files: { "table.csv": smallTable(), "out/file": "" },
    args: ["train", "@table.csv", "--target", "class", "--out", "@out"],
    says: ["out", /folder|director/i],
  },
};

for (const [name, { files = {}, args, says }] of Object.entries({ ...tables, ...options })) {
  test(`${name}: one message, exit code 2, nothing written`, async () => {
    const folder = await folderOf(files);
    const before = await folder.names();
    const { code, out, notes } = await gradus(
      ...args.map((arg) => (arg.startsWith("@") ? folder.file(arg.slice(1)) : arg)),
    );
    const message = notes.filter((note) => !/^(Reading|Training)/.test(note)).join("\n");
    for (const part of says) expect(message).toMatch(part);
    expect(message).not.toMatch(/\n\s+at |node_modules|Error:/);
    expect(message.split("\n").length).toBeLessThanOrEqual(4);
    expect(out).toEqual([]);
    expect(code).toBe(2);
    expect(await folder.names()).toEqual(before);
  });
}
