/**
 * A search that fills its time: when all trials have climbed and time is left, further ones are drawn and climb as well.
 *
 * Knows nothing of training, journals and screens.
 */
import type { Rung } from "./halving.ts";
import { bestFirst, type SearchOptions, type SearchOutcome, search, type Trials } from "./search.ts";
import { TimeBudget } from "./timeBudget.ts";

export interface RoundsOptions extends SearchOptions {
  /** Of halving: one in so many goes on to the next rung. */
  readonly reduction: number;
  /** So many points, which begin with those of `trials`; absent where no more are wanted. */
  draw?(count: number): Trials;
  /** Called with each further round before it begins. */
  onRound?(trials: number): void;
}

/** What is left of the time is not planned to the last moment. */
const PLANNED = 0.9;

/** @returns the result of all rounds, and all points */
export async function searchInRounds(options: RoundsOptions): Promise<SearchOutcome & { readonly points: Trials }> {
  const { budget, reduction, draw, objective } = options;
  let points = options.trials;
  let outcome = await search(options);
  while (draw !== undefined && outcome.stopped === "finished" && outcome.best !== undefined) {
    const seconds = outcome.trials.reduce((sum, record) => sum + record.seconds, 0) / points.length;
    const fitting = Math.floor((PLANNED * budget.left) / Math.max(seconds, 1e-3));
    // A round is at most as large as all before it: their pace is known.
    const more = fitting < 1 ? points : draw(points.length + Math.min(fitting, points.length));
    const count = more.length - points.length;
    if (count === 0) break;
    options.onRound?.(count);
    const rungs = options.rungs.map(({ epochs }, k): Rung => {
      return { epochs, trials: Math.max(1, Math.floor(count / reduction ** k)) };
    });
    const candidates = Array.from({ length: count }, (_, at) => points.length + at);
    const round = { rungs, trials: more, candidates, earlier: outcome.trials };
    const next = await search({
      ...options,
      ...round,
      budget: new TimeBudget({ seconds: budget.left, rungs: rungs.length, now: budget.now }),
    });
    const [best] = [outcome.best, next.best]
      .filter((record) => record !== undefined)
      .sort((a, b) => b.rung - a.rung || bestFirst(objective)(a, b));
    points = more;
    outcome = { trials: next.trials, best, stopped: next.stopped };
  }
  return { ...outcome, points };
}
