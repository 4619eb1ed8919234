/** A checksum of parameters' bits, to compare two runs by: Murmur3 of 32 bits, as eight hexadecimal digits. */
export function fingerprint(parameters: Float32Array): string {
  let hash = parameters.length;
  for (const word of new Uint32Array(parameters.buffer, parameters.byteOffset, parameters.length)) {
    const mixed = Math.imul(rotated(Math.imul(word, 0xcc9e2d51), 15), 0x1b873593);
    hash = (Math.imul(rotated(hash ^ mixed, 13), 5) + 0xe6546b64) | 0;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0).toString(16).padStart(8, "0");
}

const rotated = (word: number, by: number): number => (word << by) | (word >>> (32 - by));
