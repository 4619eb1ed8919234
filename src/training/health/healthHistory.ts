/**
 * What has been wrong with a network's layers for so long that the user is warned, in plain sentences.
 *
 * Remembers for each problem only the last epoch without it, unit by unit, so a training of any length
 * takes the same memory. Knows nothing of how layers are measured.
 */
import type { LayerHealth, LayerSample } from "./layerSample.ts";

/** A problem that lasted to the end of training. */
export interface HealthWarning {
  readonly code: "dead-units" | "saturated-units" | "vanishing-gradients" | "exploding-gradients";
  /** The layer, or the lowest of several; index into `network.layers`. */
  readonly layer: number;
  /** A few sentences: what, where, and the remedy. */
  readonly message: string;
}

/**
 * From this share of a layer's units on. A few dead ones are usual and cost nothing; a quarter is capacity that one pays
 * for and does not get.
 */
const MANY_UNITS = 0.25;
/**
 * ‖δ‖ relative to the output layer's. The usual initial weights keep it about 1 through all layers (He et al. 2015), and
 * trained networks stay within a factor of about 30; a thousandth is a layer that learns a thousand times more slowly than
 * the last, and a thousand times as much one whose steps are too large.
 */
const VANISHING = 1e-3;
const EXPLODING = 1e3;
/** One look can't show anything lasting. */
const LEAST_LOOKS = 2;

/** The last epochs in which a layer was free of each problem; 0 where it never was. */
interface FreeOf {
  readonly sample: LayerSample;
  /** One a unit. */
  readonly dead: Uint32Array;
  readonly saturated: Uint32Array;
  vanishing: number;
  exploding: number;
}

/** What a history remembers, as plain data. */
export interface HealthHistoryState {
  readonly layers: readonly Omit<FreeOf, "sample">[];
  readonly looks: readonly number[];
  readonly latest: readonly LayerHealth[];
}

export class HealthHistory {
  readonly #layers: readonly FreeOf[];
  /** Epochs of the latest looks. */
  readonly #looks: number[];
  #latest: readonly LayerHealth[];

  /** @param from what an earlier one for the same layers remembered */
  constructor(samples: readonly LayerSample[], from?: HealthHistoryState) {
    this.#layers = samples.map((sample, index) => {
      const free = from?.layers[index];
      return {
        sample,
        dead: free?.dead.slice() ?? new Uint32Array(sample.units),
        saturated: free?.saturated.slice() ?? new Uint32Array(sample.units),
        vanishing: free?.vanishing ?? 0,
        exploding: free?.exploding ?? 0,
      };
    });
    this.#looks = [...(from?.looks ?? [])];
    this.#latest = from?.latest ?? [];
  }

  /** A copy of what it remembers. */
  get state(): HealthHistoryState {
    const layers = this.#layers.map(({ sample: _sample, dead, saturated, ...norms }) => {
      return { ...norms, dead: dead.slice(), saturated: saturated.slice() };
    });
    return { layers, looks: [...this.#looks], latest: this.#latest };
  }

  /** Takes what a look found; the samples still hold it unit by unit. */
  record(epoch: number, found: readonly LayerHealth[]): void {
    this.#looks.push(epoch);
    if (this.#looks.length > LEAST_LOOKS) this.#looks.shift();
    this.#latest = found;
    for (const [index, free] of this.#layers.entries()) {
      const { relativeNorm = 1 } = found[index];
      if (relativeNorm >= VANISHING) free.vanishing = epoch;
      if (relativeNorm <= EXPLODING) free.exploding = epoch;
      for (let i = 0; i < free.dead.length; i++) {
        if (!free.sample.isDead(i)) free.dead[i] = epoch;
        if (!free.sample.isSaturated(i)) free.saturated[i] = epoch;
      }
    }
  }

  /**
   * The problems that every check found in the last third of the epochs, or in the last two looks where that goes
   * further back.
   *
   * @param epochs the number of the last one that was finished
   */
  warnings(epochs: number): HealthWarning[] {
    if (this.#looks.length < LEAST_LOOKS) return [];
    const since = Math.min(Math.floor((2 * epochs) / 3) + 1, this.#looks[0]);
    const ofUnits = this.#layers.flatMap((free, index) => [
      ...this.#dead(free, this.#latest[index], since),
      ...this.#saturated(free, this.#latest[index], index, since),
    ]);
    const exploding = this.#layers.filter((free) => free.exploding < since);
    const vanishing = this.#layers.filter((free) => free.vanishing < since);
    return [
      ...ofUnits,
      // Units with φ' = 0 make δ vanish below them; then they are what the warning is about.
      ...(ofUnits.length === 0 ? this.#flow(vanishing, "vanishing-gradients") : []),
      ...this.#flow(exploding, "exploding-gradients"),
    ];
  }

  /** The problems that one look shows, which need not last. */
  static warningsOf(samples: readonly LayerSample[], found: readonly LayerHealth[]): HealthWarning[] {
    const history = new HealthHistory(samples);
    for (let look = 1; look <= LEAST_LOOKS; look++) history.record(look, found);
    return history.warnings(LEAST_LOOKS);
  }

  #dead({ dead, sample }: FreeOf, { layer, units }: LayerHealth, since: number): HealthWarning[] {
    const count = dead.filter((epoch) => epoch < since).length;
    if (count < MANY_UNITS * units) return [];
    const { below, above } = sample.flats;
    const given = [below, above].filter((flat) => flat.dead).map((flat) => flat.output);
    return [
      {
        code: "dead-units",
        layer,
        message:
          `Layer ${layer}: ${ofUnits(count, units)} dead (they output ${given.join(" or ")} for every row that was checked). ` +
          "Lower the learning rate, or use leakyRelu or gelu.",
      },
    ];
  }

  /** Outputs that saturate may simply be confident and right, so the output layer is left out. */
  #saturated({ saturated }: FreeOf, { layer, units }: LayerHealth, index: number, since: number): HealthWarning[] {
    if (index === this.#layers.length - 1) return [];
    const count = saturated.filter((epoch) => epoch < since).length;
    if (count < MANY_UNITS * units) return [];
    return [
      {
        code: "saturated-units",
        layer,
        message:
          `Layer ${layer}: ${ofUnits(count, units)} saturated (for nine of ten rows their φ' is below 1 % of its maximum, so ` +
          "they hardly learn). Lower the learning rate, scale the inputs, start from smaller weights, or use leakyRelu, which does not saturate.",
      },
    ];
  }

  /** One warning for all layers with the same problem, with the norm where it is worst. */
  #flow(affected: readonly FreeOf[], code: "vanishing-gradients" | "exploding-gradients"): HealthWarning[] {
    if (affected.length === 0) return [];
    const layers = affected.map(({ sample }) => sample.layer);
    const norms = this.#latest
      .filter(({ layer }) => layers.includes(layer))
      .map(({ relativeNorm = 1 }) => relativeNorm);
    const vanishing = code === "vanishing-gradients";
    const worst = (vanishing ? Math.min(...norms) : Math.max(...norms)).toPrecision(2);
    const place = layers.length === 1 ? `Layer ${layers[0]}` : `Layers ${layers.join(", ")}`;
    const happened = vanishing ? "vanish" : "explode";
    const remedy = vanishing
      ? "Use fewer layers, or silu or relu with their default initialization."
      : "Start from smaller weights (the default initialization of each activation), or clip the gradient (clipNorm 1).";
    const message = `${place}: the local gradients δ ${happened} in the backward pass: their norm is ${Number(worst)} times the output layer's. ${remedy}`;
    return [{ code, layer: layers[0], message }];
  }
}

/** "61 of 128 units are", "the only unit is" */
function ofUnits(count: number, units: number): string {
  return units === 1 ? "its only unit is" : `${count} of ${units} units ${count === 1 ? "is" : "are"}`;
}
