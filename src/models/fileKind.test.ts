import { expect, test } from "vitest";
import { fileKind } from "./fileKind.ts";

const bytes = (latin1: string): Uint8Array => Uint8Array.from(latin1, (character) => character.charCodeAt(0));

test.each([
  ["", "an empty file"],
  ["PK\x03\x04\x14\0", "a ZIP archive, such as an Excel workbook or a PyTorch or Keras model"],
  ["PAR1\x15\x04", "a Parquet table"],
  ["\x1f\x8b\x08\0", "a gzip-compressed file"],
  ["\x80\x04\x95\x10\0", "a Python pickle"],
  ["species,island\nAdelie,Biscoe\n", 'text that begins "species,island"'],
  ['\n{"a": 1}', 'JSON text that begins "{\\"a\\": 1}"'],
  [" \n", "text"],
])("%j is recognized by its first bytes", (start, kind) => {
  expect(fileKind(bytes(start))).toBe(kind);
});

test("text may have any letters, cut anywhere", () => {
  const text = new TextEncoder().encode("é".repeat(200));
  for (let length = 1; length < 200; length++) expect(fileKind(text.subarray(0, length))).toMatch(/^text/);
});

test("bytes that say nothing have no kind", () => {
  expect(fileKind(Uint8Array.of(0, 1, 2, 3))).toBeUndefined();
  expect(fileKind(Uint8Array.of(0x41, 0xff, 0xfe))).toBeUndefined();
});
