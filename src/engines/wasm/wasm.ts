/**
 * The WebAssembly engine: plans run by SIMD kernels in float32, in Node and in browsers, without native code.
 */
import { requireParameters } from "../../network/parameters.ts";
import { type Engine, requireEngineOptions, requireProblem } from "../engine.ts";
import { trainingKernels } from "./generated/trainingKernels.ts";
import { predictorWith } from "./prediction.ts";
import { acquireRuntime, acquireThreads, releaseRuntime } from "./runtime.ts";
import { WasmSession } from "./session.ts";
import { availableThreads, coreCount, whyNoThreads } from "./threads.ts";
import { usefulThreads, workplaceFor } from "./work.ts";

export const wasm = {
  name: "wasm",
  precision: "float32",
  create: async (given, asked = {}) => {
    const problem = requireProblem(given);
    requireEngineOptions(asked);
    const { parameters } = asked;
    if (parameters !== undefined) requireParameters(problem.network, parameters);
    const { runtime, threads, inWorkers } = await workplaceFor(trainingKernels, problem, asked);
    return new WasmSession(problem, runtime, { threads, inWorkers, parameters }, releaseRuntime);
  },
  parallelism: (problem) => ({ useful: usefulThreads(requireProblem(problem)), available: availableThreads() }),
  whyOneThread: async () => (coreCount() > 1 ? await tryThreads() : undefined),
  predictor: predictorWith(trainingKernels),
} as const satisfies Engine;

/** Tries to compile the kernels and to take memory for them. @returns why that can't be done; undefined where it can */
export async function tryRuntime(): Promise<string | undefined> {
  try {
    releaseRuntime(await acquireRuntime(trainingKernels, false));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Tries to start a worker. @returns why threads can't be used here; undefined where they can */
export async function tryThreads(): Promise<string | undefined> {
  if (whyNoThreads() !== undefined) return whyNoThreads();
  const runtime = await acquireThreads(trainingKernels, 1);
  if (runtime !== undefined) releaseRuntime(runtime);
  return runtime === undefined ? (whyNoThreads() ?? "a worker could not be started") : undefined;
}
