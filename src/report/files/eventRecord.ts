/**
 * Scalars as TensorBoard reads them: an Event message of protocol buffers in a TFRecord.
 *
 * A record, all numbers little-endian:
 *   u64 length of the message, u32 masked CRC-32C of those 8 bytes, the message, u32 masked CRC-32C of the message.
 * Event: 1 wall_time double, 2 step int64, 3 file_version string, 5 summary, 7 session_log. Summary: 1 value, repeated. Value: 1 tag
 * string, 2 simple_value float. SessionLog: 1 status, an enumeration whose START is 1. Knows no file. Sources: tensorflow/core/lib/io/record_writer.h and
 * tensorflow/core/util/event.proto; RFC 3720, appendix B.4, for CRC-32C.
 */
import { joined } from "../../data/text/decodedText.ts";

export interface Scalar {
  /** What stands before a slash names the group that TensorBoard shows it in. */
  readonly tag: string;
  readonly value: number;
}

/** What every event file begins with. @param seconds since 1970 */
export function versionRecord(seconds: number): Uint8Array {
  return framed(bytes(doubleField(1, seconds), lengthField(3, utf8.encode("brain.Event:2"))));
}

/** A training that goes on: what was written before of this step and later ones is no longer shown. @param seconds since 1970 */
export function restartRecord(step: number, seconds: number): Uint8Array {
  return framed(bytes(doubleField(1, seconds), wholeField(2, step), lengthField(7, wholeField(1, START))));
}

const START = 1;

/** One step's scalars. @param step a whole number of at least 0. @param seconds since 1970 */
export function scalarsRecord(step: number, scalars: readonly Scalar[], seconds: number): Uint8Array {
  const values = scalars.map(({ tag, value }) =>
    lengthField(1, bytes(lengthField(1, utf8.encode(tag)), floatField(2, value))),
  );
  const message = bytes(doubleField(1, seconds), wholeField(2, step), lengthField(5, bytes(...values)));
  return framed(message);
}

const utf8 = new TextEncoder();

/** Wire types of protocol buffers. */
const EIGHT_BYTES = 1;
const WITH_LENGTH = 2;
const FOUR_BYTES = 5;

function doubleField(field: number, value: number): Uint8Array {
  const found = new DataView(new ArrayBuffer(9));
  found.setUint8(0, (field << 3) | EIGHT_BYTES);
  found.setFloat64(1, value, true);
  return new Uint8Array(found.buffer);
}

function floatField(field: number, value: number): Uint8Array {
  const found = new DataView(new ArrayBuffer(5));
  found.setUint8(0, (field << 3) | FOUR_BYTES);
  found.setFloat32(1, value, true);
  return new Uint8Array(found.buffer);
}

/** @param value of at least 0 */
function wholeField(field: number, value: number): Uint8Array {
  return bytes([field << 3, ...varint(value)]);
}

function lengthField(field: number, content: Uint8Array): Uint8Array {
  return bytes([(field << 3) | WITH_LENGTH, ...varint(content.length)], content);
}

/** Seven bits a byte, the lowest first; the eighth says that more follow. */
function varint(value: number): number[] {
  const found: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) found.push((rest % 0x80) | 0x80);
  return [...found, rest];
}

const bytes = (...parts: readonly ArrayLike<number>[]): Uint8Array => joined(parts);

function framed(message: Uint8Array): Uint8Array {
  const found = new Uint8Array(message.length + 16);
  const view = new DataView(found.buffer);
  view.setBigUint64(0, BigInt(message.length), true);
  view.setUint32(8, masked(crc32c(found.subarray(0, 8))), true);
  found.set(message, 12);
  view.setUint32(12 + message.length, masked(crc32c(message)), true);
  return found;
}

/** Rotated and moved, since a checksum of data that holds its own checksum is weak. */
function masked(checksum: number): number {
  return (((checksum >>> 15) | (checksum << 17)) + 0xa282ead8) >>> 0;
}

/** What eight shifts do to each value of a byte; the polynomial of Castagnoli, 0x82F63B78, bits reversed. */
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? 0x82f63b78 ^ (remainder >>> 1) : remainder >>> 1;
  return remainder;
});

/** @returns an integer in [0, 2³²) */
export function crc32c(content: Uint8Array): number {
  let remainder = ~0;
  for (const byte of content) remainder = table[(remainder ^ byte) & 0xff] ^ (remainder >>> 8);
  return ~remainder >>> 0;
}
