/** A model from its file on a disk, or from bytes; Node only. */
import type { Task } from "../../data/encoding.ts";
import { requireOptions } from "../../kinds.ts";
import { readModelBytes } from "../../models/files/savedModel.ts";
import { type LoadedModel, type LoadOptions, loadKinds, loadModel as loadModelFromBytes } from "../loadModel.ts";

/**
 * A model ready to predict.
 *
 * @param file a path, or the file's bytes
 * @throws {ModelFileError} a file that cannot be read, is no model, or is damaged; a model of another task than `task`
 *
 * @example
 * import { loadModel, saveModel, train } from "gradus/node";
 *
 * const { model } = await train({ table: "penguins.csv", target: "species", epochs: 2, folds: 1 });
 * await saveModel("penguins.gradus", model);
 * (await loadModel("penguins.gradus")).task; // "classification"
 */
export async function loadModel<const T extends Task = Task>(
  file: string | Uint8Array,
  options: LoadOptions<T> = {},
): Promise<LoadedModel<T>> {
  if (typeof file !== "string") return loadModelFromBytes(file, options);
  requireOptions(options, loadKinds, "loadModel");
  const given = { source: file, ...options };
  return loadModelFromBytes(await readModelBytes(file), given);
}
