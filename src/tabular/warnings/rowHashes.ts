/**
 * Rows of numbers as short numbers, so that equal rows are found without comparing each with each.
 *
 * Knows nothing of what the rows mean. Different rows may share a hash; whoever needs to be sure compares them.
 */
import type { Numbers } from "../../engines/engine.ts";

/**
 * @param rows [N, width], row-major
 * @param start what the hashes begin from: those of the rows' other numbers, to hash both together
 * @returns [N]; equal for rows of equal numbers. Every bit of a hash depends on the whole row.
 */
export function rowHashes(rows: Numbers, width: number, start?: Int32Array): Int32Array {
  const floats = rows instanceof Float32Array ? rows : Float32Array.from(rows);
  const words = new Int32Array(floats.buffer, floats.byteOffset, floats.length);
  const hashes = start?.slice() ?? new Int32Array(rows.length / width);
  for (let row = 0; row < hashes.length; row++) {
    let hash = hashes[row];
    for (let at = row * width; at < (row + 1) * width; at++) hash = mixed(hash ^ words[at]);
    hashes[row] = hash;
  }
  return hashes;
}

/** A bijection of 32-bit numbers that spreads each bit over all: the finaliser of MurmurHash3 (Appleby 2011). */
function mixed(value: number): number {
  let h = (value + 0x9e3779b9) | 0; // so that zeros count too
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
