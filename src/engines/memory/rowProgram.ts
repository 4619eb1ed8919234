/**
 * The program of one row through a network whose parameters no longer change: `predict` of its plan, with the weights of dense layers
 * packed once.
 *
 * Sums are those of training in the same order, and so are the bits. Knows nothing of who asks and of what comes out.
 */
import type { Network } from "../../network/network.ts";
import { makeForwardPlan } from "../../plan/forwardPlan.ts";
import { engineOperations } from "../../plan/ops/engine.ts";
import { forwardOperations } from "../../plan/ops/forward.ts";
import type { DenseOperation, PredictOperation, Region } from "../../plan/plan.ts";
import { sizeOf } from "../../plan/regions.ts";
import { operationWords, ownWords } from "../../plan/words.ts";
import type { Numbers } from "../engine.ts";
import type { Blocks } from "./blocks.ts";
import { CONTROL_BYTES, SCHEDULE_BYTES, writeControl } from "./control.ts";
import type { Device } from "./device.ts";
import { HYPERPARAMETER_BYTES } from "./layouts.ts";
import { rowScratchBytes } from "./scratch.ts";

/** Addresses in the memory. */
export interface RowProgram {
  /** Of the control block that the device is called with. */
  readonly control: number;
  /** Of the row x. */
  readonly input: number;
  /** Of its outputs y. */
  readonly output: number;
}

/** @throws {OutOfMemoryError} */
export function placeRowProgram(network: Network, parameters: Numbers, device: Device, blocks: Blocks): RowProgram {
  const plan = makeForwardPlan(network, 1);
  const { regions, predict } = plan;
  const first = regions.x.offset;
  const signals = zeros(4 * (plan.length - first), blocks);
  const valuesOf = ({ offset, shape, name }: Region): Numbers => {
    const start = offset - regions.parameters.offset;
    return parameters.subarray(start, start + sizeOf({ offset, shape, name }));
  };
  const addressOf = (region: Region): number =>
    region.offset < first ? blocks.store(valuesOf(region)) : signals + 4 * (region.offset - first);
  const words = predict.flatMap((operation: PredictOperation) => {
    if (operation.op !== "dense") return operationWords(forwardOperations[operation.op], { ...operation }, addressOf);
    const packed = packedWeights(operation, valuesOf, device, blocks);
    return operationWords(engineOperations["packed-dense"], { ...operation }, addressOf, { packed });
  });
  const program = blocks.allocate(4 * words.length + 8);
  new Int32Array(blocks.buffer, program, words.length + 2).set([...words, ...ownWords(engineOperations.end)]);
  const output = addressOf(predict.at(-1)?.output ?? regions.x);
  return { control: controlOf(program, rowScratchBytes(plan), blocks), input: addressOf(regions.x), output };
}

/** The address of a dense layer's weights and bias, packed. */
function packedWeights(
  { weights, bias }: DenseOperation,
  valuesOf: (tensor: Region) => Numbers,
  device: Device,
  blocks: Blocks,
): number {
  const [units, inputs] = weights.shape;
  const [w, b = 0] = (bias ? [weights, bias] : [weights]).map((tensor) => blocks.store(valuesOf(tensor)));
  const most = 4 * (units + 31) * (inputs + 1); // the device counts in 32 bits
  const packed = blocks.allocate(most < 2 ** 32 ? device.packedWeightsSize(units, inputs) >>> 0 : most);
  device.packWeights(units, inputs, w, b, packed);
  for (const block of [w, b]) blocks.release(block); // packed now
  return packed;
}

/** A control block that says one row, whose inputs are there already. */
function controlOf(program: number, scratchBytes: number, blocks: Blocks): number {
  const [control, scratch] = [zeros(CONTROL_BYTES, blocks), blocks.allocate(scratchBytes)];
  const [schedule, hyperparameters] = [zeros(SCHEDULE_BYTES, blocks), zeros(HYPERPARAMETER_BYTES, blocks)];
  const nowhere = { indices: 0, losses: 0, rowLosses: 0, barrier: 0 };
  const places = { control, schedule, hyperparameters, scratch, scratchBytes, ...nowhere };
  const oneRow = { program, steps: 1, rowCount: 1, batchSize: 1, constant: true, before: 0, batches: 0 };
  const run = { ...oneRow, inputs: 0, desired: 0, weights: 0, outputs: 0 };
  writeControl(blocks.buffer, places, run, { inputWidth: 0, desiredWidth: 0, seed: 0, threads: 1 });
  return control;
}

function zeros(bytes: number, blocks: Blocks): number {
  const block = blocks.allocate(bytes);
  new Uint8Array(blocks.buffer, block, bytes).fill(0);
  return block;
}
