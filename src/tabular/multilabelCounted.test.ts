/** Several labels with sample weights and groups: whole groups in each part, and rows that count by their weights. */
import { expect, test } from "vitest";
import type { MultilabelMetrics } from "../metrics/multilabelMetrics.ts";
import { evaluate } from "./evaluate.ts";
import { train } from "./train.ts";

const rows = Array.from({ length: 80 }, (_, i) => ({
  x: (i * 7) % 10,
  sender: `s${i % 16}`,
  copies: 1 + (i % 3),
  spam: (i * 7) % 10 > 4,
  urgent: i % 3 > 0,
}));
const target = ["spam", "urgent"] as const;
const quick = {
  target,
  features: ["x"],
  recipe: "plain",
  folds: 1,
  epochs: 3,
  hidden: [3],
  engine: "reference",
} as const;

test("no group of several labels is in two parts, and the verdict counts groups and weights", async () => {
  const { model, report, parts } = await train({ ...quick, table: rows, weights: "copies", group: "sender" });
  const sendersOf = (part: (typeof parts)["test"]): Set<unknown> => {
    const column = part?.columns.find(({ name }) => name === "sender");
    if (column?.type !== "text") throw new Error("The column of groups is text.");
    return new Set(column.values);
  };
  const [training, validation, tested] = [parts.training, parts.validation, parts.test].map(sendersOf);
  expect(new Set([...training, ...validation, ...tested]).size).toBe(training.size + validation.size + tested.size);
  expect(report.verdict).toMatchObject({ weights: "copies", group: "sender", groups: tested.size });
  expect(model.document).toMatchObject({ weights: { column: "copies" }, group: { column: "sender" } });
  model.dispose();
});

test("a row of weight k counts in the metrics of labels as k such rows do", async () => {
  const { model } = await train({ ...quick, table: rows, weights: "copies" });
  const repeated = rows.flatMap((row) => Array.from({ length: row.copies }, () => row));
  const metricsOf = (table: typeof rows, weights: string | false) =>
    evaluate(model, table, { weights }).model as MultilabelMetrics;
  const weighted = metricsOf(rows, "copies");
  const counted = metricsOf(repeated, false);
  for (const metric of ["hammingLoss", "subsetAccuracy", "logLoss", "brier"] as const) {
    expect(weighted[metric]).toBeCloseTo(counted[metric] as number, 12);
  }
  const unweighted = metricsOf(rows, false);
  expect(weighted.logLoss).not.toBeCloseTo(unweighted.logLoss as number, 6);
  model.dispose();
});
