/**
 * What a recipe is: from the size and kind of a task, and what the user chose, to every setting of a training.
 *
 * Plain data, which the model file records. The recipes themselves are in `recipes/`. Knows nothing of tables or files.
 */
import { canonicalDescription, canonicalName, nameOf } from "../aliases.ts";
import type { EncodedInput, Task } from "../data/encoding.ts";
import type { EncodingChoices } from "../data/fitEncoder.ts";
import { optionName, quantilesOption } from "../data/remedies.ts";
import { completeProblem, type Problem } from "../engines/engine.ts";
import { DescriptionError, shown } from "../errors.ts";
import { either, type Kinds, listOf, number, object, oneOf, text, whole } from "../kinds.ts";
import type { MetricLike, MetricName } from "../metrics/metricTable.ts";
import { type ActivationLike, type ActivationName, hiddenActivations } from "../network/activations.ts";
import type { Loss, LossLike, LossName } from "../network/losses.ts";
import { lossNamed, type Network } from "../network/network.ts";
import { completeOptimizer, optimizerNamed } from "../optimizers/completeOptimizer.ts";
import type { Optimizer, OptimizerLike } from "../optimizers/optimizers.ts";
import type { Schedule, ScheduleLike, ScheduleName } from "../training/schedules.ts";

/** The settings a user may choose; the recipe decides those that are absent. */
export interface Settings {
  /** Units of each hidden layer, first to last; [] for a network without hidden layers. */
  readonly hidden?: readonly number[];
  /** The activation of the hidden layers. */
  readonly activation?: ActivationLike;
  /** The rate of the dropout layer after each hidden layer; 0 for no such layers. */
  readonly dropout?: number;
  /** A loss that suits the task. */
  readonly loss?: LossLike;
  /** The probability that cross-entropy spreads evenly over all classes, or over no and yes of a label; in [0, 1). */
  readonly labelSmoothing?: number;
  /**
   * "balanced": each class, or yes and no of each label, has the same total weight in the loss. "none", the same weight
   * for each row, when absent.
   */
  readonly classWeights?: "none" | "balanced";
  /** The metric that chooses the best epoch. */
  readonly metric?: MetricLike;
  readonly optimizer?: OptimizerLike;
  /** η; when absent, the recipe's, or the default of an optimizer that is given. */
  readonly learningRate?: number;
  /** The weight decay of an optimizer that has one. */
  readonly weightDecay?: number;
  /** The learning-rate schedule. */
  readonly schedule?: ScheduleLike;
  /** The maximum number of passes over the training rows. */
  readonly epochs?: number;
  /** Rows in each step, or "all". */
  readonly batchSize?: number | "all";
  /** Early stopping: epochs without improvement after which training stops. */
  readonly patience?: number;
  /** Penalties on the weights, and the maximum norm of the gradient; none when absent. */
  readonly l1?: number;
  readonly l2?: number;
  readonly clipNorm?: number;
}

/** The names of the settings; ranges are checked by the parts that they are for. */
export const settingKinds = {
  hidden: listOf(whole(1), "whole numbers of at least 1"),
  activation: text,
  dropout: number,
  loss: either(text, object),
  labelSmoothing: number,
  classWeights: oneOf("none", "balanced"),
  metric: text,
  optimizer: either(text, object),
  learningRate: number,
  weightDecay: number,
  schedule: either(text, object),
  epochs: number,
  batchSize: either(number, oneOf("all")),
  patience: number,
  l1: number,
  l2: number,
  clipNorm: number,
} as const satisfies Kinds<Settings>;

/** Settings whose names are no aliases. */
export type NamedSettings<S extends Settings = Settings> = Omit<S, "activation" | "metric" | "schedule"> & {
  readonly activation?: ActivationName;
  readonly metric?: MetricName;
  readonly schedule?: ScheduleName | Schedule;
};

/**
 * Settings with the names that aliases in them stand for: what is recorded in model files, and compared.
 *
 * @throws {DescriptionError} an unknown optimizer
 */
export function namedSettings<S extends Settings>(settings: S): S & NamedSettings {
  const { activation, metric, loss, optimizer, schedule } = settings;
  return {
    ...settings,
    ...(activation !== undefined && {
      activation: nameOf("activation", hiddenActivations, activation, "activation of hidden layers"),
    }),
    ...(metric !== undefined && { metric: canonicalName("metric", metric) }),
    ...(loss !== undefined && { loss: canonicalDescription("loss", loss) }),
    ...(typeof optimizer === "string" && { optimizer: canonicalName("optimizer", optimizer) }),
    ...(typeof optimizer === "object" && { optimizer: optimizerNamed(optimizer) }),
    ...(schedule !== undefined && { schedule: canonicalDescription("schedule", schedule) }),
  } as S & NamedSettings;
}

/** Every setting decided. */
export interface Recipe {
  readonly network: Network;
  readonly loss: Loss;
  readonly optimizer: Optimizer;
  readonly schedule: ScheduleName | Schedule;
  /** Of the optimizer's weight decay, and of the dropout rates. */
  readonly decaySchedule: ScheduleName;
  readonly dropoutSchedule: ScheduleName;
  readonly epochs: number;
  readonly batchSize: number;
  readonly shortBatch: "keep" | "drop";
  /** The metric that chooses the best epoch; the validation loss when absent. */
  readonly metric: MetricName | undefined;
  /** Which of equally good epochs is the best. */
  readonly ties: "earliest" | "latest";
  /** Infinity where training never ends early. */
  readonly patience: number;
  readonly l1: number;
  readonly l2: number;
  readonly clipNorm: number;
}

/** What an engine needs of it. */
export function problemOfRecipe(
  { network, loss, optimizer, batchSize, l1, l2, clipNorm }: Recipe,
  seed: number,
): Problem {
  return completeProblem({ network, loss, optimizer, batchSize, l1, l2, clipNorm, seed });
}

/** The task as a recipe gets it. */
export interface TaskSize {
  readonly task: Task;
  /** Of the training part. */
  readonly rows: number;
  /** What each input of the network is. */
  readonly inputs: readonly EncodedInput[];
  readonly outputs: number;
  /** Those that the outputs predict of a number, in their order; absent where they predict something else. */
  readonly quantiles?: readonly number[] | undefined;
  /** How many networks share the work of one, each trained on all folds but its own; 1 for a single network. */
  readonly folds: number;
}

/** One way to train a network on a table. */
export interface RecipeEntry {
  /** In a few words, for the command line. */
  readonly title: string;
  /** How columns become inputs. */
  readonly encoding: EncodingChoices;
  /** The default number of folds for so many rows. */
  folds(rows: number): number;
  /** Whether predictions of numbers are held within the training rows' range. */
  readonly clamps: boolean;
  /**
   * Decides every setting.
   *
   * @throws {DescriptionError} a setting that does not suit the task; the other checks are those of the parts themselves
   */
  decide(size: TaskSize, settings: Settings): Recipe;
}

/** The losses that suit each task; the first is its own. */
export const lossesOfTask = {
  regression: ["meanSquaredError", "halfSquaredError", "huber", "meanAbsoluteError"],
  classification: ["crossEntropy"],
  multilabel: ["binaryCrossEntropy"],
} as const satisfies Record<Task, readonly LossName[]>;

/**
 * The loss that was chosen, or the task's own; of quantiles always their own.
 *
 * @param labelSmoothing of cross-entropy where none is chosen
 * @throws {DescriptionError} a loss that does not suit the task
 */
export function lossOfTask(
  { task, quantiles }: Pick<TaskSize, "task" | "quantiles">,
  settings: Settings,
  labelSmoothing: number,
): Loss {
  const suitable: readonly LossName[] = lossesOfTask[task];
  const { loss = suitable[0] } = settings;
  const chosen = quantiles === undefined ? lossNamed(loss) : ({ name: "quantile", quantiles } as const);
  if (quantiles === undefined && !suitable.includes(chosen.name)) {
    throw new DescriptionError(
      `The loss ${shown(chosen.name)} does not suit ${task}. ${insteadOf(chosen.name, suitable)}`,
    );
  }
  if (task === "regression") {
    if (settings.labelSmoothing === undefined) return chosen;
    throw new DescriptionError(
      `${optionName("labelSmoothing", "Option")} is for classes and labels; the loss is ${chosen.name}. Leave it out.`,
    );
  }
  const smoothing = settings.labelSmoothing ?? (settings.loss === undefined ? labelSmoothing : undefined);
  return smoothing === undefined || smoothing === 0 ? chosen : ({ labelSmoothing: smoothing, ...chosen } as Loss);
}

/** What to do where a loss does not suit a task: that of quantiles follows from which ones are asked for. */
function insteadOf(loss: LossName, suitable: readonly LossName[]): string {
  if (loss !== "quantile") return `Suitable: ${suitable.join(", ")}.`;
  return `To predict quantiles of a number, give them in its place: ${quantilesOption([0.1, 0.5, 0.9])}.`;
}

/** The optimizer that was chosen, or the recipe's, with the rate and the decay that were chosen. */
export function optimizerOfSettings(
  { optimizer, learningRate, weightDecay }: Settings,
  standard: Optimizer,
): Optimizer {
  const chosen = optimizerNamed(optimizer ?? standard);
  completeOptimizer(chosen); // before the settings beside it take the place of its own
  return {
    ...chosen,
    ...(learningRate !== undefined && { learningRate }),
    ...(weightDecay !== undefined && { weightDecay }),
  } as Optimizer;
}
