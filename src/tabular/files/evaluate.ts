/** Judging a model on a table from a file or a query; Node only. */
import { requireOptions } from "../../kinds.ts";
import type { Model } from "../../models/model.ts";
import { type Evaluation, evaluate as evaluateInMemory } from "../evaluate.ts";
import { type ReadForOptions, readForKinds, readTableFor } from "./readTableFor.ts";
import { type AnyTable, isSource, requireReads } from "./train.ts";

/** Options of reading; the target is always read, and no column is copied. `weights` and `group` as in `evaluate` of `gradus`. */
export type EvaluateReadOptions = Omit<ReadForOptions, "withTarget" | "copy">;
const { withTarget: _withTarget, copy: _copy, ...evaluateKinds } = readForKinds;

/**
 * Evaluates a model on rows whose targets are known.
 *
 * @throws {DataError} a table that cannot be read, lacks a column, or holds a label that does not occur in the
 * training rows
 *
 * @example
 * import { evaluate, train } from "gradus/node";
 *
 * const { model } = await train({ table: "penguins.csv", target: "species", epochs: 2, folds: 1 });
 * const { model: metrics, baseline } = await evaluate(model, "penguins.csv");
 * console.log(metrics, baseline);
 */
export async function evaluate(model: Model, rows: AnyTable, read?: EvaluateReadOptions): Promise<Evaluation> {
  if (read !== undefined) requireOptions(read, evaluateKinds, "evaluate");
  const { weights, group, ...reading } = read ?? {};
  const counting = { weights, group };
  if (!isSource(rows)) {
    requireReads(reading, []);
    return evaluateInMemory(model, rows, counting);
  }
  return evaluateInMemory(model, await readTableFor(model, rows, { ...read, withTarget: true }), counting);
}
