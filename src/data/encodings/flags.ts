/**
 * Flags, the inputs that are 0, +1 or −1, scaled as numbers are: centred on their median, by their spread, softly clipped.
 *
 * A rare category's flag then stands out as far as an unusual number does. Which inputs of a column are flags is what its
 * encoding says; this file knows no kind of column.
 * Source: Holzmüller, Grinsztajn & Steinwart 2024, "Better by default" (RealMLP), section 3.
 */
import type { EncodedInput, FlagScales, InputBlock } from "../encoding.ts";
import { robustScale, scaled } from "../scaling.ts";

/** @param block the raw inputs of training rows. @returns one scale a flag, in the inputs' order */
export function fitFlagScales(inputs: readonly EncodedInput[], block: InputBlock): FlagScales {
  return flagsOf(inputs, block).map((first) => robustScale(sortedFlags({ ...block, first })));
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

/** One flag's values, ascending: counted, which is quicker than sorting. */
function sortedFlags({ inputs, width, first }: InputBlock): Float64Array {
  let negative = 0;
  let positive = 0;
  for (let at = first; at < inputs.length; at += width) {
    if (inputs[at] < 0) negative++;
    else if (inputs[at] > 0) positive++;
  }
  const sorted = new Float64Array(inputs.length / width);
  sorted.fill(-1, 0, negative);
  sorted.fill(1, sorted.length - positive);
  return sorted;
}
