/** The bytes of a CSV file by the reader of text in any runtime, in parts of random lengths: the table or message that the file gives. */
import { isDeepStrictEqual } from "node:util";
import { type Table, tableFromCsv } from "../../../src/node.ts";
import { random as seeded } from "../../../src/random.ts";
import type { TableInput } from "./generate.ts";
import { orRefused } from "./reading.ts";

/** @param table what `readTable` makes of the file, or its message. @returns the difference, in words. @throws what is no typed error */
export async function readInAnyRuntime(
  seed: number,
  path: string,
  { bytes, extension, options }: TableInput,
  table: Table | string,
): Promise<string | undefined> {
  // That a file is one of tabs is known by its name alone.
  if (extension.startsWith("tsv")) return undefined;
  const random = seeded(seed, "parts");
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 1 + random.integer(bytes.length);
    parts.push(bytes.subarray(at, end));
    at = end;
  }
  const read = await orRefused(() => tableFromCsv(parts, { ...options, copy: "all", source: path }));
  if (isDeepStrictEqual(read, table)) return undefined;
  const shown = (of: Table | string): string => JSON.stringify(of).slice(0, 500);
  return `read in any runtime as ${shown(read)}, from a file as ${shown(table)}`;
}
