import fc from "fast-check";
import { expect, test } from "vitest";
import { crc32 } from "./crc32.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

test("CRC-32 gives the published check value, and 0 for no bytes", () => {
  // The "check" of CRC-32/ISO-HDLC in the catalogue of parametrised CRC algorithms.
  expect(crc32(bytesOf("123456789"))).toBe(0xcbf43926);
  expect(crc32(new Uint8Array())).toBe(0);
});

test("CRC-32 of parts, one after the other, is that of the whole", () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array(), (a, b) => {
      expect(crc32(b, crc32(a))).toBe(crc32(Uint8Array.from([...a, ...b])));
    }),
  );
});

test("CRC-32 changes with every single bit", () => {
  const bytes = bytesOf("gradus");
  const seen = new Set([crc32(bytes)]);
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const altered = bytes.slice();
    altered[bit >> 3] ^= 1 << (bit & 7);
    seen.add(crc32(altered));
  }
  expect(seen.size).toBe(bytes.length * 8 + 1);
});
