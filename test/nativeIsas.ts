/** Machine code for each instruction set that can be tried on this machine. Says which tests are skipped for want of others. */
import type { Engine } from "../src/engines/engine.ts";
import type { Devices } from "../src/engines/memory/device.ts";
import { predictorWith } from "../src/engines/memory/prediction.ts";
import { trainingWith } from "../src/engines/memory/training.ts";
import { whyNoNative } from "../src/engines/native/conditions.ts";
import { createDevice } from "../src/engines/native/device.ts";
import { machineCode } from "../src/engines/native/machineCode.ts";
import { trainingKernels } from "../src/engines/wasm/generated/trainingKernels.ts";

export const isas = ["avx2", "avx512"].filter((isa) => {
  try {
    return whyNoNative() === undefined && machineCode(isa) !== undefined;
  } catch {
    return false;
  }
});
if (isas.length < 2)
  console.log(`skipped: machine code for what this machine has not: ${whyNoNative() ?? `only ${isas.join()}`}`);

const engines = new Map<string, Engine>();

/** The native engine with an instruction set, where even the smallest product is one of machine code, and the first step of a program that has code of its own. */
export function nativeWith(isa: string): Engine {
  const devices: Devices = {
    source: () => devices,
    whyNotShared: () => undefined,
    create: (shared) => createDevice(trainingKernels, shared, { least: 1, warmUp: 0, code: machineCode(isa) }),
  };
  const engine = engines.get(isa) ?? {
    name: `native, ${isa}`,
    precision: "float32",
    ...trainingWith(devices),
    predictor: predictorWith(devices),
  };
  engines.set(isa, engine);
  return engine;
}
