/** Bytes of a text that can be read anywhere, for ranks that each read a part. Works in any runtime. */
import { decoderOf, PIECE } from "./decodedText.ts";

export interface ByteSource {
  /** What messages call it. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** The bytes from one place up to another. */
  read(from: number, to: number): Promise<Uint8Array>;
}

/** The bytes from one place up to another, as they are asked for. @param piece so many at once */
export async function* bytesBetween(
  { read }: ByteSource,
  from: number,
  to: number,
  piece = PIECE,
): AsyncGenerator<Uint8Array> {
  for (let at = from; at < to; at += piece) yield await read(at, Math.min(at + piece, to));
}

/** Encodings besides UTF-8 whose characters are one byte each. */
const ONE_BYTE = /^(windows-(?!31j)|iso-8859-|koi8-|ibm866|macintosh|x-mac-)/;

/** Whether it can be seen anywhere in a text of an encoding where a character begins. */
export function isDivisible(encoding: string): boolean {
  const decoder = decoderOf(encoding);
  return decoder === undefined || ONE_BYTE.test(decoder.encoding);
}

/** How many bytes a text has in a divisible encoding. */
export function lengthInBytes(text: string, encoding: string): number {
  return decoderOf(encoding) === undefined ? new TextEncoder().encode(text).length : text.length;
}

/** How many bytes a byte order mark takes at the beginning: 0 where there is none. */
export async function markLength({ size, read }: ByteSource): Promise<number> {
  const start = await read(0, Math.min(3, size));
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(start) === "\ufeff" ? 3 : 0;
}
