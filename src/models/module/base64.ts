/** Numbers as base64 of their bytes, little-endian on every machine. */

/** @param values each at its own width */
export function base64Of(values: Float32Array | Float64Array): string {
  const width = values.BYTES_PER_ELEMENT;
  const bytes = new DataView(new ArrayBuffer(values.byteLength));
  for (const [at, value] of values.entries()) {
    if (values instanceof Float32Array) bytes.setFloat32(width * at, value, true);
    else bytes.setFloat64(width * at, value, true);
  }
  const all = new Uint8Array(bytes.buffer);
  let text = "";
  // In pieces: a call has no room for as many arguments as a large model has bytes.
  for (let from = 0; from < all.length; from += PIECE) text += String.fromCharCode(...all.subarray(from, from + PIECE));
  return btoa(text);
}

const PIECE = 8192;
