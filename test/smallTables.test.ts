/** The first things that a new user tries: exclusive or, a straight line, tables of a few rows. */
import { expect, test } from "vitest";
import { tableFromColumns } from "../src/data/rows.ts";
import type { Cell } from "../src/data/table.ts";
import { train } from "../src/index.ts";
import { random } from "../src/random.ts";
import { datasetOf } from "../src/tabular/dataset.ts";
import { folderOf, gradus } from "./commandLine.ts";

const codes = ({ warnings }: { readonly warnings: readonly { readonly code: string }[] }): string[] =>
  warnings.map(({ code }) => code);

test("exclusive or, a table of four rows, is learned by default, and judged on the rows that it was learned from", async () => {
  const a = [0, 0, 1, 1];
  const b = [0, 1, 0, 1];
  for (const y of [
    [0, 1, 1, 0],
    ["no", "yes", "yes", "no"],
  ]) {
    const { model, report } = await train({ table: { a, b, y }, target: "y" });
    expect(report.rows).toEqual({ training: 4, validation: 0, test: 0 });
    expect(report.networks).toBe(1);
    expect(codes(report)).toContain("judged-on-training-rows");
    expect(report.metrics).toMatchObject({ training: { accuracy: 1 }, baseline: { training: { accuracy: 0.5 } } });
    model.dispose();
  }
});

test("exclusive or in other forms is learned too: as a number, by folds", async () => {
  const words = { a: ["f", "f", "t", "t"], b: ["f", "t", "f", "t"], y: ["no", "yes", "yes", "no"] };
  const number = await train({
    table: { a: [0, 0, 1, 1], b: [0, 1, 0, 1], y: [0, 1, 1, 0] },
    target: "y",
    task: "regression",
  });
  expect(number.report.metrics.training?.r2).toBeGreaterThan(0.95);
  const folds = await train({ table: words, target: "y", folds: 4, epochs: 2, hidden: [4] });
  expect(codes(folds.report)).not.toContain("judged-on-training-rows");
  expect(folds.report.metrics.validation).toBeDefined();
});

test("a straight line of 60 points is learned from its one column, though each whole number comes once", async () => {
  const x = Array.from({ length: 60 }, (_, row) => row + 1);
  const { report } = await train({ table: { x, y: x.map((value) => 2 * value + 1) }, target: "y", folds: 1 });
  expect(codes(report).filter((code) => code.startsWith("left-out"))).toEqual([]);
  const { validation } = report.metrics;
  expect(validation && "r2" in validation ? validation.r2 : 0).toBeGreaterThan(0.9);
});

test("every table of 2 to 30 rows can be divided and encoded, and what is learned from is never judged where others are", () => {
  for (let rows = 2; rows <= 30; rows++) {
    for (let columns = 1; columns <= 3; columns++) {
      for (const y of targetsOf(rows)) {
        const table = tableFromColumns({ ...featuresOf(rows, columns), y });
        const folds = datasetOf({ ...asked, table, usualFolds: () => 5 });
        for (let fold = 0; fold < folds.folds; fold++) {
          const { training, validation, warnings } = folds.fold(fold);
          expect(training.table.rows + (validation?.table.rows ?? 0)).toBeGreaterThan(rows / 2);
          if (fold === 0) expect(warnings.some(({ code }) => code === "judged-on-training-rows")).toBe(rows < 10);
        }
      }
    }
  }
});

test("tables of 2, 3, 9, 10 and 13 rows train", async () => {
  for (const rows of [2, 3, 9, 10, 13]) {
    for (const y of targetsOf(rows)) {
      const table = { ...featuresOf(rows, 2), y };
      const { model, report } = await train({ table, target: "y", epochs: 1, hidden: [2], threads: 1 });
      const { training, validation, test } = report.metrics;
      expect([training, validation, test].map((part) => part !== undefined)).toEqual(
        rows < 10 ? [true, false, false] : [false, true, true],
      );
      model.dispose();
    }
  }
});

/** Whole numbers, some alike. */
function featuresOf(rows: number, columns: number): Record<string, number[]> {
  const draw = random(rows, "small tables", columns);
  const values = (): number[] => Array.from({ length: rows }, (_, row) => (row % 2) + Math.round(10 * draw.uniform()));
  return Object.fromEntries(Array.from({ length: columns }, (_, at) => [`x${at}`, [...values().slice(1), 20]]));
}

/** Numbers, and classes of which some come once. */
function targetsOf(rows: number): (number | string)[][] {
  const draw = random(rows, "small targets");
  const values = Array.from({ length: rows }, (_, row) => (row < 2 ? row : Math.round(10 * draw.uniform())));
  return [values.map((value) => value + 0.5), values.map((value) => `k${value % 4}`)];
}

const asked = { target: "y", task: undefined, test: undefined, types: {}, features: undefined, seed: 0 };

const flowers = (rows: number): string =>
  `x,y\n${Array.from({ length: rows }, (_, row) => `${row % 7},${row % 2 === 0 ? "red" : "blue"}\n`).join("")}`;
const quick = ["--epochs", "1", "--hidden", "4"];

test("a class that comes once stops nothing; --rare drops or joins it, and a model that joined it knows its label", async () => {
  const folder = await folderOf({ "t.csv": `${flowers(40)}3,white\n` });
  const trained = async (...flags: string[]) => {
    const { code, out } = await gradus(
      "train",
      folder.file("t.csv"),
      "--target",
      "y",
      "--out",
      folder.file("m.gradus"),
      ...quick,
      "--jsonl",
      ...flags,
    );
    expect(code).toBe(0);
    return JSON.parse(out[0]) as { classes: string[]; warnings: { code: string; message: string }[]; rows: object };
  };
  const kept = await trained();
  expect(kept.classes).toEqual(["blue", "red", "white"]);
  expect(codes(kept)).toContain("single-row-classes");
  const dropped = await trained("--rare", "drop");
  expect(dropped.classes).toEqual(["blue", "red"]);
  expect(dropped.warnings.map(({ message }) => message)).toContain(
    'Left out 1 of 41 rows: the class "white" of y occurs in only one row.',
  );
  const joined = await trained("--rare", "join");
  expect(joined.classes).toEqual(["blue", "other", "red"]);
  const { code, out } = await gradus("evaluate", folder.file("m.gradus"), folder.file("t.csv"));
  expect([code, out.join("\n")]).toEqual([0, expect.stringContaining("On 41 rows")]);
  expect(await gradus("train", folder.file("t.csv"), "--target", "y", "--rare", "dorp")).toMatchObject({
    code: 2,
    notes: [expect.stringContaining('Did you mean "drop"?')],
  });
});

test("--rare join refuses a table with a class of its own called other, and names a flag that works", async () => {
  const folder = await folderOf({ "t.csv": `${flowers(40)}3,other\n4,other\n5,white\n` });
  const train = (...flags: string[]) =>
    gradus("train", folder.file("t.csv"), "--target", "y", "--out", folder.file("m.gradus"), ...quick, ...flags);
  const { code, notes } = await train("--rare", "join");
  expect([code, notes.join()]).toEqual([2, expect.stringContaining("but 2 rows already have a class of that name.")]);
  expect(notes.join()).toContain("--rare drop");
  expect((await train("--rare", "drop")).code).toBe(0);
});

test("few rows of each of many classes leave no fold without a network", async () => {
  const y = Array.from({ length: 24 }, (_, row) => `k${Math.floor(row / 2)}`);
  const { report } = await train({ table: { x: y.map((_, row) => row % 5), y }, target: "y", epochs: 1, hidden: [2] });
  expect(report.rows.test).toBeGreaterThan(0);
  expect(report.metrics.validation).toBeDefined();
});

test("a column that varies in one row alone stops no fold, whose training rows it doesn't vary in", async () => {
  const y = Array.from({ length: 14 }, (_, row) => row * 1.5 + 0.25);
  const pairs: [Cell, Cell][] = [
    [1, 0],
    [true, false],
    ["b", "a"],
  ];
  for (const [odd, other] of pairs) {
    const x = y.map((_, row) => (row === 5 ? odd : other));
    const { model, report } = await train({ table: { x, y }, target: "y", epochs: 2, hidden: [3], threads: 1 });
    expect(report.networks).toBe(5);
    for (const answer of model.predict([{ x: odd }, { x: other }, { x: null }])) {
      expect(Number.isFinite(answer)).toBe(true);
    }
    model.dispose();
  }
});

test("options that need validation rows are said to have no effect where there are none", async () => {
  const table = { x: [0, 1, 2, 3], y: ["a", "b", "a", "b"] };
  const quiet = { table, target: "y", epochs: 1, hidden: [2] } as const;
  const { report } = await train({ ...quiet, patience: 3, calibrate: true });
  expect(report.warnings.map(({ message }) => message)).toContain(
    "There are no validation rows, so option patience and option calibrate have no effect, and the last epoch is kept. Add a validation fraction, validationFraction: 0.2, or add rows.",
  );
  expect(codes((await train(quiet)).report)).not.toContain("no-validation-rows");
  expect(codes((await train({ ...quiet, patience: 3, folds: 2 })).report)).not.toContain("no-validation-rows");
});

test("test rows from a table and from a share of the rows exclude each other", async () => {
  const table = { x: [1, 2, 3, 4], y: [0.5, 1, 2, 5] };
  await expect(train({ table, test: table, testFraction: 0.5, target: "y" })).rejects.toThrow(
    "Expected a table of test rows or option testFraction, found both (0.5). Leave one of them out.",
  );
});

/** 100 days in a random order, whose values rise. */
const days = Array.from({ length: 100 }, (_, day) => new Date(Date.UTC(2021, 0, 1 + ((day * 37) % 100))));
const rising = (
  flags: readonly string[] = [],
): Promise<{ code: number; start: Record<string, unknown>; notes: string }> =>
  trainedOn(
    `date,x,y\n${days.map((day, row) => `${day.toISOString().slice(0, 10)},${row % 9},${day.getTime() / 864e5 + (row % 9)}\n`).join("")}`,
    flags,
  );

async function trainedOn(csv: string, flags: readonly string[]) {
  const folder = await folderOf({ "t.csv": csv });
  const where = ["train", folder.file("t.csv"), "--target", "y", "--out", folder.file("m.gradus")];
  const { code, out, notes } = await gradus(...where, ...quick, "--jsonl", ...flags);
  return { code, start: JSON.parse(out[0] ?? "{}") as Record<string, unknown>, notes: notes.join("\n") };
}

test("--split time=COLUMN tests on the latest rows, also where nothing is learned from the column", async () => {
  for (const flags of [[], ["--type", "date=skip"]]) {
    const { code, start } = await rising(["--split", "time=date", ...flags]);
    expect([code, start.rows, start.networks, start.split]).toEqual([
      0,
      { training: 64, validation: 16, test: 20 },
      1,
      { time: "date" },
    ]);
  }
  const { parts, model } = await train({
    table: { date: days, x: days.map((_, row) => row), y: days.map((day) => day.getTime() / 864e5) },
    types: { date: "skip" },
    target: "y",
    split: { time: "date" },
    epochs: 1,
    hidden: [2],
  });
  expect(model.document.encoder.columns.map(({ name }) => name)).toEqual(["x"]);
  const times = (table: typeof parts.training | undefined): number[] =>
    [...(table?.columns.find(({ name }) => name === "date")?.values ?? [])].map(Number);
  expect(Math.max(...times(parts.training))).toBeLessThan(Math.min(...times(parts.validation)));
  expect(Math.max(...times(parts.validation))).toBeLessThan(Math.min(...times(parts.test)));
});

test("a split by what is no time, or no column, is refused in one line", async () => {
  expect(await rising(["--split", "date"])).toMatchObject({ code: 2, notes: expect.stringContaining("time=COLUMN") });
  expect(await rising(["--split", "time=dat"])).toMatchObject({ code: 2, notes: expect.stringContaining('"date"') });
  const wrong = { table: { x: [1, 2], y: [0.5, 1] }, target: "y", split: { tmie: "x" } };
  await expect(train(wrong as never)).rejects.toThrow(/"tmie"/);
});
