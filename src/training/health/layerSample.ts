/**
 * The signals of one layer in a few patterns, and their statistics.
 *
 * Holds at most 32 patterns of 256 units, whatever the network, so a look costs a bounded number of reads. Knows nothing
 * of epochs or sessions.
 */
import type { LayerSignals, Numbers } from "../../engines/engine.ts";
import type { DenseLayer } from "../../network/layers.ts";
import { type Distribution, distribution, spread } from "./distribution.ts";
import { type Flats, flatsOf } from "./flats.ts";

/** Statistics of one layer in one check. A layer without neurons (dropout) has none. */
export interface LayerHealth {
  /** Index into `network.layers`. */
  readonly layer: number;
  /** Units that were checked: all of them, or 256 spread evenly over a wider layer. */
  readonly units: number;
  /** Examples that were checked: at most 32, and at most 8 batches. */
  readonly patterns: number;
  /** v. This and the next two describe at most 64 of the signals, spread evenly over patterns and units. */
  readonly inducedField: Distribution;
  /** y = φ(v). */
  readonly output: Distribution;
  /** δ of each pattern by itself: without the factor 1/B of the loss of a batch. */
  readonly localGradient: Distribution;
  /** ‖δ‖, the root of the mean over patterns of Σ_units δ². */
  readonly localGradientNorm: number;
  /** ‖δ‖ divided by that of the output layer; absent where that is 0. */
  readonly relativeNorm?: number;
  /** ‖ΔW‖/‖W‖ of the epoch's last full step, over at most 256 of the weights; absent where those were all 0. */
  readonly updateRatio?: number;
  /** How many of the units had φ' = 0 for every example: they got no gradient. */
  readonly deadUnits: number;
  /** How many had |φ'| below 1 % of its maximum, but not 0, in at least nine of ten examples: they hardly learn. */
  readonly saturatedUnits: number;
}

export const MOST_PATTERNS = 32;
const MOST_UNITS = 256;
/** Signals that a distribution is made of: so few because each look sorts them, thrice a layer. */
const MOST_KEPT = 64;

/** A unit that learns from every tenth pattern is selective, not saturated. */
const MOSTLY = 0.9;

/** What the signals alone show. */
export type SampleHealth = Omit<LayerHealth, "relativeNorm" | "updateRatio">;

export class LayerSample {
  readonly layer: number;
  readonly flats: Flats;
  /** Units that are measured. */
  readonly units: number;
  /** In how many of the patterns taken each unit lay where φ' is 0, and where φ is flat without that. */
  readonly #deadPatterns: Uint8Array;
  readonly #flatPatterns: Uint8Array;
  /** All the layer's units, and those that are measured. */
  readonly #width: number;
  readonly #picked: Uint32Array;
  readonly #patterns: number;
  /** Which of the signals, pattern by pattern, are kept for the distributions; ascending. */
  readonly #places: Uint32Array;
  readonly #fields: Float64Array;
  readonly #outputs: Float64Array;
  readonly #localGradients: Float64Array;
  #taken = 0;
  #kept = 0;
  #squares = 0;

  /** @param patterns how many it has room for, at most 255 */
  constructor(layer: number, { units, activation }: DenseLayer, patterns: number) {
    this.layer = layer;
    this.flats = flatsOf(activation);
    this.units = Math.min(units, MOST_UNITS);
    this.#width = units;
    this.#picked = Uint32Array.from({ length: this.units }, (_, i) => Math.floor((i * units) / this.units));
    this.#patterns = patterns;
    this.#deadPatterns = new Uint8Array(this.units);
    this.#flatPatterns = new Uint8Array(this.units);
    this.#places = spread(patterns * this.units, MOST_KEPT).sort();
    const kept = this.#places.length;
    this.#fields = new Float64Array(kept);
    this.#outputs = new Float64Array(kept);
    this.#localGradients = new Float64Array(kept);
  }

  /** Whether a unit learned nothing from any of the patterns taken. */
  isDead(unit: number): boolean {
    return this.#deadPatterns[unit] === this.#taken;
  }

  /** Whether it hardly learned from most of them. */
  isSaturated(unit: number): boolean {
    return this.#flatPatterns[unit] >= MOSTLY * this.#taken;
  }

  /** The numbers of the layer's units that are measured. */
  get measured(): ArrayLike<number> {
    return this.#picked;
  }

  /** In what share of the patterns taken φ was flat at a unit, φ' of 0 included. */
  flatShare(unit: number): number {
    return (this.#deadPatterns[unit] + this.#flatPatterns[unit]) / this.#taken;
  }

  /** Forgets the patterns taken. */
  clear(): void {
    this.#taken = 0;
    this.#kept = 0;
    this.#squares = 0;
    this.#deadPatterns.fill(0);
    this.#flatPatterns.fill(0);
  }

  /** For how many patterns there is room. */
  get room(): number {
    return this.#patterns - this.#taken;
  }

  /**
   * Takes patterns of a batch, spread evenly, as long as there is room.
   *
   * @param wholeRows of the batch, where the signals are of a part of its patterns
   */
  take(signals: LayerSignals, wholeRows = signals.rows): void {
    const { rows, localGradient } = signals;
    const count = Math.min(rows, this.room);
    const picked = this.#picked;
    let squares = 0;
    for (let p = 0; p < count; p++) {
      const start = Math.floor((p * rows) / count) * this.#width;
      for (let i = 0; i < picked.length; i++) {
        const delta = localGradient[start + picked[i]];
        squares += delta * delta;
      }
      this.#countFlats(signals.inducedField, start);
      this.#keep(signals, start, wholeRows);
      this.#taken += 1;
    }
    this.#squares += squares * wholeRows * wholeRows; // a batch's δ is a pattern's divided by the rows
  }

  /** The statistics of the patterns taken, at least one; undefined where a number is not finite. */
  health(): SampleHealth | undefined {
    const kept = this.#kept;
    const inducedField = distribution(this.#fields.subarray(0, kept));
    const output = distribution(this.#outputs.subarray(0, kept));
    const localGradient = distribution(this.#localGradients.subarray(0, kept));
    // Of a wide layer not all units are measured; the others are assumed to be like them.
    const localGradientNorm = Math.sqrt((this.#squares / this.#taken) * (this.#width / this.units));
    const sums = [inducedField, output, localGradient].map(({ mean, deviation }) => mean + deviation);
    if (![...sums, localGradientNorm].every(Number.isFinite)) return undefined;
    let deadUnits = 0;
    let saturatedUnits = 0;
    for (let unit = 0; unit < this.units; unit++) {
      if (this.isDead(unit)) deadUnits += 1;
      if (this.isSaturated(unit)) saturatedUnits += 1;
    }
    const size = { layer: this.layer, units: this.units, patterns: this.#taken };
    return { ...size, inducedField, output, localGradient, localGradientNorm, deadUnits, saturatedUnits };
  }

  /** @param start of the pattern's fields */
  #countFlats(fields: Numbers, start: number): void {
    const { below, above } = this.flats;
    const [from, to] = [below.border, above.border];
    if (from === Number.NEGATIVE_INFINITY && to === Number.POSITIVE_INFINITY) return;
    const ofBelow = below.dead ? this.#deadPatterns : this.#flatPatterns;
    const ofAbove = above.dead ? this.#deadPatterns : this.#flatPatterns;
    const picked = this.#picked;
    for (let i = 0; i < picked.length; i++) {
      const v = fields[start + picked[i]];
      if (v <= from) ofBelow[i] += 1;
      else if (v >= to) ofAbove[i] += 1;
    }
  }

  /** Keeps those signals of the pattern that the distributions are made of. */
  #keep({ inducedField, output, localGradient }: LayerSignals, start: number, wholeRows: number): void {
    const first = this.#taken * this.units;
    for (; this.#kept < this.#places.length; this.#kept++) {
      const unit = this.#places[this.#kept] - first;
      if (unit >= this.units) return;
      const from = start + this.#picked[unit];
      this.#fields[this.#kept] = inducedField[from];
      this.#outputs[this.#kept] = output[from];
      this.#localGradients[this.#kept] = localGradient[from] * wholeRows;
    }
  }
}
