/**
 * Flags, the inputs that are 0, +1 or −1, scaled as numbers are: centred on their median, by their spread, softly clipped.
 *
 * A rare category's flag then stands out as far as an unusual number does. Which inputs of a column are flags is what its
 * encoding says; this file knows no kind of column.
 * Source: Holzmüller, Grinsztajn & Steinwart 2024, "Better by default" (RealMLP), section 3.
 */
import type { EncodedInput, FlagScales, InputBlock } from "../encoding.ts";
import { robustScale, scaled, scalePlaces, sparseList } from "../scaling.ts";
import type { Statistics } from "../statistics.ts";

/** @param block the raw inputs of training rows. @returns one scale a flag, in the inputs' order */
export function fitFlagScales(inputs: readonly EncodedInput[], block: InputBlock, statistics: Statistics): FlagScales {
  const counts = statistics.sums(flagsOf(inputs, block).flatMap((first) => signCounts({ ...block, first })));
  const { rows } = statistics;
  return Array.from({ length: counts.length / 2 }, (_, flag) => {
    const [negative, positive] = counts.slice(2 * flag);
    const valueAt = (place: number): number => (place < negative ? -1 : place < rows - positive ? 0 : 1);
    return robustScale(sparseList(rows, scalePlaces(rows), valueAt));
  });
}

/** Scales a block's flags in place. */
export function scaleFlags(inputs: readonly EncodedInput[], scales: FlagScales, block: InputBlock): void {
  for (const [flag, first] of flagsOf(inputs, block).entries()) {
    for (let at = first; at < block.inputs.length; at += block.width) {
      block.inputs[at] = scaled(block.inputs[at], scales[flag]);
    }
  }
}

/** Where the flags stand in a row. */
function flagsOf(inputs: readonly EncodedInput[], { first }: InputBlock): number[] {
  return inputs.flatMap(({ kind }, at) => (kind === "flag" ? [first + at] : []));
}

/** How often one flag is −1 and how often +1. */
function signCounts({ inputs, width, first }: InputBlock): [negative: number, positive: number] {
  let negative = 0;
  let positive = 0;
  for (let at = first; at < inputs.length; at += width) {
    if (inputs[at] < 0) negative++;
    else if (inputs[at] > 0) positive++;
  }
  return [negative, positive];
}
