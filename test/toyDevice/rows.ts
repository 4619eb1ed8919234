/** What the toy device does for one row of a predictor, layer by layer: its operations, with a batch of one row. */
import type { Device, DeviceMemory } from "../../src/engines/memory/device.ts";
import { forwardOperations as table } from "../../src/plan/ops/forward.ts";
import { dense, operations } from "./operations.ts";
import { Run } from "./run.ts";

type RowKernels = Pick<
  Device,
  "packedWeightsSize" | "packWeights" | "predictRow" | "scaleRows" | "parametricRows" | "embedRows" | "periodicRows"
>;

export function rowKernels(memory: DeviceMemory): RowKernels {
  /** A run with one row and no control block of its own. */
  const oneRow = (): Run => {
    const run = new Run(memory.buffer, 0);
    run.rows = 1;
    return run;
  };
  const act = (code: number, ...words: number[]): void => operations[code](oneRow(), Int32Array.from(words));
  const wordsAt = (address: number, count: number): Int32Array => new Int32Array(memory.buffer, address, count);
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
    scaleRows: (x, scale, y, _rows, width) => act(table.scale.code, x, scale, y, width),
    parametricRows: (kind, x, slopes, values, y, _rows, width) =>
      act(table["parametric-activation"].code, x, slopes, y, values, width, kind),
    embedRows(list, x, tables, y, _rows, inputs) {
      const [dimension, count] = wordsAt(list, 2);
      const stretches = wordsAt(list, 3 * count + 3)[3 * count + 2];
      const words = wordsAt(list, 3 * count + 3 + 2 * stretches);
      act(table.embedding.code, x, tables, y, inputs, inputs + count * (dimension - 1), ...words);
    },
    periodicRows(list, x, frequencies, phases, weights, bias, y, _rows, inputs) {
      const [, units, count] = wordsAt(list, 3);
      const places = [x, frequencies, phases, weights, bias, y];
      act(table.periodic.code, ...places, inputs, inputs + count * units, ...wordsAt(list, 3 + count));
    },
  };
}
