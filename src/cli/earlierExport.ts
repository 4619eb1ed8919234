/**
 * Files that `gradus export` names by itself: one that is there is replaced if an earlier export wrote it, and not if it may be somebody's own work.
 *
 * Knows no form: each says what its files contain near their beginning.
 */
import { open } from "node:fs/promises";
import { DescriptionError } from "../node.ts";

/** A file that an export writes. */
export interface OutputFile {
  readonly path: string;
  /** What it contains near its beginning, and no other file. */
  readonly mark: string;
}

/** How much of a file is searched for its mark. */
const BEGINNING = 1 << 14;

/** @throws {DescriptionError} a file that no export wrote */
export async function requireEarlierExport({ path, mark }: OutputFile): Promise<void> {
  const handle = await open(path).catch(() => undefined); // none to replace, or none that can be written: `requireOutputs` has seen
  if (handle === undefined) return;
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(BEGINNING), 0, BEGINNING, 0);
    if (bytesRead === 0 || buffer.subarray(0, bytesRead).includes(mark)) return;
  } finally {
    await handle.close();
  }
  throw new DescriptionError(
    `${path} would be replaced, and this export did not write it before. Give another file with --out, or remove this one.`,
  );
}
