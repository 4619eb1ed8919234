/**
 * A folder that belongs to a checkpoint: of a training or of a search, known by its main file. Knows nothing of what is in it. Node only.
 */
import { readdir } from "node:fs/promises";
import { DescriptionError } from "../../../errors.ts";
import { isTemporary, writeError } from "../../../models/files/atomicWrite.ts";
import { type Claimed, isClaim } from "../../../models/files/claim.ts";
import { makeFolder } from "../../../models/files/makeFolder.ts";

/** The most files of a folder that a message names. */
const NAMED = 3;

/**
 * Makes a folder that is not there.
 *
 * @param main the file that is in it where it isn't new
 * @throws {DescriptionError} one with other files alone @throws {GradusError | RunFailedError} one that can't be read or made
 */
export async function requireOwnFolder(folder: string, main: string): Promise<void> {
  const names = await namesIn(folder);
  if (names.includes(main)) return;
  if (names.length > 0) {
    const found = names.slice(0, NAMED).join(", ") + (names.length > NAMED ? ", …" : "");
    throw new DescriptionError(
      `The folder ${folder} has other files and no checkpoint: expected ${main}, found ${found}. ` +
        `Put ${main} back if it was removed, or give an empty folder, or one that is not there yet.`,
    );
  }
  try {
    makeFolder(folder);
  } catch (error) {
    throw writeError(folder, error);
  }
}

/** What a message says where another process has the folder open. */
export function claimedFolder(folder: string): Claimed {
  return { what: `The checkpoint ${folder}`, instead: "give another folder" };
}

/** The files in a folder, without those of processes that write it; of a folder that is not there, none. */
export async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).filter((name) => !isTemporary(name) && !isClaim(name)).sort();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw readError(folder, error);
  }
}

/** The system's error about a file of a checkpoint as a sentence. */
export function readError(path: string, error: unknown): unknown {
  if (!(error instanceof Error && "code" in error)) return error;
  const why = error.code === "ENOTDIR" ? "it is not a folder. Give another one" : `the system reported ${error.code}`;
  return new DescriptionError(`Cannot read the checkpoint ${path}: ${why}.`, { cause: error });
}
