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
import { requireWhole } from "../../errors.ts";
import { type Model, responsesToAll } from "../../models/model.ts";
import { DivergenceError } from "../../training/divergence.ts";
import { agreedTurn } from "../../training/ranks/agreement.ts";
import { gathered } from "../../training/ranks/gathered.ts";
import { type BegunTraining, tasksOf } from "../beginTraining.ts";
import { identityOf } from "../checkpoints/identity.ts";
import type { FoldPart, PartSizes } from "../fold.ts";
import { requireNoneIdle } from "../idleOptions.ts";
import { type Member, memberOf } from "../member.ts";
import type { MemberTask } from "../members/memberTasks.ts";
import { furthest, type TrainedMember } from "../members/trainMembers.ts";
import { countingOf, type Predictions } from "../predictions.ts";
import { requestOf, type TrainPurpose } from "../request.ts";
import type { CountedBy } from "../rowColumns.ts";
import { startOf } from "../startOfTraining.ts";
import { DivergedError, reported, type TrainResult } from "../train.ts";
import { columnsOf } from "../trainedDocument.ts";
import { lastGoodOf, modelOf } from "../trainedModel.ts";
import type { MemberResult } from "../trainMember.ts";
import type { TrainOptions } from "../trainOptions.ts";
import { learnedHashes } from "../warnings/learnedRows.ts";
import { agreeTogether } from "./agreement.ts";
import { alike } from "./alike.ts";
import { gatheredColumns, sampledTable, sharedFingerprint } from "./gatheredRows.ts";
import { requireShareable } from "./shareable.ts";
import { sharedDataset } from "./sharedDataset.ts";
import { describedMember, trainSharedMember } from "./sharedMember.ts";
import type { SharedRows } from "./sharedRows.ts";

/** What is asked of ranks beside the options of `train`. */
export interface SharesPurpose extends Pick<TrainPurpose, "checkpoint"> {
  /** So many steps each rank makes by itself; each step is made together when absent. */
  readonly syncEvery?: number | undefined;
  /** Whether the result has rows for a page about the model; false when absent. */
  readonly hasPage?: boolean | undefined;
}

/**
 * @param options those of `train`; the table is this rank's share
 * @param purpose the checkpoint is rank 0's alone
 * @returns the same model on every rank
 * @throws as `train`, on every rank {DescriptionError} an option that is not for shares; ranks that prepared different trainings
 */
export async function trainOnShares(
  options: TrainOptions<Table>,
  ranks: Collective,
  { checkpoint: place, syncEvery, hasPage = false }: SharesPurpose = {},
): Promise<TrainResult> {
  const training = await beginOnShares(options, ranks, syncEvery);
  const identity = identityOf(training, await training.engine.library?.());
  await using checkpoint = await alike(ranks, async () => await place?.open(identity));
  options.onStart?.(training.start);
  const members: (TrainedMember & MemberResult)[] = [];
  for (const task of tasksOf(training)) {
    if (members.length > 0 && isAborted(ranks, options.signal)) break;
    const member = memberOfTask(training, task);
    const turn = { task, keeper: checkpoint?.member(task.index), syncEvery };
    members.push(await trainSharedMember(ranks, training, member, turn).catch(diverged(ranks, training, member)));
  }
  const counted = furthest(members);
  const result = reported(training, counted, await modelOf(training, counted));
  return hasPage ? withPageRows(ranks, training, result) : result;
}

/** A page shows at the most so many rows of each part: they are on every rank. */
const PAGE_ROWS = 10_000;

/** The result with some rows of each part from all ranks; where they aren't all, a warning says so. */
function withPageRows(ranks: Collective, { first, seed, shared }: BegunTraining, result: TrainResult): TrainResult {
  const { training, validation, test } = first.fold;
  const sampled = (part: FoldPart | undefined): Table | undefined =>
    part && sampledTable(ranks, part.table, { most: PAGE_ROWS, key: seed >>> 0 });
  const parts = { training: sampled(training) as Table, validation: sampled(validation), test: sampled(test) };
  const counts = Object.entries(parts).flatMap(([name, table]) => {
    const all = shared?.provenance.rows[name as keyof PartSizes] ?? 0;
    return table === undefined || table.rows === all ? [] : [`${table.rows} of ${all} ${name} rows`];
  });
  if (counts.length === 0) return { ...result, parts } as TrainResult;
  const message = `The page's figures of columns, quality, mistakes, importance and effects are those of a sample: ${counts.join(", ")}. Its metrics are of all rows.`;
  const warnings = [...result.report.warnings, { code: "page-sampled", columns: [], message }];
  return { ...result, report: { ...result.report, warnings }, parts } as TrainResult;
}

/** Whether a signal has come to any rank. */
function isAborted(ranks: Collective, signal: TrainOptions["signal"]): boolean {
  return agreedTurn(ranks, { steps: 1, outOfTime: false, aborted: signal?.aborted ?? false }).aborted;
}

function memberOfTask({ first, dataset, ...asked }: BegunTraining, { index, fold, seed }: MemberTask): Member {
  if (index === 0) return first;
  const own = fold === 0 ? first.fold : dataset.fold(fold);
  return memberOf(asked, own, { folds: dataset.folds, seed, rows: statisticsOf(own.training.table).rows });
}

/** Makes the last good model of a network that diverged, on every rank. */
function diverged(ranks: Collective, training: BegunTraining, member: Member): (error: unknown) => Promise<never> {
  return async (error) => {
    if (!(error instanceof DivergenceError)) throw error;
    const { parameters, bestEpoch = 0, history } = error;
    const good = { parameters, epochs: history.length, bestEpoch };
    throw new DivergedError(error, await lastGoodOf(training, describedMember(ranks, member, parameters), good));
  };
}

/** Everything before the first step. */
async function beginOnShares(
  options: TrainOptions<Table>,
  ranks: Collective,
  syncEvery: number | undefined,
): Promise<BegunTraining> {
  requireShareable(options);
  await tryEngine(options.engine, options.precision);
  const asked = requestOf(options);
  const request = {
    ...asked,
    record: { ...asked.record, share: "rows", ...(syncEvery !== undefined && { syncEvery }) },
  };
  const dataset = sharedDataset(request.rows, ranks);
  const { folds, sizes } = dataset;
  const first = memberOf(request, dataset.fold(0), { folds, rows: sizes.training });
  requireNoneIdle(options, first.fold.target.task);
  const counts = { folds, ensemble: options.ensemble ?? 1 };
  requireWhole("ensemble", counts.ensemble, 1);
  const scope = { counts, dataset, first, limits: undefined };
  const start = await startOf(options, request, scope);
  const begun = { ...request, ...scope, start, shared: sharedRows(ranks, request.rows, scope) };
  await agreeTogether(ranks, begun);
  const own = Float64Array.of(first.fold.training.table.rows);
  return { ...begun, start: { ...start, rowsOfRanks: [...gathered(ranks, own, "counts of training rows")] } };
}

function sharedRows(
  ranks: Collective,
  { table, test, types, weights, group }: BegunTraining["rows"],
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
    test: test === undefined ? null : sharedFingerprint(ranks, test),
    predict: (model, part) => predictionsOfRanks(ranks, model, part, { weights, group }),
  };
}

/** A model's predictions for the rows of all ranks, in their order, on every rank. */
async function predictionsOfRanks(
  ranks: Collective,
  model: Model,
  part: Table,
  countedBy: CountedBy,
): Promise<Predictions> {
  const { target } = model.document;
  const own = part.rows > 0 ? await responsesToAll(model, part) : { responses: new Float64Array(0) };
  const counting = [countedBy.weights, countedBy.group].filter((name) => name !== undefined);
  const all = gatheredColumns(ranks, part, [...new Set([...targetNames(target), ...counting])]);
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
    ...countingOf(all, countedBy),
  };
}
