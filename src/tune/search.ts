/**
 * The search itself: trials climb the rungs, the best of each go on.
 *
 * Training is the caller's; this decides what is trained next. The result of a search depends on the trials, the rungs and
 * their outcomes alone, unless a time budget cuts it short. Knows nothing of tables, journals and screens.
 */
import { nameOf } from "../aliases.ts";
import { type AbortSignalLike, requireKind, snapshot } from "../kinds.ts";
import { metrics } from "../metrics/metricTable.ts";
import { type Rung, survivors } from "./halving.ts";
import { compareScores, type ObjectiveLike, type ObjectiveName } from "./objective.ts";
import type { TimeBudget } from "./timeBudget.ts";
import { recordsKind, type TrialJob, type TrialRecord, trialKey } from "./trial.ts";
import type { Values } from "./tunable.ts";

/** The values of each trial by its number; a list that is drawn as it is read will do. */
export interface Trials {
  readonly length: number;
  at(trial: number): Values | undefined;
}

export interface SearchOptions {
  /** Trial 0 is the measure of the others and reaches every rung. */
  readonly trials: Trials;
  readonly rungs: readonly Rung[];
  /** The trials that climb; all when absent. */
  readonly candidates?: readonly number[];
  /** Of earlier rounds of the same search: the pace is theirs as well. */
  readonly earlier?: readonly TrialRecord[];
  readonly seed: number;
  readonly objective: ObjectiveName;
  /** Of an earlier run: trainings that need not be made again. */
  readonly recorded: readonly TrialRecord[];
  readonly budget: TimeBudget;
  readonly signal: AbortSignalLike | undefined;
  /** Called with the trainings of each rung before the first of them is asked for. */
  begin?(jobs: readonly TrialJob[]): void;
  /** Trains; nothing when it was interrupted. */
  train(job: TrialJob): Promise<TrialRecord | undefined>;
  /** Called after every trial, those taken from `recorded` too, and awaited. */
  onTrial?(record: TrialRecord, reused: boolean): unknown;
}

export interface SearchOutcome {
  /** In the order in which they ended, earlier ones first. */
  readonly trials: readonly TrialRecord[];
  /** Of the highest rung on which one was finished; absent when all failed or none was made. */
  readonly best: TrialRecord | undefined;
  /** Why it ended: all rungs done, no time for more, or the signal. */
  readonly stopped: "finished" | "time" | "aborted";
}

/** Climbs the rungs to the end, or as far as time and the signal let it. */
export async function search(options: SearchOptions): Promise<SearchOutcome> {
  const { rungs, objective, signal } = options;
  const known = new Map(options.recorded.map((record) => [trialKey(record), record]));
  const records: TrialRecord[] = [...(options.earlier ?? [])];
  const { trials } = options;
  let candidates: Candidates = options.candidates ?? {
    length: trials.length,
    [Symbol.iterator]: () => numbersBelow(trials),
  };
  let best: TrialRecord | undefined;
  let cut = false;
  for (let rung = 0; rung < rungs.length; rung++) {
    const ended = await climb(options, rung, candidates, known, records);
    const ranked = ended.filter(({ status }) => status === "finished").sort(bestFirst(objective));
    best = ranked[0] ?? best;
    cut ||= ended.length < Math.min(candidates.length, options.trials.length);
    // All failed; or it is over, or there was no time for this rung and may be some for the next: then the same continue.
    if (signal?.aborted || (ranked.length === 0 && ended.length > 0)) break;
    // A rung that time cut short sends on its share of what it had.
    const share = ended.length === 0 ? 1 : ended.length / candidates.length;
    const places = Math.max(1, Math.floor((rungs[rung + 1]?.trials ?? 0) * share));
    const remaining = ended.length === 0 ? candidates : ranked.map(({ trial }) => trial);
    candidates = Array.isArray(remaining) ? survivors(remaining, places, 0) : first(remaining, places);
  }
  return { trials: records, best, stopped: signal?.aborted ? "aborted" : cut ? "time" : "finished" };
}

/** Numbers of trials; those of the lowest rung may be too many for a list. */
interface Candidates extends Iterable<number> {
  readonly length: number;
}

/** @yields 0, 1, … as long as there are trials, which may turn out to be fewer while they are drawn */
function* numbersBelow(trials: Trials): Generator<number> {
  for (let trial = 0; trial < trials.length; trial++) yield trial;
}

function first(candidates: Candidates, count: number): number[] {
  const taken: number[] = [];
  for (const trial of candidates) {
    if (taken.length === count) break;
    taken.push(trial);
  }
  return taken;
}

/** The best first; of equals the one drawn first, so that the unchanged recipe wins a tie. */
export function bestFirst(objective: ObjectiveName): (a: TrialRecord, b: TrialRecord) => number {
  return (a, b) => compareScores(a.scores, b.scores, objective) || a.trial - b.trial;
}

/**
 * Each trial once, where it got furthest: those of the highest rung first, the best of them first, failed ones last.
 *
 * @example
 * import { rankTrials, tune } from "gradus/tune";
 *
 * const rows = Array.from({ length: 40 }, (_, i) => ({ size: 50 + i, garden: i % 2 === 0, price: 100 + 3 * i }));
 * const { trials, best, metric } = await tune({ table: rows, target: "price", recipe: "plain", trials: 2, epochs: 3 });
 * rankTrials(trials, metric)[0].trial === best.trial; // true
 */
export function rankTrials(trials: readonly TrialRecord[], by: ObjectiveLike): readonly TrialRecord[] {
  requireKind("rankTrials' trials", trials, recordsKind);
  const objective = nameOf("metric", metrics, by) as ObjectiveName;
  const furthest = [
    ...new Map(trials.toSorted((a, b) => a.rung - b.rung).map((record) => [record.trial, record])).values(),
  ];
  const failed = (record: TrialRecord): number => Number(record.status === "failed");
  const better = bestFirst(objective);
  return furthest.sort(
    (a, b) => failed(a) - failed(b) || b.rung - a.rung || (failed(a) ? a.trial - b.trial : better(a, b)),
  );
}

/** Makes the trainings of one rung. @returns what has ended; fewer than the entrants when time or the signal cut it short */
async function climb(
  options: SearchOptions,
  rung: number,
  candidates: Candidates,
  known: ReadonlyMap<string, TrialRecord>,
  records: TrialRecord[],
): Promise<readonly TrialRecord[]> {
  const { trials, seed, signal, onTrial } = options;
  const { epochs } = options.rungs[rung];
  const ended: TrialRecord[] = [];
  if (options.begin && !signal?.aborted) options.begin(jobsOf(options, rung, candidates, known));
  for (const trial of candidates) {
    if (signal?.aborted) break;
    const values = trials.at(trial);
    if (values === undefined) break;
    const job: TrialJob = { trial, values, seed, rung, epochs };
    const found = known.get(trialKey(job));
    if (found === undefined && !isInTime(options, job, ended.length === 0, records)) break;
    const record = found ? { ...found, trial, rung } : await options.train(job);
    if (record === undefined) break;
    ended.push(record);
    records.push(record);
    await onTrial?.(snapshot(record), found !== undefined);
  }
  return ended;
}

/** The trainings of a rung that aren't known, in the order of the trials. */
function jobsOf(
  { trials, seed, rungs }: SearchOptions,
  rung: number,
  candidates: Candidates,
  known: ReadonlyMap<string, TrialRecord>,
): TrialJob[] {
  const jobs: TrialJob[] = [];
  for (const trial of candidates) {
    const values = trials.at(trial);
    if (values === undefined) break;
    const job: TrialJob = { trial, values, seed, rung, epochs: rungs[rung].epochs };
    if (!known.has(trialKey(job))) jobs.push(job);
  }
  return jobs;
}

/** Whether the budget has room for a training, and for the leader's full one after it. */
function isInTime(
  { rungs, budget, objective }: SearchOptions,
  { trial, rung, epochs }: TrialJob,
  first: boolean,
  records: readonly TrialRecord[],
): boolean {
  const secondsPerEpoch = (some: readonly TrialRecord[]): number =>
    some.reduce((sum, { seconds }) => sum + seconds, 0) /
    Math.max(
      1,
      some.reduce((sum, record) => sum + record.epochs, 0),
    );
  const own = records.filter((record) => record.trial === trial);
  const leader = rankTrials(records, objective).slice(0, 1);
  const highest = rungs.length - 1;
  return budget.fits({
    rung,
    first,
    seconds: epochs * secondsPerEpoch(own.length > 0 ? own : records),
    reserve: rung < highest ? rungs[highest].epochs * secondsPerEpoch(leader) : 0,
  });
}
