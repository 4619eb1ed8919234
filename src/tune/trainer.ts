/**
 * The trainings of a search: each trial is one call of `train`, and the best model so far is kept.
 *
 * Knows the clock, for records, and nothing of which trial comes next.
 */

import { valuedOption } from "../data/remedies.ts";
import type { Table } from "../data/table.ts";
import { DataError, RunFailedError } from "../errors.ts";
import { type AbortSignalLike, requireOptions, snapshot } from "../kinds.ts";
import type { Model } from "../models/model.ts";
import type { CheckpointPlace } from "../tabular/checkpoints/checkpoint.ts";
import { PreparationAborted } from "../tabular/preparationAborted.ts";
import type { Report } from "../tabular/report.ts";
import { DivergedError, trainTable } from "../tabular/train.ts";
import { type TrainOptions, trainOptionKinds } from "../tabular/trainOptions.ts";
import type { Interrupted } from "./nothingFound.ts";
import { type ObjectiveName, requireScore, scoresOf } from "./objective.ts";
import { bestFirst } from "./search.ts";
import type { TimeBudget } from "./timeBudget.ts";
import { type TrialJob, type TrialRecord, trialKey } from "./trial.ts";
import { type TuneOptions, trainingOptions } from "./tuneOptions.ts";

export interface TrainerOptions {
  readonly options: TuneOptions<Table>;
  readonly objective: ObjectiveName;
  readonly budget: TimeBudget;
  /** Where the states of a training are kept; they are not when absent. */
  placeOf?(job: TrialJob): CheckpointPlace;
}

interface Trained {
  readonly model: Model;
  readonly report: Report;
}

export class Trainer implements Disposable {
  /** The last training that was interrupted. */
  interrupted: Interrupted | undefined;
  readonly #given: TrainerOptions;
  #held: (Trained & { readonly record: TrialRecord }) | undefined;

  constructor(given: TrainerOptions) {
    this.#given = given;
  }

  /**
   * Makes one training. A failure is part of its record.
   *
   * @returns nothing when it was interrupted, by the signal or because the time is up
   * @throws {DataError | DescriptionError} as `train` does: what is wrong with the table or a setting concerns all trials
   */
  async train(job: TrialJob): Promise<TrialRecord | undefined> {
    const started = performance.now();
    const record = (outcome: Pick<TrialRecord, "status" | "scores" | "bestEpoch" | "message">): TrialRecord => {
      const seconds = Math.round(performance.now() - started) / 1000;
      return { ...job, ...outcome, seconds };
    };
    try {
      let fraction = 0;
      const { model, report } = await this.#make(job, { onFraction: (share) => (fraction = share) });
      if (report.stopped === "aborted") {
        model.dispose();
        this.interrupted = { fraction, seconds: (performance.now() - started) / 1000 };
        return undefined;
      }
      const { validation } = report.metrics;
      if (validation === undefined) {
        throw new DataError(
          `A search compares trials on the validation rows, and there are none. Give more rows, or a validation fraction: ${valuedOption("validationFraction", 0.2)}.`,
        );
      }
      const scores = scoresOf(validation);
      requireScore(scores, this.#given.objective);
      const done = record({ status: "finished", scores, bestEpoch: report.bestEpoch });
      this.#hold({ record: done, model, report });
      return done;
    } catch (error) {
      if (error instanceof PreparationAborted) {
        this.interrupted = { fraction: 0, seconds: (performance.now() - started) / 1000 };
        return undefined;
      }
      if (!(error instanceof RunFailedError)) throw error;
      if (error instanceof DivergedError) error.model.dispose();
      return record({ status: "failed", scores: {}, message: error.message });
    }
  }

  /**
   * The model of the best trial: the one that is held, or one trained again, with the same bits; the caller disposes of it.
   *
   * @returns neither when it would have to be trained again after an interruption
   */
  async modelOf(best: TrialRecord): Promise<Partial<Trained>> {
    const held = this.#held;
    if (held !== undefined && trialKey(held.record) === trialKey(best)) {
      this.#held = undefined;
      return { model: held.model, report: held.report };
    }
    if (this.#given.options.signal?.aborted) return {};
    const { model, report } = await this.#make(best, { limited: false }).catch((error: unknown) => {
      if (error instanceof PreparationAborted) return { model: undefined, report: undefined };
      throw error;
    });
    if (model === undefined) return {};
    if (report.stopped !== "aborted") return { model, report };
    model.dispose();
    return {};
  }

  [Symbol.dispose](): void {
    this.#held?.model.dispose();
  }

  #hold(trained: Trained & { readonly record: TrialRecord }): void {
    const { record } = trained;
    const held = this.#held;
    const better =
      held === undefined ||
      record.rung > held.record.rung ||
      (record.rung === held.record.rung && bestFirst(this.#given.objective)(record, held.record) < 0);
    (better ? held?.model : trained.model)?.dispose();
    if (better) this.#held = trained;
  }

  /**
   * @param limited whether it ends when the time of the search is over; true when absent
   * @param onFraction called with the share of its steps that are made, in [0, 1]
   */
  async #make(
    job: TrialJob,
    { limited = true, onFraction }: { readonly limited?: boolean; onFraction?(fraction: number): unknown },
  ): Promise<Trained> {
    const { signal, onProgress } = this.#given.options;
    const ending = endOf(signal, limited ? this.#given.budget.left : Number.POSITIVE_INFINITY);
    const options: TrainOptions<Table> = {
      folds: 1, // a search makes many trainings, and compares them on the same validation rows
      ...trainingOptions(this.#given.options),
      ...job.values,
      epochs: job.epochs,
      signal: ending.signal,
      onProgress: (event) => {
        onFraction?.(event.fraction);
        onProgress?.(event, snapshot(job));
      },
    };
    requireOptions(options, trainOptionKinds, "train");
    try {
      return await trainTable(options, { chosen: true, checkpoint: this.#given.placeOf?.(job) });
    } finally {
      ending.release();
    }
  }
}

/** Milliseconds, some 24 days: a longer timer ends at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** A signal that comes when another does, or after some seconds. */
function endOf(signal: AbortSignalLike | undefined, seconds: number): { signal: AbortSignalLike; release(): void } {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wait = (left: number): void => {
    const now = Math.min(left, LONGEST_TIMER);
    timer = setTimeout(() => (left > now ? wait(left - now) : abort()), now);
  };
  if (Number.isFinite(seconds)) wait(seconds * 1000);
  signal?.addEventListener("abort", abort);
  if (signal?.aborted) abort();
  return {
    signal: controller.signal,
    release: () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    },
  };
}
