/**
 * How well one column alone predicts the target, on rows that the prediction was not made from.
 *
 * Classes: a row is taken for the class that is most frequent among the other half's rows of the same value, or of the
 * nearest one. Numbers: for the mean of these rows, or what the two nearest values lead to when values are evenly spaced,
 * so that only their order counts. Both halves judge each other. A column that is clearly no leak is judged by a few rows:
 * what a half says of a value is found out when a row asks for it.
 */
import { type Grouping, nearestPredicting, rowsByGroup } from "./grouping.ts";

/**
 * How many rows the other half gives a class, and how many of them a wrong one.
 *
 * @param half [N], 0 or 1
 * @param classOf [N], class indices
 * @param most of wrong rows; one more ends the count
 */
export function wrongRows(
  grouping: Grouping,
  half: Uint8Array,
  classOf: ArrayLike<number>,
  { classes, most = Number.POSITIVE_INFINITY }: { readonly classes: number; readonly most?: number },
): { compared: number; wrong: number } {
  const { places, groupOf } = grouping;
  const predicted = frequentClasses(grouping, half, { classOf, classes });
  const answer = (from: number, group: number): number => {
    const [low, high] = nearestPredicting(grouping, group, (other) => predicted(from, other) >= 0);
    if (low < 0 || high < 0) return Math.max(low, high) < 0 ? -1 : predicted(from, Math.max(low, high));
    return predicted(from, places[group] - places[low] <= places[high] - places[group] ? low : high);
  };
  let compared = 0;
  let wrong = 0;
  for (let row = 0; row < half.length && wrong <= most; row++) {
    const label = answer(1 - half[row], groupOf[row]);
    if (label < 0) continue;
    compared++;
    if (label !== classOf[row]) wrong++;
  }
  return { compared, wrong };
}

/** What one half's rows of a group say, found out when a row first asks for it. */
type OfGroup = (from: number, group: number) => number;

function remembered(groups: number, of: OfGroup): OfGroup {
  const isKnown = [0, 1].map(() => new Uint8Array(groups));
  const known = [0, 1].map(() => new Float64Array(groups));
  return (from, group) => {
    if (isKnown[from][group] === 0) {
      isKnown[from][group] = 1;
      known[from][group] = of(from, group);
    }
    return known[from][group];
  };
}

/** The class that is the most frequent among one half's rows of a group; −1 where it has none. */
function frequentClasses(
  grouping: Grouping,
  half: Uint8Array,
  { classOf, classes }: { readonly classOf: ArrayLike<number>; readonly classes: number },
): OfGroup {
  const { order, starts } = rowsByGroup(grouping);
  const counts = new Int32Array(classes);
  return remembered(grouping.groups, (from, group) => {
    let predicted = -1;
    for (let at = starts[group]; at < starts[group + 1]; at++) {
      if (half[order[at]] !== from) continue;
      const label = classOf[order[at]];
      counts[label]++;
      if (predicted < 0 || counts[label] > counts[predicted]) predicted = label;
    }
    for (let at = starts[group]; at < starts[group + 1]; at++) counts[classOf[order[at]]] = 0;
    return predicted;
  });
}

/**
 * Which share of the numbers' variance one column leaves open: 1 − R², 0 where it predicts them exactly.
 *
 * @param half [N], 0 or 1
 * @param numbers [N], not all equal
 * @param most of it; what is beyond is not examined further
 */
export function openVariance(
  grouping: Grouping,
  half: Uint8Array,
  numbers: Float64Array,
  most = Number.POSITIVE_INFINITY,
): number {
  const mean = meanOf(numbers);
  let all = 0;
  for (let row = 0; row < numbers.length; row++) all += (numbers[row] - mean) ** 2;
  const predicted = groupMeans(grouping, half, numbers);
  const answer = (from: number, group: number): number => {
    const [low, high] = nearestPredicting(grouping, group, (other) => !Number.isNaN(predicted(from, other)));
    if (low < 0 && high < 0) return mean;
    if (low < 0 || high < 0 || low === high) return predicted(from, Math.max(low, high));
    const part = (group - low) / (high - low);
    return predicted(from, low) * (1 - part) + predicted(from, high) * part;
  };
  let left = 0;
  for (let row = 0; row < half.length && left <= most * all; row++) {
    left += (numbers[row] - answer(1 - half[row], grouping.groupOf[row])) ** 2;
  }
  return left / all;
}

/** The mean of one half's rows of a group; NaN where it has none. */
function groupMeans(grouping: Grouping, half: Uint8Array, numbers: Float64Array): OfGroup {
  const { order, starts } = rowsByGroup(grouping);
  return remembered(grouping.groups, (from, group) => {
    let sum = 0;
    let count = 0;
    for (let at = starts[group]; at < starts[group + 1]; at++) {
      if (half[order[at]] !== from) continue;
      sum += numbers[order[at]];
      count++;
    }
    return sum / count;
  });
}

function meanOf(numbers: Float64Array): number {
  let sum = 0;
  for (let row = 0; row < numbers.length; row++) sum += numbers[row];
  return sum / numbers.length;
}
