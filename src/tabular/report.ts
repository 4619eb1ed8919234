/** What a training came to, as plain data: JSON can carry it, the model file holds part of it. */
import type { Label, Task } from "../data/encoding.ts";
import type { Warning } from "../data/table.ts";
import type { Verdict } from "../models/document.ts";
import type { Network } from "../network/network.ts";
import type { EpochRecord, FitResult } from "../training/events.ts";
import type { HealthWarning } from "../training/health/healthHistory.ts";
import type { WithBaseline } from "../training/metrics/withBaseline.ts";
import { evaluateAnswers, type MetricsOf } from "./answers.ts";
import type { SplitBy } from "./divide.ts";
import type { IntervalReport, TemperatureReport } from "./members/calibrationReport.ts";
import { type FoldAnswers, type Spread, spreadOf } from "./members/outOfFold.ts";
import type { TrainedMember } from "./members/trainMembers.ts";
import type { PartSizes } from "./parts.ts";
import type { TrainingPlan } from "./time/planned.ts";
import type { NetworkCounts } from "./time/timePlan.ts";

/** What is known before the first epoch. */
export interface TrainStart<T extends Task = Task> {
  readonly task: T;
  readonly targets: readonly string[];
  /** Of a classification. */
  readonly classes?: readonly Label[];
  /** The classes as the table writes them, in the same order. */
  readonly labels?: readonly string[];
  /** Those that are used. */
  readonly rows: PartSizes;
  /** The column by which the rows were split; absent where the split was random. */
  readonly split?: SplitBy;
  /** The sample weight column of the loss and all metrics; absent where all rows have equal weight. */
  readonly weights?: string;
  /** The group column of the split, and how many groups each part has; absent where each row is its own group. */
  readonly group?: string;
  readonly groups?: PartSizes;
  /** Those that there are; present where there is no time for all of them. */
  readonly available?: PartSizes;
  /** Present where training has to end in time: what is expected, before each network plans its own epochs. */
  readonly expected?: NetworkCounts;
  readonly network: Network;
  /** How many numbers the network learns. */
  readonly parameters: number;
  /** How many such networks the model has in all. */
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
  /** How many rows the folds have together: those that are predicted out of their fold. */
  readonly rows: number;
  readonly metrics: readonly MetricsOf<T>[];
  readonly baseline: readonly MetricsOf<T>[];
  /** By the metric's name. */
  readonly spread: Readonly<Record<string, Spread>>;
}

/** The result of one network's training. */
export interface MemberReport extends Pick<FitResult, "epochs" | "bestEpoch" | "stopped" | "history"> {
  readonly fold: number;
  readonly seed: number;
}

export interface Report<T extends Task = Task> extends TrainStart<T> {
  /** Those known before the first epoch, and then what was wrong with the layers for the last third of the epochs. */
  readonly warnings: readonly ReportWarning[];
  /**
   * The validation rows' are those of predictions at epochs chosen on other rows. With folds they are all rows but the
   * test's, each predicted by the networks of its own fold.
   */
  readonly metrics: PartMetrics<T>;
  /**
   * Whether the model is better than the baseline, by how much, how certain; absent where no rows were kept for
   * evaluation.
   */
  readonly verdict?: Verdict;
  /** Present where there are several folds. */
  readonly folds?: FoldReport<T>;
  /** Present where there are several networks; what follows is of the first one. */
  readonly members?: readonly MemberReport[];
  /** Present where the model was calibrated and there are test rows: what came of it there. */
  readonly calibration?: TemperatureReport | IntervalReport;
  /** Present where training had to end in time: what was planned for it, which repeats it as the option `plan`. */
  readonly planned?: TrainingPlan;
  /** Epochs that were finished. */
  readonly epochs: number;
  /** The epoch whose parameters the model has, counting from 1; 0 for the starting parameters. */
  readonly bestEpoch: number;
  readonly stopped: FitResult["stopped"];
  /** One record an epoch. */
  readonly history: readonly EpochRecord[];
  /** Of the training table. */
  readonly fingerprint: string;
}

export function foldReport(answers: readonly FoldAnswers[]): FoldReport {
  const evaluations = answers.map(evaluateAnswers);
  const metrics = evaluations.map(({ model }) => model);
  const rows = answers.reduce((sum, fold) => sum + fold.rows, 0);
  return { rows, metrics, baseline: evaluations.map(({ baseline }) => baseline), spread: spreadOf(metrics) };
}

export function memberReport({ task, result }: TrainedMember<FitResult>): MemberReport {
  const { epochs, bestEpoch, stopped, history } = result;
  return { fold: task.fold, seed: task.seed, epochs, bestEpoch, stopped, history };
}

/** A training's warning among those of its data. */
export function reportWarning({ code, layer, message }: HealthWarning): ReportWarning {
  return { code, columns: [], layer, message };
}

/** Sets the evaluations of the parts beside each other. */
export function partMetrics(
  parts: Readonly<Record<"training" | "validation" | "test", WithBaseline<MetricsOf<Task>> | undefined>>,
): PartMetrics {
  const evaluations = Object.entries(parts).flatMap(([part, metrics]) => (metrics ? [{ part, metrics }] : []));
  const of = (who: keyof WithBaseline<MetricsOf<Task>>): object =>
    Object.fromEntries(evaluations.map(({ part, metrics }) => [part, metrics[who]]));
  return { ...of("model"), baseline: of("baseline") };
}
