/** The reference engine as far as it predicts: the derivation's step 1 in float64. Knows nothing of losses and updates. */
import {
  type PredictionEngine,
  requireFiniteOutputs,
  requireInputs,
  requireNumbers,
  requireRow,
} from "../engines/engine.ts";
import { allocating } from "../memory.ts";
import { layerWidths, validateNetwork } from "../network/network.ts";
import { requireParameters } from "../network/parameters.ts";
import { forward, type Subject, subjectOf } from "./forward.ts";
import type { Signals } from "./layerOperations.ts";

export const referencePrediction = {
  name: "reference",
  precision: "float64",
  predictor: (network, parameters) => {
    validateNetwork(network);
    requireParameters(network, parameters);
    requireNumbers("parameters", parameters);
    const subject = subjectOf(network, Float64Array.from(parameters));
    const predict = (inputs: ArrayLike<number>): Float64Array => {
      requireInputs(network, inputs);
      return requireFiniteOutputs(outputsOf(subject, inputs), network.outputs);
    };
    return {
      predict,
      predictBatch: predict,
      predictRow: (input, output) => {
        requireRow(network, input, output);
        requireNumbers("inputs", input, network.inputs);
        output.set(outputsOf(subject, input));
        requireFiniteOutputs(output, network.outputs); // as `output` holds them: it may be of float32
      },
      dispose: () => {},
      [Symbol.dispose]: () => {},
    };
  },
} as const satisfies PredictionEngine;

/** Rows that go forward together when predicting: enough to be quick, few enough that their signals stay small. */
const BLOCK = 256;

/** y of the output layer for each row of inputs, [N, M], without dropout. @throws {OutOfMemoryError} */
export function outputsOf(subject: Subject, inputs: ArrayLike<number>): Float64Array {
  const { network } = subject;
  const rows = inputs.length / network.inputs;
  const bytes = 8 * (inputs.length + rows * network.outputs);
  const [x, outputs] = allocating(`the inputs and outputs of ${rows} rows take`, bytes, () => [
    Float64Array.from(inputs),
    new Float64Array(rows * network.outputs),
  ]);
  forwardInBlocks(subject, x, (signals, start) => {
    outputs.set(signals[signals.length - 1].output, start * network.outputs);
  });
  return outputs;
}

/** y of every layer for each row of inputs, [N, width] each, without dropout. @throws {OutOfMemoryError} */
export function activationsOf(subject: Subject, inputs: ArrayLike<number>): Float64Array[] {
  const { network } = subject;
  const rows = inputs.length / network.inputs;
  const widths = layerWidths(network).slice(1);
  const bytes = 8 * (inputs.length + rows * widths.reduce((sum, width) => sum + width, 0));
  const { x, outputs } = allocating(`the outputs of every layer for ${rows} rows take`, bytes, () => ({
    x: Float64Array.from(inputs),
    outputs: widths.map((width) => new Float64Array(rows * width)),
  }));
  forwardInBlocks(subject, x, (signals, start) => {
    for (const [layer, { output }] of signals.entries()) outputs[layer].set(output, start * widths[layer]);
  });
  return outputs;
}

/** @param take called with the signals of each block of rows, and its first row */
function forwardInBlocks(subject: Subject, x: Float64Array, take: (signals: Signals[], start: number) => void): void {
  const { inputs } = subject.network;
  for (let start = 0; start * inputs < x.length; start += BLOCK) {
    take(forward(subject, x.subarray(start * inputs, (start + BLOCK) * inputs)), start);
  }
}
