/**
 * Probabilities of classes as every metric of them needs them: checked, and the most probable class of a row.
 *
 * [N] rows, [K] classes, row-major; a class is its index. Knows nothing of metrics.
 */
import { DataError, DescriptionError, requireWhole, ShapeError } from "../errors.ts";
import { refuseOneHot } from "../network/oneHot.ts";

/** What a probability counts as where its logarithm is asked for, so that a confident mistake costs 36.04 nats, not infinity. */
export const SMALLEST_PROBABILITY = 2 ** -52;

/** The most probable class of a row, the first of equals. @param probabilities [N, K], or logits: the order is the same */
export function mostProbable(probabilities: ArrayLike<number>, row: number, classCount: number): number {
  const start = row * classCount;
  let best = 0;
  for (let k = 1; k < classCount; k++) {
    if (probabilities[start + k] > probabilities[start + best]) best = k;
  }
  return best;
}

/**
 * Checks probabilities and the true classes that go with them.
 *
 * @param probabilities [N, K]
 * @param classes [N]
 * @throws {ShapeError | DataError | DescriptionError} lengths that don't fit, no rows, a probability outside [0, 1], an
 * index that is no class
 */
export function requireProbabilities(
  probabilities: ArrayLike<number>,
  classes: ArrayLike<number>,
  classCount: number,
): void {
  requireClasses(probabilities, classes, classCount, "probabilities");
  for (let i = 0; i < probabilities.length; i++) {
    const p = probabilities[i];
    // Float32 softmax may exceed 1 by a rounding.
    if (!(p >= 0 && p <= 1 + 1e-6)) {
      const place = `row ${Math.floor(i / classCount)}, class ${i % classCount}`;
      throw new DataError(
        `Expected a probability from 0 to 1 in ${place}, found ${p}. A network's outputs may be logits: take their softmax first, softmax(outputs, ${classCount}).`,
      );
    }
  }
}

/**
 * Checks the true classes, and that there are as many numbers as they ask for.
 *
 * @param numbers [N, K]
 * @param classes [N]
 * @throws {ShapeError | DataError | DescriptionError} as above, but for the probabilities' range
 */
export function requireClasses(
  numbers: ArrayLike<number>,
  classes: ArrayLike<number>,
  classCount: number,
  what: string,
): void {
  requireWhole("the number of classes", classCount, 1);
  if (classes.length === 0) throw new DataError("Expected at least one row to evaluate a classifier on, found none.");
  refuseOneHot("the true classes", classes, numbers.length / classCount, classCount);
  for (let row = 0; row < classes.length; row++) {
    const index = classes[row];
    if (!Number.isInteger(index) || index < 0 || index >= classCount) {
      throw new DescriptionError(
        `Expected a class index from 0 to ${classCount - 1} in row ${row} of the true classes, found ${index}.`,
      );
    }
  }
  if (numbers.length !== classes.length * classCount) {
    throw new ShapeError(
      `Expected ${what} of ${classes.length} rows and ${classCount} classes, found ${numbers.length} numbers in all.`,
    );
  }
}
