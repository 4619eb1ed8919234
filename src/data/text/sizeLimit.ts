/** How much is read of a text. */
import { DataError } from "../../errors.ts";
import { valuedOption } from "../remedies.ts";
import { cannotRead } from "./cannotRead.ts";

/** The most that is read of a compressed file or a pipe, whose size nobody sees beforehand, where no limit is named. */
export const MOST_UNSEEN_BYTES = 2e9;

/** @throws {DataError} more than the limit, with how to raise it */
export function requireSize(name: string, bytes: number, most: number | undefined): void {
  if (most === undefined || bytes <= most) return;
  throw new DataError(
    `${cannotRead(name)} its text is larger than ${sizeText(most)} uncompressed. If that is expected, raise the limit: ${valuedOption("maxBytes", 2 * most)}.`,
  );
}

/** The same bytes. @throws {DataError} once they are more than the limit */
export async function* limited<Chunk extends Uint8Array>(
  name: string,
  chunks: AsyncIterable<Chunk>,
  most: number | undefined,
): AsyncGenerator<Chunk> {
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    requireSize(name, size, most);
    yield chunk;
  }
}

const UNITS = [
  [1e9, "GB"],
  [1e6, "MB"],
  [1e3, "kB"],
  [1, "B"],
] as const;

/** "4 GB", "1.5 MB", "20 B". */
function sizeText(bytes: number): string {
  const [unit, name] = UNITS.find(([size]) => bytes >= size) ?? UNITS[3];
  return `${Number((bytes / unit).toFixed(3))} ${name}`;
}
