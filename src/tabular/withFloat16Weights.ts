/** A model with its weights rounded to float16, to measure what that changes. */

import { predictionEngineOf } from "../engines/predictionEngines.ts";
import { requireKind } from "../kinds.ts";
import { withoutLearning } from "../models/document.ts";
import { float16Value, parametersInFloat16 } from "../models/float16.ts";
import { createModel, type Model, modelKind } from "../models/model.ts";

/**
 * The model that a module with `weights: "float16"` predicts as: every parameter is the nearest float16 number. `evaluate` compares it with the model.
 *
 * @returns another model; dispose of it too
 * @throws {DescriptionError} a parameter beyond ±65504, which float16 doesn't have, with its name
 *
 * @example
 * import { evaluate, train } from "gradus";
 * import { withFloat16Weights } from "gradus/export";
 *
 * const rows = Array.from({ length: 40 }, (_, i) => ({ size: 50 + i, price: 100 + 3 * i }));
 * const { model } = await train({ table: rows, target: "price", task: "regression", epochs: 5, folds: 1 });
 * using rounded = await withFloat16Weights(model);
 * const { against } = evaluate(rounded, rows, { against: model });
 * console.log(against?.verdict.sentence);
 */
export async function withFloat16Weights(model: Model): Promise<Model> {
  requireKind("withFloat16Weights' model", model, modelKind);
  const document = withoutLearning(model.document);
  const bits = parametersInFloat16(document, [model.parameters, ...model.further]);
  const [first, ...further] = bits.map((own) => Float32Array.from(own, float16Value));
  return await createModel(document, first, predictionEngineOf(), further);
}
