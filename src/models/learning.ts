/**
 * The state of a model that learns online, besides its networks' parameters and the slots of their optimizers: plain data in
 * the model's document.
 *
 * Knows nothing of how it comes about; whether the optimizer is one is asked when the learning goes on.
 */
import { type Check, count, fields, type JsonObject, list, number, optional, plainObject, refuse } from "./json.ts";

/** The sums of a running mean with a fading factor, of the model and of the baseline. */
export interface FadingScores {
  /** Σ αⁿ⁻ⁱ over the rows i = 1 … n. */
  readonly weight: number;
  /** Σ αⁿ⁻ⁱ sᵢ of each score. */
  readonly model: readonly number[];
  readonly baseline: readonly number[];
  /** What the baseline predicts: shares, means or quantiles. */
  readonly prediction: readonly number[];
}

/** A bucket of the window of ADWIN: the sum of 2ᵏ errors, and that of their squared distances from their mean. */
export type Bucket = readonly [total: number, variation: number];

/** The window of ADWIN: row k has buckets of 2ᵏ errors, the oldest first. */
export interface DriftWindow {
  /** Errors seen. */
  readonly seen: number;
  /** Errors in the window, their sum, and the sum of their squared distances from their mean. */
  readonly width: number;
  readonly total: number;
  readonly variation: number;
  readonly buckets: readonly (readonly Bucket[])[];
}

export interface LearningState {
  /** How many rows have been learned: the steps of every network. */
  readonly rows: number;
  readonly optimizer: JsonObject;
  readonly l1: number;
  readonly l2: number;
  /** Absent where the gradient is not clipped. */
  readonly clipNorm?: number;
  readonly scores: FadingScores;
  readonly drift: DriftWindow;
}

const atLeast0 = number(0);

const bucket: Check<Bucket> = (value, where) => {
  const [total, variation, ...more] = list(number())(value, where);
  return variation !== undefined && more.length === 0
    ? [total, variation]
    : refuse(where, "two numbers, a sum and one of squares", value);
};

export const learningCheck = fields<LearningState>({
  rows: count,
  optimizer: plainObject,
  l1: atLeast0,
  l2: atLeast0,
  clipNorm: optional(atLeast0),
  scores: fields<FadingScores>({
    weight: atLeast0,
    model: list(number()),
    baseline: list(number()),
    prediction: list(number()),
  }),
  drift: fields<DriftWindow>({
    seen: count,
    width: count,
    total: number(),
    variation: number(),
    buckets: list(list(bucket)),
  }),
});
