/**
 * The area under the receiver operating characteristic: how well a score ranks the positive rows above the others.
 *
 * Knows nothing of classes or networks. Source: Mann & Whitney 1947; Hanley & McNeil 1982 for the area.
 */

/**
 * The probability that a random positive row scores higher than a random negative one; a tie counts half.
 *
 *     AUC = (R₊ − n₊ (n₊ + 1)/2) / (n₊ n₋), R₊ the sum of the positive rows' ranks, equal scores sharing their mean rank
 *
 * @param scores [N]
 * @param isPositive asked for each row
 * @returns in [0, 1], or null where all rows are positive or none is: there is nothing to rank
 */
export function rocAuc(scores: ArrayLike<number>, isPositive: (row: number) => boolean): number | null {
  const rows = scores.length;
  const ascending = Uint32Array.from({ length: rows }, (_, row) => row).sort((a, b) => scores[a] - scores[b]);
  let positives = 0;
  let positiveRanks = 0;
  for (let first = 0; first < rows; ) {
    let end = first + 1;
    while (end < rows && scores[ascending[end]] === scores[ascending[first]]) end++;
    const midrank = (first + 1 + end) / 2; // the mean of the ranks first + 1 … end
    for (const row of ascending.subarray(first, end)) {
      if (!isPositive(row)) continue;
      positives++;
      positiveRanks += midrank;
    }
    first = end;
  }
  const negatives = rows - positives;
  if (positives === 0 || negatives === 0) return null;
  return (positiveRanks - (positives * (positives + 1)) / 2) / (positives * negatives);
}
