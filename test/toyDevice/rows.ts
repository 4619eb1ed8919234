/** What the toy device does for one row of a predictor, layer by layer: its operations, with a batch of one row. */
import type { Device, DeviceMemory } from "../../src/engines/memory/device.ts";
import { dense, operations } from "./operations.ts";
import { Run } from "./run.ts";

type RowKernels = Pick<Device, "packedWeightsSize" | "packWeights" | "predictRow" | "signalRow">;

export function rowKernels(memory: DeviceMemory): RowKernels {
  /** A run with one row and no control block of its own. */
  const oneRow = (): Run => {
    const run = new Run(memory.buffer, 0);
    run.rows = 1;
    return run;
  };
  return {
    // [bias | weights]
    packedWeightsSize: (units, inputs) => 4 * units * (inputs + 1),
    packWeights(units, inputs, weights, bias, packed) {
      const run = oneRow();
      const own = run.floats(packed, units * (inputs + 1)).fill(0);
      if (bias !== 0) own.set(run.floats(bias, units));
      own.set(run.floats(weights, units * inputs), units);
    },
    predictRow: (units, inputs, x, packed, y, kind) =>
      dense(oneRow(), Int32Array.of(x, packed + 4 * units, packed, y, y, inputs, units, kind)),
    signalRow(address) {
      const [code, length] = new Int32Array(memory.buffer, address, 2);
      operations[code](oneRow(), new Int32Array(memory.buffer, address + 8, length - 2));
    },
  };
}
