/** What the lab makes of the library's remedies: a control of the page, or an option that the page does not have. */
import { expect, test } from "vitest";
import { inLabWords } from "../lab/src/files/labWords.ts";
import { startTraining } from "../src/index.ts";

test("a remedy for which the page has a control names the control", () => {
  expect(inLabWords('Take it as classes: types: { "zip code": "category" }.')).toBe(
    'Take it as classes: "zip code" taken as category, in the list of columns.',
  );
  expect(inLabWords('Leave it out: types: { "id": "skip" }.')).toBe(
    'Leave it out: "id" taken as left out, in the list of columns.',
  );
  expect(inLabWords('If they are numbers, task: "regression".')).toBe(
    "If they are numbers, the column to predict taken as number, in the list of columns.",
  );
  expect(inLabWords("Lower option batchSize.")).toBe("Lower the batch size.");
});

test("a remedy for which it has none says whose option it is, once", () => {
  expect(inLabWords('Test on the latest: split: { time: "day" }. With split: { time: "day" } it is honest.')).toBe(
    'Test on the latest: split: { time: "day" }. With split: { time: "day" } it is honest. (The lab has no control for it: split is an option of the library, and of gradus train.)',
  );
  expect(inLabWords('Use metric: "balancedAccuracy", and classWeights: "balanced".')).toMatch(
    /: metric, classWeights are options of the library, and of gradus train\.\)$/,
  );
  expect(inLabWords('Give encoding: "latin-1", or skip: 3.')).toMatch(/: encoding, skip are options/);
});

test("names in quotes and other words stay as they are", () => {
  for (const message of ['The column "split" is empty.', "The task is regression.", "2 groups: a, b", '"rare": 3 rows'])
    expect(inLabWords(message)).toBe(message);
});

test("the library's own advice on rows in order of time is one for the command line", async () => {
  const day = (row: number) => new Date(Date.UTC(2024, 0, 1 + row));
  const rows = Array.from({ length: 200 }, (_, row) => ({ day: day(row), y: Math.sin(row / 30) }));
  using training = await startTraining({ table: rows, target: "y", recipe: "plain", hidden: [2], engine: "reference" });
  const advice = training.start.warnings.find(({ code }) => code === "time-order");
  expect(inLabWords(advice?.message ?? "")).toMatch(
    /split: \{ time: "day" \}\. \(The lab has no control for it: split is an option/,
  );
});
