/** A column means the same in prediction as in training, however few its values are and however they are written. */
import { expect, test } from "vitest";
import { evaluate, readTable, readTableFor, train } from "../src/node.ts";
import { folderOf } from "./commandLine.ts";

const ROWS = 60;

/** Two spellings of each type whose canonical text is another. */
const spellings: Readonly<Record<string, readonly [string, string]>> = {
  decimal: ["1.50", "2.0"],
  exponent: ["1e3", "2e3"],
  truth: ["TRUE", "FALSE"],
  date: ["2024-10-13", "2024-10-14"],
  time: ["06:30", "07:30"],
  instant: ["2024-10-13 06:30", "2024-10-14 06:30"],
  word: ["Yes", "no"],
};

type Filling = (row: number, spelling: readonly [string, string]) => string;

/** How a column is filled, by row; in some folds the rare second value is not among the training rows. */
const fillings: Readonly<Record<string, Filling>> = {
  "one value": (row, [first]) => (row % 2 === 0 ? first : ""),
  "a rare second value": (row, [first, second]) => (row % 2 === 0 ? first : row === 31 ? second : ""),
  "two values": (row, [first, second]) => (row % 2 === 0 ? first : second),
  "two values and blanks": (row, [first, second]) => ["", first, second][row % 3],
};

/** The rows of a table with a column for each type and one filling. */
function rowsOf(fill: Filling): Record<string, string | number>[] {
  return Array.from({ length: ROWS }, (_, row) => ({
    ...Object.fromEntries(Object.entries(spellings).map(([name, spelling]) => [name, fill(row, spelling)])),
    noise: (row * 7) % 11,
    y: row % 2 === 0 ? "p" : "q",
  }));
}

const csv = (rows: readonly object[]): string =>
  [Object.keys(rows[0]), ...rows.map((row) => Object.values(row))].map((line) => `${line.join(",")}\n`).join("");

const settings = { target: "y", hidden: [8], epochs: 2, health: false, threads: 1 } as const;

for (const [filling, fill] of Object.entries(fillings)) {
  test(`columns with ${filling}: a model answers for its own training file as it did in training`, async () => {
    const rows = rowsOf(fill);
    const folder = await folderOf({ "t.csv": csv(rows), "t.json": JSON.stringify(rows) });
    const asCategories = Object.fromEntries(Object.keys(spellings).map((name) => [name, "category" as const]));
    for (const [file, types, folds] of [
      ["t.csv", {}, 3],
      ["t.csv", asCategories, 1],
      ["t.json", {}, 1],
    ] as const) {
      const source = folder.file(file);
      const { model, report } = await train({ ...settings, table: source, test: source, types, folds });
      using trained = model;
      expect((await evaluate(trained, source)).model).toEqual(report.metrics.test);
      const expected = trained.predictTable(await readTable(source, { types }));
      expect(trained.predictTable(await readTableFor(trained, source))).toEqual(expected);
      expect(trained.predict(rows)).toEqual(expected);
      expect([trained.predict(rows[0]), trained.predict(rows[1])]).toEqual(expected.slice(0, 2));
    }
  });
}

test("columns that a model does not use may hold anything where it is judged", async () => {
  const rows = rowsOf(fillings["two values"]);
  using model = (await train({ ...settings, table: rows, features: ["noise", "word"] })).model;
  const others = rows.map((row, at) => ({ ...row, mixed: at % 2 === 0 ? at : true, decimal: "1,234" }));
  expect((await evaluate(model, others)).model).toEqual((await evaluate(model, rows)).model);
});
