/** Probabilities of two classes where the network has one output for both. */

/** @param outputs [N, K], or [N]: the probability of the second of two classes. @returns [N, K] */
export function classProbabilities(outputs: Float32Array, rows: number): Float32Array {
  if (outputs.length !== rows) return outputs;
  const probabilities = new Float32Array(rows * 2);
  for (let row = 0; row < rows; row++) {
    probabilities[row * 2] = 1 - outputs[row];
    probabilities[row * 2 + 1] = outputs[row];
  }
  return probabilities;
}
