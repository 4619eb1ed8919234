/** What may be asked for of a checkpoint on a disk; Node only. */
import { optionName } from "../../../data/remedies.ts";
import { DescriptionError, requireThat } from "../../../errors.ts";
import { either, func, type Kinds, needed, number, object, requireOptions, text } from "../../../kinds.ts";
import type { CheckpointPlace } from "../checkpoint.ts";
import { type FolderOptions, type FoundCheckpoint, openFolder } from "./checkpointFolder.ts";

export interface CheckpointOptions {
  /** Where the states of the networks are kept; made where it is not there. */
  readonly folder: string;
  /** Seconds between two states of a network, above 0; 30 when absent. */
  readonly every?: number;
  /**
   * Called before training begins, of a search before its first trial and before each training, and awaited, with what is there to go on
   * from. When absent, its notes are
   * warnings of the process.
   */
  readonly onOpen?: (found: FoundCheckpoint) => void | Promise<void>;
}

const SECONDS = 30;
const optionKinds = { folder: needed(text), every: number, onOpen: func } as const satisfies Kinds<CheckpointOptions>;

/** Of the option among those of a training. */
export const checkpointKinds = { checkpoint: either(text, object) } as const;

/** @throws {DescriptionError} an option that is unknown or out of range */
export function completeCheckpoint(given: string | CheckpointOptions): FolderOptions {
  const options = typeof given === "string" ? { folder: given } : given;
  requireOptions(options, optionKinds, "checkpoint");
  const { folder, every = SECONDS } = options;
  requireThat("checkpoint.folder", folder, folder !== "", "the path of a folder");
  requireThat("checkpoint.every", every, every > 0 && every < Number.POSITIVE_INFINITY, "seconds above 0");
  return { ...options, folder, every };
}

/** A folder as the place of a training's checkpoint. */
export function placeIn(options: FolderOptions): CheckpointPlace {
  return { open: (identity) => openFolder(options, identity) };
}

/**
 * The checkpoint that options of a training ask for; undefined where they ask for none.
 *
 * @param beside the training's other options
 * @throws {DescriptionError} an option that is unknown or out of range; a `time`
 */
export function checkpointOf(
  given: string | CheckpointOptions | undefined,
  beside: { readonly time?: number | undefined },
): CheckpointPlace | undefined {
  if (given === undefined) return undefined;
  const options = completeCheckpoint(given);
  if (beside.time !== undefined) {
    throw new DescriptionError(
      `${optionName("checkpoint", "Option")} can't be used with ${optionName("time")}: what is planned for a time depends on the clock, so that no training could go on to the same model. Leave one of them out.`,
    );
  }
  return placeIn(options);
}
