/**
 * Names that JavaScript treats in a way of its own, as labels and columns: whole numbers, which an object lists before all
 * other keys, and `__proto__`. Every number must stand under its own name.
 */
import { expect, test } from "vitest";
import { type Row, train } from "../src/node.ts";
import { type Folder, folderOf, gradus } from "./commandLine.ts";

const quick = ["--folds", "1", "--hidden", "16", "--epochs", "12", "--recipe", "plain", "--learning-rate", "0.05"];

/** Lines of x from 0.5 to 39.5 and what follows from it. */
const lines = (of: (x: number) => string): string[] => Array.from({ length: 40 }, (_, x) => `${x + 0.5},${of(x)}`);

async function trained(heading: string, of: (x: number) => string, target: string, ...more: string[]): Promise<Folder> {
  const folder = await folderOf({ "table.csv": [heading, ...lines(of), ""].join("\n") });
  const args = ["--target", target, "--out", folder.file("model.gradus"), ...quick, ...more];
  const { code, notes } = await gradus("train", folder.file("table.csv"), ...args);
  expect(code, notes.join("\n")).toBe(0);
  return folder;
}

/** The one line of answers, by the names in the heading. */
async function answer(folder: Folder, ...args: string[]): Promise<Record<string, string>> {
  const { out } = await gradus("predict", folder.file("model.gradus"), ...args);
  const [heading, line] = out.map((text) => text.split(","));
  expect(heading.length).toBe(line.length);
  return Object.fromEntries(heading.map((name, at) => [name, line[at]]));
}

test.each([
  ["-1", "1"],
  ["9", "10"],
])("labels %s and %s keep their own probabilities in the columns and in JSON", async (low, high) => {
  const folder = await trained("x,y", (x) => (x < 20 ? low : high), "y", "--task", "classification");
  for (const [x, label, other] of [
    [0, low, high],
    [39, high, low],
  ]) {
    const found = await answer(folder, "--row", `{"x": ${x}}`);
    expect(found.y).toBe(label);
    expect(Number(found[`p(${label})`])).toBeGreaterThan(0.5);
    expect(Number(found[`p(${other})`])).toBeLessThan(0.5);
    const json = await gradus("predict", folder.file("model.gradus"), "--row", `{"x": ${x}}`, "--jsonl");
    const { ranked, probabilities } = JSON.parse(json.out[0]);
    expect(ranked.map((entry: { label: number }) => String(entry.label))).toEqual([label, other]);
    expect(probabilities[label]).toBe(ranked[0].probability);
  }
});

test("several targets named like whole numbers keep their own values and bounds", async () => {
  const options = ["--calibrate", "--validation-fraction", "0.4"];
  const folder = await trained("x,2020,2019", (x) => `${100.5 + x},${(x % 7) / 8}`, "2020,2019", ...options);
  const row = ["--row", '{"x": 10}', "--interval", "0.5"];
  const found = await answer(folder, ...row);
  expect(Object.entries(found).length).toBe(6);
  expect(Number(found["2020"])).toBeGreaterThan(100);
  expect(Number(found["high(2020)"])).toBeGreaterThan(100);
  expect(Number(found["2019"])).toBeLessThan(1.5);
  expect(Number(found["low(2019)"])).toBeLessThan(Number(found["2019"]));
  const { out } = await gradus("predict", folder.file("model.gradus"), ...row, "--jsonl");
  const { prediction, interval } = JSON.parse(out[0]);
  for (const name of ["2020", "2019"]) {
    expect(interval[name][0]).toBeLessThan(prediction[name]);
    expect(prediction[name]).toBeLessThan(interval[name][1]);
  }
});

test("the library ranks classes and gives values and radii in the order of the targets", async () => {
  const rows = Array.from({ length: 40 }, (_, x) => ({
    x: x + 0.5,
    "9": 100 + x,
    "8": x / 100,
    kind: x < 20 ? -1 : 1,
  }));
  const options = { folds: 1, hidden: [8], epochs: 5 } as const;
  const types = { 8: "skip", 9: "skip" } as const;
  const classes = await train({ table: rows, target: "kind", task: "classification", types, ...options });
  const [first, second] = classes.model.predict({ x: 0 }).ranked;
  const distribution = classes.model.probabilities([{ x: 0 }]);
  expect(distribution[classes.model.classes.indexOf(first.label)]).toBe(first.probability);
  expect(first.probability).toBeGreaterThanOrEqual(second.probability);

  const both = await train({ table: rows as Row[], target: ["9", "8"], calibrate: true, ...options });
  if (both.model.task !== "regression") throw new Error("Expected a regressor.");
  const given = { x: 3, kind: 1 };
  const named = both.model.predict(given) as Record<string, number>;
  expect([...both.model.values([given])]).toEqual(both.model.targets.map((name) => named[name]));
  const bounds = both.model.intervals(given, 0.5) as Record<string, readonly number[]>;
  const radii = both.model.radii(0.5);
  expect(radii).toEqual(both.model.targets.map((name) => expect.closeTo(bounds[name][1] - named[name], 9)));
});

test("a column named __proto__ is learned from and predicted with, from a file and from --row", async () => {
  const folder = await trained("__proto__,y", (x) => (x < 20 ? "p" : "q"), "y");
  const { out } = await gradus("predict", folder.file("model.gradus"), folder.file("table.csv"));
  expect(out.length).toBe(41);
  expect(await answer(folder, "--row", '{"__proto__": 0}')).toMatchObject({ y: "p" });
  expect(await answer(folder, "--row", '{"__proto__": 39}')).toMatchObject({ y: "q" });
  const typed = await trained("__proto__,y", (x) => (x < 20 ? "p" : "q"), "y", "--type", "__proto__=category");
  const { out: shown } = await gradus("show", typed.file("model.gradus"));
  expect(shown.join("\n")).toMatch(/__proto__ +category/);
});
