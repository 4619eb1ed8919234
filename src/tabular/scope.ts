/**
 * How much is trained: which rows, how many networks. What was asked for, what an earlier plan says, or what there is time
 * for.
 *
 * Knows nothing of how a network learns.
 */
import type { Engine } from "../engines/engine.ts";
import { requireThat, requireWhole } from "../errors.ts";
import { type Clock, systemClock } from "../training/chunkTimer.ts";
import type { DivideOptions } from "./divide.ts";
import { arrangementOf } from "./members/trainMembers.ts";
import type { PartSizes } from "./parts.ts";
import type { Folds, Prepared } from "./prepare.ts";
import type { RecipeEntry } from "./recipe.ts";
import { MemberClock } from "./time/memberClock.ts";
import { requirePlan, type TrainingPlan } from "./time/planned.ts";
import { planTime } from "./time/planTime.ts";
import type { NetworkCounts } from "./time/timePlan.ts";
import type { MemberSetup } from "./trainMember.ts";

export interface Scope {
  readonly counts: Pick<NetworkCounts, "folds" | "ensemble">;
  readonly folds: Folds;
  /** Of the first network. */
  readonly setup: MemberSetup;
  /** The most rows of each part; undefined where all are used. */
  readonly limits: PartSizes | undefined;
  /** What was decided by the time; undefined without one. */
  readonly expected?: NetworkCounts;
  readonly clock?: MemberClock;
}

/** What may be asked for: options of `train`. */
export interface ScopeWishes {
  readonly folds?: number;
  readonly ensemble?: number;
  readonly validationFraction?: number;
  readonly time?: number;
  readonly startedAt?: number;
  readonly plan?: TrainingPlan;
  readonly report?: boolean;
}

export interface ScopeOptions {
  readonly options: ScopeWishes;
  readonly entry: RecipeEntry;
  readonly engine: Engine;
  readonly threads: number | undefined;
  /** Called between the parts of the preparation, each of which may take long; what it throws ends the preparation. */
  readonly pause?: (() => Promise<void>) | undefined;
  /** The machine's when absent. */
  readonly clock?: Clock | undefined;
  divide(folds: Pick<DivideOptions, "folds" | "usualFolds">): Folds;
  /** @param rows training rows to decide for, where the data are a sample of them */
  setup(data: Prepared, folds: number, rows?: number): MemberSetup;
  /** The recipe's, for so many training rows. */
  epochs(setup: MemberSetup, rows: number, folds: number): number;
}

/** @throws {DescriptionError} a count or a time out of range; as `prepareFolds` does */
export async function scopeOf(request: ScopeOptions): Promise<Scope> {
  const { options, entry, engine, threads, clock = systemClock } = request;
  const { plan, time, startedAt = clock.now(), ensemble, validationFraction } = options;
  if (ensemble !== undefined) requireWhole("ensemble", ensemble, 1);
  if (time !== undefined) {
    requireThat("time", time, time > 0 && time < Number.POSITIVE_INFINITY, "seconds above 0");
  }
  if (plan !== undefined) requirePlan(plan);
  const decided = ensemble === undefined && validationFraction === undefined;
  const wanted = plan?.folds ?? options.folds;
  await request.pause?.();
  const folds = request.divide({ folds: wanted, usualFolds: decided ? entry.folds : () => 1 });
  await request.pause?.();
  if (plan !== undefined || time === undefined) {
    const limits = plan?.rows;
    const counts = { folds: folds.count, ensemble: plan?.ensemble ?? ensemble ?? 1 };
    const setup = request.setup(folds.fold(0, limits), folds.count);
    await request.pause?.();
    return { counts, folds, setup, limits };
  }
  const deadline = startedAt + 1000 * time;
  const planned = await planTime({
    ...request,
    folds,
    foldCounts: wanted === undefined ? fewer(folds.count) : [folds.count],
    divide: (count) => request.divide({ folds: count }),
    ensemble,
    seconds: time,
    page: options.report === true,
    deadline,
    clock,
    arrange: ({ problem }, networks) => arrangementOf(networks, { problem, engine, threads }),
  });
  const shares = new MemberClock({ deadline, seconds: time, ...planned }, clock);
  return { ...planned, expected: planned.counts, clock: shares };
}

/** Networks of fewer than three folds learn from too few rows; then one alone. */
const FEWEST_FOLDS = 3;

/** The numbers of folds to choose from, the most wanted first. */
function fewer(wanted: number): readonly number[] {
  const several = Array.from({ length: Math.max(0, wanted - FEWEST_FOLDS + 1) }, (_, less) => wanted - less);
  return wanted === 1 ? [1] : [...several, 1];
}
