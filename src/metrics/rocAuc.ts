/**
 * The area under the receiver operating characteristic: how well a score ranks the positive rows above the others.
 *
 * Knows nothing of classes or networks. Source: Mann & Whitney 1947; Hanley & McNeil 1982 for the area.
 */

/**
 * The probability that a random positive row scores higher than a random negative one; a tie counts half.
 *
 *     AUC = Σ₊ (negatives below + ½ negatives equal) / (n₊ n₋), the sum over the positive rows
 *
 * With sample weights each pair counts with the product of its weights, and rows are counted by their weights.
 *
 * @param scores [N]
 * @param isPositive asked for each row
 * @param weights [N]; all 1 when absent
 * @returns in [0, 1], or null where all rows are positive or none is: there is nothing to rank
 */
export function rocAuc(
  scores: ArrayLike<number>,
  isPositive: (row: number) => boolean,
  weights?: ArrayLike<number>,
): number | null {
  if (weights !== undefined) return weightedAuc(scores, isPositive, weights);
  const positives = new Float64Array(scores.length);
  const negatives = new Float64Array(scores.length);
  let positive = 0;
  let negative = 0;
  for (let row = 0; row < scores.length; row++) {
    if (isPositive(row)) positives[positive++] = scores[row];
    else negatives[negative++] = scores[row];
  }
  if (positive === 0 || negative === 0) return null;
  // Sorted apart and walked together: sorting numbers is many times faster than sorting rows by their numbers.
  const ascending = negatives.subarray(0, negative).sort();
  let below = 0;
  let upTo = 0;
  let wins = 0;
  for (const score of positives.subarray(0, positive).sort()) {
    while (below < negative && ascending[below] < score) below++;
    while (upTo < negative && ascending[upTo] <= score) upTo++;
    wins += (below + upTo) / 2;
  }
  return wins / (positive * negative);
}

/** The same with weights: rows in the order of their scores, equal ones together. */
function weightedAuc(
  scores: ArrayLike<number>,
  isPositive: (row: number) => boolean,
  weights: ArrayLike<number>,
): number | null {
  const order = Uint32Array.from({ length: scores.length }, (_, row) => row).sort((a, b) => scores[a] - scores[b]);
  let [positive, negative, wins] = [0, 0, 0];
  for (let at = 0; at < order.length; ) {
    const score = scores[order[at]];
    let [positiveHere, negativeHere] = [0, 0];
    for (; at < order.length && scores[order[at]] === score; at++) {
      const row = order[at];
      if (isPositive(row)) positiveHere += weights[row];
      else negativeHere += weights[row];
    }
    wins += positiveHere * (negative + negativeHere / 2);
    positive += positiveHere;
    negative += negativeHere;
  }
  return positive === 0 || negative === 0 ? null : wins / positive / negative;
}
