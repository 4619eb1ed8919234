/** A model from the bytes of its file, with the best engine available to compute it; any runtime. */

import { type Task, tasks } from "../data/encoding.ts";
import type { Engine } from "../engines/engine.ts";
import type { EngineName } from "../engines/factory.ts";
import { predictionEngineOf } from "../engines/predictionEngines.ts";
import { ModelFileError } from "../errors.ts";
import { either, type Kinds, kind, object, oneOf, requireKind, requireOptions, text } from "../kinds.ts";
import { type Model, modelFromBytes } from "../models/model.ts";

export interface LoadOptions<T extends Task = Task> {
  /** The task that the model must have, which decides its type: a `Classifier` for "classification". Any task when absent. */
  readonly task?: T | undefined;
  /** The engine that computes; the fastest available when absent. */
  readonly engine?: EngineName | Engine;
  /** The source of the bytes, for error messages. */
  readonly source?: string;
}

/** The type of a model of these tasks. */
export type LoadedModel<T extends Task = Task> = Extract<Model, { readonly task: T }>;

/** The names and kinds of `LoadOptions`. */
export const loadKinds = {
  engine: either(text, object),
  source: text,
  task: oneOf(...tasks),
} satisfies Kinds<LoadOptions>;

/**
 * @throws {ModelFileError} bytes that are not a model, or are incomplete, damaged, of a newer version or inconsistent; a model of
 * another task than `task`
 *
 * @example
 * import { loadModel, train } from "gradus";
 *
 * const rows = Array.from({ length: 40 }, (_, i) => ({ size: 50 + i, garden: i % 2 === 0, price: 100 + 3 * i }));
 * const { model } = await train({ table: rows, target: "price", epochs: 5, folds: 1 });
 * const bytes = model.toBytes(); // store it, or send it to a browser
 * const loaded = await loadModel(bytes);
 * loaded.task; // "regression"
 * const regressor = await loadModel(bytes, { task: "regression" }); // a Regressor by its type too
 * regressor.targets; // ["price"]
 */
export async function loadModel<const T extends Task = Task>(
  bytes: Uint8Array,
  options: LoadOptions<T> = {},
): Promise<LoadedModel<T>> {
  requireKind(
    "the model file",
    bytes,
    kind("bytes, a Uint8Array", (value) => value instanceof Uint8Array),
  );
  requireOptions(options, loadKinds, "loadModel");
  const { engine, source = "the model file", task } = options;
  const model: Model = await modelFromBytes(bytes, predictionEngineOf(engine), source);
  if (task === undefined || model.task === task) return model as LoadedModel<T>;
  model.dispose();
  throw new ModelFileError(
    `${source}: expected a model of the task ${task}, found one of the task ${model.task}. Load it with task: ${JSON.stringify(model.task)}, or without a task.`,
  );
}
