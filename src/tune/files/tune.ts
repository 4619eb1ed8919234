/** Tuning with tables from files and SQL, and with a journal to go on from; Node only. */

import type { ReadOptions } from "../../data/readOptions.ts";
import { optionName } from "../../data/remedies.ts";
import type { Team } from "../../distributed/team.ts";
import { DescriptionError } from "../../errors.ts";
import { type Kinds, object, requireOptions, snapshot, text } from "../../kinds.ts";
import {
  type CheckpointOptions,
  checkpointKinds,
  completeCheckpoint,
} from "../../tabular/checkpoints/files/checkpointOptions.ts";
import { type AnyTable, readTables } from "../../tabular/files/train.ts";
import { namedSettings } from "../../tabular/recipe.ts";
import { startOfTime } from "../../tabular/trainOptions.ts";
import { placeOnFirst } from "../statesOnRanks.ts";
import { type TuneResult, tuneTable } from "../tune.ts";
import { studyOf, type TuneOptions, tuneOptionKinds } from "../tuneOptions.ts";
import { Journal } from "./journal.ts";
import { SearchCheckpoint } from "./searchCheckpoint.ts";

export interface FileTuneOptions extends Omit<TuneOptions<AnyTable>, "recorded"> {
  /** How to read files: delimiter, encoding, words for missing values, …. */
  readonly read?: ReadOptions;
  /** A file that records each trial when it ends; an interrupted search continues from it. */
  readonly journal?: string;
  /**
   * A folder that keeps a journal, and the states of the training under way and of the best so far: the same call goes on where an
   * interrupted one was, within a training too, and comes to the same model, bit for bit, but for a search with a `time`. It takes the place of
   * a `journal`. Nothing is kept when absent.
   */
  readonly checkpoint?: string | CheckpointOptions;
}

const { recorded: _recorded, ...inMemoryKinds } = tuneOptionKinds;
const fileTuneOptionKinds = {
  ...inMemoryKinds,
  read: object,
  journal: text,
  ...checkpointKinds,
} as const satisfies Kinds<FileTuneOptions>;

/**
 * Searches for the best settings for a table, and trains with them.
 *
 * @throws {DataError} a table that cannot be read or learned from; a file that is not a journal
 * @throws {DescriptionError} an option or a range that is unknown or out of range; a journal or a checkpoint of another search
 * @throws {RunFailedError} all trials failed, or there was time for none
 *
 * @example
 * import { tune } from "gradus/node";
 *
 * const { best } = await tune({
 *   table: "penguins.csv",
 *   target: "species",
 *   recipe: "plain",
 *   space: { learningRate: "0.001..0.1:log" },
 *   trials: 2,
 *   epochs: 3,
 *   journal: "trials.jsonl", // an interrupted search continues from it
 * });
 * console.log(best.values);
 */
export async function tune(given: FileTuneOptions): Promise<TuneResult> {
  return await tuneOnFiles(given);
}

/**
 * The same with the ranks that make the trials, each of which reads the tables; rank 0 alone has the journal and the states. Not with a `time`.
 *
 * @throws as `tune`, and {JobEnded} on a rank that isn't the first, at the end
 */
export async function tuneOnFiles(
  given: FileTuneOptions,
  { team }: { readonly team?: Team | undefined } = {},
): Promise<TuneResult> {
  requireOptions(given, fileTuneOptionKinds, "tune");
  const options = snapshot(given, "table", "test", "engine");
  const { read, journal: named, checkpoint: asked, ...rest } = namedSettings(options);
  if (named !== undefined && asked !== undefined) {
    throw new DescriptionError(
      `${optionName("journal", "Option")} has no effect together with ${optionName("checkpoint")}, which keeps a journal of its own. Leave one of them out.`,
    );
  }
  const complete = asked === undefined ? undefined : completeCheckpoint(asked);
  const startedAt = startOfTime(options);
  const inMemory = { ...rest, startedAt, ...(await readTables(options)) };
  const study = studyOf(inMemory); // goes through the table; the folder is not made before
  if (team?.isFirst === false) {
    return await tuneTable(inMemory, { team, ...(complete && { placeOf: (job) => placeOnFirst(team, job) }) });
  }
  const checkpoint = complete && (await SearchCheckpoint.open(complete));
  const path = checkpoint?.journal ?? named;
  if (path === undefined) return tuneTable(inMemory, { team });
  await using journal = await Journal.open(path, study, checkpoint?.claimed);
  await complete?.onOpen?.({ resumed: false, networks: [], notes: [] });
  return await tuneTable(
    {
      ...inMemory,
      recorded: journal.recorded,
      onStart: (start) => {
        checkpoint?.compareBy(start.metric);
        options.onStart?.(start);
      },
      onTrial: async (record, reused) => {
        if (!reused) await journal.add(record);
        await checkpoint?.ended(record, reused);
        await options.onTrial?.(record, reused);
      },
    },
    { team, ...(checkpoint && { placeOf: (job) => checkpoint.place(job) }) },
  );
}
