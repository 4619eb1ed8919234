/** Truth values as network inputs: true +1, false −1, missing 0. */
import type { BooleanEncoding, EncodedInput, InputBlock } from "../encoding.ts";
import type { BooleanColumn } from "../table.ts";

export function fitBoolean({ name }: BooleanColumn): BooleanEncoding {
  return { kind: "boolean", name };
}

export function booleanInputs({ name }: BooleanEncoding): EncodedInput[] {
  return [{ name, kind: "flag" }];
}

export function writeBooleans({ values }: BooleanColumn, { inputs, width, first }: InputBlock): void {
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    inputs[row * width + first] = value === null ? 0 : value ? 1 : -1;
  }
}
