/** Folders: whether one can be made, and making it. Node only. */
import { existsSync, mkdirSync } from "node:fs";
import { mkdtemp, rmdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { codeOf } from "./errorCode.ts";

/** The code of errors for a file system that takes nothing new, such as that of /proc: it reports as absent what is to be made. */
export const NOTHING_NEW = "GRADUS_NOTHING_NEW";

/**
 * Makes a folder, and those above it, where they are not there. Node's own `recursive` goes on forever in /proc.
 *
 * @throws {Error} the system's, or one with the code NOTHING_NEW
 */
export function makeFolder(path: string): void {
  const missing: string[] = [];
  for (let folder = resolve(path); !existsSync(folder); folder = dirname(folder)) missing.unshift(folder);
  for (const folder of missing) {
    try {
      mkdirSync(folder);
    } catch (error) {
      if (codeOf(error) !== "EEXIST" || !existsSync(folder)) throw inFolder(error); // else another process has made it
    }
  }
}

/** Tries whether something can be made in a folder that is there. What Node's permission model forbids here it may allow for the very path. */
export async function requireRoomIn(folder: string): Promise<void> {
  try {
    await rmdir(await mkdtemp(join(folder, ".gradus-")));
  } catch (error) {
    if (codeOf(error) !== "ERR_ACCESS_DENIED") throw inFolder(error);
  }
}

function inFolder(error: unknown): unknown {
  if (codeOf(error) !== "ENOENT") return error;
  return Object.assign(new Error("the file system takes nothing new there", { cause: error }), { code: NOTHING_NEW });
}
