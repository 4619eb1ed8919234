/**
 * Targets of a classification that have one number for each class where one class index a row is expected.
 *
 * Knows no loss and no network: only how a row of such numbers looks, and how to say what to give instead.
 */
import { ShapeError } from "../errors.ts";

/**
 * Refuses one number for each class: one-hot rows, as Keras's categorical cross-entropy takes them, or probabilities.
 *
 * Lengths alone decide; the values only choose the words. Other wrong lengths are left to the caller's own check.
 *
 * @param what for messages: "desired"
 * @param targets [N] as they should be; [N, K] is refused
 * @param rows N as the inputs or the outputs have it
 * @throws {ShapeError} that says how to give class indices
 */
export function refuseOneHot(what: string, targets: ArrayLike<number>, rows: number, classes: number): void {
  if (classes < 2 || rows < 1 || targets.length !== rows * classes) return;
  const found = isOneHot(targets, classes)
    ? `rows of ${classes} numbers that look one-hot. Give the index of the 1 in each row`
    : `rows of ${classes} numbers. Give the index of the right class in each row`;
  throw new ShapeError(
    `Expected ${what} to be class indices (0 to ${classes - 1}), one a row, found ${found}: [0, 1, 0] becomes 1.`,
  );
}

/** Whether each row has a single 1 and else zeros. */
function isOneHot(targets: ArrayLike<number>, classes: number): boolean {
  for (let start = 0; start < targets.length; start += classes) {
    let ones = 0;
    for (let i = start; i < start + classes; i++) {
      if (targets[i] === 1) ones++;
      else if (targets[i] !== 0) return false;
    }
    if (ones !== 1) return false;
  }
  return true;
}
