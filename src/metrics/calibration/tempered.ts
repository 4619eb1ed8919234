/**
 * Probabilities at a temperature: what a model that is calibrated predicts.
 *
 * One number T > 0 divides the logits: above 1 the probabilities move towards each other, below 1 apart; the most probable
 * class stays the same. Source: Guo et al. 2017. `temperature.ts` finds T.
 */

/**
 * p^(1/T) / (p^(1/T) + (1 − p)^(1/T)) of each label, which for probabilities of one network is σ(logit / T).
 *
 * @param probabilities of yes, [N, L]; overwritten
 * @returns the same array
 */
export function temperedLabels(probabilities: Float64Array, temperature: number): Float64Array {
  for (const [i, p] of probabilities.entries()) probabilities[i] = 1 / (1 + ((1 - p) / p) ** (1 / temperature));
  return probabilities;
}

/**
 * p_k^(1/T) / Σ_j p_j^(1/T) in every row, which for probabilities of one network is softmax(logits / T).
 *
 * @param probabilities [N, K]; overwritten
 * @param width K
 * @returns the same array
 */
export function tempered(probabilities: Float64Array, width: number, temperature: number): Float64Array {
  for (let start = 0; start < probabilities.length; start += width) {
    const row = probabilities.subarray(start, start + width);
    let largest = 0;
    for (let k = 0; k < width; k++) largest = Math.max(largest, row[k]);
    let sum = 0;
    for (let k = 0; k < width; k++) {
      // Relative to the largest, so that one of them is 1 and the sum never vanishes.
      row[k] = (row[k] / largest) ** (1 / temperature);
      sum += row[k];
    }
    for (let k = 0; k < width; k++) row[k] /= sum;
  }
  return probabilities;
}
