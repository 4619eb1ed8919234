/** The program of a forward pass over many rows, as the interpreter (`kernels/run.ts`) reads it. Knows nothing of training. */
import type { ForwardPlan } from "../../plan/forwardPlan.ts";
import { codes, emitWords, endWords, LEAST_PART, predictWords, shareWords } from "./programWords.ts";
import { operation, type Regions } from "./signalWords.ts";

/** Where a plan lies in the memory. */
export interface ForwardPlacement {
  /** Of the plan's memory, in bytes. */
  readonly base: number;
  /** `4 * threads` bytes, all 0: how much is taken of each thread's share of the rows. */
  readonly counters: number;
  readonly threads: number;
}

export function encodeForwardPass({ regions, predict }: ForwardPlan, placement: ForwardPlacement): Int32Array {
  const { base, counters, threads } = placement;
  const places: Regions = {
    at: (name) => base + 4 * regions[name].offset,
    shape: (name) => regions[name].shape,
    // Nobody asks for φ(x) again: it may lie where y comes to lie.
    kept: (layer) => places.at(outputOf(layer)),
  };
  const outputOf = (layer: number): string => predict.find((operation) => operation.layer === layer)?.output ?? "";
  const rows = [
    operation(codes.gather, places.at("x"), 0, 0), // no targets and no weights
    ...predict.map((planned) => predictWords(planned, places)),
    emitWords(predict[predict.length - 1].output, places),
  ];
  const shared = shareWords({ counters, units: 0, least: LEAST_PART.packed }, rows.flat());
  return Int32Array.from([...shared, ...endWords(counters, threads)]);
}
