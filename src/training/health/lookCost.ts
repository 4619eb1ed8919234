/**
 * How often looking at the layers is worth its cost, by counting: the clock must not decide what the events hold.
 *
 * An epoch's and a look's work are estimated from counts, in nanoseconds on one core of about 2020 with the WebAssembly
 * engine; on a slower engine looks cost a smaller share. `node bench/trainingView.mjs` measures it.
 */
import { layerWidths, type Network } from "../../network/network.ts";
import type { FitPlan } from "../fitOptions.ts";

/** The share of an epoch's work that may go into looking. */
const SHARE = 0.015;
/**
 * So often a training is measured in any case: learning from few rows takes tens of milliseconds, and this about one. A
 * training that ends after half of its epochs has still been measured twice.
 */
const LEAST_LOOKS = 5;

/** Learning: a multiplication and its addition, the φ of a unit, and what a step and an epoch cost beside them. */
const MULTIPLICATION = 0.045;
const UNIT = 2;
const STEP = 100;
const EPOCH = 5000;

/**
 * Looking: a number read, a layer's summary, a gradient asked for, and a step handed over by itself. Looks are so few that
 * their code is never compiled for speed: each takes several times what it takes in a loop.
 */
const READ = 4;
const LAYER = 25_000;
const GRADIENT = 25_000;
const LOOK = 15_000;

/** What a look takes. */
export interface LookSize {
  readonly layers: number;
  /** Signals and weights read. */
  readonly reads: number;
  /** Gradients asked for, besides the step that is measured. */
  readonly gradients: number;
  /** Patterns in those. */
  readonly patterns: number;
}

/**
 * Epochs from one look to the next so that looking stays within its share, or that a short training is measured five
 * times; at least 1, and seldom whole.
 */
export function epochsBetweenLooks(network: Network, plan: FitPlan, look: LookSize): number {
  const { rowsPerEpoch, stepsPerEpoch, epochs } = plan;
  const pattern = patternWork(network);
  const epochWork = rowsPerEpoch * pattern + stepsPerEpoch * STEP + EPOCH;
  const lookWork = look.reads * READ + look.layers * LAYER + look.gradients * GRADIENT + look.patterns * pattern + LOOK;
  return Math.max(1, Math.min(lookWork / (SHARE * epochWork), epochs / LEAST_LOOKS));
}

/** Learning from one pattern: each weight is multiplied on the way forward, on the way back and in its gradient. */
function patternWork(network: Network): number {
  const widths = layerWidths(network);
  return network.layers.reduce((work, layer, index) => {
    const weights = layer.kind === "dense" ? widths[index] * layer.units : 0;
    return work + 3 * weights * MULTIPLICATION + widths[index + 1] * UNIT;
  }, 0);
}
