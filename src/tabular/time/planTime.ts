/**
 * Plans a training that has to end in time: measures this machine's pace on a part of the table, then decides how many rows
 * and networks there is time for. Each network plans its own epochs when it begins (`training/budget.ts`).
 *
 * What is planned depends on the clock; the plan repeats it without one.
 */
import type { Engine, EngineOptions } from "../../engines/engine.ts";
import { parameterLayout } from "../../network/parameters.ts";
import type { Clock } from "../../training/chunkTimer.ts";
import type { PartSizes } from "../parts.ts";
import type { Folds, Prepared } from "../prepare.ts";
import { handOver, secondsPerWeight } from "../startingWeights.ts";
import type { MemberSetup } from "../trainMember.ts";
import { measureTimes, secondsSince } from "./measureTimes.ts";
import { pageSeconds } from "./pageWork.ts";
import { fewestRows, pilotRows } from "./sampleSizes.ts";
import { type FoldsCandidate, type NetworkCounts, networksWithin, rowsWithin, secondsOfOne } from "./timePlan.ts";
import { requireTimeToOpen } from "./timeToOpen.ts";

export interface TimePlanRequest {
  /** Divided into the number of folds that is wanted most. */
  readonly folds: Folds;
  /** Numbers of folds, the most wanted first. */
  readonly foldCounts: readonly number[];
  /** What was asked for; undefined where the time decides. */
  readonly ensemble: number | undefined;
  /** All the time there is, in seconds. */
  readonly seconds: number;
  /** Whether a report's page is made at its end. */
  readonly page: boolean;
  /** When all has to be done, in milliseconds of the clock. */
  readonly deadline: number;
  readonly clock: Clock;
  divide(folds: number): Folds;
  /** @param rows training rows to decide for, where the data are a sample of them */
  setup(data: Prepared, folds: number, rows?: number): MemberSetup;
  /** The recipe's, for so many training rows. */
  epochs(setup: MemberSetup, rows: number, folds: number): number;
  readonly engine: Engine;
  /** How so many networks share the machine. */
  arrange(setup: MemberSetup, networks: number): { readonly options: EngineOptions; readonly sideBySide: number };
}

/** What there is time for. */
export interface TimePlan {
  readonly counts: NetworkCounts;
  /** The most rows of each part; undefined where all are used. */
  readonly limits: PartSizes | undefined;
  /** Divided as planned. */
  readonly folds: Folds;
  /** Of the first network. */
  readonly setup: MemberSetup;
  /** Seconds between the last network's end and the deadline: evaluation, saving. */
  readonly afterwards: number;
  /** Seconds that a network is worth beginning for. */
  readonly leastSeconds: number;
}

/** The share of the time left that is kept for what can't be foreseen after the networks. */
const SPARE = 0.03;

/** @throws as `Folds.fold`, `requireTimeToOpen` and `planBudget` do */
export async function planTime(request: TimePlanRequest): Promise<TimePlan> {
  const { foldCounts, ensemble, seconds, deadline, clock } = request;
  const left = (): number => (deadline - clock.now()) / 1000;
  if (left() <= 0) return planTooLate(request);
  const { folds: divided } = request;
  const wanted = divided.count;
  const available = divided.sizes;
  const { columns } = divided;
  const sampled = pilotRows(available, columns);
  const isLarge = sampled !== undefined;
  const began = clock.now();
  const data = divided.fold(0, sampled);
  const preparing = secondsSince(began, clock) / rowsOf(data);
  const pilot = request.setup(data, wanted, available.training);
  const { length: parameters } = parameterLayout(pilot.problem.network);
  requireTimeToOpen({ parameters, drawing: secondsPerWeight(clock) }, { seconds, left: left() });
  const { options, sideBySide } = request.arrange(pilot, wanted * (ensemble ?? 1));
  const measured = await measureTimes(pilot, request, { options, seconds: Math.max(left(), 0.1) });
  const times = { preparing, ...measured };
  const pageOf = (networks: number): number => {
    const model = { columns: pilot.data.encoder.columns.length, parameters: networks * parameters };
    const held = available.test > 0 ? available.test : available.validation;
    return request.page ? pageSeconds(model, held, { parameters, answering: times.answering }) : 0;
  };
  // What the page asks of the model is limited, so more networks than these hardly make it longer.
  const free = (): number => left() - pageOf(wanted * (ensemble ?? 1));
  const share = secondsOfOne(free(), { foldCounts, ensemble, sideBySide });
  const limits = isLarge ? rowsWithin(available, times, { left: share, columns }) : undefined;
  const candidates = foldCounts.map((folds) =>
    offerOf(request, pilot, limits ?? available, { wanted, folds, isLarge }),
  );
  const counts = networksWithin(candidates, times, { ensemble, left: free(), sideBySide });
  const same = counts.folds === wanted;
  const folds = same ? divided : request.divide(counts.folds);
  const setup = same && !isLarge ? pilot : request.setup(folds.fold(0, limits), counts.folds);
  handOver(pilot, setup);
  const candidate = candidates[foldCounts.indexOf(counts.folds)];
  const networks = counts.folds * counts.ensemble;
  const epoch = candidate.rows.training * times.learning + candidate.rows.validation * times.evaluating;
  return {
    counts,
    limits,
    folds,
    setup,
    afterwards:
      networks * (candidate.rows.test * times.answering + times.closing) +
      pageOf(networks) +
      SPARE * Math.max(0, left()),
    leastSeconds: times.opening + Math.min(candidate.epochs / 3, counts.epochs / 2) * epoch,
  };
}

/** Where the time is over before anything is measured: the fewest rows, folds and networks, which all make the overrun longer. */
function planTooLate(request: TimePlanRequest): TimePlan {
  const { foldCounts, ensemble = 1, seconds, deadline, clock } = request;
  const count = foldCounts[foldCounts.length - 1];
  const folds = count === request.folds.count ? request.folds : request.divide(count);
  const { sizes: available, columns } = folds;
  const isLarge = pilotRows(available, columns) !== undefined;
  const limits = isLarge ? fewestOf(available, columns) : undefined;
  const setup = request.setup(folds.fold(0, limits), count);
  const { length: parameters } = parameterLayout(setup.problem.network);
  const left = (deadline - clock.now()) / 1000;
  requireTimeToOpen({ parameters, drawing: secondsPerWeight(clock) }, { seconds, left });
  const counts = { folds: count, ensemble, epochs: 0, endsEarly: false };
  // The first network learns for a moment; no other is worth its time.
  return { counts, limits, folds, setup, afterwards: 0, leastSeconds: Number.POSITIVE_INFINITY };
}

function fewestOf(available: PartSizes, columns: number): PartSizes {
  const fewest = fewestRows(columns);
  const rows = (part: keyof PartSizes): number => Math.min(available[part], fewest[part]);
  return { training: rows("training"), validation: rows("validation"), test: rows("test") };
}

function rowsOf({ training, validation, test }: Prepared): number {
  return training.table.rows + (validation?.table.rows ?? 0) + (test?.table.rows ?? 0);
}

/** The same rows in another number of folds. */
function offerOf(
  { epochs }: TimePlanRequest,
  pilot: MemberSetup,
  { training, validation, test }: PartSizes,
  { wanted, folds, isLarge }: { readonly wanted: number; readonly folds: number; readonly isLarge: boolean },
): FoldsCandidate {
  const rows = training + validation;
  const held = folds === wanted ? validation : Math.round(rows / Math.max(folds, 5));
  const learned = rows - held;
  return {
    folds,
    prepared: folds === wanted && !isLarge,
    epochs: epochs(pilot, learned, folds),
    rows: { training: learned, validation: held, test },
  };
}
