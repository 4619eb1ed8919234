/** The WebAssembly engine as far as it predicts, without what only training needs: what loads a model reaches this file. */
import type { PredictionEngine } from "../engine.ts";
import { predictorWith } from "../memory/prediction.ts";
import { devicesWith } from "./device.ts";
import { predictionKernels } from "./generated/predictionKernels.ts";
import type { KernelBuild } from "./kernelModule.ts";

/** As in wasm.ts; here again, because bundlers leave out what a constant of this very file excludes. */
declare const GRADUS_EMBEDDED_KERNELS: boolean | undefined;

const build: KernelBuild =
  typeof GRADUS_EMBEDDED_KERNELS === "undefined" || GRADUS_EMBEDDED_KERNELS
    ? predictionKernels
    : { purpose: "prediction" };

export const wasmPrediction = {
  name: "wasm",
  precision: "float32",
  predictor: predictorWith(devicesWith(build)),
} as const satisfies PredictionEngine;
