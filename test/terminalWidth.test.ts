/** What the commands print fits into the terminal: nothing is broken badly, cut or too long, on tables that make it hard. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { displayWidth } from "../src/cli/textWidth.ts";
import { COMMANDS, folderOf, gradus, gradusOn } from "./commandLine.ts";

const QUICK = ["--folds", "1", "--epochs", "2", "--hidden", "8"];

interface Case {
  readonly target: string;
  readonly more?: readonly string[];
  readonly columns: readonly string[];
  row(x: number, y: number, at: number): readonly unknown[];
}

const yes = (is: boolean): string => (is ? "yes" : "no");
const decision = "what the customer finally decided to do";
const attachment = "has an attachment of more than a megabyte";
const questions = Array.from({ length: 8 }, (_, at) => `a_rather_long_column_name_of_a_question_number_${at}`);
const decisions = ["bought the most expensive product of all", "bought nothing and left", "came back on another day"];

/** Tables whose lines are long. */
const cases: Readonly<Record<string, Case>> = {
  "long names and labels": {
    target: decision,
    columns: [...questions, decision],
    row: (x, y, at) => [x, y, ...questions.slice(2).map((_, k) => value(at, k + 2)), decisions[Math.floor(x * 3)]],
  },
  "several labels, weights and groups": {
    target: `spam in the folder,urgent,${attachment}`,
    more: ["--weights", "persons", "--group", "patient"],
    columns: ["x", "y", "spam in the folder", "urgent", attachment, "persons", "patient"],
    row: (x, y, at) => [x, y, yes(x > 0.5), yes(y > 0.3), yes(x + y > 1), 1 + (at % 3), `p${at % 20}`],
  },
  "many classes": {
    target: "kind",
    columns: ["x", "y", "kind"],
    row: (x, y) => [x, y, `class-number-${Math.floor(x * 14)}-of-all`],
  },
  "several numbers": {
    target: "first_number,second,third",
    more: ["--task", "regression"],
    columns: ["x", "y", "first_number", "second", "third"],
    row: (x, y) => [x, y, x * 1000 + y, y / 7e6, x * y * 1e9],
  },
  "wide characters": {
    target: "種類",
    columns: ["高さ", "幅", "種類"],
    row: (x, y) => [x, y, x > y ? "とても長い名前の種類です" : "短い"],
  },
};

/** From 0 to below 1, the same in every run. */
const value = (row: number, column: number): number => ((row * 37 + column * 61 + row * column * 13) % 101) / 101;

function csvOf({ columns, row }: Case): string {
  const rows = Array.from({ length: 80 }, (_, at) => row(value(at, 0), value(at, 1), at).join(","));
  return [columns.join(","), ...rows, ""].join("\n");
}

/** Every command that prints of a model and a table. */
function commandsOn(model: string, table: string): string[][] {
  return [
    ["evaluate", model, table],
    ["show", model],
    ["show", model, "--plan"],
    ["explain", model, table],
    ["check", model, table, "--most", "2", "--rows", "4"],
    ["trace", model, table],
    ["derive", model],
  ];
}

/** A table of a case, and the arguments that train its model; the folder is removed with the test. */
async function trained({ target, more = [], csv }: { target: string; more?: readonly string[]; csv: string }) {
  const folder = await folderOf({ "t.csv": csv });
  const [table, model] = [folder.file("t.csv"), folder.file("m.gradus")];
  return { table, model, train: ["train", table, "--target", target, ...more, "--out", model, ...QUICK] };
}

async function expectToFit(command: readonly string[]): Promise<void> {
  const { code, out, notes } = await gradusOn(80, ...command);
  expect(code, `${command.join(" ")}: ${notes.join("\n")}`).toBe(0);
  expect(
    [...out, ...notes].filter((line) => displayWidth(line) > 80),
    command.join(" "),
  ).toEqual([]);
}

const penguins = { target: "species", csv: readFileSync("examples/data/penguins.csv", "utf8") };
const tables = {
  ...Object.fromEntries(Object.entries(cases).map(([name, made]) => [name, { ...made, csv: csvOf(made) }])),
  penguins,
};

test.each(Object.entries(tables))("80 columns are enough for what each command prints of: %s", async (_, made) => {
  const { train, model, table } = await trained(made);
  for (const command of [train, ...commandsOn(model, table)]) await expectToFit(command);
});

test("80 columns are enough for a search, the engines, an example's trace and all help", async () => {
  const { train } = await trained({ target: decision, csv: csvOf(cases["long names and labels"]) });
  await expectToFit(["tune", ...train.slice(1), "--trials", "2", "--set", "dropout=0,0.1", "--set", "batchSize=32,64"]);
  await expectToFit(["engines"]);
  await expectToFit(["trace", "--example", "classes"]);
  for (const command of [...COMMANDS, "completion"]) await expectToFit([command, "--help"]);
});

test("a row of a table stays on one line of 80 columns where it has no long text", async () => {
  const { train, model, table } = await trained(penguins);
  await gradus(...train);
  const { out } = await gradusOn(80, "check", model, table, "--most", "2", "--rows", "4");
  const heading = /^ {2}layer {2}tensor {2,}checked {2}worst error {2}allowed {2}where {2,}verdict$/;
  expect(out.filter((line) => heading.test(line)).length).toBeGreaterThan(1);
  expect(out.filter((line) => /^ +\d+ {2}\w+ .* {2}(passed|unchecked)$/.test(line)).length).toBeGreaterThan(15);
  const shown = (await gradusOn(80, "show", model)).out;
  const from = shown.findIndex((line) => /^ {2}layer {2}kind {2,}tensors {2,}rate {2,}decay$/.test(line));
  expect(shown[from + 1]).toMatch(/^ {6}0 {2}periodic {2,}frequencies, phases, weights,? .*0.1 {3}0.01$/);
});

test("a terminal of 40 or 10 columns loses nothing of what is printed", async () => {
  const { train, model, table } = await trained({ target: decision, csv: csvOf(cases["long names and labels"]) });
  await gradus(...train);
  for (const command of commandsOn(model, table).slice(1, 5)) {
    const plain = await gradus(...command);
    for (const columns of [40, 10]) {
      const narrow = await gradusOn(columns, ...command);
      expect(narrow.code, command.join(" ")).toBe(0);
      expect(signsOf(narrow.out), command.join(" ")).toBeGreaterThanOrEqual(signsOf(plain.out));
    }
  }
});

/** How many signs are not blank: keys of tables may come again, but nothing may be lost. */
const signsOf = (lines: readonly string[]): number => lines.join("").replace(/\s/g, "").length;
