/** The programs of a forward pass over many rows, as the interpreter (`kernels/run.ts`) reads them. Knows nothing of training. */
import type { ForwardPlan } from "../../plan/forwardPlan.ts";
import { codes, emitWords, endWords, LEAST_PART, predictWords, shareWords } from "./programWords.ts";
import { operation, type Regions } from "./signalWords.ts";

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

/** The program that leaves every layer's outputs in their regions, and writes the last one's to where the run wants them. */
export function encodeForwardPass(
  { regions, predict }: ForwardPlan,
  { parameters, signals, counters, threads }: ForwardPlacement,
): Int32Array {
  const firstSignal = regions.x.offset;
  const places: Regions = {
    at: (name) => {
      const { offset } = regions[name];
      return offset < firstSignal
        ? parameters + 4 * (offset - regions.parameters.offset)
        : signals + 4 * (offset - firstSignal);
    },
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
