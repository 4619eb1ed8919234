/** A model with weights that learned on in PyTorch. */

import { predictionEngineOf } from "../engines/predictionEngines.ts";
import { ModelFileError } from "../errors.ts";
import { type Kinds, kind, requireKind, requireOptions, text } from "../kinds.ts";
import { type ModelDocument, withoutLearning } from "../models/document.ts";
import { createModel, type Model, modelFromBytes, modelKind } from "../models/model.ts";
import { readStateDict } from "../models/pytorch/readStateDict.ts";
import { lastingWarnings } from "./trust.ts";

export interface PyTorchWeightsOptions {
  /** The source of the bytes, for error messages. */
  readonly source?: string;
}

const optionKinds = { source: text } as const satisfies Kinds<PyTorchWeightsOptions>;

/** The code of the warning that a model with other weights has. */
const CODE = "weights-replaced";

/**
 * The model with the weights of a safetensors file that the program of `exportPyTorch` saved. Names, shapes and types have to be the
 * model's own, float32. Encoder, target and temperature stay, so it predicts what the PyTorch module does. What was measured with the
 * weights before is left out: metrics, verdict and the residuals of prediction intervals; a warning says so. Weights that are the model's own give
 * the same model, byte for byte.
 *
 * @param weights the bytes of the file
 * @returns another model; dispose of it too
 * @throws {ModelFileError} another file, tensors that are missing, surplus, of another shape or type, or not finite, all named
 *
 * @example
 * import { train } from "gradus";
 * import { exportPyTorch } from "gradus/export";
 * import { withPyTorchWeights } from "gradus/import";
 *
 * const rows = Array.from({ length: 40 }, (_, i) => ({ size: 50 + i, garden: i % 2 ? "yes" : "no" }));
 * const { model } = await train({ table: rows, target: "garden", epochs: 5, folds: 1 });
 * const { weights } = exportPyTorch(model); // in practice what PyTorch saved after it learned on
 * using learned = await withPyTorchWeights(model, weights);
 * learned.task; // "classification"
 */
export async function withPyTorchWeights(
  model: Model,
  weights: Uint8Array,
  options: PyTorchWeightsOptions = {},
): Promise<Model> {
  requireKind("withPyTorchWeights' model", model, modelKind);
  requireKind("withPyTorchWeights' weights", weights, bytesKind);
  requireOptions(options, optionKinds, "withPyTorchWeights");
  const { source = "the weights" } = options;
  const [first, ...further] = networksIn(model.document, weights, source);
  const engine = predictionEngineOf();
  if (sameNumbers([first, ...further], [model.parameters, ...model.further])) {
    return await modelFromBytes(model.toBytes(), engine);
  }
  return await createModel(withoutMeasures(model.document, source), first, engine, further);
}

const bytesKind = kind("bytes, a Uint8Array", (value) => value instanceof Uint8Array);

function networksIn(document: ModelDocument, weights: Uint8Array, source: string): Float32Array[] {
  try {
    return readStateDict(document, weights);
  } catch (error) {
    if (error instanceof ModelFileError) throw new ModelFileError(`${source}: ${error.message}`, { cause: error });
    throw error;
  }
}

/** Whether all bits are equal. */
function sameNumbers(networks: readonly Float32Array[], others: readonly Float32Array[]): boolean {
  return networks.every((values, at) => values.every((value, index) => Object.is(value, others[at][index])));
}

function withoutMeasures(document: ModelDocument, source: string): ModelDocument {
  const { verdict: _verdict, interval, ...kept } = withoutLearning(document);
  const lost =
    interval === undefined ? "" : " Its prediction intervals, which were calibrated for those, are left out.";
  const message =
    `The weights are those of ${source}: what was measured and calibrated before does not hold for them. ` +
    `Evaluate the model on rows that neither training has seen.${lost}`;
  const others = lastingWarnings(document).filter(({ code }) => code !== CODE);
  return { ...kept, metrics: {}, warnings: [...others, { code: CODE, message }] };
}
