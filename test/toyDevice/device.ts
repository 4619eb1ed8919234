/**
 * A device in plain JavaScript, and an engine on it: the seam between `engines/memory/` and what computes, with nothing behind it.
 *
 * One thread and no shared memory. Nothing is packed and nothing needs scratch.
 */

import type { Engine } from "../../src/engines/engine.ts";
import { type Device, type DeviceMemory, type Devices, PAGE_BYTES } from "../../src/engines/memory/device.ts";
import { predictorWith } from "../../src/engines/memory/prediction.ts";
import { trainingWith } from "../../src/engines/memory/training.ts";
import { operations } from "./operations.ts";
import { Run } from "./run.ts";

/** An array that another, larger one replaces. */
class ToyMemory implements DeviceMemory {
  buffer = new ArrayBuffer(16 * PAGE_BYTES);

  grow(pages: number): void {
    const former = this.buffer;
    const grown = new Uint8Array(former.byteLength + pages * PAGE_BYTES);
    grown.set(new Uint8Array(former));
    this.buffer = grown.buffer;
    structuredClone(former, { transfer: [former] }); // empties its views
  }
}

function toyDevice(): Device {
  const memory = new ToyMemory();
  return {
    engine: "toy",
    memory,
    start: 64,
    worker: undefined,
    run(control) {
      Run.at(memory.buffer, control).all(operations);
      return 0;
    },
    runRow: (program) => Run.ofRow(memory.buffer, program).all(operations),
    gemmScratch: () => 0,
    gemmKept: () => 0,
    areFinite: (values, count) => Number(new Float32Array(memory.buffer, values, count).every(Number.isFinite)),
    // [bias | weights]
    packedWeightsSize: (units, inputs) => 4 * units * (inputs + 1),
    packWeights(units, inputs, weights, bias, packed) {
      const floats = (address: number, count: number) => new Float32Array(memory.buffer, address, count);
      const own = floats(packed, units * (inputs + 1)).fill(0);
      if (bias !== 0) own.set(floats(bias, units));
      own.set(floats(weights, units * inputs), units);
    },
  };
}

const devices: Devices = {
  source: () => devices,
  whyNotShared: () => "the toy device has one thread",
  create: async () => toyDevice(),
};

export const toyEngine = {
  name: "toy",
  precision: "float32",
  ...trainingWith(devices),
  predictor: predictorWith(devices),
} as const satisfies Engine;
