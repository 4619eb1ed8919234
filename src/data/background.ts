/**
 * The mean of encoded rows: the input that a prediction is compared with when it is explained.
 *
 * A mean reveals nothing about a single row, so a model's file can carry it. Knows no encoder, no network.
 */
import { rounded } from "../rounded.ts";

/**
 * The mean of each input over the rows, with the seven digits that float32 has: the shorter numbers keep files small.
 *
 * @param inputs [N, I], row-major, at least one row
 * @returns [I]
 */
export function meanInputs(inputs: ArrayLike<number>, width: number): number[] {
  const rows = inputs.length / width;
  const sums = new Float64Array(width);
  for (let at = 0; at < inputs.length; at++) sums[at % width] += inputs[at];
  return Array.from(sums, (sum) => rounded(sum / rows, 7));
}
