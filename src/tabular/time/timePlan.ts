/**
 * What a training has time for: how many rows, how many networks. Plain arithmetic on a measured pace; knows no clock.
 */
import type { PartSizes } from "../fold.ts";
import { fewestRows } from "./sampleSizes.ts";

/** How long things take on this machine, in seconds. */
export interface StepTimes {
  /** A row of any part, from the table to the network's inputs, with what is looked for in it. */
  readonly preparing: number;
  /** A network before its first step: its session and its starting weights. */
  readonly opening: number;
  /** A row learned from. */
  readonly learning: number;
  /** A validation row, each time that the network is evaluated. */
  readonly evaluating: number;
  /** A row predicted by a finished network. */
  readonly answering: number;
  /** A finished network: its place in the model and in the file. */
  readonly closing: number;
}

/** Shares of the time that is left, for tables of which not all rows can be used. */
const PREPARING = 0.2;
const LEARNING = 0.5;
const EVALUATING = 0.05;
const ANSWERING = 0.06;
/** So many looks are planned for. */
const LOOKS = 10;
/** Large tables cost more a row than the sample that was measured: sorting, memory. */
const GROWTH = 1.5;

/**
 * The rows that can be prepared, trained on once and evaluated on in time; undefined where all can.
 *
 * @param sizes the rows that there are
 * @param left seconds
 */
export function rowsWithin(
  sizes: PartSizes,
  times: StepTimes,
  { left, columns }: { readonly left: number; readonly columns: number },
): PartSizes | undefined {
  const fewest = fewestRows(columns);
  const time = Math.max(left, 0);
  const prepared = (PREPARING * time) / (times.preparing * GROWTH);
  const limit = (part: keyof PartSizes, most: number): number =>
    Math.min(sizes[part], Math.max(fewest[part], Math.round(most)));
  const test = limit("test", Math.min((ANSWERING * time) / times.answering, 0.2 * prepared));
  const validation = limit("validation", Math.min((EVALUATING * time) / (LOOKS * times.evaluating), 0.15 * prepared));
  const training = limit("training", Math.min((LEARNING * time) / times.learning, prepared - test - validation));
  const all = training === sizes.training && validation === sizes.validation && test === sizes.test;
  return all ? undefined : { training, validation, test };
}

/** Seconds that one network has where as few as possible learn: more rows are worth more than more networks. */
export function secondsOfOne(
  left: number,
  wanted: Omit<SharedTime, "left"> & { readonly foldCounts: readonly number[] },
): number {
  const networks = Math.min(...wanted.foldCounts) * (wanted.ensemble ?? 1);
  return left * Math.min(1, wanted.sideBySide / networks);
}

/** What a number of folds means for each of its networks. */
export interface FoldsCandidate {
  readonly folds: number;
  /** Whether the first one's rows were prepared when the pace was measured. */
  readonly prepared: boolean;
  /** Of one network, as the recipe has it. */
  readonly epochs: number;
  readonly rows: PartSizes;
}

export interface NetworkCounts {
  readonly folds: number;
  readonly ensemble: number;
  /** Epochs that each network is expected to have time for, at most the recipe's. */
  readonly epochs: number;
  /** Whether the most that is planned leaves a good part of the time: the training then ends before it does. */
  readonly endsEarly: boolean;
}

/** The time that all networks have together. */
export interface SharedTime {
  /** What was asked for; undefined where the time decides. */
  readonly ensemble: number | undefined;
  /** Seconds. */
  readonly left: number;
  /** Networks that learn at the same time. */
  readonly sideBySide: number;
}

/** Networks that get less than this share of the recipe's epochs are worse together than fewer with more. */
const LEAST_SHARE = 1 / 3;
/** More networks make a model slow and large, and hardly better. */
const MOST_NETWORKS = 30;
/** A training is said to end early only where at least a fifth of the time is left. */
const EARLY = 0.8;
/** Nothing is planned for this share of the time; of a network's, planning its epochs takes about as much as the other. */
const RESERVE = 0.08;
const PLANNING = 0.08;

/**
 * How many networks to train: the first number of folds that gives each of its networks a third of the recipe's epochs, else
 * the last; and of each fold as many networks as fill the time.
 *
 * @param candidates numbers of folds, the most wanted first
 */
export function networksWithin(
  candidates: readonly FoldsCandidate[],
  times: StepTimes,
  shared: SharedTime,
): NetworkCounts {
  const counts = candidates.map((candidate) => countsOf(candidate, times, shared));
  const enough = counts.find(({ epochs }, at) => epochs >= LEAST_SHARE * candidates[at].epochs);
  return enough ?? counts[counts.length - 1];
}

function countsOf(
  { folds, prepared, epochs: most, rows }: FoldsCandidate,
  times: StepTimes,
  { ensemble, left, sideBySide }: SharedTime,
): NetworkCounts {
  const epoch = rows.training * times.learning + rows.validation * times.evaluating;
  const fold = (rows.training + rows.validation) * times.preparing;
  const free = left * (1 - RESERVE);
  const wavesOf = (networks: number): number => Math.ceil(networks / Math.min(networks, sideBySide));
  /** Beside the epochs, of so many networks a fold: all but the epochs comes one network after the other. */
  const beside = (replicas: number): number => {
    const first = prepared ? 0 : fold + rows.test * times.preparing;
    const further = (folds - 1) * replicas * fold;
    return first + further + folds * replicas * (times.opening + rows.test * times.answering + times.closing);
  };
  const whole = (replicas: number): number =>
    beside(replicas) + (wavesOf(folds * replicas) * most * epoch) / (1 - PLANNING);
  let replicas = ensemble ?? 1;
  while (ensemble === undefined && folds * (replicas + 1) <= MOST_NETWORKS && whole(replicas + 1) <= free) replicas++;
  const learning = ((free - beside(replicas)) / wavesOf(folds * replicas)) * (1 - PLANNING);
  const epochs = Math.max(0, Math.min(most, Math.floor(learning / epoch)));
  // Where the next replica would take more than is left, the time is filled as well as it can be.
  const isMost = ensemble !== undefined || folds * (replicas + 1) > MOST_NETWORKS;
  return { folds, ensemble: replicas, epochs, endsEarly: isMost && whole(replicas) <= EARLY * free };
}
