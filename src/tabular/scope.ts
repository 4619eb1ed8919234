/**
 * How much is trained: which rows, how many networks. What was asked for, what an earlier plan says, or what there is time
 * for.
 *
 * Knows nothing of how a network learns.
 */
import { requireThat, requireWhole } from "../errors.ts";
import { type Dataset, datasetOf } from "./dataset.ts";
import type { PartSizes } from "./fold.ts";
import { type Member, memberOf } from "./member.ts";
import { unlessAborted } from "./preparationAborted.ts";
import type { Request } from "./request.ts";
import { MemberClock } from "./time/memberClock.ts";
import { requirePlan } from "./time/planned.ts";
import { planTime } from "./time/planTime.ts";
import type { NetworkCounts } from "./time/timePlan.ts";

export interface Scope {
  readonly counts: Pick<NetworkCounts, "folds" | "ensemble">;
  readonly dataset: Dataset;
  /** The first network. */
  readonly first: Member;
  /** The most rows of each part; undefined where all are used. */
  readonly limits: PartSizes | undefined;
  /** What was decided by the time; undefined without one. */
  readonly expected?: NetworkCounts;
  readonly memberClock?: MemberClock;
}

/** @throws {DescriptionError} a count or a time out of range; as `datasetOf` does */
export async function scopeOf(request: Request): Promise<Scope> {
  const { settings, clock, chosen, rows } = request;
  const { plan, time, startedAt = clock.now(), ensemble } = settings;
  if (ensemble !== undefined) requireWhole("ensemble", ensemble, 1);
  if (time !== undefined) {
    requireThat("time", time, time > 0 && time < Number.POSITIVE_INFINITY, "seconds above 0");
  }
  if (plan !== undefined) requirePlan(plan);
  // Each part of the preparation may take long, and a search ends it where its time is over.
  const pause = async (): Promise<void> => {
    if (chosen) await unlessAborted(settings.signal);
  };
  const wanted = plan?.folds ?? rows.folds;
  await pause();
  const dataset = datasetOf({ ...rows, folds: wanted });
  const { folds } = dataset;
  await pause();
  if (plan !== undefined || time === undefined) {
    const limits = plan?.rows;
    const first = memberOf(request, dataset.fold(0, limits), { folds });
    await pause();
    return { counts: { folds, ensemble: plan?.ensemble ?? ensemble ?? 1 }, dataset, first, limits };
  }
  const deadline = startedAt + 1000 * time;
  const foldCounts = wanted === undefined ? fewer(folds) : [folds];
  const planned = await planTime(request, dataset, { foldCounts, seconds: time, deadline });
  const memberClock = new MemberClock({ deadline, seconds: time, ...planned }, clock);
  return { ...planned, expected: planned.counts, memberClock };
}

/** Networks of fewer than three folds learn from too few rows; then one alone. */
const FEWEST_FOLDS = 3;

/** The numbers of folds to choose from, the most wanted first. */
function fewer(wanted: number): readonly number[] {
  const several = Array.from({ length: Math.max(0, wanted - FEWEST_FOLDS + 1) }, (_, less) => wanted - less);
  return wanted === 1 ? [1] : [...several, 1];
}
