/** Numbers as base64 of their bytes, little-endian on every machine. */

/** Lists of numbers, one after the other, each at its own width. */
export function base64Of(...lists: readonly (Float32Array | Float64Array | Uint16Array)[]): string {
  const all = new Uint8Array(lists.reduce((sum, { byteLength }) => sum + byteLength, 0));
  const bytes = new DataView(all.buffer);
  let at = 0;
  for (const list of lists) {
    for (const value of list) {
      if (list instanceof Float32Array) bytes.setFloat32(at, value, true);
      else if (list instanceof Float64Array) bytes.setFloat64(at, value, true);
      else bytes.setUint16(at, value, true);
      at += list.BYTES_PER_ELEMENT;
    }
  }
  let text = "";
  // In pieces: a call has no room for as many arguments as a large model has bytes.
  for (let from = 0; from < all.length; from += PIECE) text += String.fromCharCode(...all.subarray(from, from + PIECE));
  return btoa(text);
}

const PIECE = 8192;
