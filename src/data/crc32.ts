/**
 * CRC-32: a 32-bit checksum that detects an altered or cut-off sequence of bytes.
 *
 * The polynomial of gzip, zip and PNG: 0xEDB88320, bits reversed, with all ones at the start and inverted at the end.
 * It finds accidents, not forgery. Source: RFC 1952, section 8 (Gailly, Deutsch 1996).
 */

/** What eight shifts do to each value of a byte. */
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? 0xedb88320 ^ (remainder >>> 1) : remainder >>> 1;
  return remainder;
});

/**
 * The checksum of bytes, or of all bytes so far when they come in parts: `crc32(b, crc32(a))` is that of a then b.
 *
 * @param previous the checksum of what came before; 0, that of nothing, when absent
 * @returns an integer in [0, 2³²)
 */
export function crc32(bytes: Uint8Array, previous = 0): number {
  let remainder = ~previous;
  for (let i = 0; i < bytes.length; i++) remainder = table[(remainder ^ bytes[i]) & 0xff] ^ (remainder >>> 8);
  return ~remainder >>> 0;
}

/** A checksum as eight hexadecimal digits. */
export function checksumText(checksum: number): string {
  return checksum.toString(16).padStart(8, "0");
}

/** The checksum of a text's UTF-8 bytes, as eight hexadecimal digits. */
export function textChecksum(text: string): string {
  return checksumText(crc32(new TextEncoder().encode(text)));
}
