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
 * @param scores [N]
 * @param isPositive asked for each row
 * @returns in [0, 1], or null where all rows are positive or none is: there is nothing to rank
 */
export function rocAuc(scores: ArrayLike<number>, isPositive: (row: number) => boolean): number | null {
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
