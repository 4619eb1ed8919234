/**
 * ADWIN: whether the mean of a stream of errors has changed, by a window that adapts its length.
 *
 * The window holds the errors since the last change, summed up in buckets of 1, 2, 4, … errors, so its memory grows with the logarithm of
 * its length. It is cut where the means of an older and a newer part differ by more than chance explains with the confidence 1 − δ. Chosen over the
 * Page-Hinkley test, whose threshold is in the unit of the errors and has to be found for each stream.
 *
 * Source: Bifet & Gavaldà 2007, "Learning from time-changing data with adaptive windowing", with the bound and the constants
 * of its authors' MOA: cuts are looked for every 32 errors, in parts of more than 5.
 */
import { ModelFileError } from "../../errors.ts";
import type { DriftWindow } from "../../models/learning.ts";

/** δ, the probability of a cut where nothing has changed. */
const DELTA = 0.002;
/** The most buckets of one size. */
const MOST_BUCKETS = 5;
const LOOK_EVERY = 32;
const LEAST_WINDOW = 10;
const LEAST_PART = 5;

/** A change of the mean. */
export interface Change {
  /** The mean of the errors before, and since. */
  readonly before: number;
  readonly since: number;
  /** How many errors there have been since. */
  readonly errors: number;
}

interface MutableBucket {
  total: number;
  variation: number;
}

export class Adwin {
  #seen: number;
  #width: number;
  #total: number;
  #variation: number;
  /** Row k has buckets of 2ᵏ errors, the oldest first. */
  readonly #rows: MutableBucket[][];

  /** @param window of `state`; empty when absent @throws {ModelFileError} one that no stream leads to */
  constructor(window: DriftWindow = { seen: 0, width: 0, total: 0, variation: 0, buckets: [] }) {
    requireWindow(window);
    const { seen, width, total, variation, buckets } = window;
    this.#seen = seen;
    this.#width = width;
    this.#total = total;
    this.#variation = variation;
    this.#rows = buckets.map((row) => row.map(([total, variation]) => ({ total, variation })));
  }

  get state(): DriftWindow {
    const buckets = this.#rows.map((row) => row.map(({ total, variation }) => [total, variation] as const));
    return { seen: this.#seen, width: this.#width, total: this.#total, variation: this.#variation, buckets };
  }

  /** @param error in [0, 1] @returns the change that it made certain */
  add(error: number): Change | undefined {
    this.#seen++;
    this.#insert(error);
    if (this.#seen % LOOK_EVERY !== 0 || this.#width <= LEAST_WINDOW) return undefined;
    let change: Change | undefined;
    for (let cut = this.#cut(); cut !== undefined; cut = this.#cut()) {
      change = cut;
      this.#dropOldest();
    }
    return change;
  }

  #insert(error: number): void {
    if (this.#width > 0) {
      this.#variation += (this.#width * (error - this.#total / this.#width) ** 2) / (this.#width + 1);
    }
    this.#width++;
    this.#total += error;
    let carried: MutableBucket | undefined = { total: error, variation: 0 };
    for (let k = 0; carried !== undefined; k++) {
      this.#rows[k] ??= [];
      const row = this.#rows[k];
      row.push(carried);
      carried = row.length > MOST_BUCKETS ? merged(row.splice(0, 2), 2 ** k) : undefined;
    }
  }

  /** The first place, from the oldest on, where the two parts differ. */
  #cut(): Change | undefined {
    let older = 0;
    let olderTotal = 0;
    for (let k = this.#rows.length - 1; k >= 0; k--) {
      for (const { total } of this.#rows[k]) {
        older += 2 ** k;
        olderTotal += total;
        const newer = this.#width - older;
        if (older <= LEAST_PART || newer <= LEAST_PART) continue;
        const before = olderTotal / older;
        const since = (this.#total - olderTotal) / newer;
        if (Math.abs(before - since) > this.#bound(older, newer)) return { before, since, errors: newer };
      }
    }
    return undefined;
  }

  /** ε = √(2/m · σ² · ln(2 ln(W)/δ)) + 2/(3m) · ln(2 ln(W)/δ), 1/m = 1/(n₀ − 4) + 1/(n₁ − 4). */
  #bound(older: number, newer: number): number {
    const logarithm = Math.log((2 * Math.log(this.#width)) / DELTA);
    const reciprocal = 1 / (older - LEAST_PART + 1) + 1 / (newer - LEAST_PART + 1);
    const variance = Math.max(0, this.#variation / this.#width);
    return Math.sqrt(2 * reciprocal * variance * logarithm) + (2 / 3) * logarithm * reciprocal;
  }

  #dropOldest(): void {
    const k = this.#rows.length - 1;
    const [{ total, variation }] = this.#rows[k].splice(0, 1);
    const errors = 2 ** k;
    this.#width -= errors;
    this.#total -= total;
    const distance = total / errors - this.#total / this.#width;
    this.#variation -= variation + (errors * this.#width * distance ** 2) / (errors + this.#width);
    while (this.#rows.at(-1)?.length === 0) this.#rows.pop();
  }
}

/** Two buckets of so many errors each as one. */
function merged([a, b]: readonly MutableBucket[], errors: number): MutableBucket {
  const distance = (a.total - b.total) / errors;
  return { total: a.total + b.total, variation: a.variation + b.variation + (errors * distance ** 2) / 2 };
}

function requireWindow({ seen, width, buckets }: DriftWindow): void {
  const held = buckets.reduce((sum, row, k) => sum + row.length * 2 ** k, 0);
  const isFull = buckets.every((row) => row.length <= MOST_BUCKETS) && buckets.at(-1)?.length !== 0;
  if (held === width && width <= seen && isFull) return;
  throw new ModelFileError(
    `learning.drift: expected at most ${MOST_BUCKETS} buckets of each size, with ${width} errors in all, of ${seen} seen; found ${held} in ${buckets.length} sizes.`,
  );
}
