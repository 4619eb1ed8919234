import { expect, expectTypeOf, test } from "vitest";
import type { MultilabelClassifier } from "../models/multilabelClassifier.ts";
import { random } from "../random.ts";
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

test("columns of two values are learned together as labels, and each is answered with its value and its probability", async () => {
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
    /^Better than always answering what is more frequent of each label: Hamming loss/,
  );
  expect(evaluate(model, mails(60))).toMatchObject({ task: "multilabel", rows: 60, verdict: { conclusion: "better" } });
});
