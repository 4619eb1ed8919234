/**
 * What `train` may be asked for, with the kind of each option beside its meaning. Knows nothing of how training goes.
 */
import { type Task, taskKind } from "../data/encoding.ts";
import { missingKind } from "../data/missingWords.ts";
import type { Rare } from "../data/rareClasses.ts";
import type { Engine, Precision } from "../engines/engine.ts";
import type { EngineName } from "../engines/factory.ts";
import {
  type AbortSignalLike,
  anything,
  boolean,
  either,
  finite,
  func,
  type Kinds,
  kind,
  listOf,
  needed,
  number,
  object,
  oneOf,
  signal,
  text,
} from "../kinds.ts";
import type { FitEvent } from "../training/events.ts";
import type { SplitBy } from "./divide.ts";
import type { MemberTask } from "./members/memberTasks.ts";
import { type Settings, settingKinds } from "./recipe.ts";
import type { RecipeName } from "./recipes/recipes.ts";
import type { TrainStart } from "./report.ts";
import type { ReadAs, TableLike } from "./tableLike.ts";
import type { TrainingPlan } from "./time/planned.ts";

const numbersList = listOf(number, "numbers above 0 and below 1");

export interface TrainOptions<Source = TableLike> extends Settings, ReadAs {
  /** The table to train on. */
  readonly table: Source;
  /**
   * The column to predict, or several: all of numbers, or all of two values each (multilabel classification).
   */
  readonly target: string | readonly string[];
  /** The task; inferred from the target when absent. */
  readonly task?: Task;
  /**
   * The quantiles to predict of one target of numbers, each above 0 and below 1, in ascending order: [0.1, 0.5, 0.9]. The network learns
   * each by the pinball loss, which chooses the best epoch too, and `predict` gives the median, 0.5, which is added where it is not among
   * them. The loss decides what is predicted, a mean for most, when absent.
   */
  readonly quantiles?: readonly number[];
  /** Rows to test on; a share of `table` when absent. */
  readonly test?: Source;
  /** The feature columns; all but the targets when absent. */
  readonly features?: readonly string[];
  /** The share of the rows that are test rows, in [0, 1). When absent 0.2; 0 if `test` is given or there are fewer than 10 rows. */
  readonly testFraction?: number;
  /** The share of the other rows that are validation rows, in [0, 1). When absent 0.2; 0 if there are fewer than 10 rows. */
  readonly validationFraction?: number;
  /**
   * The column by which the rows are split: `{ time: "date" }` keeps the latest rows for the test, and the latest of
   * the others to choose the best epoch; with several folds, each fold is validated on rows later than its training
   * rows. At random by the seed when absent.
   */
  readonly split?: SplitBy;
  /**
   * A column of groups, such as the patient whose visits the rows are: rows of one group stay in one part, so that the
   * model is evaluated on new groups; the split is stratified as far as whole groups allow. It is not a feature unless
   * it is among the `features`. Each row is its own group when absent. Not together with `split`.
   */
  readonly group?: string;
  /**
   * A column of sample weights, numbers of at least 0: a row of weight k counts as k rows, in the loss, where they are
   * divided by the mean of the training rows so that the learning rate keeps its meaning, and in all metrics. It is
   * not a feature. All rows have equal weight when absent.
   */
  readonly weights?: string;
  /**
   * What happens to rows whose class occurs only once: "keep" makes them training rows, "drop" leaves them out, "join"
   * joins such classes into one, "other". "keep" when absent.
   */
  readonly rare?: Rare;
  /**
   * The number of folds: each validates a network that is trained on the others. When absent the recipe decides, 5 for
   * RealMLP on 10 to 20,000 rows, unless `ensemble`, `validationFraction` or `split` is given; fewer where the `time`
   * is too short for them.
   */
  readonly folds?: number;
  /**
   * The number of networks (of each fold) whose predictions are averaged; 1 when absent, and with a `time` as many as
   * fill it, up to 30 in all.
   */
  readonly ensemble?: number;
  /**
   * Whether validation rows calibrate the model: the temperature of its probabilities, or the residuals for prediction
   * intervals. When absent, wherever there are validation rows; for a temperature, at least 20.
   */
  readonly calibrate?: boolean;
  /**
   * Seconds for all of it, from `startedAt` to the model: as many rows, networks and epochs are planned as fit, so that
   * schedules end in time. `folds`, `ensemble` and `validationFraction` that are given stay as they are, and `epochs` are the
   * most. The result depends on the machine's speed; `report.planned` repeats it without a clock. No limit when absent.
   */
  readonly time?: number;
  /** Whether `time` includes a report page made afterwards (`writeReport`); false when absent. */
  readonly report?: boolean;
  /** `report.planned` of an earlier training of this table with a `time` and otherwise the same options, to repeat it. */
  readonly plan?: TrainingPlan;
  /** The moment at which `time` begins, in milliseconds of `performance.now()`; the call when absent. */
  readonly startedAt?: number;
  /** Of a training that goes on from a model, whose options are `WarmStartOptions`. */
  readonly from?: undefined;
  /** The defaults of all settings that are not given; "realmlp" when absent. */
  readonly recipe?: RecipeName;
  /** The random seed of splits, initial weights and the order of rows; 0 when absent. */
  readonly seed?: number;
  /** The engine that computes; the fastest available when absent. */
  readonly engine?: EngineName | Engine;
  /** The maximum number of threads; all cores when absent. The model is bit-identical. */
  readonly threads?: number;
  /**
   * What products are computed with while networks learn: "high" and "fast" are less exact and faster, on the engine native and a
   * processor with AMX. float32 when absent. Evaluation and prediction are always float32; `report.precision` tells what it did to the loss.
   */
  readonly precision?: Precision;
  /**
   * Whether to check the layers in each epoch and warn of dead or saturated units and of vanishing or exploding local
   * gradients; true when absent, which takes about 2 % of the training time. The model is bit-identical.
   */
  readonly health?: boolean;
  /** Stops training soon after it is aborted; the best model so far is the result. */
  readonly signal?: AbortSignalLike;
  readonly onStart?: (start: TrainStart) => void;
  /** @param task the network whose training it is about */
  readonly onProgress?: (event: FitEvent, task: MemberTask) => void;
}

/** The names that `train` knows; tables, ranges and what fits together are checked where they are used. */
export const trainOptionKinds = {
  ...settingKinds,
  table: needed(anything),
  target: needed(either(text, listOf(text, "column names"))),
  task: taskKind,
  quantiles: numbersList,
  test: anything,
  types: object,
  missing: missingKind,
  decimal: oneOf(".", ","),
  features: listOf(text, "column names"),
  testFraction: number,
  validationFraction: number,
  split: object,
  weights: text,
  group: text,
  rare: text,
  folds: number,
  ensemble: number,
  calibrate: boolean,
  time: number,
  report: boolean,
  plan: object,
  startedAt: finite,
  from: kind("a model", () => false),
  recipe: text,
  seed: number,
  engine: either(text, object),
  threads: number,
  precision: text,
  health: boolean,
  signal,
  onStart: func,
  onProgress: func,
} as const satisfies Kinds<TrainOptions>;

/**
 * When the time of a training or a search begins to count, before its tables are read: what was asked for, else now, in milliseconds of `performance.now()`; undefined where
 * neither it nor a time was given.
 */
export function startOfTime({ startedAt, time }: Pick<TrainOptions, "startedAt" | "time">): number | undefined {
  return startedAt ?? (time === undefined ? undefined : performance.now());
}
