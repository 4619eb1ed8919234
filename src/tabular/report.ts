/** What a training came to, as plain data: JSON can carry it, the model file holds part of it. */
import type { Label, Task } from "../data/encoding.ts";
import type { Warning } from "../data/table.ts";
import type { WithBaseline } from "../metrics/withBaseline.ts";
import type { Verdict } from "../models/document.ts";
import type { Network } from "../network/network.ts";
import type { EpochRecord, FitResult } from "../training/events.ts";
import type { HealthWarning } from "../training/health/healthHistory.ts";
import type { SplitBy } from "./divide.ts";
import type { RowDivision } from "./division.ts";
import type { PartSizes } from "./fold.ts";
import type { IntervalReport, TemperatureReport } from "./members/calibrationReport.ts";
import { type FoldPredictions, type Spread, spreadOf } from "./members/outOfFold.ts";
import type { TrainedMember } from "./members/trainMembers.ts";
import type { PrecisionReport } from "./precisionReport.ts";
import { evaluatePredictions, type MetricsOf } from "./predictions.ts";
import type { TrainingPlan } from "./time/planned.ts";
import type { NetworkCounts } from "./time/timePlan.ts";
import type { Forgetting } from "./warmStart/forgetting.ts";

/** What a training goes on from. */
export interface StartingModel {
  /** The checksum of the model's file: CRC-32 in hexadecimal digits. */
  readonly model: string;
  /** Whether the rows are divided as in the model's training, because the table is its table. */
  readonly division: RowDivision;
  /** Of the first network, before the schedule. */
  readonly learningRate: number;
}

/** What is known before the first epoch. */
export interface TrainStart<T extends Task = Task> {
  readonly task: T;
  readonly targets: readonly string[];
  /** The classes of a classification. */
  readonly classes?: readonly Label[];
  /** The classes as they are written in the table, in the same order. */
  readonly labels?: readonly string[];
  /** The number of rows of each part that are used. */
  readonly rows: PartSizes;
  /** How many of the training rows each rank has, where ranks share the rows of a table. */
  readonly rowsOfRanks?: readonly number[];
  /** The column by which the rows were split; absent where the split was random. */
  readonly split?: SplitBy;
  /** The sample weight column of the loss and all metrics; absent where all rows have equal weight. */
  readonly weights?: string;
  /** The group column of the split, and how many groups each part has; absent where each row is its own group. */
  readonly group?: string;
  readonly groups?: PartSizes;
  /** The number of rows available; present if there is no time for all of them. */
  readonly available?: PartSizes;
  /** The expected plan of a training with a `time`, before each network plans its own epochs. */
  readonly expected?: NetworkCounts;
  readonly network: Network;
  /** The number of parameters of the network. */
  readonly parameters: number;
  /** The model that the training goes on from; absent where it began anew. */
  readonly from?: StartingModel;
  /** The number of such networks in the model. */
  readonly networks: number;
  /** The engine's name. */
  readonly engine: string;
  readonly warnings: readonly Warning[];
}

/**
 * A part's metrics, and the trivial baseline's on the same rows; a part without rows is absent. The training's are
 * there only where no other part has rows: they show how well these rows were learned, not how well the model predicts
 * new ones.
 */
export interface PartMetrics<T extends Task = Task> {
  readonly training?: MetricsOf<T>;
  readonly validation?: MetricsOf<T>;
  readonly test?: MetricsOf<T>;
  readonly baseline: {
    readonly training?: MetricsOf<T>;
    readonly validation?: MetricsOf<T>;
    readonly test?: MetricsOf<T>;
  };
}

/** A warning of the data; or one of a layer of the network, which is about no column. */
export interface ReportWarning extends Warning {
  readonly layer?: number;
}

/** The results of the folds, one by one and overall. */
export interface FoldReport<T extends Task = Task> {
  /** The number of out-of-fold rows of all folds together. */
  readonly rows: number;
  readonly metrics: readonly MetricsOf<T>[];
  readonly baseline: readonly MetricsOf<T>[];
  /** Mean and standard deviation by the metric's name. */
  readonly spread: Readonly<Record<string, Spread>>;
}

/** The result of one network's training. */
export interface MemberReport extends Pick<FitResult, "epochs" | "bestEpoch" | "stopped" | "history"> {
  readonly fold: number;
  readonly seed: number;
}

export interface Report<T extends Task = Task> extends TrainStart<T> {
  /** The warnings known before the first epoch, then those of layers in the last third of the epochs. */
  readonly warnings: readonly ReportWarning[];
  /**
   * Metrics of the validation rows are those of predictions at epochs that were chosen on other rows. With folds these
   * are all rows but the test rows, each predicted by the networks that were not trained on it.
   */
  readonly metrics: PartMetrics<T>;
  /**
   * Whether the model is better than the baseline, by how much and how certainly; absent if no rows were kept for
   * evaluation.
   */
  readonly verdict?: Verdict;
  /** Present where there are several folds. */
  readonly folds?: FoldReport<T>;
  /** Present where there are several networks; what follows is of the first one. */
  readonly members?: readonly MemberReport[];
  /** The effect of calibration on the test rows; present if the model was calibrated and there are test rows. */
  readonly calibration?: TemperatureReport | IntervalReport;
  /** The plan of a training with a `time`; the option `plan` repeats it. Absent without a `time`. */
  readonly planned?: TrainingPlan;
  /** The model that the training went on from and the new one on old test rows; present where there are some. */
  readonly forgetting?: Forgetting<T>;
  /** What the option `precision` did to the loss; absent where the networks learned in full precision. */
  readonly precision?: PrecisionReport;
  /** The number of epochs that were finished. */
  readonly epochs: number;
  /** The epoch whose parameters the model has, counting from 1; 0 for the initial parameters. */
  readonly bestEpoch: number;
  readonly stopped: FitResult["stopped"];
  /** One record for each epoch. */
  readonly history: readonly EpochRecord[];
  /** The fingerprint of the training table. */
  readonly fingerprint: string;
}

export function foldReport(predictions: readonly FoldPredictions[]): FoldReport {
  const evaluations = predictions.map(evaluatePredictions);
  const metrics = evaluations.map(({ model }) => model);
  const rows = predictions.reduce((sum, fold) => sum + fold.rows, 0);
  return { rows, metrics, baseline: evaluations.map(({ baseline }) => baseline), spread: spreadOf(metrics) };
}

export function memberReport({
  task,
  epochs,
  bestEpoch,
  stopped,
  history,
}: Pick<TrainedMember, "task"> & FitResult): MemberReport {
  return { fold: task.fold, seed: task.seed, epochs, bestEpoch, stopped, history };
}

/** A training's warning among those of its data. */
export function reportWarning({ code, layer, message }: HealthWarning): ReportWarning {
  return { code, columns: [], layer, message };
}

/** Puts the evaluations of the parts together. */
export function partMetrics(
  parts: Readonly<Record<"training" | "validation" | "test", WithBaseline<MetricsOf<Task>> | undefined>>,
): PartMetrics {
  const evaluations = Object.entries(parts).flatMap(([part, metrics]) => (metrics ? [{ part, metrics }] : []));
  const of = (who: keyof WithBaseline<MetricsOf<Task>>): object =>
    Object.fromEntries(evaluations.map(({ part, metrics }) => [part, metrics[who]]));
  return { ...of("model"), baseline: of("baseline") };
}
