/** The options that messages name are those of the reader: a program's or the command line's. */

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { inCommandOptions, namedOptions } from "../src/cli/optionNames.ts";
import * as remedies from "../src/data/remedies.ts";
import { readTable, readTableFor, tableFromColumns, train } from "../src/node.ts";
import { folderOf, gradus } from "./commandLine.ts";

const quick = ["--folds", "1", "--epochs", "1", "--hidden", "2"];

async function told(csv: string, ...words: readonly string[]): Promise<string> {
  const folder = await folderOf({ "t.csv": csv });
  const { out, notes } = await gradus(
    "train",
    folder.file("t.csv"),
    "--out",
    folder.file("m.gradus"),
    ...quick,
    ...words,
  );
  return [...out, ...notes].join("\n");
}

const rows = (value: (row: number) => string): string =>
  ["a,y", ...Array.from({ length: 60 }, (_, row) => `${row % 7},${value(row)}`), ""].join("\n");

test("every option of a message has its flag on the command line, as a shell takes it", () => {
  expect(
    [
      remedies.typeOption("my zip", "number"),
      remedies.valuedOption("decimal", ","),
      remedies.valuedOption("task", "regression"),
      remedies.valuedOption("rare", "drop"),
      remedies.splitOption("when"),
      remedies.missingOption(["n.d.", "not known"], false),
      remedies.missingOption(["x"], true),
      remedies.NO_MISSING_WORDS,
      `${remedies.valuedOption("testFraction", 0.25)}.`,
      `${remedies.valuedOption("validationFraction", 0)}.`,
      remedies.valuedOption("folds", 5),
      remedies.PLAIN_RECIPE,
      remedies.BALANCED_WEIGHTS,
      remedies.BALANCED_METRIC,
      remedies.valuedOption("skip", 3),
      remedies.valuedOption("comment", "#"),
      remedies.valuedOption("delimiter", ";"),
      remedies.valuedOption("delimiter", "\t"),
      remedies.valuedOption("encoding", "utf-16le"),
      remedies.valuedOption("maxBytes", 4e9),
      remedies.valuedOption("maxBytes", 1001),
      remedies.NO_HEADER,
      remedies.NO_WEIGHTS,
      remedies.NO_GROUP,
      remedies.QUERY,
      remedies.optionName("weightDecay"),
      remedies.optionName("header", "Option"),
    ].map(inCommandOptions),
  ).toEqual([
    "--type 'my zip=number'",
    "--decimal ,",
    "--task regression",
    "--rare drop",
    "--split time=when",
    "--missing 'n.d.,not known'",
    "--missing-only x",
    '--missing-only ""',
    "--test-fraction 0.25.",
    "--validation-fraction 0.",
    "--folds 5",
    "--recipe plain",
    "--class-weights balanced",
    "--metric balancedAccuracy",
    "--skip 3",
    "--comment '#'",
    "--delimiter ';'",
    "--delimiter '\\t'",
    "--encoding utf-16le",
    "--max-size 4GB",
    "--max-size 1001",
    "--no-header",
    "--no-weights",
    "--no-group",
    '--sql "SELECT …"',
    "--weight-decay",
    "--no-header",
  ]);
});

/** What each command's help lists. */
async function flagsOf(command: string): Promise<Set<string>> {
  const { out } = await gradus(command, "--help");
  return new Set(out.flatMap((line) => /^ {2}(?:-\w, )?(--[\w-]+)/.exec(line)?.[1] ?? []));
}

test("every option that messages name without a value is one of a command", async () => {
  const commands = ["train", "tune", "explain", "import"];
  const known = new Set((await Promise.all(commands.map(flagsOf))).flatMap((flags) => [...flags]));
  for (const name of namedOptions) expect(known, name).toContain(inCommandOptions(remedies.optionName(name)));
});

test("what messages about a file name are options of every command that reads one", async () => {
  const { valuedOption, missingOption, NO_HEADER, QUERY } = remedies;
  const forms = [
    valuedOption("skip", 1),
    valuedOption("comment", "#"),
    valuedOption("encoding", "x"),
    valuedOption("maxBytes", 1),
    NO_HEADER,
    QUERY,
  ];
  for (const command of ["train", "tune", "predict", "evaluate", "explain", "trace", "check"]) {
    const flags = await flagsOf(command);
    for (const form of [...forms, missingOption(["x"], false), remedies.optionName("delimiter")]) {
      expect(flags, command).toContain(inCommandOptions(form).split(" ")[0]);
    }
  }
});

/** Of Node itself: the same for a program and the command line. */
const OF_NODE = [
  "--experimental-wasm-relaxed-simd",
  "--allow-addons",
  "--allow-fs-read",
  "--allow-fs-write",
  "--no-addons",
];

test("no message of the library names a flag of the command line", async () => {
  const files = (await readdir("src", { recursive: true })).filter((file) => /(?<!\.test)\.ts$/.test(file));
  const found: string[] = [];
  for (const file of files.filter((name) => !name.startsWith("cli"))) {
    for (const line of (await readFile(join("src", file), "utf8")).split("\n")) {
      if (/^\s*(\/?\*|\/\/)/.test(line)) continue;
      const own = OF_NODE.reduce((text, flag) => text.replaceAll(new RegExp(`${flag}(?![\\w-])`, "g"), ""), line);
      if (/["'`][^"'`]*(?<![\w(;"`])--[a-z]/.test(own)) found.push(`${file}: ${line.trim()}`);
    }
  }
  expect(found).toEqual([]);
});

test("a name that reads like an option stays as it is where a command shows it", async () => {
  const csv = rows((row) => (row % 2 === 0 ? "option time" : "folds: 5"));
  const folder = await folderOf({ "t.csv": csv });
  const model = folder.file("m.gradus");
  expect(await gradus("train", folder.file("t.csv"), "--target", "y", "--out", model, ...quick)).toMatchObject({
    code: 0,
  });
  const { out } = await gradus("show", model);
  expect(out.join("\n")).toMatch(/^ {2}option time +0\.5/m);
  expect(out.join("\n")).toMatch(/^ {2}folds: 5 +0\.5/m);
});

test("blank lines before the header are told of all at once, and the remedy works", async () => {
  const folder = await folderOf({ "t.csv": `\n  \n,,\n${rows(String)}` });
  const train = ["train", folder.file("t.csv"), "--target", "y", "--out", folder.file("m.gradus"), ...quick];
  expect((await gradus(...train)).notes.join("\n")).toContain(
    "its lines up to 3 are blank. Expected the column names there: skip such lines, --skip 3.",
  );
  expect(await gradus(...train, "--skip", "3")).toMatchObject({ code: 0 });
  expect((await gradus(...train, "--delimiter", "a")).notes.join("\n")).toContain(
    "--delimiter: expected one character that is no letter, digit, quote, point or underscore",
  );
});

test("a column that a model needs and no table can have is told without options that prediction lacks", async () => {
  const { model } = await train({ table: { x: [1, 2, 3, 4], y: [1, 2, 3, 4] }, target: "y", epochs: 1, hidden: [2] });
  const sql = "SELECT 'ab'::BLOB AS x, 2 AS y";
  const remedy = 'truth values, dates or times: convert it in a query, { sql: "SELECT …" }.';
  await expect(readTableFor(model, { sql })).rejects.toThrow(remedy);
  await expect(readTable({ sql })).rejects.toThrow('leave it out, types: { "x": "skip" }, or convert it in a query');
});

test("a word among numbers is told with the option that makes it a missing value, and that option works", async () => {
  const csv = rows((row) => (row % 20 === 3 ? "n.d." : String(row / 2)));
  expect(await told(csv, "--target", "y")).toContain(
    `with the text "n.d." in row 4. If it means a missing value: --missing 'n.d.'. Correct the value, or take the values as classes: --type y=category.`,
  );
  expect(await told(csv, "--target", "y", "--missing", "n.d.")).toContain("Left out 3 of 60 rows");
});

test("whole numbers that were taken as classes are told of with the command's option, and with a program's", async () => {
  const csv = rows((row) => String(row % 3));
  expect(await told(csv, "--target", "y")).toContain("If that is wrong: --task regression.");
  const table = tableFromColumns({ a: [...csv].map((_, row) => row % 7), y: [...csv].map((_, row) => row % 3) });
  const { report } = await train({ table, target: "y", epochs: 1, hidden: [2] });
  expect(report.warnings.map(({ message }) => message).join("\n")).toContain('If that is wrong: task: "regression".');
});

test("numbers with a decimal point beside numbers with a decimal comma are told of, and become no classes in silence", () => {
  const mixed = { x: ["1.5", "2,5", "3.5", "4,5"] };
  for (const decimal of [undefined, ",", "."] as const) {
    const { notes = [] } = tableFromColumns(mixed, { decimal });
    expect(notes.map(({ code }) => code)).toEqual(["mixed-decimals"]);
    expect(notes[0].message).toContain('"1.5" and "2,5"');
  }
  const { notes = [] } = tableFromColumns({ x: ["1.5", "2.5"] }, { decimal: "," });
  expect(notes[0].message).toContain('"1.5" does not use the decimal sign that was given');
});

test("a number without a sign in a per cent column is refused: it could be a share", async () => {
  const x = Array.from({ length: 40 }, (_, row) => `${row / 10}%`);
  const table = tableFromColumns({ x, y: x.map((_, row) => row * 2) });
  const { model } = await train({ table, target: "y", epochs: 1, hidden: [2] });
  expect(() => model.predict([{ x: 0.021 }])).toThrow(
    /0\.021 in row 1, which can mean 0\.021 % or 2\.1 %\. Give it as text/,
  );
  expect(model.predict([{ x: "2.1%" }])).toHaveLength(1);
  const money = tableFromColumns({ x: x.map((_, row) => `$${row}.50`), y: x.map((_, row) => row * 2) });
  const priced = await train({ table: money, target: "y", epochs: 1, hidden: [2] });
  expect(priced.model.predict([{ x: 2.5 }])).toEqual(priced.model.predict([{ x: "$2.50" }]));
});
