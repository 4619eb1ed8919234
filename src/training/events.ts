/**
 * The events of a training and its result: plain objects that JSON can carry.
 *
 * A record holds only what the data, the seed and the engine decide, so two equal runs have equal records; times are
 * in the events alone.
 */

import type { HealthWarning } from "./health/healthHistory.ts";
import type { LayerHealth } from "./health/layerSample.ts";

export interface ScoreValue {
  readonly name: string;
  readonly value: number;
}

/** The validation result of some parameters. */
export interface ValidationResult {
  /** The mean loss over the validation patterns; absent without validation. */
  readonly validationLoss?: number;
  /** On the validation outputs; absent unless a score was asked for. */
  readonly score?: ScoreValue;
}

/** The result of one epoch; validation is of the parameters after it. */
export interface EpochRecord extends ValidationResult {
  /** Counted from 1. */
  readonly epoch: number;
  /** Updates made since epoch 1 began, those of the epochs before `firstEpoch` included. */
  readonly step: number;
  /** The mean loss over the training patterns, each evaluated before the update that it contributes to. */
  readonly trainingLoss: number;
  /** η of the epoch's last step. */
  readonly learningRate: number;
  /** Whether it is the best so far. Without validation nothing is compared: the latest counts as best, so every record has true. */
  readonly best: boolean;
  /**
   * Statistics of the layers in one of its last steps, from the first hidden layer to the output layer; absent in
   * epochs that were not checked.
   */
  readonly layers?: readonly LayerHealth[];
}

interface Progress {
  /** The number of the last epoch that is planned. */
  readonly epochs: number;
  /** The share of the steps from `firstEpoch` to `lastEpoch` that are made, in (0, 1]. */
  readonly fraction: number;
  /** Since this call began. */
  readonly seconds: number;
  /** If all planned epochs are needed. */
  readonly secondsLeft: number;
}

/** An epoch has ended. */
export interface EpochEvent extends EpochRecord, Progress {
  readonly event: "epoch";
}

/** Progress within an epoch; at most about ten a second. */
export interface ProgressEvent extends Progress {
  readonly event: "progress";
  readonly epoch: number;
  readonly step: number;
  /** The mean loss of the epoch so far. */
  readonly trainingLoss: number;
}

export type FitEvent = EpochEvent | ProgressEvent;

export interface FitResult {
  /** How many epochs this call finished, or evaluated where the deadline ended the first. */
  readonly epochs: number;
  /** Updates that this call made, those of an epoch that was cut short included. */
  readonly steps: number;
  /** The epoch of `best`; `firstEpoch` − 1, so mostly 0, when no epoch was finished, or none improved on the start. */
  readonly bestEpoch: number;
  /** Why it ended: all epochs done, no improvement for as long as the patience lasts, the signal, or the deadline. */
  readonly stopped: "finished" | "early" | "aborted" | "time";
  /** One record an epoch. */
  readonly history: readonly EpochRecord[];
  /** The validation result of the initial parameters; absent unless they count. */
  readonly start?: ValidationResult;
  /**
   * The epoch whose parameters the session holds if they were to be restored; undefined when none was finished, or
   * none improved on the start, which the session then holds.
   */
  readonly best: EpochRecord | undefined;
  /** What was wrong with the layers for the last third of the epochs, each with its remedy. */
  readonly warnings: readonly HealthWarning[];
}
