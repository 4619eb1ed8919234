/**
 * Words that all programs are made of: the codes of the interpreter's operations, how work is shared out among threads, and
 * the forward pass. A part of `program.ts` and of `forwardProgram.ts`.
 *
 * An operation is [code, length, arguments…]; addresses are bytes in the WebAssembly memory, lengths count words. The table
 * of codes here and the one in `kernels/run.ts` are the same.
 */
import { activations } from "../../network/activations.ts";
import type { DenseOperation, PredictOperation, RegionName } from "../../plan/plan.ts";
import { forwardWords, kindOf, operation, type Regions } from "./signalWords.ts";

export const codes = {
  end: 0,
  barrier: 1,
  gather: 2,
  dense: 3,
  dropout: 4,
  loss: 5,
  sumLoss: 6,
  localGradient: 7,
  pullBack: 8,
  gradient: 9,
  penalty: 10,
  clip: 11,
  update: 12,
  emit: 13,
  onlineStep: 14,
  share: 15,
  again: 16,
} as const;

/** [code, length, counters, units or 0 for rows, bytes to skip when nothing is left, the least of a part] */
const SHARE_WORDS = 6;

/**
 * The least that is taken at a time, rows or units. Where an operand must be packed for each part anew, smaller parts cost
 * more than waiting for the last one does. A multiple of 4 and 6 fills the tiles.
 */
export const LEAST_PART = { packed: 12, unpacked: 24 } as const;

/** What is shared out: so many units, or the batch's rows where they are 0, and where each thread's counter lies. */
interface Shared {
  readonly counters: number;
  readonly units: number;
  readonly least: number;
}

/** Work that is repeated for one part after the other until all is taken; a thread that finds nothing left goes on after it. */
export function shareWords({ counters, units, least }: Shared, words: readonly number[]): number[] {
  const bytes = 4 * words.length;
  const again = operation(codes.again, bytes + 4 * SHARE_WORDS);
  return [...operation(codes.share, counters, units, bytes + 4 * again.length, least), ...words, ...again];
}

/** Where all threads wait for one another and so many counters go back to 0, and then the program's end. */
export function endWords(counters: number, count: number): number[] {
  return [...meetWords(counters, count), codes.end, 2];
}

/** Where all threads wait for one another, and so many counters go back to 0. */
export function meetWords(counters: number, count: number): number[] {
  return operation(codes.barrier, counters, count);
}

/** One operation of the forward pass without dropout. */
export function predictWords(planned: PredictOperation, regions: Regions): number[] {
  return planned.op === "dense" ? denseWords(planned, regions) : forwardWords(planned, regions);
}

function denseWords({ input, weights, bias, field, output, activation }: DenseOperation, regions: Regions): number[] {
  const [units, inputs] = regions.shape(weights);
  const places = [input, weights].map(regions.at);
  const signals = [field, output].map(regions.at);
  const biasPlace = bias === null ? 0 : regions.at(bias);
  return operation(codes.dense, ...places, biasPlace, ...signals, inputs, units, kindOf(activations, activation));
}

/** [output, width]: the rows at hand, to where the run wants its outputs. */
export function emitWords(output: RegionName, regions: Regions): number[] {
  return operation(codes.emit, regions.at(output), regions.shape(output)[1]);
}
