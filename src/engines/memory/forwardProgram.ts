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

/** The program that writes the last layer's outputs to where the run wants them. */
export function encodeForwardPass(plan: ForwardPlan, placement: ForwardPlacement): Int32Array {
  const { output } = plan.predict[plan.predict.length - 1];
  return encode(plan, placement, (regions) => emitWords(output, regions));
}

/** The program that leaves every layer's outputs in their regions. */
export function encodeLayerOutputs(plan: ForwardPlan, placement: ForwardPlacement): Int32Array {
  return encode(plan, placement, () => []);
}

/** @param last what is done with the signals of the rows at hand */
function encode(
  { regions, predict }: ForwardPlan,
  { parameters, signals, counters, threads }: ForwardPlacement,
  last: (regions: Regions) => number[],
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
    last(places),
  ];
  const shared = shareWords({ counters, units: 0, least: LEAST_PART.packed }, rows.flat());
  return Int32Array.from([...shared, ...endWords(counters, threads)]);
}
