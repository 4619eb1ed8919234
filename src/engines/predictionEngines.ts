/**
 * The engines as far as they predict. What loads a model reaches this file and not `factory.ts`, so that an app's bundle holds
 * nothing of training.
 */
import { lookUp } from "../errors.ts";
import { func, requireKind, text, withFields } from "../kinds.ts";
import { referencePrediction } from "../reference/prediction.ts";
import { defaultName, type EngineName } from "./defaultEngine.ts";
import type { PredictionEngine } from "./engine.ts";
import { wasmPrediction } from "./wasm/wasmPrediction.ts";

const engines = {
  wasm: wasmPrediction,
  // What predicts alone is not worth a processor's own code, and the bits are the same.
  native: { ...wasmPrediction, name: "native" },
  blas: { ...wasmPrediction, name: "blas" },
  reference: referencePrediction,
} as const satisfies Record<EngineName, PredictionEngine>;

/**
 * The engine of a name as far as it predicts, or an engine as it is; the best one that runs here when none is named.
 *
 * @throws {DescriptionError} an unknown name, with the nearest one
 */
export function predictionEngineOf(
  engine: EngineName | PredictionEngine = defaultName("prediction"),
): PredictionEngine {
  if (typeof engine === "string") return lookUp<PredictionEngine>(engines, engine, "engine");
  requireKind("engine", engine, withFields("the name of an engine, or an engine", { name: text, predictor: func }));
  return engine;
}
