/**
 * The engines as far as they predict: which there are, best first, and which one runs here. What loads a model reaches this
 * file and not `factory.ts`, so that an app's bundle holds nothing of training.
 */
import { lookUp } from "../errors.ts";
import { func, requireKind, text, withFields } from "../kinds.ts";
import { referencePrediction } from "../reference/prediction.ts";
import type { PredictionEngine } from "./engine.ts";
import { whyNoKernels } from "./wasm/kernelModule.ts";
import { whyNoMemory } from "./wasm/runtime.ts";
import { wasmPrediction } from "./wasm/wasmPrediction.ts";

interface PredictionEntry {
  readonly engine: PredictionEngine;
  /** Why it can't be the default here, as far as that can be known at once; undefined where it can. */
  whyNot(): string | undefined;
}

const engines = {
  wasm: { engine: wasmPrediction, whyNot: () => whyNoKernels() ?? whyNoMemory() },
  reference: { engine: referencePrediction, whyNot: () => undefined },
} as const satisfies Record<string, PredictionEntry>;

export type EngineName = keyof typeof engines;

/** The names that `engine` options take, best first. */
export const engineNames: readonly EngineName[] = ["wasm", "reference"];

/** Why an engine can't be the default here, as far as that can be known at once; undefined where it can. */
export function whyNot(name: EngineName): string | undefined {
  return engines[name].whyNot();
}

/** The best engine that runs here. */
export function defaultName(): EngineName {
  return engineNames.find((name) => whyNot(name) === undefined) ?? "reference";
}

/**
 * The engine of a name as far as it predicts, or an engine as it is; the best one that runs here when none is named.
 *
 * @throws {DescriptionError} an unknown name, with the nearest one
 */
export function predictionEngineOf(engine: EngineName | PredictionEngine = defaultName()): PredictionEngine {
  if (typeof engine === "string") return lookUp<PredictionEntry>(engines, engine, "engine").engine;
  requireKind("engine", engine, withFields("the name of an engine, or an engine", { name: text, predictor: func }));
  return engine;
}
