/**
 * The engine blas: plans run with matrix products by a BLAS of the system (Accelerate, OpenBLAS, oneMKL), on any processor.
 *
 * One thread for each network: how a BLAS sums depends on how many rows it is given, so that a product shared among threads would have
 * other bits for each number of them. Networks that share nothing learn side by side on all cores.
 *
 * Needs Node and the package koffi. What calls the library is loaded when a session is made.
 */
import { GradusError } from "../../../errors.ts";
import { type Engine, type EngineOptions, type Problem, requireEngineOptions } from "../../engine.ts";
import type { Devices } from "../../memory/device.ts";
import { trainingWith, tryThreads } from "../../memory/training.ts";
import { availableThreads } from "../../memory/workers.ts";
import { loadedFor, whyNotShared } from "../../wasm/loadedKernels.ts";
import { build, wasm } from "../../wasm/wasm.ts";
import { whyNoBlas } from "../conditions.ts";

const load = () => import("../nativeDevices.ts");

/** @throws {GradusError} where it can't run here, with the reason */
async function requireBlas(): Promise<void> {
  const why = whyNoBlas();
  if (why !== undefined) throw new GradusError(`The engine blas cannot run here: ${why}. Use the engine wasm.`);
  (await load()).findBlas();
}

/** The kernels that its devices are made from; an object of its own, because those of other engines are others. */
let source = { files: loadedFor(build.purpose) };

const devices: Devices = {
  source: () => {
    const files = loadedFor(build.purpose);
    if (files !== source.files) source = { files };
    return source;
  },
  whyNotShared: () => whyNotShared(build.purpose),
  create: async (shared) => {
    await requireBlas();
    return (await load()).createBlasDevice(build, shared);
  },
};

/** An engine with such devices: of one thread, and several networks side by side. */
export function blasWith(with_: Devices) {
  const called = { name: "blas", precision: "float32" } as const;
  const training = trainingWith(with_, called);
  return {
    ...called,
    ...training,
    create: async <Inputs extends number, Outputs extends number>(
      problem: Problem<Inputs, Outputs>,
      options: EngineOptions = {},
    ) => {
      requireEngineOptions(options, called);
      await requireBlas();
      return training.create(problem, { ...options, threads: 1 });
    },
    requireHere: requireBlas,
    library: async () => (await load()).findBlas().title,
    sharesSteps: false,
    parallelism: (problem: Problem) => ({ ...training.parallelism(problem), useful: 1 }),
    whyOneThread: async () => {
      await requireBlas();
      return training.whyOneThread();
    },
    // A row has the same prediction alone and among others, which a BLAS doesn't give.
    predictor: wasm.predictor,
  } as const satisfies Engine;
}

export const blas = blasWith(devices);

/** Whether it runs here, and by what: the library is tried. */
export async function blasConditions(): Promise<{ readonly available: boolean; readonly reason: string }> {
  try {
    const { title } = (await load()).findBlas();
    const whyOne = await tryThreads(devices);
    const several =
      whyOne === undefined ? `${availableThreads(devices)} networks side by side` : `one network: ${whyOne}`;
    return { available: true, reason: `${title}; ${several}` };
  } catch (error) {
    return { available: false, reason: error instanceof Error ? error.message : String(error) };
  }
}
