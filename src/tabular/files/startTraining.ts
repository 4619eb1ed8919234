/** A training in the caller's hands, with tables from files and SQL; Node only. */
import type { ReadOptions } from "../../data/readOptions.ts";
import { snapshot } from "../../kinds.ts";
import type { KnownOptions, KnownTarget, ModelOf } from "../modelOf.ts";
import { namedSettings } from "../recipe.ts";
import { type StartedTraining, startOnTable } from "../startTraining.ts";
import { requireStartOptions, type StartTrainingOptions, startTrainingKinds } from "../startTrainingOptions.ts";
import { type AnyTable, readKinds, readTables } from "./train.ts";

export interface FileStartTrainingOptions extends StartTrainingOptions<AnyTable> {
  /** How to read files: delimiter, encoding, words for missing values, …. */
  readonly read?: ReadOptions;
}

/**
 * Prepares the training of one network on a table from a file, a query or memory, and leaves it to the caller to go through it:
 * to draw while it learns, to pause, to stop, to save the model of the moment.
 *
 * With the same options, run to the end, it gives the bits and the metrics of `train` with `folds: 1`. Options of several
 * networks (`folds` and `ensemble` above 1) and of a limited time are for `train` alone.
 *
 * @throws {DataError} a table that cannot be read or learned from, with file, line, column
 * @throws {DescriptionError} a setting that is unknown or out of range, or an option that is for `train` alone
 * @throws {OutOfMemoryError} a network or rows that don't fit into the memory
 *
 * @example
 * import { saveModel, startTraining } from "gradus/node";
 *
 * using training = await startTraining({ table: "penguins.csv", target: "species", task: "classification", epochs: 5 });
 * for await (const event of training.events()) {
 *   if (event.event === "epoch") console.log(event.epoch, event.trainingLoss, event.validationLoss);
 * }
 * const model = await training.toModel();
 * await saveModel("penguins.gradus", model);
 * model.task; // "classification"
 */
export async function startTraining<const Options extends FileStartTrainingOptions>(
  given: Options & KnownTarget<Options> & KnownOptions<Options, FileStartTrainingOptions>,
): Promise<StartedTraining<ModelOf<Options>>> {
  requireStartOptions(given, { ...startTrainingKinds, ...readKinds });
  const options = snapshot<FileStartTrainingOptions>(given, "table", "test", "engine");
  const { read: _read, ...rest } = namedSettings(options);
  const tables = await readTables(options);
  // What the model is follows from the options as they were written.
  return startOnTable({ ...rest, ...tables }) as Promise<unknown> as Promise<StartedTraining<ModelOf<Options>>>;
}
