/**
 * Writing a file so that, whenever the process or the machine stops, the path holds the complete old content or the complete new one.
 *
 * The bytes go to a temporary file in the same folder, are forced to the disk, and take the path's name in one step
 * (rename), which is forced to the disk as well. A temporary file that a killed process left is known by its name and
 * goes with the next save to the same path. Node only; knows nothing of models.
 */

import {
  access,
  chmod,
  constants,
  type FileHandle,
  open,
  readdir,
  realpath,
  rename,
  stat,
  unlink,
} from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { textChecksum } from "../../data/crc32.ts";
import { GradusError, RunFailedError } from "../../errors.ts";
import { kind, requireKind, text } from "../../kinds.ts";
import { codeOf, unlessAbsent } from "./errorCode.ts";
import { NOTHING_NEW, requireRoomIn } from "./makeFolder.ts";
import { host, isRunning } from "./processes.ts";

const content = kind(
  "bytes, a Uint8Array, or texts",
  (value) =>
    value instanceof Uint8Array ||
    (typeof value === "object" &&
      value !== null &&
      (Symbol.iterator in value || Symbol.asyncIterator in value) &&
      !ArrayBuffer.isView(value)),
);

/**
 * Replaces a file, or makes it, with bytes or with texts one after the other (as UTF-8), keeping the
 * mode of the one it replaces. A symbolic link keeps pointing where it did.
 *
 * @throws {GradusError} when it can't be written; what was at the path is then untouched, and no temporary file is left
 */
export async function writeAtomically(
  path: string,
  bytes: Uint8Array | Iterable<string> | AsyncIterable<string>,
): Promise<void> {
  requireKind("the path to write to", path, text);
  requireKind("what is to be written", bytes, content);
  await explained(path, async () => {
    const target = await requireReplaceable(path);
    await removeStale(target.path);
    const { handle, temporary } = await openTemporary(target);
    try {
      try {
        const parts = bytes instanceof Uint8Array ? [bytes] : bytes;
        for await (const part of parts) {
          if (part !== bytes) requireKind("a text to write", part, text);
          await handle.writeFile(part); // goes on where the one before ended
        }
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(temporary, target.path);
    } catch (error) {
      await unlink(temporary).catch(() => undefined); // the first error is the one to report
      throw error;
    }
    await syncFolder(dirname(target.path));
  });
}

/**
 * Finds out before hours of work whether a file could be written, by making a temporary file and removing it.
 *
 * @throws {GradusError} as `writeAtomically` would, but for a disk that fills up
 */
export async function requireWritable(path: string): Promise<void> {
  requireKind("the path to write to", path, text);
  await explained(path, async () => {
    const { handle, temporary } = await openTemporary(await requireReplaceable(path));
    try {
      await handle.close();
    } finally {
      await unlink(temporary);
    }
  });
}

/**
 * Finds out whether a folder is there to be written to, or can be made, without making it.
 *
 * @throws {GradusError} when it can't
 */
export async function requireFolder(path: string): Promise<void> {
  requireKind("the path of a folder", path, text);
  await explained(path, async () => {
    let folder = resolve(path);
    let found = await stat(folder).catch(unlessAbsent(undefined));
    while (found === undefined) {
      folder = dirname(folder); // ends at the root, which is there
      found = await stat(folder).catch(unlessAbsent(undefined));
    }
    if (!found.isDirectory()) throw codedError("ENOTDIR");
    await access(folder, constants.W_OK | constants.X_OK);
    if (folder !== resolve(path)) await requireRoomIn(folder);
  });
}

interface Replaceable {
  /** With links followed. */
  readonly path: string;
  /** Permission bits of the file that is there. */
  readonly mode: number | undefined;
}

/** A path with links followed where there is such a file. */
export async function realPath(path: string): Promise<string> {
  return await realpath(path).catch(unlessAbsent(path));
}

async function requireReplaceable(path: string): Promise<Replaceable> {
  if (basename(path) === "" || path.endsWith("/")) throw codedError("EISDIR");
  const real = await realPath(path);
  const found = await stat(real).catch(unlessAbsent(undefined));
  if (found === undefined) return { path: real, mode: undefined };
  if (found.isDirectory()) throw codedError("EISDIR");
  // Renaming would replace a device or a pipe itself, /dev/null for one.
  if (!found.isFile()) throw new GradusError(`Cannot write ${path}: it is not a regular file. ${ANOTHER}`);
  // Renaming asks only the folder for permission; a file that its owner protected stays protected.
  await access(real, constants.W_OK);
  return { path: real, mode: found.mode & 0o7777 };
}

/** `.gradus-<target>-<host>-<process>-<number>.tmp`; target and host as checksums, so that the name is never too long. */
const prefix = (path: string): string => `.gradus-${textChecksum(basename(path))}-`;
const hostSum = textChecksum(host);
let saves = 0;

/** Whether a file is one that a killed save left, by its name. */
export function isTemporary(name: string): boolean {
  return /^\.gradus-.*\.tmp$/.test(name);
}

async function openTemporary({ path, mode }: Replaceable): Promise<{ handle: FileHandle; temporary: string }> {
  for (;;) {
    const temporary = join(dirname(path), `${prefix(path)}${hostSum}-${process.pid}-${++saves}.tmp`);
    let handle: FileHandle;
    try {
      handle = await open(temporary, "wx", mode);
    } catch (error) {
      if (codeOf(error) === "EEXIST") continue; // another thread's, or an earlier process's of the same number
      if (codeOf(error) === "ENOENT" && (await isThere(dirname(path)))) throw codedError(NOTHING_NEW);
      throw error;
    }
    try {
      if (mode !== undefined) await giveMode(handle, temporary, mode); // open() took the umask's bits away
      return { handle, temporary };
    } catch (error) {
      await handle.close();
      await unlink(temporary);
      throw error;
    }
  }
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(unlessAbsent(undefined))) !== undefined;
}

/** By its handle, which is surely the file; by its path under Node's permission model, which refuses fchmod whatever it allows. */
async function giveMode(handle: FileHandle, path: string, mode: number): Promise<void> {
  try {
    await handle.chmod(mode);
  } catch (error) {
    if (codeOf(error) !== DENIED) throw error;
    await chmod(path, mode);
  }
}

const DAY = 24 * 60 * 60 * 1000;

/** Removes what killed processes left of saves to this path: of this host and no longer running, or a day old. */
async function removeStale(path: string): Promise<void> {
  const folder = dirname(path);
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.startsWith(prefix(path)) || !name.endsWith(".tmp")) continue;
    const [owner, id] = name.slice(prefix(path).length).split("-");
    const file = join(folder, name);
    const ended = owner === hostSum && !isRunning(Number(id));
    const modified = ended ? 0 : await stat(file).then(({ mtimeMs }) => mtimeMs, Date.now);
    if (Date.now() - modified > DAY) await unlink(file).catch(() => undefined); // housekeeping stops no save
  }
}

/** Makes the new name itself survive a power cut, where the system can (Windows opens no folders). */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!["EACCES", "EPERM", "EISDIR", "EINVAL", "ENOTSUP"].includes(codeOf(error))) throw error;
  }
}

const ANOTHER = "Choose another path.";
/** What Node's permission model answers. */
const DENIED = "ERR_ACCESS_DENIED";

const causes: Readonly<Record<string, string>> = {
  ENOENT: "its folder does not exist. Make the folder first, or choose another path.",
  [NOTHING_NEW]: `the file system takes nothing new there. ${ANOTHER}`,
  ENOTDIR: `a part of the path is a file, not a folder. ${ANOTHER}`,
  EISDIR: "it is a folder. Give the path of a file.",
  EACCES: `it is not permitted. Change the permissions of the file or its folder, or choose another path.`,
  EPERM: `it is not permitted. Change the permissions of the file or its folder, or choose another path.`,
  [DENIED]:
    "Node's permission model forbids it. Allow the folder with --allow-fs-read and --allow-fs-write, or choose another path.",
  EROFS: `the file system is read-only. ${ANOTHER}`,
  ENOSPC: "the disk is full. Free some space, or choose another path.",
  EFBIG: "the file would be larger than this process may write. Raise the limit (ulimit -f), or write less.",
  EDQUOT: "the disk quota is used up. Free some space, or choose another path.",
  ENAMETOOLONG: "the name is too long. Choose a shorter one.",
  ELOOP: `its symbolic links form a loop. ${ANOTHER}`,
};

/** What is wrong with the path itself; all else is a failure of the system, which may not recur. */
const WRONG_PATHS: readonly string[] = ["ENOENT", NOTHING_NEW, "ENOTDIR", "EISDIR", "ENAMETOOLONG", "ELOOP"];

async function explained(path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw writeError(path, error);
  }
}

/** The system's error as a sentence about the path that the user gave; any other error as it is. */
export function writeError(path: string, error: unknown): unknown {
  const code = codeOf(error);
  if (error instanceof GradusError || code === "") return error;
  const Failure = WRONG_PATHS.includes(code) ? GradusError : RunFailedError;
  return new Failure(`Cannot write ${path}: ${causes[code] ?? `the system reported ${code}. ${ANOTHER}`}`, {
    cause: error,
  });
}

function codedError(code: string): Error {
  return Object.assign(new Error(code), { code });
}
