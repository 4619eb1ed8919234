/** Truth values as network inputs: true +1, false −1, missing 0. */
import { asType, type ColumnPlace } from "../conversion.ts";
import type { BooleanEncoding, EncodedInput, InputBlock } from "../encoding.ts";
import type { BooleanColumn, Column } from "../table.ts";

export function fitBoolean({ name }: BooleanColumn): BooleanEncoding {
  return { kind: "boolean", name };
}

export function booleanInputs({ name }: BooleanEncoding): EncodedInput[] {
  return [{ name, kind: "flag" }];
}

export function writeBooleans(place: ColumnPlace, _encoding: BooleanEncoding, column: Column, block: InputBlock): void {
  const { values } = asType("boolean", place, column);
  const { inputs, width, first } = block;
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    inputs[row * width + first] = value === null ? 0 : value ? 1 : -1;
  }
}
