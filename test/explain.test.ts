/** Why this prediction: integrated gradients of trained models, and the command that prints them. */
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { explanationLines } from "../src/cli/explanationText.ts";
import { tableLines } from "../src/cli/textTable.ts";
import { writeModelFile } from "../src/models/modelFile.ts";
import type { Explanation } from "../src/node.ts";
import { explain, loadModel, random, readTable, selectRows, train } from "../src/node.ts";
import { folderOf, gradus, smallTable } from "./commandLine.ts";

const PENGUINS = "examples/data/penguins.csv";
const quick = { epochs: 30, hidden: [16, 16], folds: 1 } as const;

/** The completeness error as a share of the change, or of the hundredth that still matters where there is hardly any. */
function shareOf({ completenessError, prediction, background }: Explanation, spread: number): number {
  return Math.abs(completenessError) / Math.max(Math.abs(prediction - background), 0.01 * spread);
}

/** Flowers of three kinds, which the petals tell apart and the sepals do not. */
function flowers() {
  const draw = random(2, "flowers");
  return Array.from({ length: 90 }, (_, row) => {
    const kind = row % 3;
    const [a, b, c, d] = [5.8, 3.1, 1.5 + 2 * kind, 0.3 + kind].map((mean) => mean + 0.3 * draw.normal());
    return { sepalLength: a, sepalWidth: b, petalLength: c, petalWidth: d, species: ["a", "b", "c"][kind] };
  });
}

/** Takings by date, weather and staff; each may be missing. */
function takings() {
  const draw = random(3, "takings");
  return Array.from({ length: 150 }, (_, row) => {
    const date = new Date(Date.UTC(2023, 0, 1 + 3 * row));
    const weather = ["sun", "rain", "snow"][draw.integer(3)];
    const staff = 1 + draw.integer(5);
    const open = draw.uniform() < 0.8;
    const sum = 2000 + 300 * staff + (weather === "sun" ? 500 : 0) + 10 * date.getUTCMonth() + (open ? 400 : 0);
    return {
      date: row % 19 === 4 ? null : date,
      weather: row % 11 === 5 ? null : weather,
      staff: row % 13 === 6 ? null : staff,
      open,
      sum: sum + 20 * draw.normal(),
    };
  });
}

test.each(["silu", "relu"] as const)("penguins: with %s the contributions add up to the change", async (activation) => {
  const table = await readTable(PENGUINS);
  const { model } = await train({ table, target: "species", ...quick, activation });
  const some = selectRows(table, Uint32Array.of(0, 3, 60, 110, 199, 299, 343)); // row 4, at 3, misses nearly everything
  for (const found of explain(model, some)) {
    expect(shareOf(found, 1)).toBeLessThan(0.001);
    expect(found.contributions.map(({ column }) => column).sort()).toEqual([
      "bill_depth_mm",
      "bill_length_mm",
      "body_mass_g",
      "flipper_length_mm",
      "island",
      "sex",
      "year",
    ]);
  }
  const [beside] = explain(model, [{ ...penguin, species: "unknown" }], { background: table });
  expect(shareOf(beside, 1)).toBeLessThan(0.001);
  expect(beside.backgroundRows).toBe(64);
  const { label, probability } = model.predictTable(table)[0] as { label: string; probability: number };
  const [first] = explain(model, some);
  expect(first.class).toBe(label);
  expect(first.prediction).toBeCloseTo(probability, 5);
});

const penguin = {
  island: "Torgersen",
  bill_length_mm: 39.1,
  bill_depth_mm: 18.7,
  flipper_length_mm: 181,
  body_mass_g: 3750,
  sex: "male",
  year: 2007,
};

test("flowers of three kinds: the background is the mean of the training rows, and petals decide", async () => {
  const { model } = await train({ table: flowers(), target: "species", ...quick, epochs: 100 });
  expect(model.document.background).toHaveLength(4);
  const found = explain(model, flowers());
  for (const explanation of found) expect(shareOf(explanation, 1)).toBeLessThan(0.001);
  const sizeOf = (part: string): number =>
    found
      .flatMap(({ contributions }) => contributions.filter(({ column }) => column.startsWith(part)))
      .reduce((sum, { contribution }) => sum + Math.abs(contribution), 0);
  expect(sizeOf("petal")).toBeGreaterThan(3 * sizeOf("sepal"));
});

test("takings with dates, categories, truth values and missing ones: contributions in the target's unit", async () => {
  const table = takings();
  const { model } = await train({
    table,
    target: "sum",
    task: "regression",
    ...quick,
    recipe: "plain",
    epochs: 100,
    activation: "relu",
  });
  const found = explain(model, table);
  for (const explanation of found) expect(shareOf(explanation, 600)).toBeLessThan(0.001);
  const of = (column: string, row: number) =>
    found[row].contributions.find((contribution) => contribution.column === column);
  expect(of("date", 4)?.value).toBeNull();
  expect(of("date", 5)?.value).toEqual(table[5].date);
  const sunny = table.flatMap(({ weather }, row) => (weather === "sun" ? [of("weather", row)?.contribution ?? 0] : []));
  const mean = sunny.reduce((sum, own) => sum + own / sunny.length, 0);
  expect(mean).toBeGreaterThan(200); // 500 for the sun, beside a background that has a third of it
  expect(mean).toBeLessThan(450);
});

test("of several networks the contributions are averaged, and add up to the model's own answer", async () => {
  const table = flowers();
  const { model } = await train({ table, target: "species", ...quick, folds: 3 });
  expect(model.further).toHaveLength(2);
  const predictions = model.predict(table.slice(0, 5));
  for (const [row, explanation] of explain(model, table.slice(0, 5)).entries()) {
    expect(explanation.class).toBe(predictions[row].label);
    expect(explanation.prediction).toBeCloseTo(predictions[row].probability, 5);
    expect(shareOf(explanation, 1)).toBeLessThan(0.01);
  }
});

test("the background comes from the training rows alone", async () => {
  const rows = takings();
  const options = { table: rows, target: "sum", task: "regression", ...quick, epochs: 1 } as const;
  const { model } = await train({ ...options, test: rows });
  const { model: other } = await train({ ...options, test: rows.map((row) => ({ ...row, staff: 1e6 })) });
  expect(other.document.background).toEqual(model.document.background);
});

test("the command prints a table that adds up, for rows of a table and for one given", async () => {
  const folder = await folderOf({});
  const model = folder.file("p.gradus");
  await gradus(
    "train",
    PENGUINS,
    "--target",
    "species",
    "--out",
    model,
    "--folds",
    "1",
    "--epochs",
    "30",
    "--hidden",
    "16",
  );
  const { code, out } = await gradus("explain", model, PENGUINS, "--rows", "4,200", "--top", "3");
  expect(code).toBe(0);
  expect(out[0]).toMatch(/^Row 4 of 344 in examples\/data\/penguins\.csv: species = \w+ with probability 0\.\d+$/);
  expect(out[2]).toMatch(/^ {2}column +value +contribution$/);
  expect(out.slice(3, 6).every((line) => /[│█▌▐]/.test(line))).toBe(true);
  expect(out[6]).toMatch(/^ {2}the rest \(4 columns\) /);
  expect(out.filter((line) => line.startsWith("Row "))).toHaveLength(2);
  expectToAddUp(out.slice(0, out.indexOf("", 9)));

  const row = JSON.stringify(penguin);
  const given = await gradus("explain", model, "--row", row, "--class", "Gentoo", "--background", PENGUINS);
  expect(given.out[0]).toMatch(/^The given row: species = Gentoo with probability/);
  expect(given.out.at(-1)).toMatch(
    /^ {2}The background is the average over 64 rows\. Completeness error: .+ gradients\.$/,
  );
  expectToAddUp(given.out);

  const json = await gradus("explain", model, "--row", row, "--json");
  const [found]: Explanation[] = JSON.parse(json.out.join("\n"));
  expect(found).toMatchObject({ row: 1, target: "species", contributions: { length: 7 } });
});

/** Recomputes what is printed from what is printed. */
function expectToAddUp(printed: readonly string[]): void {
  expect(printed.filter((line) => /[( ]-\d/.test(line))).toEqual([]); // a minus sign, not a hyphen
  const lines = printed.map((line) => line.replaceAll("−", "-"));
  const text = lines.find((line) => line.includes("background ") && line.includes(" = prediction ")) ?? "";
  const [background, contributions, prediction] = [...text.matchAll(/-?\d+(\.\d+)?/g)].map(([number]) => number);
  const decimals = (prediction.split(".")[1] ?? "").length;
  expect((Number(background) + Number(contributions)).toFixed(decimals)).toBe(prediction);
  const first = lines.findIndex((line) => /^ {2}column +value/.test(line)) + 1;
  const rows = lines.slice(first, lines.indexOf("", first));
  const sum = rows.reduce((total, line) => total + Number(/([+-]?\d+(\.\d+)?) {2}[ █▐]*│/.exec(line)?.[1]), 0);
  expect(sum.toFixed(decimals)).toBe(contributions);
}

test("printed contributions add up, keep their signs, and nothing stays nothing", () => {
  const draw = random(6, "explanations");
  for (let round = 0; round < 300; round++) {
    const size = 10 ** (draw.integer(9) - 4);
    const columns = 1 + draw.integer(14);
    const contributions = Array.from({ length: columns }, (_, at) => ({
      column: `c${at}`,
      value: null,
      contribution: draw.uniform() < 0.2 ? 0 : size * draw.normal() * draw.uniform() ** 4,
    })).sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
    const background = size * draw.normal();
    const completenessError = size * 1e-3 * draw.normal();
    const sum = contributions.reduce((total, { contribution }) => total + contribution, 0);
    const prediction = background + sum - completenessError;
    const found = { row: 1, target: "t", prediction, background, contributions, completenessError, points: 192 };
    if (sum === 0) continue; // a change of nothing has no digits to choose
    const lines = explanationLines(found, "The given row", 10).flatMap((line) =>
      typeof line === "string" ? line : tableLines(line),
    );
    expectToAddUp(lines);
    contributions.slice(0, 10).forEach(({ contribution }, at) => {
      const printed = Number(/missing +([+-]?[\d.]+)/.exec(lines[3 + at].replace("−", "-"))?.[1]);
      expect(printed * contribution).toBeGreaterThanOrEqual(0);
      if (contribution === 0) expect(printed).toBe(0);
    });
  }
});

test("values that the model did not learn are noted beside their explanation, as predict notes them", async () => {
  const rows = Array.from({ length: 40 }, (_, row) => `${row % 9},${["red", "blue"][row % 2]},${row % 9}.5`);
  const folder = await folderOf({ "table.csv": ["x,colour,y", ...rows].join("\n") });
  const model = folder.file("m.gradus");
  const quick = ["--folds", "1", "--epochs", "2", "--hidden", "4"];
  await gradus("train", folder.file("table.csv"), "--target", "y", "--out", model, ...quick);
  const { notes } = await gradus("explain", model, "--row", '{"x": 900, "colour": "green"}');
  expect(notes).toEqual([
    expect.stringMatching(/the category "green" in colour, which the training rows do not have/),
    expect.stringMatching(/values far outside the range of the training rows: x \(0 to 8\)/),
  ]);
  expect((await gradus("explain", model, folder.file("table.csv"))).notes).toEqual([]);
});

test("the command refuses what it cannot explain", async () => {
  const folder = await folderOf({ "table.csv": smallTable() });
  const model = folder.file("m.gradus");
  const table = folder.file("table.csv");
  await gradus("train", table, "--target", "class", "--out", model, "--epochs", "2", "--hidden", "4");
  const says = async (...args: string[]) => {
    const { code, notes } = await gradus("explain", model, ...args);
    expect(code).toBe(2);
    return notes.join("\n");
  };
  expect(await says(table, "--class", "hihg")).toContain('Unknown class "hihg". Did you mean "high"?');
  expect(await says(table, "--rows", "41")).toContain("has 40 rows, found row 41");
  expect(await says(table, "--rows", "0")).toContain("--rows: expected a whole number of at least 1");
  expect(await says(table, "--row", "{}")).toContain("Give a table or --row, not both.");
  expect(await says("--row", "{}", "--rows", "1")).toContain("--rows selects rows of a table");
  expect(await says("--row", '{"x": 1}')).toContain('row 1 has no "y"');
  expect(await says("--row", "[1]")).toContain("--row: expected a JSON object");
  expect(await says()).toContain("No table is given.");
});

test("a model file without a background is read, and explained beside a table", async () => {
  const folder = await folderOf({ "table.csv": smallTable() });
  const [path, table] = [folder.file("m.gradus"), folder.file("table.csv")];
  const plain = ["--recipe", "plain", "--epochs", "2", "--hidden", "4"];
  await gradus("train", table, "--target", "class", "--out", path, ...plain);
  using model = await loadModel(await readFile(path));
  const { background: _background, ...old } = model.document;
  const older = await folderOf({ "old.gradus": writeModelFile(old, model.parameters) });
  const alone = await gradus("explain", older.file("old.gradus"), table);
  expect(alone.code).toBe(2);
  expect(alone.notes.join("\n")).toContain("no background to compare with");
  expect((await gradus("explain", older.file("old.gradus"), table, "--background", table)).code).toBe(0);
});
