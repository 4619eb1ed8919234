/** The different ones among some values: how often each comes, and which number it has. Knows no column. */

/** How often each value comes, missing ones aside. */
export function countsOf<Value>(values: Iterable<Value | null>): Map<Value, number> {
  const counts = new Map<Value, number>();
  for (const value of values) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

/** [N], each value's number: they are numbered from 0 in the order in which they first come; 1 and "1" are two. */
export function numbered(values: ArrayLike<number | string>): Float64Array {
  const known = new Map<number | string, number>();
  return Float64Array.from(values, (value) => {
    const own = known.get(value) ?? known.size;
    known.set(value, own);
    return own;
  });
}
