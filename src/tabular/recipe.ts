/**
 * The plain recipe: what `train` chooses where the user chose nothing.
 *
 * A recipe is a function from the size and kind of the task to a network, a loss and the settings of the fit; plain
 * data, which the model file records. Knows nothing of tables or files.
 */
import type { Task } from "../data/encoding.ts";
import { DescriptionError, requireWhole } from "../errors.ts";
import type { ActivationName } from "../network/activations.ts";
import { dense, dropout, type Layer } from "../network/layers.ts";
import type { Loss, LossName } from "../network/losses.ts";
import { type Network, network } from "../network/network.ts";
import type { Optimizer, OptimizerName } from "../optimizers/optimizers.ts";
import type { Schedule, ScheduleName } from "../training/schedules.ts";

/** The settings a user may choose; each has a default that suits most tables. */
export interface Settings {
  /** Units of each hidden layer, first to last; [] for a network without hidden neurons. [64, 64] when absent. */
  readonly hidden?: readonly number[];
  /** Of the hidden layers; "silu" when absent. */
  readonly activation?: ActivationName;
  /** The rate of the dropout layer after each hidden layer; 0, no such layers, when absent. */
  readonly dropout?: number;
  /** For classes cross-entropy with a labelSmoothing of 0.05, for numbers "meanSquaredError" when absent. */
  readonly loss?: LossName | Loss;
  /** { name: "adamW", learningRate: 0.003, weightDecay: 0.01 } when absent. */
  readonly optimizer?: OptimizerName | Optimizer;
  /** η; the optimizer's own when absent. */
  readonly learningRate?: number;
  /** How the learning rate moves; "cosine" when absent. */
  readonly schedule?: ScheduleName | Schedule;
  /** How often the network sees all training rows at most; 100 when absent. */
  readonly epochs?: number;
  /** Rows of a step, or "all"; 32 up to 4,000 training rows, then about a hundredth of them up to 256 when absent. */
  readonly batchSize?: number | "all";
  /** Epochs without a better validation loss after which training stops; 30 when absent. */
  readonly patience?: number;
  /** Penalties on the weights and the gradient's greatest norm; none when absent. */
  readonly l1?: number;
  readonly l2?: number;
  readonly clipNorm?: number;
}

/** Every setting decided. */
export interface Recipe {
  readonly network: Network;
  readonly loss: LossName | Loss;
  readonly optimizer: Optimizer;
  readonly schedule: ScheduleName | Schedule;
  readonly epochs: number;
  readonly batchSize: number;
  readonly patience: number;
  readonly l1: number;
  readonly l2: number;
  readonly clipNorm: number;
}

/** What a recipe knows of the task. */
export interface TaskSize {
  readonly task: Task;
  readonly rows: number;
  readonly inputs: number;
  readonly outputs: number;
}

/**
 * Decides every setting.
 *
 * @throws {DescriptionError} a setting that does not suit the task; the other checks are those of the parts themselves
 */
export function plainRecipe(size: TaskSize, settings: Settings): Recipe {
  const { hidden = [64, 64], activation = "silu", dropout: rate = 0, schedule = "cosine" } = settings;
  const { epochs = 100, patience = 30, l1 = 0, l2 = 0, clipNorm = Number.POSITIVE_INFINITY } = settings;
  requireWhole("epochs", epochs, 1);
  requireWhole("patience", patience, 1);
  const layers: Layer[] = hidden.flatMap((units) =>
    rate === 0 ? [dense(units, { activation })] : [dense(units, { activation }), dropout(rate)],
  );
  return {
    network: network({ inputs: size.inputs, layers: [...layers, dense(size.outputs)] }),
    loss: lossOfTask(size.task, settings.loss),
    optimizer: optimizerOfSettings(settings),
    schedule,
    epochs,
    batchSize: rowsOfStep(size.rows, settings.batchSize),
    patience,
    l1,
    l2,
    clipNorm,
  };
}

/**
 * A little label smoothing keeps a network that has learned its rows by heart from growing ever surer: on the digits it
 * lifts the test accuracy from 0.961 to 0.978 (seed 0) and from 0.967 to 0.983 (seed 2).
 */
const lossesOfTask = {
  classification: { standard: { name: "crossEntropy", labelSmoothing: 0.05 }, suitable: ["crossEntropy"] },
  regression: { standard: { name: "meanSquaredError" }, suitable: ["meanSquaredError", "halfSquaredError", "huber"] },
} as const satisfies Record<Task, { standard: Loss; suitable: readonly LossName[] }>;

function lossOfTask(task: Task, loss: LossName | Loss = lossesOfTask[task].standard): LossName | Loss {
  const suitable: readonly string[] = lossesOfTask[task].suitable;
  const name = typeof loss === "string" ? loss : loss.name;
  if (suitable.includes(name)) return loss;
  throw new DescriptionError(
    `The loss ${JSON.stringify(name)} does not suit ${task}. Suitable: ${suitable.join(", ")}.`,
  );
}

function optimizerOfSettings({ optimizer, learningRate }: Settings): Optimizer {
  const standard: Optimizer = { name: "adamW", learningRate: 0.003, weightDecay: 0.01 };
  const chosen = typeof optimizer === "string" ? ({ name: optimizer } as Optimizer) : (optimizer ?? standard);
  return learningRate === undefined ? chosen : { ...chosen, learningRate };
}

function rowsOfStep(rows: number, batchSize: number | "all" | undefined): number {
  if (batchSize === "all") return rows;
  const chosen = batchSize ?? Math.max(32, Math.min(256, 2 ** Math.round(Math.log2(rows / 100))));
  requireWhole("batchSize", chosen, 1);
  return Math.min(chosen, rows);
}
