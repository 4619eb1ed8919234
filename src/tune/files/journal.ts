/**
 * The journal of a search: a file of JSON lines, the study first, then one line for each finished trial.
 *
 * A line is forced to the disk before the next trial begins. A process that is killed while it writes leaves a line
 * without its end; that line is ignored, and removed when the search goes on. Node only.
 */
import { type FileHandle, open } from "node:fs/promises";
import { DataError, DescriptionError, RunFailedError, shown } from "../../errors.ts";
import { writeError } from "../../models/files/atomicWrite.ts";
import { type Claimed, claim } from "../../models/files/claim.ts";
import { differences, type TrainingIdentity } from "../../tabular/checkpoints/identity.ts";
import { isObjective } from "../objective.ts";
import { recordKind, type TrialRecord } from "../trial.ts";
import { requireValue } from "../tunable.ts";
import type { Study } from "../tuneOptions.ts";

export class Journal implements AsyncDisposable {
  readonly #path: string;
  readonly #handle: FileHandle;
  #claim: AsyncDisposable | undefined;
  #recorded: readonly TrialRecord[] = [];

  private constructor(path: string, handle: FileHandle) {
    this.#path = path;
    this.#handle = handle;
  }

  /**
   * Opens the journal of a study, or begins it.
   *
   * @param claimed what a message calls it where another process has it open
   * @throws {DescriptionError} the file is the journal of another study
   * @throws {DataError} the file is no journal, or a complete line of it is damaged
   * @throws {RunFailedError} another process has it open
   * @throws {GradusError | RunFailedError} the file can't be read or written
   */
  static async open(path: string, study: Study, claimed: Claimed = claimedJournal(path)): Promise<Journal> {
    const handle = await open(path, "a+").catch((error: Error) => {
      throw journalError(path, error);
    });
    const journal = new Journal(path, handle);
    try {
      // A pipe or a device has no end to read to.
      if (!(await handle.stat()).isFile()) {
        throw new DescriptionError(`Cannot write the journal ${path}: it is not a regular file. Choose another path.`);
      }
      journal.#claim = await claim(path, claimed);
      await journal.#read(study, claimed);
      return journal;
    } catch (error) {
      await journal[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Those that were in the file when it was opened. */
  get recorded(): readonly TrialRecord[] {
    return this.#recorded;
  }

  /** Writes a trial down; it is on the disk when the promise is fulfilled. */
  add(record: TrialRecord): Promise<void> {
    return this.#write(record);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close();
    await this.#claim?.[Symbol.asyncDispose]();
  }

  async #read(study: Study, claimed: Claimed): Promise<void> {
    const text = await this.#handle.readFile("utf8");
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    const lines = whole.split("\n").slice(0, -1);
    if (lines.length > 0) this.#recorded = readLines(this.#path, lines, study, claimed);
    if (whole.length < text.length) {
      requireStudyLine(this.#path, text, lines.length);
      await this.#handle.truncate(Buffer.byteLength(whole));
    }
    if (lines.length === 0) await this.#write({ study });
  }

  async #write(line: object): Promise<void> {
    try {
      await this.#handle.appendFile(`${JSON.stringify(line)}\n`);
      await this.#handle.sync();
      if ((await this.#handle.stat()).nlink > 0) return;
    } catch (error) {
      throw journalError(this.#path, error);
    }
    throw new RunFailedError(
      `The journal ${this.#path} was removed during the search, which could not be continued from it. Run the search again, and leave the file until it has ended.`,
    );
  }
}

const claimedJournal = (path: string): Claimed => ({ what: `The journal ${path}`, instead: "give another journal" });

const journalError = (path: string, error: unknown): unknown => writeError(`the journal ${path}`, error);

/** A file with nothing but one unfinished line is taken over only if the line can have been the beginning of ours. */
function requireStudyLine(path: string, text: string, lines: number): void {
  if (lines === 0 && !text.startsWith('{"study"') && !'{"study"'.startsWith(text)) throw noJournal(path);
}

function readLines(path: string, [first, ...trials]: readonly string[], study: Study, claimed: Claimed): TrialRecord[] {
  const { study: found } = (parsed(first) ?? {}) as { readonly study?: Partial<Study> };
  if (typeof found !== "object" || found === null) throw noJournal(path);
  const others = differences(identityOf(found), identityOf(study));
  if (others.length > 0) {
    const [initial, ...rest] = claimed.instead;
    throw new DescriptionError(
      `${claimed.what} belongs to another search: ${others.join("; ")}. ${initial.toUpperCase()}${rest.join("")}, or remove this one.`,
    );
  }
  return trials.map((line, index) => requireRecord(path, index + 2, parsed(line)));
}

/** In the words of a training's, which has the seed among its options. */
function identityOf({ seed, options, ...study }: Partial<Study>): Partial<TrainingIdentity> {
  return { ...study, options: { ...options, ...(seed !== undefined && { seed }) } };
}

function requireRecord(path: string, line: number, value: unknown): TrialRecord {
  if (recordKind.fault(value) === undefined) {
    const record = value as TrialRecord;
    const isKnown = Object.entries(record.values).every(([name, entry]) => requireValue(name, entry) !== undefined);
    if (isKnown && Object.keys(record.scores).every(isObjective)) return record;
  }
  throw new DataError(
    `Line ${line} of the journal ${path}: expected a trial, found ${shown(value ?? "no JSON")}. Remove the line, or the journal.`,
  );
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function noJournal(path: string): DataError {
  return new DataError(`${path} is not the journal of a search. Give another file; this one is not changed.`);
}
