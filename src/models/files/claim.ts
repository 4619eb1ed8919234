/**
 * One process at a time works on a file that is written again and again: a checkpoint, a journal, a model that learns.
 *
 * Each process that does has an empty file beside it, a claim, whose name says who it is and whose time since when:
 *
 *     .gradus-TARGET-PROCESS-START-HOST.claim
 *
 * A process makes its own and then looks for others, so that of two that begin at once one sees the other at least; where both do, they
 * try again. Nobody takes a claim from a process that lives: those of processes of this computer that have ended, by kill -9
 * for one, are removed. Node only.
 */
import { randomInt } from "node:crypto";
import { open, readdir, stat, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { textChecksum } from "../../data/crc32.ts";
import { RunFailedError } from "../../errors.ts";
import { realPath, writeError } from "./atomicWrite.ts";
import { codeOf, unlessAbsent } from "./errorCode.ts";
import { host, isRunning, startOf } from "./processes.ts";

/** What is claimed, for messages. */
export interface Claimed {
  /** "The checkpoint run" */
  readonly what: string;
  /** "give another folder" */
  readonly instead: string;
}

const TRIES = 6;

/**
 * Claims a file until the result is disposed of, or the process ends.
 *
 * @param path of the file, which need not be there; its folder has to
 * @throws {RunFailedError} another process has claimed it, with its number and since when
 * @throws {GradusError} a folder that can't be written
 */
export async function claim(path: string, claimed: Claimed): Promise<AsyncDisposable> {
  const start = await startOf(process.pid);
  try {
    const real = await realPath(path);
    const prefix = `.gradus-${textChecksum(basename(real))}-`;
    const owner: Owner = { id: process.pid, start: start ?? UNKNOWN, on: host };
    const mine = { path: join(dirname(real), nameOf(prefix, owner)), owner };
    for (let tried = 1; ; tried++) {
      const other = await makeAlone(mine, prefix);
      if (other === undefined) return { [Symbol.asyncDispose]: () => remove(mine) };
      if (tried === TRIES) throw await inUse(claimed, other);
      await setTimeout(randomInt(5, 25));
    }
  } catch (error) {
    throw writeError(path, error);
  }
}

/** Whether a file is a claim, by its name. */
export function isClaim(name: string): boolean {
  return /^\.gradus-.*\.claim$/.test(name);
}

/** A process that has claimed a file. */
interface Owner {
  readonly id: number;
  readonly start: string;
  /** The computer that it runs on. */
  readonly on: string;
}

interface Claim {
  readonly path: string;
  readonly owner: Owner;
}

/** A start that the system doesn't tell. */
const UNKNOWN = "0";

const nameOf = (prefix: string, { id, start, on }: Owner): string =>
  `${prefix}${id}-${start}-${encodeURIComponent(on)}.claim`;

function ownerOf(prefix: string, name: string): Owner {
  const [id, start, ...on] = name.slice(prefix.length, -".claim".length).split("-");
  return { id: Number(id), start, on: decodeURIComponent(on.join("-")) };
}

/** Claims of this process; others with its number are of an earlier one. */
const own = new Set<string>();

/** Makes a claim unless there is another. @returns the other one */
async function makeAlone(mine: Claim, prefix: string): Promise<Claim | undefined> {
  if (!(await make(mine))) return mine;
  let isAlone = false;
  try {
    const other = await otherThan(mine, prefix);
    isAlone = other === undefined;
    return other;
  } finally {
    if (!isAlone) await remove(mine);
  }
}

/** @returns false where this process has it already */
async function make({ path, owner }: Claim): Promise<boolean> {
  if (own.has(path)) return false;
  own.add(path);
  try {
    if (owner.start === UNKNOWN) await unlink(path).catch(unlessAbsent(undefined)); // an earlier process's of the same number
    await (await open(path, "wx")).close();
    return true;
  } catch (error) {
    own.delete(path);
    if (codeOf(error) === "EEXIST") return false; // another thread's
    throw error;
  }
}

async function remove({ path }: Claim): Promise<void> {
  own.delete(path);
  await unlink(path).catch(() => undefined); // the folder may be gone; what is left is known to be of a process that ended
}

/** A claim of another process that lives; those of processes that have ended are removed. */
async function otherThan(mine: Claim, prefix: string): Promise<Claim | undefined> {
  const folder = dirname(mine.path);
  for (const name of await readdir(folder)) {
    if (!name.startsWith(prefix) || !isClaim(name)) continue;
    const other = { path: join(folder, name), owner: ownerOf(prefix, name) };
    if (other.path === mine.path) continue;
    if (await lives(other.owner)) return other;
    await unlink(other.path).catch(unlessAbsent(undefined));
  }
  return undefined;
}

/** Whether a process runs; of one on another computer it is not known, so it may. */
async function lives({ id, start, on }: Owner): Promise<boolean> {
  if (on !== host) return true;
  const now = await startOf(id);
  return now === undefined ? id !== process.pid && isRunning(id) : now === start;
}

async function inUse({ what, instead }: Claimed, { path, owner }: Claim): Promise<RunFailedError> {
  const { id, on } = owner;
  const since = await stat(path).then(
    ({ mtime }) => ` since ${mtime.toISOString().replace(/\.\d+/, "")}`,
    () => "", // it ended meanwhile
  );
  const isHere = on === host;
  const who = isHere && id === process.pid ? "this process" : `process ${id}${isHere ? "" : ` on ${on}`}`;
  const wait = isHere ? "Wait until it has ended" : `Where that process has ended, remove ${path}`;
  return new RunFailedError(`${what} is in use by ${who}${since}. ${wait}, or ${instead}.`);
}
