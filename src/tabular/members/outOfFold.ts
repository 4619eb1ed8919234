/**
 * What a model's networks predict for rows that they were not trained on: each fold is predicted by its own networks, whose predictions
 * are averaged as the model averages them.
 *
 * One part that validates all networks is one fold. Knows nothing of how networks learn.
 */
import type { Target } from "../../data/encoding.ts";
import type { Table } from "../../data/table.ts";
import { trueValues } from "../../data/target.ts";
import { baselinePrediction, withBaseline } from "../../data/targetNames.ts";
import type { Numbers } from "../../engines/engine.ts";
import { meanResponse, memberResponse, rearranged } from "../../models/memberResponse.ts";
import { responsesIn } from "../../models/model.ts";
import type { Loss } from "../../network/losses.ts";
import { countingOf, type Predictions } from "../predictions.ts";
import type { CountedBy } from "../rowColumns.ts";
import type { TrainedMember } from "./trainMembers.ts";

/** The predictions to one fold's rows; the statistics of its networks' training rows are the baseline. */
export interface FoldPredictions extends Predictions {
  readonly fold: number;
  readonly table: Table;
}

/**
 * The predictions, fold by fold. A fold that no network was trained for is left out.
 *
 * @param countedBy the sample weight column and the group column
 */
export function foldPredictions(
  members: readonly TrainedMember[],
  { loss, countedBy }: { readonly loss: Loss; readonly countedBy?: CountedBy | undefined },
): FoldPredictions[] {
  const folds = [...new Set(members.map(({ task }) => task.fold))].sort((a, b) => a - b);
  return folds.flatMap((fold) => {
    const own = members.flatMap(({ task, target, held }) => (task.fold === fold && held ? [{ target, held }] : []));
    if (own.length === 0) return [];
    const [{ target, held }] = own;
    const { table } = held;
    const mean = meanResponse(own.map((member) => memberResponse(member.target, loss, member.held.outputs)));
    const predicted = responsesIn(target, rearranged(target, mean));
    const desired = trueValues(target, table);
    return [{ fold, table, rows: table.rows, target, ...predicted, desired, ...countingOf(table, countedBy) }];
  });
}

/** All folds' predictions one after the other; their target's statistics are the means of the folds', the rows' own. */
export function pooled(predictions: readonly FoldPredictions[]): Predictions {
  const rows = predictions.reduce((sum, fold) => sum + fold.rows, 0);
  const weights = predictions.flatMap(({ sampleWeights }) => (sampleWeights ? [sampleWeights] : []));
  const groups = predictions.flatMap((fold) => (fold.groups ? [fold.groups] : []));
  const quantiles = predictions.flatMap((fold) => (fold.quantiles ? [fold.quantiles] : []));
  return {
    rows,
    target: meanTarget(predictions.map(({ target }) => target)),
    responses: joined(predictions.map(({ responses }) => responses)),
    ...(quantiles.length > 0 && { quantiles: joined(quantiles) }),
    desired: joined(predictions.map(({ desired }) => desired)),
    ...(weights.length > 0 && { sampleWeights: joined(weights) }),
    ...(groups.length > 0 && { groups: joinedGroups(groups) }),
    countedBy: predictions[0].countedBy,
  };
}

/** Each row is learned from in all folds but one, so the mean over the folds weighs all rows alike. */
function meanTarget([first, ...others]: readonly Target[]): Target {
  const own = withBaseline(first, meanOf([first, ...others].map(baselinePrediction)));
  if (own.task !== "regression" || own.quantiles === undefined) return own;
  const quantiles = [first, ...others].flatMap((target) =>
    target.task === "regression" && target.quantiles ? [target.quantiles.values] : [],
  );
  return { ...own, quantiles: { ...own.quantiles, values: meanOf(quantiles) } };
}

function meanOf(lists: readonly (readonly number[])[]): number[] {
  return lists[0].map((_, at) => lists.reduce((sum, list) => sum + list[at], 0) / lists.length);
}

/** No group is in two folds, so each fold's are numbered after those before it. */
function joinedGroups(folds: readonly Float64Array[]): Float64Array {
  let first = 0;
  return joined(
    folds.map((groups) => {
      const own = groups.map((group) => first + group);
      first += new Set(groups).size;
      return own;
    }),
  );
}

function joined(parts: readonly Numbers[]): Float64Array {
  const whole = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** A metric over the folds. */
export interface Spread {
  readonly mean: number;
  /** The standard deviation of the folds' values, with n − 1; null for a single fold. */
  readonly deviation: number | null;
}

/**
 * The metrics that are one number a fold, over the folds; one that some fold does not have is left out.
 *
 * @param metrics each fold's
 */
export function spreadOf(metrics: readonly object[]): Readonly<Record<string, Spread>> {
  const [first = {}, ...rest] = metrics;
  const spreads = Object.keys(first).flatMap((name): [string, Spread][] => {
    const values = [first, ...rest].map((fold) => (fold as Readonly<Record<string, unknown>>)[name]);
    return values.every((value) => typeof value === "number") ? [[name, spread(values)]] : [];
  });
  return Object.fromEntries(spreads);
}

function spread(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length === 1) return { mean, deviation: null };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (values.length - 1)) };
}
