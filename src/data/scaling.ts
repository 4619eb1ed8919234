/**
 * Numbers brought to a common range that outliers cannot spoil: robust scaling, then a smooth clip to (−3, 3).
 *
 * Pure functions of sorted values and of one value; finite for every finite input, however large.
 * Source: Holzmüller, Grinsztajn & Steinwart 2024, "Better by default" (RealMLP), section 3.
 */

/** Where a column's numbers lie. */
export interface RobustScale {
  readonly median: number;
  /** 1/(q75 − q25), or 1/(½ (max − min)) where the quartiles coincide; finite and above 0. */
  readonly scale: number;
}

/** @param sorted ascending, at least two different values, none missing */
export function robustScale(sorted: ArrayLike<number>): RobustScale {
  const interquartile = quantile(sorted, 0.75) - quantile(sorted, 0.25);
  const range = interquartile > 0 ? interquartile : (sorted[sorted.length - 1] - sorted[0]) / 2;
  // The bounds only matter beyond 1e308 and below 1e-308, where a range or its reciprocal would be infinite.
  const scale = Math.min(1 / Math.min(range, Number.MAX_VALUE), Number.MAX_VALUE);
  return { median: quantile(sorted, 0.5), scale };
}

/** Interpolates linearly between the two nearest values (Hyndman & Fan 1996, type 7). @param sorted ascending, not empty */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const position = share * (sorted.length - 1);
  const below = sorted[Math.floor(position)];
  const above = sorted[Math.ceil(position)];
  if (below === above) return below; // the sum below would round, and tell equal quartiles apart
  const part = position - Math.floor(position);
  return below * (1 - part) + above * part;
}

/** z / √(1 + (z/3)²), z = (x − median) · scale: nearly z around the median, and never beyond ±3. */
export function scaled(value: number, { median, scale }: RobustScale): number {
  const z = (value - median) * scale;
  // Beyond 1e100 the clip has long reached its limit, and the square would soon overflow.
  return Math.abs(z) > 1e100 ? 3 * Math.sign(z) : z / Math.sqrt(1 + (z / 3) ** 2);
}

/** (x − median) · scale. */
export function unclipped(value: number, { median, scale }: RobustScale): number {
  return (value - median) * scale;
}

/** The least and the greatest. @param sorted ascending, not empty */
export function rangeOf(sorted: ArrayLike<number>): [least: number, greatest: number] {
  return [sorted[0], sorted[sorted.length - 1]];
}

/**
 * The places in an ascending list that scales and ranges are made from: its ends, and those on both sides of its quartiles.
 *
 * @returns ascending, each once; none of an empty list
 */
export function scalePlaces(length: number): readonly number[] {
  if (length === 0) return [];
  const quartiles = [0.25, 0.5, 0.75].map((share) => share * (length - 1));
  const places = [0, ...quartiles.flatMap((place) => [Math.floor(place), Math.ceil(place)]), length - 1];
  return [...new Set(places)].sort((a, b) => a - b);
}

/** A list of which only some places are known; the others are undefined. */
export function sparseList(
  length: number,
  places: readonly number[],
  valueAt: (place: number) => number,
): ArrayLike<number> {
  const known: { length: number; [place: number]: number } = { length };
  for (const place of places) known[place] = valueAt(place);
  return known;
}

/** The values that are there, ascending. */
export function sortedPresent(values: Float64Array): Float64Array {
  const present = new Float64Array(values.length);
  let count = 0;
  for (let row = 0; row < values.length; row++) if (!Number.isNaN(values[row])) present[count++] = values[row];
  return present.subarray(0, count).sort();
}
