/**
 * Trains a model on a table that ranks share: each has read a part of the rows, and all train one network.
 *
 * Every rank makes the same calls and comes to the same model, which rank 0 saves. What takes all rows is found out together, or refused
 * (`shareable.ts`); it is never that of one rank's rows. Decision 0023.
 */
import { statisticsOf } from "../../data/statistics/statisticsOf.ts";
import type { Table } from "../../data/table.ts";
import { trueValues } from "../../data/target.ts";
import { targetNames } from "../../data/targetNames.ts";
import type { Collective } from "../../distributed/collective.ts";
import { tryEngine } from "../../engines/factory.ts";
import { type Model, responsesToAll } from "../../models/model.ts";
import { DivergenceError } from "../../training/divergence.ts";
import { gathered } from "../../training/ranks/gathered.ts";
import type { BegunTraining } from "../beginTraining.ts";
import { requireNoneIdle } from "../idleOptions.ts";
import { memberOf } from "../member.ts";
import { memberTasks } from "../members/memberTasks.ts";
import type { Predictions } from "../predictions.ts";
import { requestOf } from "../request.ts";
import { startOf } from "../startOfTraining.ts";
import { DivergedError, reported, type TrainResult } from "../train.ts";
import { columnsOf } from "../trainedDocument.ts";
import { lastGoodOf, modelOf } from "../trainedModel.ts";
import type { TrainOptions } from "../trainOptions.ts";
import { learnedHashes } from "../warnings/learnedRows.ts";
import { agreeTogether } from "./agreement.ts";
import { gatheredColumns, sharedFingerprint } from "./gatheredRows.ts";
import { requireShareable } from "./shareable.ts";
import { sharedDataset } from "./sharedDataset.ts";
import { describedMember, trainSharedMember } from "./sharedMember.ts";
import type { SharedRows } from "./sharedRows.ts";

/**
 * @param options those of `train`; the table is this rank's share
 * @returns the same model on every rank
 * @throws as `train`, on every rank {DescriptionError} an option that is not for shares; ranks that prepared different trainings
 */
export async function trainOnShares(options: TrainOptions<Table>, ranks: Collective): Promise<TrainResult> {
  const training = await beginOnShares(options, ranks);
  const { first, seed, start } = training;
  const [task] = memberTasks({ folds: 1, ensemble: 1 }, seed);
  options.onStart?.(start);
  try {
    const members = [await trainSharedMember(ranks, training, first, task)];
    return reported(training, members, await modelOf(training, members));
  } catch (error) {
    if (!(error instanceof DivergenceError)) throw error;
    const { parameters, bestEpoch = 0, history } = error;
    const good = { parameters, epochs: history.length, bestEpoch };
    throw new DivergedError(error, await lastGoodOf(training, describedMember(ranks, first, parameters), good));
  }
}

/** Everything before the first step. */
async function beginOnShares(options: TrainOptions<Table>, ranks: Collective): Promise<BegunTraining> {
  requireShareable(options);
  await tryEngine(options.engine, options.precision);
  const asked = requestOf(options);
  const request = { ...asked, record: { ...asked.record, share: "rows" } };
  const dataset = sharedDataset(request.rows);
  const { training: rows } = dataset.sizes;
  const first = memberOf(request, dataset.fold(0), { folds: 1, rows });
  requireNoneIdle(options, first.fold.target.task);
  const scope = { counts: { folds: 1, ensemble: 1 }, dataset, first, limits: undefined };
  const start = await startOf(options, request, scope);
  const begun = { ...request, ...scope, start, shared: sharedRows(ranks, request.rows, scope) };
  await agreeTogether(ranks, begun);
  return begun;
}

function sharedRows(
  ranks: Collective,
  { table, types }: BegunTraining["rows"],
  { dataset, first }: Pick<BegunTraining, "dataset" | "first">,
): SharedRows {
  const { encoder, target, training } = first.fold;
  const place = {
    all: dataset.sizes.training,
    before: statisticsOf(training.table).before(training.table.rows),
    joined: (own: readonly number[]) => [...gathered(ranks, Float64Array.from(own), "hashes of training rows")],
  };
  return {
    provenance: {
      source: table.source,
      fingerprint: sharedFingerprint(ranks, table),
      rows: dataset.sizes,
      columns: columnsOf(table, types),
      learned: learnedHashes(encoder, training.table, trueValues(target, training.table), place),
    },
    predict: (model, part) => predictionsOfRanks(ranks, model, part),
  };
}

/** A model's predictions for the rows of all ranks, in their order, on every rank. */
async function predictionsOfRanks(ranks: Collective, model: Model, part: Table): Promise<Predictions> {
  const { target } = model.document;
  const own = part.rows > 0 ? await responsesToAll(model, part) : { responses: new Float64Array(0) };
  const all = gatheredColumns(ranks, part, targetNames(target));
  const quantiles =
    target.task === "regression" && target.quantiles
      ? { quantiles: gathered(ranks, own.quantiles ?? new Float64Array(0), "quantiles of test rows") }
      : {};
  return {
    rows: all.rows,
    target,
    responses: gathered(ranks, own.responses, "predictions of test rows"),
    ...quantiles,
    desired: trueValues(target, all),
  };
}
