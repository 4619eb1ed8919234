/**
 * Columns that a model may depend on: those whose values correlate most with its predictions, where there are too many to shuffle each.
 *
 * A column that matters only together with another is overlooked. Knows no true value and no metric.
 */
import { encodeTable, inputColumns } from "../data/encoder.ts";
import type { Table } from "../data/table.ts";
import type { Model } from "../models/model.ts";

/**
 * The names of so many columns of the first network, the most correlated with the predictions first.
 *
 * @param responses the model's predictions for the table's rows, [N, outputs]
 */
export function likelyColumns(
  { document: { encoder } }: Model,
  table: Table,
  { responses, count }: { readonly responses: Float64Array; readonly count: number },
): string[] {
  const inputs = encodeTable(encoder, table);
  const described = inputColumns(encoder);
  const [width, outputs] = [described.length, responses.length / table.rows];
  const answers = Array.from({ length: outputs }, (_, output) => centred(responses, outputs, output));
  const strengths = new Map<string, number>();
  for (const [input, { column }] of described.entries()) {
    const values = centred(inputs, width, input);
    const strength = Math.max(...answers.map((answer) => Math.abs(correlation(values, answer))));
    strengths.set(column, Math.max(strengths.get(column) ?? 0, strength));
  }
  const names = [...strengths.keys()].sort((a, b) => (strengths.get(b) ?? 0) - (strengths.get(a) ?? 0));
  return names.slice(0, count);
}

/** One column of a matrix without its mean. */
function centred(matrix: ArrayLike<number>, width: number, column: number): Float64Array {
  const values = new Float64Array(matrix.length / width);
  let sum = 0;
  for (let row = 0; row < values.length; row++) sum += values[row] = matrix[row * width + column];
  return values.map((value) => value - sum / values.length);
}

/** Of numbers whose means are 0; 0 where one of them doesn't vary. */
function correlation(a: Float64Array, b: Float64Array): number {
  let both = 0;
  let [squaresOfA, squaresOfB] = [0, 0];
  for (let row = 0; row < a.length; row++) {
    both += a[row] * b[row];
    squaresOfA += a[row] ** 2;
    squaresOfB += b[row] ** 2;
  }
  const scale = Math.sqrt(squaresOfA * squaresOfB);
  return scale > 0 ? both / scale : 0;
}
