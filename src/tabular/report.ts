/** What a training came to, as plain data: JSON can carry it, the model file holds part of it. */
import type { Label, Task } from "../data/encoding.ts";
import type { Warning } from "../data/table.ts";
import type { Network } from "../network/network.ts";
import type { EpochRecord, FitResult } from "../training/events.ts";
import type { HealthWarning } from "../training/health/lasting.ts";
import type { Evaluation, MetricsOf } from "./evaluate.ts";

/** How many rows each part had. */
export interface PartSizes {
  readonly training: number;
  readonly validation: number;
  readonly test: number;
}

/** What is known before the first epoch. */
export interface TrainStart<T extends Task = Task> {
  readonly task: T;
  readonly targets: readonly string[];
  /** Of a classification. */
  readonly classes?: readonly Label[];
  readonly rows: PartSizes;
  readonly network: Network;
  /** How many numbers the network learns. */
  readonly parameters: number;
  /** The engine's name. */
  readonly engine: string;
  readonly warnings: readonly Warning[];
}

/** A part's metrics, and the trivial baseline's on the same rows; a part without rows is absent. */
export interface PartMetrics<T extends Task = Task> {
  readonly validation?: MetricsOf<T>;
  readonly test?: MetricsOf<T>;
  readonly baseline: { readonly validation?: MetricsOf<T>; readonly test?: MetricsOf<T> };
}

/** A warning of the data; or one of a layer of the network, which is about no column. */
export interface ReportWarning extends Warning {
  readonly layer?: number;
}

export interface Report<T extends Task = Task> extends TrainStart<T> {
  /** Those known before the first epoch, and then what was wrong with the layers for the last third of the epochs. */
  readonly warnings: readonly ReportWarning[];
  readonly metrics: PartMetrics<T>;
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

/** A training's warning among those of its data. */
export function reportWarning({ code, layer, message }: HealthWarning): ReportWarning {
  return { code, columns: [], layer, message };
}

/** Sets the evaluations of the parts beside each other. */
export function partMetrics(validation: Evaluation | undefined, test: Evaluation | undefined): PartMetrics {
  return {
    ...(validation && { validation: validation.model }),
    ...(test && { test: test.model }),
    baseline: { ...(validation && { validation: validation.baseline }), ...(test && { test: test.baseline }) },
  };
}
