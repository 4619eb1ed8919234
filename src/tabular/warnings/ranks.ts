/** The places of numbers in their order: what is left of them when only the order counts. */

/** Where each number stands, from 0; equal ones share the mean of their places. @returns [N] */
export function ranksOf(numbers: Float64Array): Float64Array {
  const sorted = numbers.slice().sort();
  const places = new Map<number, { first: number; count: number }>();
  for (const [at, value] of sorted.entries()) {
    const place = places.get(value);
    if (place) place.count++;
    else places.set(value, { first: at, count: 1 });
  }
  return numbers.map((value) => {
    const { first, count } = places.get(value) as { first: number; count: number };
    return first + (count - 1) / 2;
  });
}
