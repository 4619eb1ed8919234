/**
 * The checkpoint of a search on a disk: a folder with its journal, and for the trainings that may be needed again a checkpoint each.
 *
 *     trials.jsonl       the journal
 *     training-1a2b3c4d  of the trainings under way, and of the best one so far, whose model is then made without training again
 *
 * Trainings are known by what decides their outcome (`trialKey`), so that a search with more trials finds them too. Node only.
 */
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { textChecksum } from "../../data/crc32.ts";
import type { Claimed } from "../../models/files/claim.ts";
import type { CheckpointPlace } from "../../tabular/checkpoints/checkpoint.ts";
import type { FolderOptions } from "../../tabular/checkpoints/files/checkpointFolder.ts";
import { placeIn } from "../../tabular/checkpoints/files/checkpointOptions.ts";
import { claimedFolder, namesIn, requireOwnFolder } from "../../tabular/checkpoints/files/ownFolder.ts";
import type { ObjectiveName } from "../objective.ts";
import { bestFirst } from "../search.ts";
import { type TrialJob, type TrialRecord, trialKey } from "../trial.ts";

const JOURNAL = "trials.jsonl";
const PREFIX = "training-";
/** What is being removed. */
const GONE = "removed";

export class SearchCheckpoint {
  /** The path of the journal. */
  readonly journal: string;
  readonly #options: FolderOptions;
  /** Of the trainings that have ended. */
  #best: TrialRecord | undefined;
  /** The names of all that have: others are under way, on several ranks, or were when an earlier process ended. */
  readonly #ended = new Set<string>();
  #objective: ObjectiveName | undefined;

  private constructor(options: FolderOptions) {
    this.journal = join(options.folder, JOURNAL);
    this.#options = options;
  }

  /**
   * Opens the folder of a search, or makes it.
   *
   * @throws {DescriptionError} a folder with other files @throws {GradusError | RunFailedError} one that can't be read or made
   */
  static async open(options: FolderOptions): Promise<SearchCheckpoint> {
    await requireOwnFolder(options.folder, JOURNAL);
    return new SearchCheckpoint(options);
  }

  /** What a message says where another search has the folder open. */
  get claimed(): Claimed {
    return claimedFolder(this.#options.folder);
  }

  /** Where the states of a training are kept. */
  place(job: TrialJob): CheckpointPlace {
    return placeIn({ ...this.#options, folder: join(this.#options.folder, nameOf(job)) });
  }

  /** Decides by what trainings are compared. */
  compareBy(objective: ObjectiveName): void {
    this.#objective = objective;
  }

  /**
   * Takes a training that has ended and was written down: of all of them, the best one's states are kept.
   *
   * @param reused whether it was written down by an earlier call; the states of the training under way are still there then
   */
  async ended(record: TrialRecord, reused: boolean): Promise<void> {
    if (record.status === "finished" && this.#isBest(record)) this.#best = record;
    this.#ended.add(nameOf(record));
    if (reused) return;
    const kept = this.#best && nameOf(this.#best);
    const { folder } = this.#options;
    for (const name of await namesIn(folder)) {
      if (!this.#ended.has(name) || name === kept) continue;
      // Under another name first: a process that is killed meanwhile leaves no half of a checkpoint.
      const gone = join(folder, GONE);
      await rm(gone, { recursive: true, force: true });
      await rename(join(folder, name), gone);
      await rm(gone, { recursive: true });
    }
  }

  #isBest(record: TrialRecord): boolean {
    const best = this.#best;
    if (best === undefined || this.#objective === undefined || record.rung !== best.rung)
      return record.rung >= (best?.rung ?? 0);
    return bestFirst(this.#objective)(record, best) < 0;
  }
}

const nameOf = (job: Pick<TrialJob, "values" | "seed" | "epochs">): string => PREFIX + textChecksum(trialKey(job));
