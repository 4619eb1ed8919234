/** A regressor's predictions as numbers in a row. */
import type { Model } from "./model.ts";

/** [N, D] in the order of the targets, as the model's `values(rows)`; none of a model that predicts no numbers. */
export function predictedNumbers(model: Model, predictions: readonly unknown[]): Float64Array {
  if (model.task !== "regression") return new Float64Array(0);
  const { targets } = model;
  const values = new Float64Array(predictions.length * targets.length);
  for (const [row, predicted] of (predictions as readonly (number | Readonly<Record<string, number>>)[]).entries()) {
    if (typeof predicted === "number") values[row] = predicted;
    else for (const [at, name] of targets.entries()) values[row * targets.length + at] = predicted[name];
  }
  return values;
}
