/** `evaluate` with another model: is the small one really worse? In the library and on the command line. */
import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { DescriptionError, evaluate, train } from "../src/index.ts";
import { DataError, evaluate as evaluateFile, type Model } from "../src/node.ts";
import { folderOf, gradus } from "./commandLine.ts";

const rows = Array.from({ length: 80 }, (_, i) => ({
  x: i,
  y: i % 7,
  price: 3 * i + (i % 7),
  size: i < 40 ? "small" : "large",
  patient: `p${i % 20}`,
}));
const quick = { folds: 1, hidden: [16], recipe: "plain", features: ["x", "y"] } as const;

describe("in the library", () => {
  test("the better of two regressors is better, the other one worse, and a model isn't better than itself", async () => {
    const given = { ...quick, table: rows, target: "price", task: "regression" } as const;
    const { model: good } = await train({ ...given, epochs: 60, learningRate: 0.02 });
    const { model: poor } = await train({ ...given, epochs: 1, seed: 1 });
    const { against, verdict } = evaluate(good, rows, { against: poor });
    expect(against?.verdict).toMatchObject({ measure: "squaredError", conclusion: "better", rows: 80 });
    expect(against?.verdict.model).toBe(verdict.model);
    expect(against?.verdict.against).toBe(evaluate(poor, rows).verdict.model);
    expect(against?.metrics).toEqual(evaluate(poor, rows).model);
    expect(against?.verdict.sentence).toMatch(
      /^Better than the other model: RMSE [\d.]+ vs\. [\d.]+ on 80 rows \(squared error reduction \d+ %, 95 % confidence interval \d+ % to \d+ %\)\. Both models were trained on some of these rows, so this shows little about new rows\.$/,
    );
    expect(evaluate(poor, rows, { against: good }).against?.verdict.conclusion).toBe("worse");
    const same = evaluate(good, rows, { against: good, group: "patient" }).against?.verdict;
    expect(same).toMatchObject({ conclusion: "undecided", difference: 0, group: "patient", groups: 20 });
    expect(same?.sentence).toMatch(/^Neither model is shown to be better: .* in 20 groups of patient/);
    expect(evaluate(good, rows).against).toBeUndefined();
  });

  test("models of other targets or tasks are refused, and rows that only one knows the target of don't count", async () => {
    const { model: price } = await train({ ...quick, table: rows, target: "price", task: "regression", epochs: 2 });
    const { model: size } = await train({ ...quick, table: rows, target: "size", epochs: 2 });
    expect(() => evaluate(price, rows, { against: size })).toThrow(DescriptionError);
    expect(() => evaluate(price, rows, { against: size })).toThrow(
      'The models cannot be compared: expected the other one to predict "price" (regression) too, found "size" (classification). Give a model that was trained for the same target.',
    );
    const texts = rows.map((row) => ({ ...row, price: String(row.price) }));
    const missing = { table: texts, target: "price", task: "regression", epochs: 2, missing: ["4"] } as const;
    const { model: other } = await train({ ...quick, ...missing });
    expect(evaluate(price, texts).rows).toBe(80);
    expect(evaluate(price, texts, { against: other })).toMatchObject({ rows: 79, against: { verdict: { rows: 79 } } });
  });
});

test.skipIf(process.platform === "win32")(
  "a pipe is refused where two models read it, instead of waiting for it for ever",
  async () => {
    const { model } = await train({ ...quick, table: rows, target: "size", epochs: 2 });
    const folder = await folderOf({});
    const pipe = folder.file("pipe");
    execFileSync("mkfifo", [pipe]);
    const found = evaluateFile(model, pipe, { against: model });
    await expect(found).rejects.toThrow(DataError);
    await expect(found).rejects.toThrow("can be read only once. Save it to a file, and give that file.");
  },
);

test("what is no model is refused by the model's name, beside another model too", async () => {
  const { model } = await train({ ...quick, table: rows, target: "size", epochs: 2 });
  const folder = await folderOf({ "table.csv": "x,y,size\n1,2,small\n" });
  for (const wrong of [undefined, {}]) {
    const found = evaluateFile(wrong as unknown as Model, folder.file("table.csv"), { against: model });
    await expect(found).rejects.toThrow("Expected evaluate's model to be a model");
  }
});

test("gradus evaluate --against says which is better and has a column of the other model; --json has it all", async () => {
  const lines = rows.map(({ x, y, size }) => `${x},${y},${size}`);
  const folder = await folderOf({ "table.csv": ["x,y,size", ...lines, ""].join("\n") });
  const [good, poor, table] = ["good.gradus", "poor.gradus", "table.csv"].map((name) => folder.file(name));
  const settings = [
    "--target",
    "size",
    "--folds",
    "1",
    "--hidden",
    "16",
    "--recipe",
    "plain",
    "--learning-rate",
    "0.03",
  ];
  for (const [out, epochs] of [
    [good, "40"],
    [poor, "1"],
  ]) {
    expect(await gradus("train", table, ...settings, "--epochs", epochs, "--out", out)).toMatchObject({ code: 0 });
  }
  const { code, out, notes } = await gradus("evaluate", good, table, "--against", poor);
  expect(code, notes.join("\n")).toBe(0);
  const text = out.join("\n");
  expect(text).toMatch(/Compared with \S*poor\.gradus\. (Better than|Neither|Worse than).* accuracy .* on 80 rows/);
  expect(text).toMatch(/network +other model +baseline/);
  expect(text).toContain("Both models were trained on some of these rows");
  expect(notes.filter((note) => note.includes("that the model was trained on"))).toHaveLength(1);
  const json = await gradus("evaluate", good, table, "--against", poor, "--json");
  const { against, verdict } = JSON.parse(json.out.join("\n"));
  const interval = [expect.any(Number), expect.any(Number)];
  expect(against.verdict).toMatchObject({ measure: "accuracy", rows: 80, model: verdict.model, interval });
  expect(against.metrics.accuracy).toBe(against.verdict.against);

  const twice = await gradus("evaluate", good, "-", "--against", poor);
  expect([twice.code, twice.notes.join("\n")]).toEqual([
    2,
    expect.stringContaining("standard input can be read only once"),
  ]);
});
