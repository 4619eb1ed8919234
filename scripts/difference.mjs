/**
 * How one array of bytes becomes another: the difference between two builds of the kernels, which are nearly the same code.
 *
 * The length of the result, then entries, each [from, copied, added, bytes…]: so many bytes copied from the base, so many
 * that stand here. `from` counts from where the last copy ended; negative numbers are stored as 2|n| − 1, others as 2n. All
 * numbers are LEB128, as in WebAssembly. src/engines/wasm/difference.ts reads it.
 */

/** The shortest run of bytes that is worth a copy. */
const SHORTEST = 8;

/**
 * @param {Uint8Array} base
 * @param {Uint8Array} result
 * @returns {Uint8Array}
 */
export function difference(base, result) {
  const places = placesOf(base);
  /** @type {number[]} */
  const written = leb128(result.length);
  let from = 0; // where the last copy from the base ended
  let at = 0;
  while (at < result.length) {
    const copy = copyAt(base, result, at, from, places);
    const start = copy?.start ?? from;
    at += copy?.length ?? 0;
    let end = at;
    const after = start + (copy?.length ?? 0);
    while (end < result.length && copyAt(base, result, end, after, places) === undefined) end++;
    const moved = start - from;
    written.push(...leb128(moved < 0 ? -2 * moved - 1 : 2 * moved), ...leb128(copy?.length ?? 0), ...leb128(end - at));
    for (; at < end; at++) written.push(result[at]);
    from = after;
  }
  return Uint8Array.from(written);
}

/**
 * Where in the base each run of SHORTEST bytes lies.
 *
 * @param {Uint8Array} base
 */
function placesOf(base) {
  /** @type {Map<string, number[]>} */
  const places = new Map();
  for (let at = 0; at + SHORTEST <= base.length; at++) {
    const key = keyOf(base, at);
    const known = places.get(key);
    if (known === undefined) places.set(key, [at]);
    else known.push(at);
  }
  return places;
}

/** @param {Uint8Array} bytes @param {number} at */
function keyOf(bytes, at) {
  return bytes.subarray(at, at + SHORTEST).join();
}

/**
 * The longest run of the base that the result goes on with; of equals, the nearest behind the last copy.
 *
 * @param {Uint8Array} base
 * @param {Uint8Array} result
 * @param {number} at
 * @param {number} from
 * @param {Map<string, number[]>} places
 */
function copyAt(base, result, at, from, places) {
  if (at + SHORTEST > result.length) return undefined;
  /** @type {{ start: number, length: number } | undefined} */
  let best;
  for (const start of places.get(keyOf(result, at)) ?? []) {
    let length = SHORTEST;
    while (at + length < result.length && base[start + length] === result[at + length]) length++;
    const isLonger = best === undefined || length > best.length;
    const isNearer = best?.length === length && Math.abs(start - from) < Math.abs(best.start - from);
    if (isLonger || isNearer) best = { start, length };
  }
  return best;
}

/** @param {number} value */
function leb128(value) {
  const bytes = [];
  let left = value;
  for (; left >= 128; left = Math.floor(left / 128)) bytes.push((left % 128) + 128);
  return [...bytes, left];
}
