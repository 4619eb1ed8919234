/** A model from the bytes of its file, with the best engine available to compute it; any runtime. */

import type { Engine } from "../engines/engine.ts";
import type { EngineName } from "../engines/factory.ts";
import { predictionEngineOf } from "../engines/predictionEngines.ts";
import { either, kind, object, requireKind, requireOptions, text } from "../kinds.ts";
import { type Model, modelFromBytes } from "../models/model.ts";

export interface LoadOptions {
  /** The best one available when absent. */
  readonly engine?: EngineName | Engine;
  /** Where the bytes came from, for messages. */
  readonly source?: string;
}

/**
 * @throws {ModelFileError} bytes that are no model, cut off, altered, of a newer version, or do not fit together
 *
 * @example
 * import { loadModel, train } from "gradus";
 *
 * const rows = Array.from({ length: 40 }, (_, i) => ({ size: 50 + i, garden: i % 2 === 0, price: 100 + 3 * i }));
 * const { model } = await train({ table: rows, target: "price", epochs: 5, folds: 1 });
 * const bytes = model.toBytes(); // store it, or send it to a browser
 * const loaded = await loadModel(bytes);
 * loaded.task; // "regression"
 */
export async function loadModel(bytes: Uint8Array, options: LoadOptions = {}): Promise<Model> {
  requireKind(
    "the model file",
    bytes,
    kind("bytes, a Uint8Array", (value) => value instanceof Uint8Array),
  );
  requireOptions(options, { engine: either(text, object), source: text }, "loadModel");
  const { engine, source } = options;
  return modelFromBytes(bytes, predictionEngineOf(engine), source);
}
