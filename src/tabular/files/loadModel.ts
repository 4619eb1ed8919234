/** A model from its file on a disk, or from bytes; Node only. */
import { requireKnown } from "../../errors.ts";
import { readModelBytes } from "../../models/files/savedModel.ts";
import type { Model } from "../../models/model.ts";
import { type LoadOptions, loadModel as loadModelFromBytes } from "../loadModel.ts";

/**
 * A model ready to predict.
 *
 * @param file a path, or the file's bytes
 * @throws {ModelFileError} a file that cannot be read, is no model, or is damaged
 *
 * @example
 * import { loadModel, saveModel, train } from "gradus/node";
 *
 * const { model } = await train({ table: "penguins.csv", target: "species", epochs: 2, folds: 1 });
 * await saveModel("penguins.gradus", model);
 * (await loadModel("penguins.gradus")).task; // "classification"
 */
export async function loadModel(file: string | Uint8Array, options: LoadOptions = {}): Promise<Model> {
  if (typeof file !== "string") return loadModelFromBytes(file, options);
  requireKnown(options, { engine: true, source: true }, "loadModel");
  const given = { source: file, ...options };
  return loadModelFromBytes(await readModelBytes(file), given);
}
