/** Arguments that a caller changes while a call runs. */

/** A copy down to arrays and numbers, so many levels deep; what has a class of its own stays what it is. */
export function thawed(value: unknown, depth = 8): unknown {
  if (depth === 0) return value;
  if (Array.isArray(value)) return value.map((part) => thawed(part, depth - 1));
  if (value instanceof Float32Array || value instanceof Float64Array || value instanceof Uint32Array) {
    return value.length === 0 ? value : value.slice(); // a detached array can't be copied
  }
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, thawed(part, depth - 1)]));
}

/** Spoils every array in a copy. */
export function spoil(value: unknown): void {
  if (value instanceof Float32Array || value instanceof Float64Array || value instanceof Uint32Array) {
    value.fill(Number.NaN);
  } else if (Array.isArray(value)) {
    value.forEach(spoil);
    value.fill(Symbol("spoilt"));
    value.length >>= 1;
  } else if (isPlain(value)) Object.values(value).forEach(spoil);
}

function isPlain(value: unknown): value is object {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
