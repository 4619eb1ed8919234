/** The program of a forward pass over many rows. Knows nothing of training. */
import type { ForwardPlan } from "../../plan/forwardPlan.ts";
import { layerOperations } from "../../plan/lower/lower.ts";
import type { AddressOf } from "../../plan/words.ts";
import { emitOf, gatherOf, pieceOf, programOf } from "./pieces.ts";

/** Where a plan lies in the memory: addresses in bytes. */
export interface ForwardPlacement {
  /** Of the parameters. */
  readonly parameters: number;
  /** Of the signals: of what comes in the plan behind the parameters. */
  readonly signals: number;
  /** `4 * threads` bytes, all 0: how much is taken of each thread's share of the rows. */
  readonly counters: number;
  readonly threads: number;
}

/** Where the regions of a plan lie. */
export function addressesOf(
  regions: ForwardPlan["regions"],
  { parameters, signals }: Pick<ForwardPlacement, "parameters" | "signals">,
): AddressOf {
  const first = regions.x.offset;
  return ({ offset }) =>
    offset < first ? parameters + 4 * (offset - regions.parameters.offset) : signals + 4 * (offset - first);
}

/** The program that leaves every layer's outputs in their regions, and writes the last one's to where the run wants them. */
export function encodeForwardPass(
  { regions, predict, batchSize }: ForwardPlan,
  { parameters, signals, counters, threads }: ForwardPlacement,
): Int32Array {
  const addressOf = addressesOf(regions, { parameters, signals });
  const { x } = regions; // no targets and no weights
  const { output } = predict[predict.length - 1];
  const forward = predict.map((operation) => pieceOf(layerOperations[operation.op], operation, addressOf));
  const pieces = [gatherOf({ x }, addressOf), ...forward, emitOf(output, addressOf)];
  return programOf(pieces, { address: counters, count: threads, threads, rows: batchSize });
}
