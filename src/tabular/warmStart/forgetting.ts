/**
 * What a training that goes on from a model has forgotten: the metrics of both models on the same rows, like those of the earlier training, of which
 * neither has learned.
 *
 * Knows nothing of how the networks learned.
 */
import type { Task } from "../../data/encoding.ts";
import { optionName } from "../../data/remedies.ts";
import type { Table, Warning } from "../../data/table.ts";
import type { Model } from "../../models/model.ts";
import type { Against, ModelComparison } from "../against.ts";
import { type Evaluation, evaluateTable } from "../evaluate.ts";
import type { MetricsOf } from "../predictions.ts";

/** Both models on old test rows. */
export interface Forgetting<T extends Task = Task> {
  /** "test": the test rows of the model's training. "given": those of `oldTest`. */
  readonly of: "test" | "given";
  readonly rows: number;
  /** Of the model that the training went on from. */
  readonly before: MetricsOf<T>;
  /** Of the new model. */
  readonly after: MetricsOf<T>;
  /** The new model compared with the earlier one, with the confidence interval of the difference. */
  readonly verdict: ModelComparison;
}

/** Old rows to measure forgetting on. */
export interface OldRows {
  readonly of: Forgetting["of"];
  readonly table: Table;
}

/**
 * Measures it.
 *
 * Warnings: `evaluated-on-training-rows`, where one of the models has learned from the rows; `learned-online` and `learned-elsewhere`, where one may have.
 *
 * @throws {DataError} as `evaluate`
 */
export function forgettingOf(
  before: Model,
  after: Model,
  { of, table }: OldRows,
): { readonly forgetting: Forgetting; readonly warnings: readonly Warning[] } {
  const evaluation: Evaluation = evaluateTable(after, table, {}, { model: before, table });
  const { rows, model, warnings } = evaluation;
  const against = evaluation.against as Against; // another model was given
  return {
    forgetting: { of, rows, before: against.metrics, after: model, verdict: against.verdict },
    warnings: warnings.flatMap((warning) => onOldRows(warning, table)),
  };
}

/** What a warning means for old rows; nothing of most. */
function onOldRows({ code, columns, message }: Warning, { source }: Table): Warning[] {
  const ofLearned =
    `${source} has rows that one of the models or both have learned from, so these metrics show little of what is forgotten. Give ${optionName("oldTest")} the table of the ` +
    "earlier training, whose test rows are taken, or rows that neither model has learned from.";
  if (code === "evaluated-on-training-rows") return [{ code, columns, message: ofLearned }];
  return code === "learned-online" || code === "learned-elsewhere" ? [{ code, columns, message }] : [];
}
