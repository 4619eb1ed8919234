/**
 * The program of one row through a network whose parameters no longer change: `predict` of its plan, with the weights of dense layers
 * packed once.
 *
 * Sums are those of training in the same order, and so are the bits. Knows nothing of who asks and of what comes out.
 */
import type { Network } from "../../network/network.ts";
import { makeForwardPlan } from "../../plan/forwardPlan.ts";
import { packWeights } from "../../plan/fuseForward.ts";
import { layerOperations } from "../../plan/lower/lower.ts";
import { engineOperations } from "../../plan/ops/engine.ts";
import type { PackedDenseOperation, Region } from "../../plan/plan.ts";
import { sizeOf } from "../../plan/regions.ts";
import { type Own, operationWords, ownWords } from "../../plan/words.ts";
import type { Numbers } from "../engine.ts";
import type { Blocks } from "./blocks.ts";
import type { Device } from "./device.ts";
import { rowScratchBytes } from "./scratch.ts";

/** Addresses in the memory. */
export interface RowProgram {
  /** Of the words and of what they need of scratch: what the device is called with. */
  readonly words: number;
  readonly scratch: number;
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
  const words = packWeights(predict).flatMap((operation) => {
    const isPacked = operation.op === "packed-dense";
    const own: Own = isPacked ? { packed: packedWeights(operation, valuesOf, device, blocks) } : {};
    return operationWords(layerOperations[operation.op], { ...operation }, addressOf, own);
  });
  const program = blocks.allocate(4 * words.length + 8);
  new Int32Array(blocks.buffer, program, words.length + 2).set([...words, ...ownWords(engineOperations.end)]);
  const output = addressOf(predict.at(-1)?.output ?? regions.x);
  return { words: program, scratch: blocks.allocate(rowScratchBytes(plan)), input: addressOf(regions.x), output };
}

/** The address of a dense layer's weights and bias, packed. */
function packedWeights(
  { weights, bias }: PackedDenseOperation,
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

function zeros(bytes: number, blocks: Blocks): number {
  const block = blocks.allocate(bytes);
  new Uint8Array(blocks.buffer, block, bytes).fill(0);
  return block;
}
