/** Gzip, found by its mark and unpacked by what every runtime has for it. */
import { DataError } from "../../errors.ts";
import { cannotRead } from "./cannotRead.ts";

/** @param message of whoever unpacks it */
export function gzipError(name: string, message: string): DataError {
  return new DataError(
    `${cannotRead(name)} its gzip compression is damaged or incomplete (${message}). Copy or download it again.`,
  );
}

/** Whether bytes begin as gzip does; undefined where they are too few to tell. */
export function isGzip(bytes: Uint8Array): boolean | undefined {
  return bytes.length < 2 ? undefined : bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * The bytes that gzip holds.
 *
 * @param name what messages call the source
 * @throws {DataError} damaged or incomplete gzip; what `chunks` throws
 */
export async function* gunzipped(name: string, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (typeof DecompressionStream === "undefined") {
    throw new DataError(`${cannotRead(name)} this runtime cannot unpack gzip. Unpack it first.`);
  }
  const { readable, writable } = new DecompressionStream("gzip");
  const reader = readable.getReader();
  const writer = writable.getWriter();
  /** An error of the chunks, which is not one of gzip. */
  let failed: { readonly error: unknown } | undefined;
  const written = write();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
    await written;
  } catch (error) {
    if (failed !== undefined) throw failed.error;
    throw gzipError(name, (error as Error).message);
  } finally {
    // Where reading ends early, nobody waits for what is still being unpacked.
    reader.cancel().catch(ignore);
  }

  async function write(): Promise<void> {
    try {
      for await (const chunk of watched()) await writer.write(chunk);
      await writer.close();
    } catch (error) {
      await writer.abort(error).catch(ignore);
    }
  }
  async function* watched(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    try {
      for await (const chunk of chunks) yield new Uint8Array(chunk);
    } catch (error) {
      failed = { error };
      throw error;
    }
  }
}

function ignore(): void {}
