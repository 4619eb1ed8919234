/**
 * Plans a training that has to end in time: measures this machine's pace on a part of the table, then decides how many rows
 * and networks there is time for. Each network plans its own epochs when it begins (`training/budget.ts`).
 *
 * What is planned depends on the clock; the plan repeats it without one.
 */
import { parameterLayout } from "../../network/parameters.ts";
import { arrangementOf } from "../arrangement.ts";
import type { Dataset } from "../dataset.ts";
import { type PartSizes, sizesOf } from "../fold.ts";
import { type Member, memberOf, recipeFor } from "../member.ts";
import type { Request } from "../request.ts";
import { handOver, secondsPerWeight } from "../startingWeights.ts";
import { measureTimes, secondsSince } from "./measureTimes.ts";
import { pageSeconds } from "./pageWork.ts";
import { fewestRows, pilotRows } from "./sampleSizes.ts";
import { type FoldsCandidate, type NetworkCounts, networksWithin, rowsWithin, secondsOfOne } from "./timePlan.ts";
import { requireTimeToOpen } from "./timeToOpen.ts";

/** The time that there is. */
export interface TimeToPlan {
  /** Numbers of folds, the most wanted first. */
  readonly foldCounts: readonly number[];
  /** All of it, in seconds. */
  readonly seconds: number;
  /** When all has to be done, in milliseconds of the clock. */
  readonly deadline: number;
}

/** What there is time for. */
export interface TimePlan {
  readonly counts: NetworkCounts;
  /** The most rows of each part; undefined where all are used. */
  readonly limits: PartSizes | undefined;
  /** Divided as planned. */
  readonly dataset: Dataset;
  /** The first network. */
  readonly first: Member;
  /** Seconds between the last network's end and the deadline: evaluation, saving. */
  readonly afterwards: number;
  /** Seconds that a network is worth beginning for. */
  readonly leastSeconds: number;
}

/** The share of the time left that is kept for what can't be foreseen after the networks. */
const SPARE = 0.03;

/**
 * @param divided into the number of folds that is wanted most
 * @throws as `Dataset.fold`, `requireTimeToOpen` and `planBudget` do
 */
export async function planTime(request: Request, divided: Dataset, time: TimeToPlan): Promise<TimePlan> {
  const { engine, threads, clock } = request;
  const { ensemble, report: hasPage = false } = request.settings;
  const { foldCounts, seconds, deadline } = time;
  const left = (): number => (deadline - clock.now()) / 1000;
  if (left() <= 0) return planTooLate(request, divided, time);
  const { folds: wanted, sizes: available, columns } = divided;
  const sampled = pilotRows(available, columns);
  const isLarge = sampled !== undefined;
  const began = clock.now();
  const fold = divided.fold(0, sampled);
  const { training, validation, test } = sizesOf(fold);
  const preparing = secondsSince(began, clock) / (training + validation + test);
  const pilot = memberOf(request, fold, { folds: wanted, rows: available.training });
  const { length: parameters } = parameterLayout(pilot.problem.network);
  requireTimeToOpen({ parameters, drawing: secondsPerWeight(clock) }, { seconds, left: left() });
  const machine = { problem: pilot.problem, engine, threads };
  const { options, sideBySide } = arrangementOf(wanted * (ensemble ?? 1), machine);
  const measured = await measureTimes(pilot, request, { options, seconds: Math.max(left(), 0.1) });
  const times = { preparing, ...measured };
  const pageOf = (networks: number): number => {
    const model = { columns: fold.encoder.columns.length, parameters: networks * parameters };
    const held = available.test > 0 ? available.test : available.validation;
    return hasPage ? pageSeconds(model, held, { parameters, answering: times.answering }) : 0;
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
  const dataset = same ? divided : divided.inFolds(counts.folds);
  const first = same && !isLarge ? pilot : memberOf(request, dataset.fold(0, limits), { folds: counts.folds });
  handOver(pilot, first);
  const candidate = candidates[foldCounts.indexOf(counts.folds)];
  const networks = counts.folds * counts.ensemble;
  const epoch = candidate.rows.training * times.learning + candidate.rows.validation * times.evaluating;
  return {
    counts,
    limits,
    dataset,
    first,
    afterwards:
      networks * (candidate.rows.test * times.answering + times.closing) +
      pageOf(networks) +
      SPARE * Math.max(0, left()),
    leastSeconds: times.opening + Math.min(candidate.epochs / 3, counts.epochs / 2) * epoch,
  };
}

/** Where the time is over before anything is measured: the fewest rows, folds and networks, which all make the overrun longer. */
function planTooLate(request: Request, divided: Dataset, { foldCounts, seconds, deadline }: TimeToPlan): TimePlan {
  const { ensemble = 1 } = request.settings;
  const folds = foldCounts[foldCounts.length - 1];
  const dataset = folds === divided.folds ? divided : divided.inFolds(folds);
  const { sizes: available, columns } = dataset;
  const isLarge = pilotRows(available, columns) !== undefined;
  const limits = isLarge ? fewestOf(available, columns) : undefined;
  const first = memberOf(request, dataset.fold(0, limits), { folds });
  const { length: parameters } = parameterLayout(first.problem.network);
  const left = (deadline - request.clock.now()) / 1000;
  requireTimeToOpen({ parameters, drawing: secondsPerWeight(request.clock) }, { seconds, left });
  const counts = { folds, ensemble, epochs: 0, endsEarly: false };
  // The first network learns for a moment; no other is worth its time.
  return { counts, limits, dataset, first, afterwards: 0, leastSeconds: Number.POSITIVE_INFINITY };
}

function fewestOf(available: PartSizes, columns: number): PartSizes {
  const fewest = fewestRows(columns);
  const rows = (part: keyof PartSizes): number => Math.min(available[part], fewest[part]);
  return { training: rows("training"), validation: rows("validation"), test: rows("test") };
}

/** The same rows in another number of folds. */
function offerOf(
  request: Request,
  pilot: Member,
  { training, validation, test }: PartSizes,
  { wanted, folds, isLarge }: { readonly wanted: number; readonly folds: number; readonly isLarge: boolean },
): FoldsCandidate {
  const rows = training + validation;
  const held = folds === wanted ? validation : Math.round(rows / Math.max(folds, 5));
  const learned = rows - held;
  return {
    folds,
    prepared: folds === wanted && !isLarge,
    epochs: recipeFor(request, pilot.fold, { rows: learned, folds }).epochs,
    rows: { training: learned, validation: held, test },
  };
}
