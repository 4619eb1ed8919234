/** Judging a model on a table from a file or a query; Node only. */
import { requireReadTwice } from "../../data/duckdb/sourceFiles.ts";
import type { Team } from "../../distributed/team.ts";
import { type Kinds, requireKind, requireOptions } from "../../kinds.ts";
import { type Model, modelKind } from "../../models/model.ts";
import { requireSameTarget } from "../against.ts";
import { type EvaluateOptions, type Evaluation, evaluate as evaluateInMemory, evaluateTable } from "../evaluate.ts";
import { evaluateOnRanks } from "../ranks/evaluateOnRanks.ts";
import { type ReadForOptions, readForKinds, readShareFor, readTableFor } from "./readTableFor.ts";
import { type AnyTable, isSource, requireReads } from "./train.ts";

/** Options of reading; the target is always read, and no column is copied. `weights`, `group` and `against` as in `evaluate` of `gradus`. */
export interface EvaluateReadOptions
  extends Omit<ReadForOptions, "withTarget" | "copy">,
    Pick<EvaluateOptions, "against"> {}
const { withTarget: _withTarget, copy: _copy, ...readKinds } = readForKinds;
const evaluateKinds = { ...readKinds, against: modelKind } as const satisfies Kinds<EvaluateReadOptions>;

/**
 * Evaluates a model on rows whose targets are known.
 *
 * @throws {DataError} a table that cannot be read, or, with `against`, cannot be read twice; one that lacks a column, or holds a label that does not occur in the
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
  requireKind("evaluate's model", model, modelKind);
  if (read !== undefined) requireOptions(read, evaluateKinds, "evaluate");
  const { against, ...options } = read ?? {};
  const { weights, group, ...reading } = options;
  const counting = { weights, group };
  if (!isSource(rows)) {
    requireReads(reading, []);
    return evaluateInMemory(model, rows, { ...counting, against });
  }
  if (against !== undefined) {
    requireSameTarget(model.document, against.document);
    if (typeof rows === "string") await requireReadTwice(rows);
  }
  // Each model reads its columns as their training did: a column may be a number to one and text to the other.
  const tableFor = async (of: Model) => await readTableFor(of, rows, { ...options, withTarget: true });
  const table = await tableFor(model);
  if (against === undefined) return evaluateInMemory(model, table, counting);
  return evaluateTable(model, table, counting, { model: against, table: await tableFor(against) });
}

/**
 * The same of a file that ranks share, each a part of it. Every rank makes the same call.
 *
 * @returns the evaluation of all rows on rank 0, nothing on the others
 * @throws as `evaluate` and `readTableShare`, on every rank; {JobEnded} on a rank that isn't the first, where rank 0 has ended
 */
export async function evaluateShares(
  team: Team,
  model: Model,
  path: string,
  { against, ...options }: EvaluateReadOptions = {},
): Promise<Evaluation | undefined> {
  if (against !== undefined) requireSameTarget(model.document, against.document);
  const tableFor = (of: Model) => readShareFor(of, path, team.together(), { ...options, withTarget: true });
  const { weights, group } = options;
  const table = await tableFor(model);
  const other = against && { model: against, table: await tableFor(against) };
  return await evaluateOnRanks(team, model, table, { weights, group }, other);
}
