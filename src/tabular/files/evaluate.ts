/** Judging a model on a table from a file or a query; Node only. */
import type { Model } from "../../models/model.ts";
import { type Evaluation, evaluate as evaluateInMemory } from "../evaluate.ts";
import { type ReadForOptions, readTableFor } from "./readTableFor.ts";
import { type AnyTable, isSource } from "./train.ts";

/**
 * Judges a model on rows whose targets are known.
 *
 * @throws {DataError} a table that cannot be read, lacks a column, or holds a label that was never seen in training
 */
export async function evaluate(model: Model, rows: AnyTable, read?: ReadForOptions): Promise<Evaluation> {
  if (!isSource(rows)) return evaluateInMemory(model, rows);
  return evaluateInMemory(model, await readTableFor(model, rows, { ...read, withTarget: true }));
}
