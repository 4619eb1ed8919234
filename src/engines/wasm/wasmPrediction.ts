/** The WebAssembly engine as far as it predicts, without what only training needs: what loads a model reaches this file. */
import type { PredictionEngine } from "../engine.ts";
import { predictionKernels } from "./generated/predictionKernels.ts";
import { predictorWith } from "./prediction.ts";

export const wasmPrediction = {
  name: "wasm",
  precision: "float32",
  predictor: predictorWith(predictionKernels),
} as const satisfies PredictionEngine;
