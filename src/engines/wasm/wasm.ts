/**
 * The WebAssembly engine: plans run by SIMD kernels in float32, in Node and in browsers, without native code.
 */
import type { Engine } from "../engine.ts";
import { predictorWith } from "../memory/prediction.ts";
import { acquireRuntime, releaseRuntime } from "../memory/runtime.ts";
import { trainingWith, tryThreads } from "../memory/training.ts";
import { availableThreads } from "../memory/workers.ts";
import { devicesWith } from "./device.ts";
import { trainingKernels } from "./generated/trainingKernels.ts";
import { type KernelBuild, variantOf } from "./kernelModule.ts";

/** `false`, as a constant that a bundler defines, leaves the base64 kernels out of the bundle. */
declare const GRADUS_EMBEDDED_KERNELS: boolean | undefined;

export const build: KernelBuild =
  typeof GRADUS_EMBEDDED_KERNELS === "undefined" || GRADUS_EMBEDDED_KERNELS ? trainingKernels : { purpose: "training" };

const devices = devicesWith(build);

export const wasm = {
  name: "wasm",
  precision: "float32",
  ...trainingWith(devices, { name: "wasm", precision: "float32" }),
  predictor: predictorWith(devices),
} as const satisfies Engine;

/** Tries to compile the kernels and to take memory for them. @returns why that can't be done; undefined where it can */
export async function tryRuntime(): Promise<string | undefined> {
  try {
    releaseRuntime(await acquireRuntime(devices, false));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** How the kernels run here, in words: what the machine gives them. Threads are tried. */
export async function wasmConditions(): Promise<string> {
  const { relaxed } = variantOf(build, false);
  const whyOne = await tryThreads(devices);
  const threads = whyOne === undefined ? `${availableThreads(devices)} threads` : `one thread: ${whyOne}`;
  return `SIMD ${relaxed ? "with" : "without"} fused multiply-add; ${threads}`;
}
