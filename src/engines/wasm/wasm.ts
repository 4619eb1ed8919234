/**
 * The WebAssembly engine: plans run by SIMD kernels in float32, in Node and in browsers, without native code.
 */

import type { Network } from "../../network/network.ts";
import { parameterLayout, requireParameters } from "../../network/parameters.ts";
import {
  completeProblem,
  type Engine,
  type Numbers,
  type Problem,
  requireEngineOptions,
  requireProblem,
  type Session,
} from "../engine.ts";
import { createPredictor } from "./predictor.ts";
import { acquireRuntime, type Runtime, releaseRuntime } from "./runtime.ts";
import { WasmSession } from "./session.ts";
import { availableThreads, coreCount, MOST_THREADS, rememberNoThreads, whyNoThreads } from "./threads.ts";

/**
 * A step of fewer multiplications per thread than this stays on fewer threads: it takes some 30 µs, and meeting costs
 * a few.
 */
const LEAST_WORK = 500_000;

export const wasm = {
  name: "wasm",
  precision: "float32",
  create: async (given, asked = {}) => {
    const problem = requireProblem(given);
    requireEngineOptions(asked);
    const { threads = availableThreads(), apart = false, parameters } = asked;
    if (parameters !== undefined) requireParameters(problem.network, parameters);
    const possible = whyNoThreads() === undefined;
    const used = possible ? Math.min(threads, usefulThreads(problem), MOST_THREADS) : 1;
    const shared = possible && (apart || used > 1) ? await acquireThreads(used) : undefined;
    const runtime = shared ?? (await acquireRuntime(false));
    const inWorkers = shared !== undefined;
    const options = { threads: inWorkers ? used : 1, inWorkers, parameters };
    return new WasmSession(problem, runtime, options, releaseRuntime);
  },
  parallelism: (problem) => ({ useful: usefulThreads(requireProblem(problem)), available: availableThreads() }),
  whyOneThread: async () => (coreCount() > 1 ? await tryThreads() : undefined),
  predictor: async (network, parameters) =>
    createPredictor(network, parameters, await acquireRuntime(false), releaseRuntime, (values) =>
      openForPrediction(network, values),
    ),
} as const satisfies Engine;

/** A runtime whose workers have started; undefined where they can't be, and a session must do without. */
async function acquireThreads(threads: number): Promise<Runtime | undefined> {
  let runtime: Runtime | undefined;
  try {
    runtime = await acquireRuntime(true);
    await runtime.threads?.start(threads);
    return runtime;
  } catch (error) {
    rememberNoThreads(error instanceof Error ? error.message : String(error));
    runtime?.threads?.dispose();
    return undefined;
  }
}

/** Tries to compile the kernels and to take memory for them. @returns why that can't be done; undefined where it can */
export async function tryRuntime(): Promise<string | undefined> {
  try {
    releaseRuntime(await acquireRuntime(false));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Tries to start a worker. @returns why threads can't be used here; undefined where they can */
export async function tryThreads(): Promise<string | undefined> {
  if (whyNoThreads() !== undefined) return whyNoThreads();
  const runtime = await acquireThreads(1);
  if (runtime !== undefined) releaseRuntime(runtime);
  return runtime === undefined ? (whyNoThreads() ?? "a worker could not be started") : undefined;
}

/** Rows that go forward together when predicting. */
const PREDICTED_TOGETHER = 256;

/** A session that only predicts: the loss and the optimizer are the simplest there are. */
async function openForPrediction(network: Network, parameters: Numbers): Promise<Session> {
  const problem = completeProblem({ network, loss: "halfSquaredError", batchSize: PREDICTED_TOGETHER });
  return await wasm.create(problem, { parameters });
}

/** How many threads a step of this problem can feed. Each weight is multiplied about three times a row; tables are looked up. */
function usefulThreads({ network, batchSize }: Problem): number {
  const multiplied = parameterLayout(network).tensors.filter(({ layer }) => network.layers[layer].kind !== "embedding");
  const work = 3 * batchSize * multiplied.reduce((sum, { length }) => sum + length, 0);
  return Math.max(1, Math.floor(work / LEAST_WORK));
}
