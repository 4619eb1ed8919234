/**
 * Looks at a network's layers while it learns: now and then one step of an epoch, at its signals and at what it moved.
 *
 * Looking moves nothing and draws nothing at random, so training comes to the same bits with and without; which epochs
 * are measured follows from counts alone. Knows nothing of the loop that asks it.
 */

import type { LoadedPatterns, Session } from "../../engines/engine.ts";
import { unlessNotFinite } from "../../errors.ts";
import type { FitPlan } from "../fitOptions.ts";
import { lookGradient } from "../lookGradient.ts";
import { takeSignals } from "../takeSignals.ts";
import { HealthHistory, type HealthHistoryState, type HealthWarning } from "./healthHistory.ts";
import { type LayerHealth, LayerSample, MOST_PATTERNS, type SampleHealth } from "./layerSample.ts";
import { epochsBetweenLooks } from "./lookCost.ts";
import { WeightSample } from "./weightSample.ts";

/** Where a batch is too small to look at, so many gradients are asked for instead; each costs much compared with its patterns. */
const MOST_GRADIENTS = 8;

/** A layer with neurons, and what is read of it. */
interface Watched {
  readonly layer: number;
  readonly sample: LayerSample;
  readonly weights: WeightSample;
}

/** What a watch remembers between two steps, as plain data. */
export interface HealthState extends HealthHistoryState {
  /** The number of the next look. */
  readonly look: number;
}

export class HealthWatch {
  readonly #session: Session;
  readonly #training: LoadedPatterns;
  readonly #plan: FitPlan;
  readonly #watched: readonly Watched[];
  readonly #history: HealthHistory;
  /** Patterns of a look. */
  readonly #patterns: number;
  /** Whether one step's batch is enough to look at; else gradients over a few batches are asked for. */
  readonly #batchIsEnough: boolean;
  readonly #epochsBetween: number;
  /** The number of the next look among those of a training from epoch 1 on. */
  #look: number;

  /** @param from what the watch of a training that goes on remembered */
  constructor(session: Session, training: LoadedPatterns, plan: FitPlan, from?: HealthState) {
    const { network, batchSize } = session.problem;
    this.#session = session;
    this.#training = training;
    this.#plan = plan;
    this.#batchIsEnough = plan.batchSize >= Math.min(MOST_PATTERNS, plan.rows);
    const within = this.#batchIsEnough ? plan.rows : Math.min(plan.rows, MOST_GRADIENTS * batchSize);
    this.#patterns = Math.min(MOST_PATTERNS, within);
    this.#watched = session.layout.tensors.flatMap((tensor) => {
      const layer = network.layers[tensor.layer];
      if (tensor.role !== "weights" || layer.kind !== "dense") return [];
      const sample = new LayerSample(tensor.layer, layer, this.#patterns);
      return [{ layer: tensor.layer, sample, weights: new WeightSample(tensor) }];
    });
    this.#history = new HealthHistory(
      this.#watched.map(({ sample }) => sample),
      from,
    );
    const signals = this.#watched.reduce((sum, { sample }) => sum + 2 * this.#patterns * sample.units, 0);
    const weights = this.#watched.reduce((sum, watched) => sum + 2 * watched.weights.size, 0);
    const gradients = this.#batchIsEnough ? 0 : Math.ceil(this.#patterns / batchSize);
    const size = { layers: this.#watched.length, reads: signals + weights, gradients };
    this.#epochsBetween =
      plan.lookEvery ?? epochsBetweenLooks(network, plan, { ...size, patterns: gradients === 0 ? 0 : this.#patterns });
    this.#look = from?.look ?? Math.floor((plan.firstEpoch - 1) / this.#epochsBetween) + 1;
  }

  /** A copy of what it remembers; to be asked for between steps. */
  get state(): HealthState {
    return { ...this.#history.state, look: this.#look };
  }

  /**
   * The step of an epoch to look at, its last full one, or where steps are made in rounds the first of the last round, which is looked at as
   * a whole; undefined when the epoch is not to be measured.
   */
  stepToLookAt(epoch: number): number | undefined {
    if (epoch < this.#look * this.#epochsBetween) return undefined;
    this.#look += 1;
    const { rowsPerEpoch, batchSize, stepsPerEpoch } = this.#plan;
    const { syncEvery } = this.#session;
    if (syncEvery !== undefined) return stepsPerEpoch - 1 - ((stepsPerEpoch - 1) % syncEvery);
    return Math.floor(rowsPerEpoch / batchSize) - 1;
  }

  /** To be called just before that step. @param at the epoch, and this process's rows of it in their order */
  async beforeStep({ epoch, order }: { readonly epoch: number; readonly order: Uint32Array }): Promise<void> {
    for (const { sample, weights } of this.#watched) {
      sample.clear();
      weights.take(this.#session.parameters);
    }
    if (this.#batchIsEnough) return;
    const { share, rowsPerEpoch } = this.#plan;
    const { batchSize } = this.#session.problem;
    for (let start = 0; start < this.#patterns; start += batchSize) {
      const batch: number[] = [];
      for (let p = start; p < Math.min(start + batchSize, this.#patterns); p++) {
        const place = Math.floor((p * rowsPerEpoch) / this.#patterns);
        const before = share.within(this.#plan, epoch, place);
        // One of the processes has the row at that place.
        if (share.within(this.#plan, epoch, place + 1) > before) batch.push(order[before]);
      }
      await unlessNotFinite(() => lookGradient(this.#session, this.#training, batch)); // its signals are available in any case
      this.#takeSignals(batch.length);
    }
  }

  /**
   * To be called just after it.
   *
   * @param rows how many of its batch are this process's
   * @returns one entry a layer with neurons; undefined where a number is not finite: training is about to throw
   */
  afterStep(epoch: number, rows: number): readonly LayerHealth[] | undefined {
    if (this.#batchIsEnough) this.#takeSignals(rows);
    const found = this.#watched.map(({ sample }) => sample.health());
    if (!found.every((health): health is SampleHealth => health !== undefined)) return undefined;
    const outputNorm = found[found.length - 1].localGradientNorm;
    const { parameters } = this.#session;
    const layers = found.map((health, index): LayerHealth => {
      const updateRatio = this.#watched[index].weights.ratio(parameters);
      const relativeNorm = health.localGradientNorm / outputNorm;
      return {
        ...health,
        ...(Number.isFinite(relativeNorm) && { relativeNorm }),
        ...(updateRatio !== undefined && Number.isFinite(updateRatio) && { updateRatio }),
      };
    });
    this.#history.record(epoch, layers);
    return layers;
  }

  /** @param epochs the number of the last one that was finished */
  warnings(epochs: number): HealthWarning[] {
    return this.#history.warnings(epochs);
  }

  #takeSignals(rows: number): void {
    for (const { layer, sample } of this.#watched) takeSignals(this.#session, sample, layer, rows);
  }
}
