/**
 * What a training may be asked for, checked before it begins: everything that can be wrong is found here.
 *
 * Knows the engine contract and nothing of how training runs.
 */

import {
  firstNonFinite,
  type GivenPatterns,
  type Numbers,
  type Patterns,
  requirePatterns,
  type Session,
  sessionKind,
} from "../engines/engine.ts";
import { DescriptionError, requireThat, requireWhole } from "../errors.ts";
import {
  type AbortSignalLike,
  boolean,
  either,
  func,
  type Kinds,
  needed,
  number,
  object,
  oneOf,
  requireKind,
  requireOptions,
  signal,
  text,
  withFields,
} from "../kinds.ts";
import { type MetricLike, type Score, scoreFor } from "../metrics/metricTable.ts";
import { desiredWidth } from "../network/losses.ts";
import { requireBatchRows } from "../network/network.ts";
import { impossibleState } from "../network/parameters.ts";
import type { FitEvent } from "./events.ts";
import { gathered } from "./ranks/gathered.ts";
import { joinPlans } from "./ranks/joinPlans.ts";
import type { Share } from "./ranks/share.ts";
import { type CompleteSchedule, completeSchedule, type ScheduleLike } from "./schedules.ts";

export interface FitOptions {
  readonly training: GivenPatterns;
  readonly validation?: GivenPatterns;
  /** The number of the last epoch that is planned, at least 1; 100 when absent. Schedules go from epoch 1 to this one. */
  readonly epochs?: number;
  /**
   * The first epoch to make, for a training that goes on where it was; 1 when absent. The order of the rows, the schedules and
   * the numbers of epochs and steps are those that they are in a training made at once; the session's own state does the rest,
   * so use the same session or `restore` a snapshot: epochs 1 to 4 of 10 ({ epochs: 10, lastEpoch: 4 }) and then 5 to 10
   * ({ epochs: 10, firstEpoch: 5 }) give the bits of all 10. Give `epochs` and all else the same values each time, and
   * `restoreBest: false` where there is validation, or the session goes on from its best epoch and not its last.
   *
   * What does not continue: the best epoch, the patience of `earlyStopping`, the history and the warnings are of this call's
   * epochs alone (with `startCounts`, the parameters at its start count as the epoch before `firstEpoch`), and so are
   * `fraction` and the seconds of events.
   */
  readonly firstEpoch?: number;
  /** The last epoch to make now, from `firstEpoch` to `epochs`; `epochs` when absent. */
  readonly lastEpoch?: number;
  /**
   * Examples in each step, at most the problem's batch size; "all" is every training example. The problem's batch size
   * when absent.
   */
  readonly batchSize?: number | "all";
  /** Whether rows are shuffled in each epoch; true when absent. Without effect for full batches. */
  readonly shuffle?: boolean;
  /** The seed of the shuffling; the problem's when absent. */
  readonly seed?: number;
  /** Of the learning rate; "constant" when absent. */
  readonly schedule?: ScheduleLike;
  /** Of the optimizer's weight decay; "constant" when absent. */
  readonly decaySchedule?: ScheduleLike;
  /** Of the dropout rates; "constant" when absent. */
  readonly dropoutSchedule?: ScheduleLike;
  /**
   * Whether the rows that don't fill an epoch's last batch make a step of their own ("keep", when absent) or wait for the
   * next epoch's order ("drop"). Where all rows are fewer than a batch they are kept.
   */
  readonly shortBatch?: "keep" | "drop";
  /**
   * The most steps an epoch makes; where that is a part of a pass over the rows, the next epoch goes on where it
   * ended, so that every row is used once before any is used again. All when absent.
   */
  readonly stepsPerEpoch?: number;
  /**
   * What epochs are compared by: a metric by its name, such as "accuracy", in the unit of the validation targets, or a score
   * of your own. The validation loss, the lower the better, when absent.
   */
  readonly score?: Score | MetricLike;
  /** Which of equally good epochs is the best; "earliest" when absent. */
  readonly ties?: "earliest" | "latest";
  /** Called with the outputs for the validation patterns, [N, outputs], each time that the network is validated. */
  readonly onOutputs?: (outputs: Numbers) => void;
  /**
   * Whether the parameters before the first epoch are evaluated as well and may be the best, as epoch 0; false when
   * absent.
   */
  readonly startCounts?: boolean;
  /**
   * Ends training at the first epoch that reaches factor · best epoch + patience; a factor of 1, when absent, waits for
   * `patience` epochs without a new best one. RealMLP's "epoch > 2 · best + 20" is { patience: 21, factor: 2 }.
   */
  readonly earlyStopping?: { readonly patience: number; readonly factor?: number };
  /** Whether the session ends with the parameters of its best epoch; true when there is validation. */
  readonly restoreBest?: boolean;
  /**
   * When training has to end, with the best so far, in milliseconds of `performance.now()`: never when absent. Kept to
   * within about a tenth of a second, or the step that is being made if that takes longer. A schedule that is cut off
   * does not reach its end; `planBudget` chooses epochs that end in time.
   */
  readonly deadline?: number;
  /**
   * Whether epochs report the state of the layers, and the result warns of lasting trouble; true when absent: as often
   * as costs about 2 % of the training time, and eight times in a training of milliseconds. `{ every: 1 }` checks each
   * epoch, at any cost. The network is bit-identical.
   */
  readonly health?: boolean | { readonly every: number };
  /** Ends training within about a tenth of a second, or after the step that is being made if that takes longer. */
  readonly signal?: AbortSignalLike;
  /** Called after each epoch, and within long ones. Only for `fit`; `fitEvents` yields the events. */
  readonly onProgress?: (event: FitEvent) => void;
}

/** Patterns, ranges and what fits together are checked by `completeFit`. */
const fitOptionKinds = {
  training: needed(object),
  validation: object,
  epochs: number,
  firstEpoch: number,
  lastEpoch: number,
  batchSize: either(number, oneOf("all")),
  shuffle: boolean,
  seed: number,
  schedule: either(text, object),
  decaySchedule: either(text, object),
  dropoutSchedule: either(text, object),
  shortBatch: oneOf("keep", "drop"),
  stepsPerEpoch: number,
  score: either(text, withFields("a score: { name, better, of }", { name: text, better: text, of: func })),
  ties: oneOf("earliest", "latest"),
  startCounts: boolean,
  earlyStopping: object,
  restoreBest: boolean,
  deadline: number,
  health: either(boolean, withFields("{ every }", { every: number })),
  signal,
  onProgress: func,
  onOutputs: func,
} as const satisfies Kinds<FitOptions>;

/** A training with every choice made and checked. */
export interface FitPlan {
  readonly training: Patterns;
  readonly validation: Patterns | undefined;
  /** N, training patterns, those of all processes that train together. */
  readonly rows: number;
  /** This process's part of them. */
  readonly share: Share;
  /** The number of this process, from 0. */
  readonly rank: number;
  /** The number of the last epoch of the schedules. */
  readonly epochs: number;
  /** Counted from 1. */
  readonly firstEpoch: number;
  readonly lastEpoch: number;
  readonly batchSize: number;
  readonly stepsPerEpoch: number;
  /** Patterns learned from in an epoch: the first so many of its order. */
  readonly rowsPerEpoch: number;
  /** Whether an epoch is a part of a pass over the rows, and the next one goes on where it ended. */
  readonly partial: boolean;
  readonly shuffle: boolean;
  readonly seed: number;
  readonly schedule: CompleteSchedule;
  readonly decaySchedule: CompleteSchedule;
  readonly dropoutSchedule: CompleteSchedule;
  readonly score: Score | undefined;
  readonly ties: "earliest" | "latest";
  readonly onOutputs: ((outputs: Numbers) => void) | undefined;
  /** Whether validation outputs are computed: for a score, or because a process asks for them. */
  readonly wantsOutputs: boolean;
  readonly startCounts: boolean;
  /** Infinity when training may not end early. */
  readonly patience: number;
  /** What the best epoch is multiplied by before the patience is added. */
  readonly patienceFactor: number;
  readonly restoreBest: boolean;
  /** Infinity when the clock decides nothing. */
  readonly deadline: number;
  /** Whether layers are checked. */
  readonly health: boolean;
  /** Epochs from look to look; undefined where the cost decides. */
  readonly lookEvery: number | undefined;
  readonly signal: AbortSignalLike | undefined;
}

/**
 * Makes every choice that the options leave open, and checks all of them and the patterns.
 *
 * @throws {DescriptionError} an option out of range, one that needs validation patterns without them, parameters that are
 * not finite
 * @throws {ShapeError | DataError | DescriptionError} patterns that don't fit the network, are none, or hold a number that is
 * not finite
 */
export function completeFit(session: Session, options: FitOptions): FitPlan {
  requireKind("fit's session", session, sessionKind);
  requireOptions(options, fitOptionKinds, "fit");
  const { problem } = session;
  const { training, validation, epochs = 100, seed = problem.seed, health = true, signal } = options;
  const { deadline = Number.POSITIVE_INFINITY } = options;
  requireWhole("epochs", epochs, 1);
  const { firstEpoch, lastEpoch } = completeEpochs(options, epochs);
  requireWhole("seed", seed, 0);
  requireThat("the deadline", deadline, !Number.isNaN(deadline), "milliseconds of performance.now()");
  const { score, ...validationPlan } = completeValidation(options);
  requireSound(session);
  const lookEvery = typeof health === "boolean" ? undefined : health.every;
  if (typeof health !== "boolean") requireWhole("health.every", health.every, 1);
  const schedule = completeSchedule(options.schedule ?? "constant");
  const decaySchedule = completeSchedule(options.decaySchedule ?? "constant");
  const dropoutSchedule = completeSchedule(options.dropoutSchedule ?? "constant");
  const { collective } = session;
  const { share, wantsOutputs } = joinPlans(collective, {
    rows: requirePatterns(problem, training, "training"),
    validationRows: validation && requirePatterns(problem, validation, "validation"),
    wantsOutputs: score !== undefined || validationPlan.onOutputs !== undefined,
    choices: choicesOf(options, { epochs, firstEpoch, lastEpoch, seed, health }, validationPlan),
  });
  const rows = share.whole;
  const steps = completeSteps(options, rows, problem.batchSize);
  const which = steps.batchSize === rows ? "the number of training rows" : "batchSize";
  requireBatchRows(problem.network, steps.batchSize, which);
  return {
    training: patternsOf(training),
    // Its inputs are read at each evaluation, when the caller may have changed them.
    validation:
      validation &&
      patternsOf(wantsOutputs ? { ...validation, inputs: numbersOf(validation.inputs).slice() } : validation),
    rows,
    share,
    rank: collective?.rank ?? 0,
    epochs,
    firstEpoch,
    lastEpoch,
    ...steps,
    seed,
    schedule,
    decaySchedule,
    dropoutSchedule,
    ...validationPlan,
    score: score && scoreAsGiven(typeof score === "string" ? metricScore(session, score, validation) : score),
    wantsOutputs,
    deadline,
    health: health !== false,
    lookEvery,
    signal,
  };
}

/** Which of the planned epochs are made now. */
function completeEpochs(options: FitOptions, epochs: number): Pick<FitPlan, "firstEpoch" | "lastEpoch"> {
  const { firstEpoch = 1, lastEpoch = epochs } = options;
  const isWithin = (found: number, least: number) => Number.isInteger(found) && found >= least && found <= epochs;
  const planned = "the last epoch that is planned: epochs counts those before firstEpoch too";
  requireThat("firstEpoch", firstEpoch, isWithin(firstEpoch, 1), `a whole number from 1 to ${epochs}, ${planned}`);
  const expected = `a whole number from firstEpoch, ${firstEpoch}, to epochs, ${epochs}`;
  requireThat("lastEpoch", lastEpoch, isWithin(lastEpoch, firstEpoch), expected);
  return { firstEpoch, lastEpoch };
}

type ValidationPlan = Pick<
  FitPlan,
  "ties" | "onOutputs" | "startCounts" | "patience" | "patienceFactor" | "restoreBest"
> &
  Pick<FitOptions, "score">;

/** How epochs are evaluated, and what follows from it. */
function completeValidation(options: FitOptions): ValidationPlan {
  const { validation, score, ties = "earliest", onOutputs, startCounts = false, earlyStopping } = options;
  const { restoreBest = validation !== undefined } = options;
  const { patience = Number.POSITIVE_INFINITY, factor: patienceFactor = 1 } = earlyStopping ?? {};
  if (earlyStopping !== undefined) {
    requireOptions(earlyStopping, { patience: number, factor: number }, "earlyStopping");
    requireWhole("the patience of earlyStopping", patience, 1);
    const holds = patienceFactor >= 1 && patienceFactor < Number.POSITIVE_INFINITY;
    requireThat("the factor of earlyStopping", patienceFactor, holds, "at least 1 and finite");
  }
  if (typeof score === "object") requireKind("the better of a score", score.better, oneOf("higher", "lower"));
  if (validation === undefined) {
    const asked = {
      score,
      onOutputs,
      earlyStopping,
      restoreBest: restoreBest || undefined,
      startCounts: startCounts || undefined,
    };
    requireNothingOfValidation(asked);
  }
  return { score, ties, onOutputs, startCounts, patience, patienceFactor, restoreBest };
}

/** A metric of the validation patterns of all processes, whose targets the caller may change later. */
function metricScore({ problem, collective }: Session, name: MetricLike, validation?: GivenPatterns): Score {
  const { network, loss } = problem;
  const { desired, sampleWeights } = validation ?? { desired: [] };
  const options = {
    loss,
    outputs: network.outputs,
    desired: numbersOf(desired).slice(),
    ...(sampleWeights && { sampleWeights: numbersOf(sampleWeights).slice() }),
  };
  if (collective === undefined) return scoreFor(name, options);
  const all = (values: Numbers) => gathered(collective, Float64Array.from(values), "the validation targets");
  const ones = new Float64Array(desired.length / desiredWidth(loss, network.outputs)).fill(1);
  const weights = all(options.sampleWeights ?? ones);
  const isWeighted = weights.some((weight) => weight !== 1);
  return scoreFor(name, { ...options, desired: all(options.desired), ...(isWeighted && { sampleWeights: weights }) });
}

/** What has to be the same on all processes: the rest is patterns, what one of them listens to, and clocks. */
function choicesOf(
  options: FitOptions,
  numbers: Pick<FitPlan, "epochs" | "firstEpoch" | "lastEpoch" | "seed"> & Pick<FitOptions, "health">,
  { ties, startCounts, patience, patienceFactor, restoreBest }: ValidationPlan,
): Readonly<Record<string, unknown>> {
  const { batchSize, shuffle = true, shortBatch = "keep", stepsPerEpoch, score, validation } = options;
  const { schedule = "constant", decaySchedule = "constant", dropoutSchedule = "constant" } = options;
  return {
    ...numbers,
    ...{ batchSize, shuffle, shortBatch, stepsPerEpoch, schedule, decaySchedule, dropoutSchedule },
    validation: validation !== undefined,
    score: typeof score === "object" ? score.name : score,
    ...{ ties, startCounts, restoreBest },
    earlyStopping: [patience, patienceFactor],
  };
}

/** The score that it is now, whatever becomes of the caller's object. */
function scoreAsGiven(score: Score): Score {
  const { name, better } = score;
  return { name, better, of: score.of.bind(score) };
}

type Steps = Pick<FitPlan, "batchSize" | "stepsPerEpoch" | "rowsPerEpoch" | "partial" | "shuffle">;

/** How an epoch is cut into steps. @param most the problem's batch size */
function completeSteps(options: FitOptions, rows: number, most: number): Steps {
  const { shuffle: asked = true, shortBatch = "keep", stepsPerEpoch: limit = Number.MAX_SAFE_INTEGER } = options;
  requireWhole("stepsPerEpoch", limit, 1);
  const batchSize = completeBatchSize(options.batchSize, rows, most);
  const whole = shortBatch === "keep" ? Math.ceil(rows / batchSize) : Math.floor(rows / batchSize);
  const stepsPerEpoch = Math.min(whole, limit);
  const rowsPerEpoch = Math.min(rows, stepsPerEpoch * batchSize);
  const shuffle = asked && batchSize < rows;
  if (!shuffle && rowsPerEpoch < rows) {
    throw new DescriptionError(
      `Expected every row to be used, found ${rows - rowsPerEpoch} of ${rows} rows that shortBatch or stepsPerEpoch leave out of every epoch, since shuffle is false. Shuffle, or leave those options out.`,
    );
  }
  return { batchSize, stepsPerEpoch, rowsPerEpoch, partial: stepsPerEpoch < whole, shuffle };
}

function completeBatchSize(given: number | "all" | undefined, rows: number, most: number): number {
  const batchSize = given === "all" ? rows : (given ?? most);
  requireWhole("batchSize", batchSize, 1);
  if (batchSize > most) {
    const found = given === "all" ? `all ${rows} patterns` : batchSize;
    throw new DescriptionError(
      `Expected a batchSize of at most ${most}, the problem's, found ${found}. Create the session for a problem with batchSize ${batchSize}, or choose a smaller one here.`,
    );
  }
  return Math.min(batchSize, rows);
}

function requireNothingOfValidation(options: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    throw new DescriptionError(
      `${name} evaluates epochs on validation patterns, found none. Give validation or leave ${name} out.`,
    );
  }
}

/** Checked patterns as typed arrays; those that are such arrays as they are. */
function patternsOf({ inputs, desired, sampleWeights }: GivenPatterns): Patterns {
  return {
    inputs: numbersOf(inputs),
    desired: numbersOf(desired),
    ...(sampleWeights && { sampleWeights: numbersOf(sampleWeights) }),
  };
}

function numbersOf(values: ArrayLike<number>): Numbers {
  return values instanceof Float32Array || values instanceof Float64Array ? values : Float64Array.from(values);
}

function requireSound({ parameters, layout }: Session): void {
  const wrong = impossibleState(layout, parameters);
  if (wrong !== undefined) throw new DescriptionError(`Expected ${wrong}. Give the session parameters as it had them.`);
  const index = firstNonFinite(parameters);
  if (index < 0) return;
  const tensor = layout.tensors.find(({ offset, length }) => index >= offset && index < offset + length);
  throw new DescriptionError(
    `Expected finite parameters to train from, found ${parameters[index]} in ${tensor?.name}. Set finite values or create a new session.`,
  );
}
