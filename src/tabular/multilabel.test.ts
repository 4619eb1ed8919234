import { expect, expectTypeOf, test } from "vitest";
import type { MultilabelClassifier } from "../models/multilabelClassifier.ts";
import { random } from "../random.ts";
import { reportContent } from "../report/content.ts";
import { reportHtml } from "../report/files/page.ts";
import { tune } from "../tune/tune.ts";
import { evaluate } from "./evaluate.ts";
import { train } from "./train.ts";

/** Mails of two numbers: one decides on spam, both together on urgent, which few are. */
function mails(count: number) {
  const { uniform } = random(7, "mails");
  return Array.from({ length: count }, () => {
    const [links, shout] = [uniform(), uniform()];
    return { links, shout, spam: links > 0.5, urgent: links + shout > 1.5 ? "yes" : "no" };
  });
}

const quick = { recipe: "plain", epochs: 200, hidden: [16], threads: 1 } as const;

test("columns of two values are learned together as labels, and each is predicted with its value and its probability", async () => {
  const { model, report } = await train({ table: mails(200), target: ["spam", "urgent"], ...quick });
  expectTypeOf(model).toExtend<MultilabelClassifier<"spam" | "urgent">>();
  expect(model.task).toBe("multilabel");
  expect(report.targets).toEqual(["spam", "urgent"]);
  const [both, none] = model.predict([
    { links: 0.95, shout: 0.95 },
    { links: 0.1, shout: 0.1 },
  ]);
  expect(both.labels).toEqual(["spam", "urgent"]);
  expect(both.values).toEqual({ spam: true, urgent: "yes" });
  expect(none.values).toEqual({ spam: false, urgent: "no" });
  // Of each label by itself: they don't sum to 1.
  expect(both.probabilities.spam + both.probabilities.urgent).toBeGreaterThan(1.5);
  const { hammingLoss = 1, macroF1 } = report.metrics.test ?? {};
  expect(hammingLoss).toBeLessThan(0.1);
  expect(macroF1).toBeGreaterThan(0.8);
  expect(report.metrics.baseline.test?.hammingLoss).toBeGreaterThan(0.2);
  expect(report.verdict?.sentence).toMatch(
    /^Better than always predicting the more frequent value of each label: Hamming loss/,
  );
  expect(evaluate(model, mails(60))).toMatchObject({ task: "multilabel", rows: 60, verdict: { conclusion: "better" } });
});

test("rows that lack a label are left out with a note, and so it is said that 0 and 1 are taken as labels", async () => {
  const table = mails(60).map(({ links, shout, spam }, row) => ({
    links,
    shout,
    spam: row === 3 ? null : Number(spam),
    loud: Number(shout > 0.5),
  }));
  const { model, report } = await train({ table, target: ["spam", "loud"], ...quick, epochs: 2 });
  const notes = report.warnings.map(({ code, message }) => `${code}: ${message}`).join("\n");
  expect(notes).toMatch(/target-missing: Left out 1 of 60 rows, where spam or loud is missing/);
  expect(notes).toMatch(/task-guessed: .*"spam", "loud" have only the numbers 0 and 1.* task: "regression"/);
  expect(model.task === "multilabel" && Object.values(model.predict({ links: 0.9, shout: 0.9 }).values)).toHaveLength(
    2,
  );
  const numbers = await train({ table, target: ["spam", "loud"], task: "regression", ...quick, epochs: 2 });
  expect(numbers.model.task).toBe("regression");
});

test("each part has its share of a rare label, and balanced weights find more of it", async () => {
  const table = mails(150).map(({ links, shout }) => ({ links, shout, spam: links > 0.5, rare: links * shout > 0.7 }));
  const common = { table, target: ["spam", "rare"], ...quick, epochs: 30 } as const;
  const plain = await train(common);
  const balanced = await train({ ...common, classWeights: "balanced", metric: "balancedAccuracy" });
  const of = (part: "test" | "validation") => plain.report.metrics[part]?.perLabel[1].support ?? 0;
  const rare = table.filter((row) => row.rare).length;
  expect(Math.abs(of("test") - rare / 5)).toBeLessThanOrEqual(1);
  const imbalance = plain.report.warnings.find(({ code }) => code === "imbalanced-labels");
  expect(imbalance?.message).toMatch(/^Some labels are imbalanced: of \d+ training rows, \d+ have \w+/);
  const recall = ({ report }: typeof plain) => report.metrics.test?.perLabel[1].recall ?? 0;
  expect(recall(balanced)).toBeGreaterThanOrEqual(recall(plain));
  expect(balanced.report.verdict?.measure).toBe("balancedAccuracy");
});

test("labels that have nothing to do with the columns are not called better than the baseline", async () => {
  const { uniform } = random(3, "noise");
  const table = Array.from({ length: 90 }, () => ({
    x: uniform(),
    y: uniform(),
    a: uniform() < 0.5,
    b: uniform() < 0.2,
  }));
  const { report } = await train({ table, target: ["a", "b"], ...quick, epochs: 20 });
  expect(report.verdict?.conclusion).not.toBe("better");
});

test("several networks of folds are calibrated and judged as one, and their page has a table of the labels", async () => {
  const table = mails(60);
  const result = await train({ table, target: ["spam", "urgent"], folds: 3, epochs: 6, hidden: [8], threads: 1 });
  expect(result.model.document).toMatchObject({ task: "multilabel", formatVersion: 6 });
  expect(result.model.document.temperature).toBeGreaterThan(0);
  const page = await reportHtml(reportContent(result));
  expect(page).toContain("Each label by itself");
  expect(page).toContain("Confusion: urgent");
});

test("a search minimizes the share of wrong labels unless another metric is named", async () => {
  const options = { table: mails(60), target: ["spam", "urgent"], recipe: "plain", hidden: [4], epochs: 4 } as const;
  const found = await tune({ ...options, trials: 2, threads: 1 });
  expect(found).toMatchObject({ task: "multilabel", metric: "hammingLoss" });
  expect(found.best.scores?.hammingLoss).toBeLessThan(0.6);
  await expect(tune({ ...options, metric: "accuracy", trials: 2 })).rejects.toThrow(
    /Unknown metric to search by for multilabel "accuracy"/,
  );
});
