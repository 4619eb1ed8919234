/** Bytes of a text that can be read anywhere, for ranks that each read a part. Works in any runtime. */
import { DataError } from "../../errors.ts";
import { cannotRead } from "./cannotRead.ts";
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

/** @throws {DataError} an encoding in which it cannot be seen where a character begins */
export function requireDivisible(name: string, encoding: string): void {
  const decoder = decoderOf(encoding);
  if (decoder === undefined || ONE_BYTE.test(decoder.encoding)) return;
  throw new DataError(
    `${cannotRead(name)} ranks cannot share a text in ${decoder.encoding}. Expected UTF-8 or an encoding of one byte a character: convert the file, or give several files.`,
  );
}

/** How many bytes a text has in a divisible encoding. */
export function lengthInBytes(text: string, encoding: string): number {
  return decoderOf(encoding) === undefined ? new TextEncoder().encode(text).length : text.length;
}
