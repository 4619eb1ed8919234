/**
 * The file of a model that learns online: written whole or not at all, now and then and at the end.
 *
 * Other learners are kept off by a claim; a file that another program has replaced all the same is not overwritten. Knows no rows.
 */
import { stat } from "node:fs/promises";
import { writeAtomically } from "../entries/internal.ts";
import { type Learner, RunFailedError } from "../node.ts";

/** Another process writes the same file. */
export class ReplacedError extends RunFailedError {}

export class LearnedFile {
  readonly path: string;
  readonly #learner: Learner;
  #identity: string | undefined;
  #saved: number | undefined;

  /**
   * @param identity of the file, from before a model was read from it
   * @param isOwn whether the learner's model was read from it
   */
  constructor(path: string, learner: Learner, identity: string | undefined, isOwn: boolean) {
    this.path = path;
    this.#learner = learner;
    this.#identity = identity;
    this.#saved = isOwn ? learner.rows : undefined;
  }

  /** How many rows the model in the file has learned; undefined where it is another model, or none. */
  get rows(): number | undefined {
    return this.#saved;
  }

  /** Whether there is anything to write. */
  get isOld(): boolean {
    return this.#saved !== this.#learner.rows;
  }

  /** @param rows that the model has learned @throws {ReplacedError} a file that another process has replaced; as `writeAtomically` does */
  async write(bytes: Uint8Array, rows: number): Promise<void> {
    if ((await fileIdentity(this.path)) !== this.#identity) {
      throw new ReplacedError(
        `Cannot save ${this.path}: another process has written it since this one began or last saved, and that would be lost. ` +
          "Give the learner a file of its own with --out.",
      );
    }
    await writeAtomically(this.path, bytes);
    this.#identity = await fileIdentity(this.path);
    this.#saved = rows;
  }
}

/** The same for the same content in the same place; undefined where there is no file. */
export async function fileIdentity(path: string): Promise<string | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found && `${found.dev}:${found.ino}:${found.mtimeNs}:${found.size}`;
}
