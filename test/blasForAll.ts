/** The engine blas where even the smallest product is one of the library. */
import type { Devices } from "../src/engines/memory/device.ts";
import { blasWith } from "../src/engines/native/blas/blas.ts";
import { createBlasDevice } from "../src/engines/native/blas/device.ts";
import { trainingKernels } from "../src/engines/wasm/generated/trainingKernels.ts";

const devices: Devices = {
  source: () => devices,
  whyNotShared: () => undefined,
  create: (shared) => createBlasDevice(trainingKernels, shared, { least: 1 }),
};

export const blasForAll = blasWith(devices);
