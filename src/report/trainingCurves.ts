/**
 * A training's history as curves: loss, score and learning rate by epoch, and the checks of each layer.
 *
 * Long histories are thinned, so that a page stays small. Knows nothing of plots.
 */
import type { EpochRecord } from "../training/events.ts";

export interface CurvePoint {
  readonly epoch: number;
  readonly trainingLoss: number;
  readonly validationLoss?: number;
  readonly score?: number;
  readonly learningRate: number;
}

/** The check of one layer in one epoch. */
export interface LayerPoint {
  readonly epoch: number;
  /** Index into the network's layers. */
  readonly layer: number;
  /** The standard deviation of its outputs. */
  readonly signal: number;
  /** ‖δ‖ relative to that of the output layer. */
  readonly relativeNorm?: number;
  /** ‖ΔW‖/‖W‖ of one step. */
  readonly updateRatio?: number;
  /** Shares of dead and of saturated units, in [0, 1]. */
  readonly dead: number;
  readonly saturated: number;
}

export interface TrainingCurves {
  readonly points: readonly CurvePoint[];
  /** The metric of `score`; absent if there is none. */
  readonly scoreName?: string;
  readonly layers: readonly LayerPoint[];
}

/** More points than a screen has pixels for show nothing more. */
const MOST_POINTS = 240;

export function trainingCurves(history: readonly EpochRecord[], bestEpoch: number): TrainingCurves {
  const step = Math.ceil(history.length / MOST_POINTS);
  const kept = history.filter(({ epoch }, at) => at % step === 0 || at === history.length - 1 || epoch === bestEpoch);
  const looked = history.filter(({ layers }) => layers !== undefined);
  const scoreName = history.find(({ score }) => score !== undefined)?.score?.name;
  return {
    points: kept.map(({ epoch, trainingLoss, validationLoss, score, learningRate }) => ({
      epoch,
      trainingLoss,
      ...(validationLoss !== undefined && { validationLoss }),
      ...(score && { score: score.value }),
      learningRate,
    })),
    ...(scoreName !== undefined && { scoreName }),
    layers: looked.flatMap(layerPoints),
  };
}

function layerPoints({ epoch, layers = [] }: EpochRecord): LayerPoint[] {
  return layers.map(({ layer, output, relativeNorm, updateRatio, deadUnits, saturatedUnits, units }) => ({
    epoch,
    layer,
    signal: output.deviation,
    ...(relativeNorm !== undefined && { relativeNorm }),
    ...(updateRatio !== undefined && { updateRatio }),
    dead: deadUnits / units,
    saturated: saturatedUnits / units,
  }));
}
