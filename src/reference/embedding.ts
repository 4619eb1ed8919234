/**
 * Embedding layer, reference: the other inputs as they are, then for each code column the row of its table.
 *
 * What the layer puts out is its field. Codes have no derivative: nothing comes back to them. Float64, flat row-major.
 * Knows nothing of losses or optimizers.
 */
import { codeOf, type EmbeddingLayer, plainInputs } from "../network/layers/embedding.ts";
import { fieldLayer } from "./layerOperations.ts";

/** Calls back with, for each pattern and code column, where its vector begins in the tables and in the output. */
function forEachVector(
  layer: EmbeddingLayer,
  { rows, input, output }: { rows: number; input: Float64Array; output: Float64Array },
  visit: (table: number, to: number) => void,
): void {
  const inputs = input.length / rows;
  const width = output.length / rows;
  const { columns, dimension } = layer;
  for (let n = 0; n < rows; n++) {
    let to = n * width + inputs - columns.length;
    let first = 0;
    for (const { column, cardinality } of columns) {
      visit((first + codeOf(input[n * inputs + column], cardinality)) * dimension, to);
      first += cardinality;
      to += dimension;
    }
  }
}

export const embedding = fieldLayer<EmbeddingLayer>({
  fields(layer, { weights }, signals) {
    const { rows, input, inducedField, output } = signals;
    const inputs = input.length / rows;
    const width = output.length / rows;
    const others = plainInputs(layer, inputs);
    for (let n = 0; n < rows; n++) {
      for (const [i, column] of others.entries()) inducedField[n * width + i] = input[n * inputs + column];
    }
    forEachVector(layer, signals, (table, to) => {
      inducedField.set(weights.subarray(table, table + layer.dimension), to);
    });
  },

  pullBack(layer, _parameters, { rows, input, localGradient }) {
    const inputs = input.length / rows;
    const width = localGradient.length / rows;
    const negativeGradient = new Float64Array(input.length);
    for (const [i, column] of plainInputs(layer, inputs).entries()) {
      for (let n = 0; n < rows; n++) negativeGradient[n * inputs + column] = localGradient[n * width + i];
    }
    return negativeGradient;
  },

  /** ∂loss/∂E_c = −Σ δ over the patterns whose code is c. */
  gradients(layer, signals, { weights }) {
    forEachVector(layer, signals, (table, to) => {
      for (let i = 0; i < layer.dimension; i++) weights[table + i] -= signals.localGradient[to + i];
    });
  },
});
