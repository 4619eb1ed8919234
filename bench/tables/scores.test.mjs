/** Worked examples of the scores, and of the lines that sum all tables up. */
import { expect, test } from "vitest";
import { reportOf, summary } from "./report.mjs";
import { scoreOf, trivialAnswer } from "./scores.mjs";

/** @type {import("./tables.mjs").Description} */
const classes = { name: "t", targets: ["c"], task: "classification", classes: ["u", "v"], numbers: [], categories: [] };
/** @type {import("./tables.mjs").Description} */
const numbers = { ...classes, targets: ["p", "q"], task: "regression", classes: [] };

test("a class error counts wrong labels; the log loss takes the label's probability, at least 2⁻²³", () => {
  const split = { header: ["c"], training: [["u"], ["u"], ["v"], ["u"]], test: [["u"], ["v"], ["v"]] };
  const probabilities = [
    [0.5, 0.25, 0.25],
    [0.5, 0.25, 0.25],
    [0, 0, 1],
  ];
  // −(ln 0.5 + ln 0.25 + ln 2⁻²³) / 3 = (1 + 2 + 23) ln 2 / 3; only the first label is the most probable one.
  const answer = { classes: ["u", "v", "w"], probabilities };
  expect(scoreOf(classes, split, answer)).toEqual({ score: 2 / 3, logLoss: expect.closeTo((26 * Math.LN2) / 3, 12) });

  const trivial = trivialAnswer(classes, split);
  expect(trivial.probabilities?.[0]).toEqual([0.75, 0.25]);
  expect(scoreOf(classes, split, trivial).score).toBe(2 / 3);
});

test("a label that the model has never seen is wrong and costs as much as probability 0", () => {
  const split = { header: ["c"], training: [["u"]], test: [["v"]] };
  const found = scoreOf(classes, split, { classes: ["u"], probabilities: [[1]] });
  expect(found).toEqual({ score: 1, logLoss: expect.closeTo(23 * Math.LN2, 12) });
});

test("nRMSE is in units of each target's own spread, so that its scale does not count", () => {
  const split = {
    header: ["p", "q"],
    training: [["2", "0"]],
    test: [
      ["1", "100"],
      ["3", "300"],
    ],
  };
  // p: errors 1 and 0, √½ over a deviation of 1; q: errors 100 and 100 over a deviation of 100.
  const values = [
    [2, 200],
    [3, 200],
  ];
  expect(scoreOf(numbers, split, { values }).score).toBeCloseTo((Math.SQRT1_2 + 1) / 2, 12);
  expect(trivialAnswer(numbers, split).values).toEqual([
    [2, 0],
    [2, 0],
  ]);
});

test("too few predictions, or one that is not finite, is a failure and not a score", () => {
  const split = { header: ["p", "q"], training: [], test: [["1", "2"]] };
  expect(() => scoreOf(numbers, split, { values: [] })).toThrow("Expected predictions for 1 test rows, found 0.");
  expect(() => scoreOf(numbers, split, { values: [[Number.NaN, 1]] })).toThrow("not finite");
});

/** @type {(table: string, model: string, score: number, seed?: number) => import("./results.mjs").Cell} */
const cell = (table, model, score, seed = 0) => {
  return { table, model, seed, fingerprint: "", task: "classification", score, logLoss: score, seconds: 2 };
};

test("the line over all tables has the shifted geometric mean, the mean rank, tables won and lost to the baseline", () => {
  const cells = [
    ...[cell("one", "a", 0.07, 0), cell("one", "a", 0.11, 1), cell("one", "b", 0.39), cell("one", "trivial", 0.35)],
    ...[cell("two", "a", 0.39), cell("two", "b", 0.39), cell("two", "trivial", 0.3)],
    cell("three", "a", 0.1), // nobody else has it: it stays out
  ];
  const lines = summary(cells, ["a", "b", "trivial"], ["one", "two", "three"]).split("\n");
  const fields = lines.map((line) =>
    line
      .split("|")
      .map((field) => field.trim())
      .slice(1, -1),
  );
  expect(fields[0][0]).toBe("2 of 3 tables");
  // a: √(0.10 · 0.40) − 0.01 = 0.19; ranks 1 and 1.5; b: 0.40 − 0.01; ranks 2 and 1.5.
  expect(fields[2]).toEqual(["a", "0.1900", "1.25", "2", "1", "4.0"]);
  expect(fields[3]).toEqual(["b", "0.3900", "1.75", "1", "2", "4.0"]);
});

test("a table's row shows the mean and the deviation over seeds, and marks times of a busy machine", () => {
  const cells = [
    cell("one", "a", 0.1, 0),
    { ...cell("one", "a", 0.3, 1), provisional: true },
    cell("one", "trivial", 0.5),
  ];
  const report = reportOf(cells, ["a", "trivial"], ["one"]);
  // The deviation of 0.1 and 0.3 with one degree of freedom: 0.2 / √2.
  expect(report).toContain("| one | 0.2000 ± 0.1414 |  0.5000 |");
  expect(report).toContain("| one | ~2.00 |");
});
