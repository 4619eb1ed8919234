/**
 * How well one column alone predicts the target, on rows that the prediction was not made from.
 *
 * Classes: a row is taken for the class that is most frequent among the other half's rows of the same value, or of the
 * nearest one. Numbers: for the mean of these rows, or what the two nearest values lead to when values are evenly spaced,
 * so that only their order counts. Both halves judge each other.
 */
import { type Grouping, neighbours, rowsByGroup } from "./grouping.ts";

/**
 * How many rows the other half says something of, and how many of them it takes for a wrong class.
 *
 * @param half [N], 0 or 1
 * @param classOf [N], class indices
 */
export function wrongRows(
  grouping: Grouping,
  half: Uint8Array,
  classOf: ArrayLike<number>,
  classes: number,
): { judged: number; wrong: number } {
  const answers = [0, 1].map((from) => classOfGroups(grouping, half, from, classOf, classes));
  let judged = 0;
  let wrong = 0;
  for (let row = 0; row < half.length; row++) {
    const answer = answers[1 - half[row]][grouping.groupOf[row]];
    if (answer < 0) continue;
    judged++;
    if (answer !== classOf[row]) wrong++;
  }
  return { judged, wrong };
}

/** What one half says of each group, [groups]; −1 where it says nothing. */
function classOfGroups(
  grouping: Grouping,
  half: Uint8Array,
  from: number,
  classOf: ArrayLike<number>,
  classes: number,
): Int32Array {
  const { groups, places } = grouping;
  const { order, starts } = rowsByGroup(grouping);
  const said = new Int32Array(groups).fill(-1);
  const counts = new Int32Array(classes);
  for (let group = 0; group < groups; group++) {
    for (let at = starts[group]; at < starts[group + 1]; at++) {
      if (half[order[at]] !== from) continue;
      const label = classOf[order[at]];
      counts[label]++;
      if (said[group] < 0 || counts[label] > counts[said[group]]) said[group] = label;
    }
    for (let at = starts[group]; at < starts[group + 1]; at++) counts[classOf[order[at]]] = 0;
  }
  const { below, above } = neighbours(grouping, (group) => said[group] >= 0);
  return said.map((_, group) => {
    const [low, high] = [below[group], above[group]];
    if (low < 0 || high < 0) return said[Math.max(low, high)] ?? -1;
    return places[group] - places[low] <= places[high] - places[group] ? said[low] : said[high];
  });
}

/**
 * Which share of the numbers' variance one column leaves open: 1 − R², 0 where it predicts them exactly.
 *
 * @param half [N], 0 or 1
 * @param numbers [N], not all equal
 */
export function openVariance(grouping: Grouping, half: Uint8Array, numbers: Float64Array): number {
  const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  const answers = [0, 1].map((from) => numberOfGroups(grouping, half, from, numbers, mean));
  let left = 0;
  let all = 0;
  for (let row = 0; row < half.length; row++) {
    left += (numbers[row] - answers[1 - half[row]][grouping.groupOf[row]]) ** 2;
    all += (numbers[row] - mean) ** 2;
  }
  return left / all;
}

function numberOfGroups(
  grouping: Grouping,
  half: Uint8Array,
  from: number,
  numbers: Float64Array,
  mean: number,
): Float64Array {
  const { groups, groupOf } = grouping;
  const sums = new Float64Array(groups);
  const rows = new Float64Array(groups);
  for (let row = 0; row < half.length; row++) {
    if (half[row] !== from) continue;
    sums[groupOf[row]] += numbers[row];
    rows[groupOf[row]]++;
  }
  const { below, above } = neighbours(grouping, (group) => rows[group] > 0);
  return sums.map((_, group) => {
    const [low, high] = [below[group], above[group]];
    if (low < 0 && high < 0) return mean;
    if (low < 0 || high < 0 || low === high) return sums[Math.max(low, high)] / rows[Math.max(low, high)];
    const part = (group - low) / (high - low);
    return (sums[low] / rows[low]) * (1 - part) + (sums[high] / rows[high]) * part;
  });
}
