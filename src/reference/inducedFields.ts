/**
 * The fields of a dense layer, v = W·y + b: four patterns at a time, and a part of the inputs for all of them before the next.
 *
 * Each sum is made in the order of its inputs, whatever stands beside it, so every field is the same to the bit as if it were
 * made alone. Four sums that don't wait for each other and weights that stay in the cache take a third of the time. Knows no
 * activation.
 */

/** Inputs of a part: those of four patterns and of one unit are in the nearest cache, those of all units in the next. */
const PART = 256;

/** The patterns and their fields. */
interface Fields {
  readonly rows: number;
  /** [rows, I] */
  readonly input: Float64Array;
  /** [rows, O], overwritten */
  readonly fields: Float64Array;
}

/**
 * @param weights [O, I], row = receiving unit
 * @param bias [O]; undefined where the layer has none
 */
export function inducedFields(weights: Float64Array, bias: Float64Array | undefined, block: Fields): void {
  const { rows, input, fields } = block;
  const units = fields.length / rows;
  const inputs = input.length / rows;
  for (let n = 0; n < rows; n++) {
    if (bias === undefined) fields.fill(0, n * units, (n + 1) * units);
    else fields.set(bias.subarray(0, units), n * units);
  }
  const even = rows - (rows % 4);
  for (let from = 0; from < inputs; from += PART) {
    const to = Math.min(from + PART, inputs);
    for (let n = 0; n < even; n += 4) addToFour(weights, block, { n, from, to });
    for (let n = even; n < rows; n++) {
      for (let b = 0; b < units; b++) {
        let v = fields[n * units + b];
        for (let a = from; a < to; a++) v += weights[b * inputs + a] * input[n * inputs + a];
        fields[n * units + b] = v;
      }
    }
  }
}

/** Adds the products with the inputs in [from, to) to the fields of the patterns n to n + 3. */
function addToFour(
  weights: Float64Array,
  { rows, input, fields }: Fields,
  { n, from, to }: { readonly n: number; readonly from: number; readonly to: number },
): void {
  const units = fields.length / rows;
  const inputs = input.length / rows;
  const y = n * inputs;
  for (let b = 0; b < units; b++) {
    const at = n * units + b;
    let v0 = fields[at];
    let v1 = fields[at + units];
    let v2 = fields[at + 2 * units];
    let v3 = fields[at + 3 * units];
    for (let a = from; a < to; a++) {
      const weight = weights[b * inputs + a];
      v0 += weight * input[y + a];
      v1 += weight * input[y + inputs + a];
      v2 += weight * input[y + 2 * inputs + a];
      v3 += weight * input[y + 3 * inputs + a];
    }
    fields[at] = v0;
    fields[at + units] = v1;
    fields[at + 2 * units] = v2;
    fields[at + 3 * units] = v3;
  }
}
