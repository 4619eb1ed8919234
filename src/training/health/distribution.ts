/**
 * How numbers are spread, in nine numbers: what is kept of many signals.
 *
 * Knows nothing of layers.
 */

export interface Distribution {
  readonly mean: number;
  /** The standard deviation, over all the numbers. */
  readonly deviation: number;
  readonly least: number;
  readonly most: number;
  /** The 5, 25, 50, 75 and 95 % quantiles, interpolated between neighbours. */
  readonly quantiles: readonly [number, number, number, number, number];
}

/** The golden section: its multiples spread evenly over any length and never fall into step with a layer's width. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Sorts the values, of which there is at least one. Mean and deviation are not finite where one of them is not. */
export function distribution(values: Float64Array): Distribution {
  const { length } = values;
  values.sort();
  // Sums of differences from one of the values do not cancel where the mean is far from 0.
  const origin = values[0];
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < length; i++) {
    const difference = values[i] - origin;
    sum += difference;
    squares += difference * difference;
  }
  const shift = sum / length;
  const deviation = Math.sqrt(Math.max(0, squares / length - shift * shift));
  const at = (share: number): number => {
    const place = share * (length - 1);
    const below = Math.floor(place);
    const above = Math.min(below + 1, length - 1);
    return values[below] + (place - below) * (values[above] - values[below]);
  };
  const quantiles = [at(0.05), at(0.25), at(0.5), at(0.75), at(0.95)] as const;
  return { mean: origin + shift, deviation, least: origin, most: values[length - 1], quantiles };
}

/**
 * At most so many of the places 0 … length − 1, spread evenly; all of them in order where there are no more. Of many,
 * one may come twice.
 */
export function spread(length: number, most: number): Uint32Array {
  const places = new Uint32Array(Math.min(length, most));
  if (length <= most) {
    for (let i = 0; i < length; i++) places[i] = i;
    return places;
  }
  for (let i = 0; i < most; i++) places[i] = Math.floor(((i * GOLDEN) % 1) * length);
  return places;
}
