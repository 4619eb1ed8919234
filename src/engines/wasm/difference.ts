/**
 * Applies a difference of two arrays of bytes: what `scripts/difference.mjs` writes, which says what it is made of.
 *
 * Knows nothing of what the bytes mean.
 */

/** @param base what the difference was taken from @returns what it leads to, in an array of its own */
export function withDifference(base: Uint8Array, difference: Uint8Array): Uint8Array {
  let read = 0;
  const next = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = difference[read++];
      value += (byte % 128) * factor;
      if (byte < 128) return value;
    }
  };
  const result = new Uint8Array(next());
  let end = 0;
  const append = (bytes: Uint8Array): void => {
    result.set(bytes, end);
    end += bytes.length;
  };
  let from = 0;
  while (read < difference.length) {
    const moved = next();
    from += moved % 2 === 0 ? moved / 2 : -(moved + 1) / 2;
    const copied = next();
    const added = next();
    append(base.subarray(from, from + copied));
    append(difference.subarray(read, read + added));
    from += copied;
    read += added;
  }
  return result;
}
