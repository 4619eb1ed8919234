/**
 * The WebAssembly engine: plans run by SIMD kernels in float32, in Node and in browsers, without native code.
 */
import { requireParameters } from "../../network/parameters.ts";
import { type Engine, requireEngineOptions, requireProblem } from "../engine.ts";
import { trainingKernels } from "./generated/trainingKernels.ts";
import { type KernelBuild, variantOf } from "./kernelModule.ts";
import { predictorWith } from "./prediction.ts";
import { acquireRuntime, acquireThreads, releaseRuntime } from "./runtime.ts";
import { WasmSession } from "./session.ts";
import { usefulThreads, workplaceFor } from "./work.ts";
import { availableThreads, coreCount, whyNoThreads } from "./workers.ts";

/** `false`, as a constant that a bundler defines, leaves the base64 kernels out of the bundle. */
declare const GRADUS_EMBEDDED_KERNELS: boolean | undefined;

const build: KernelBuild =
  typeof GRADUS_EMBEDDED_KERNELS === "undefined" || GRADUS_EMBEDDED_KERNELS ? trainingKernels : { purpose: "training" };

export const wasm = {
  name: "wasm",
  precision: "float32",
  create: async (given, asked = {}) => {
    const problem = requireProblem(given);
    requireEngineOptions(asked);
    const { parameters } = asked;
    if (parameters !== undefined) requireParameters(problem.network, parameters);
    const { runtime, threads, inWorkers } = await workplaceFor(build, problem, asked);
    return new WasmSession(problem, runtime, { threads, inWorkers, parameters }, releaseRuntime);
  },
  parallelism: (problem) => ({
    useful: usefulThreads(requireProblem(problem)),
    available: availableThreads(build.purpose),
  }),
  whyOneThread: async () => (coreCount() > 1 ? await tryThreads() : undefined),
  predictor: predictorWith(build),
} as const satisfies Engine;

/** Tries to compile the kernels and to take memory for them. @returns why that can't be done; undefined where it can */
export async function tryRuntime(): Promise<string | undefined> {
  try {
    releaseRuntime(await acquireRuntime(build, false));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Whether the kernels that run here fuse multiplications and additions. */
export function isFused(): boolean {
  return variantOf(build, false).relaxed;
}

/** Tries to start a worker. @returns why threads can't be used here; undefined where they can */
export async function tryThreads(): Promise<string | undefined> {
  if (whyNoThreads(build.purpose) !== undefined) return whyNoThreads(build.purpose);
  const runtime = await acquireThreads(build, 1);
  if (runtime !== undefined) releaseRuntime(runtime);
  return runtime === undefined ? (whyNoThreads(build.purpose) ?? "a worker could not be started") : undefined;
}
