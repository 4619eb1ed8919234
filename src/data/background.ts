/**
 * The mean of encoded rows: the input that a prediction is compared with when it is explained.
 *
 * A mean tells nothing of a single row, so a model's file can carry it. Knows no encoder, no network.
 */

/**
 * The mean of each input over the rows, with the seven digits that float32 has: the shorter numbers keep files small. Of
 * codes, between which there is nothing, it is the most frequent one; of equals the least.
 *
 * @param inputs [N, I], row-major, at least one row
 * @param codes the indices of inputs that are codes
 * @returns [I]
 */
export function meanInputs(inputs: ArrayLike<number>, width: number, codes: readonly number[] = []): number[] {
  const rows = inputs.length / width;
  const sums = new Float64Array(width);
  for (let at = 0; at < inputs.length; at++) sums[at % width] += inputs[at];
  const means = Array.from(sums, (sum) => Number((sum / rows).toPrecision(7)));
  for (const code of codes) means[code] = mostFrequent(inputs, width, code);
  return means;
}

function mostFrequent(inputs: ArrayLike<number>, width: number, first: number): number {
  const counts: number[] = [];
  for (let at = first; at < inputs.length; at += width) counts[inputs[at]] = (counts[inputs[at]] ?? 0) + 1;
  return counts.reduce((most, count, code) => (count > (counts[most] ?? 0) ? code : most), 0);
}
