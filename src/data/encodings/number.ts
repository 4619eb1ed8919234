/** Numbers as network inputs: robustly scaled and softly clipped, with a second input where values may be missing. */
import { asType, type ColumnPlace } from "../conversion.ts";
import type { EncodedInput, InputBlock, NumberEncoding } from "../encoding.ts";
import { rangeOf, robustScale, scaled, unclipped } from "../scaling.ts";
import type { Statistics } from "../statistics.ts";
import type { Column, NumberColumn } from "../table.ts";

/** @param column with at least two different values */
export function fitNumber({ name, values }: NumberColumn, statistics: Statistics): NumberEncoding {
  const sorted = statistics.ascending(values);
  const missingIndicator = sorted.length < statistics.rows;
  return { kind: "number", name, ...robustScale(sorted), range: rangeOf(sorted), missingIndicator };
}

export function numberInputs({ name, missingIndicator }: NumberEncoding): EncodedInput[] {
  const value: EncodedInput = { name, kind: "number" };
  return missingIndicator ? [value, { name: `${name} is missing`, kind: "flag" }] : [value];
}

export function writeNumbers(place: ColumnPlace, encoding: NumberEncoding, column: Column, block: InputBlock): void {
  const { values } = asType("number", place, column);
  const { inputs, width, first } = block;
  const scale = encoding.clip === false ? unclipped : scaled;
  for (let row = 0; row < values.length; row++) {
    const at = row * width + first;
    const missing = Number.isNaN(values[row]);
    inputs[at] = missing ? 0 : scale(values[row], encoding); // the median's place is 0
    if (encoding.missingIndicator) inputs[at + 1] = missing ? 1 : 0;
  }
}
