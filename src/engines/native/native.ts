/**
 * The native engine: plans run with machine code for the processor at hand, made in TypeScript when it is first needed.
 *
 * Needs Node on x64 and the package koffi. What makes the code is loaded when a session is made: a bundler puts it in a file of its
 * own, which a page never fetches.
 */
import type { Engine } from "../engine.ts";
import type { Devices } from "../memory/device.ts";
import { predictorWith } from "../memory/prediction.ts";
import { trainingWith, tryThreads } from "../memory/training.ts";
import { availableThreads } from "../memory/workers.ts";
import { loadedFor, whyNotShared } from "../wasm/loadedKernels.ts";
import { build } from "../wasm/wasm.ts";

const load = () => import("./nativeDevices.ts");

/** The kernels that its devices are made from; an object of its own, because those of the engine wasm are others. */
let source = { files: loadedFor(build.purpose) };

const devices: Devices = {
  source: () => {
    const files = loadedFor(build.purpose);
    if (files !== source.files) source = { files };
    return source;
  },
  whyNotShared: () => whyNotShared(build.purpose),
  create: async (shared) => (await load()).createDevice(build, shared),
};

export const native = {
  name: "native",
  precision: "float32",
  ...trainingWith(devices),
  predictor: predictorWith(devices),
} as const satisfies Engine;

/** Whether it runs here, and on what: code is made, and threads are tried. */
export async function nativeConditions(): Promise<{ readonly available: boolean; readonly reason: string }> {
  try {
    const { cpu, isa } = (await load()).machineCode();
    const whyOne = await tryThreads(devices);
    const threads = whyOne === undefined ? `${availableThreads(devices)} threads` : `one thread: ${whyOne}`;
    return { available: true, reason: `${isa.title} on ${cpu.name}; ${threads}` };
  } catch (error) {
    return { available: false, reason: error instanceof Error ? error.message : String(error) };
  }
}
