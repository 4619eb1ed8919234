/** A model from a network that was trained in a loop of one's own. Knows nothing of how it was trained. */

import type { Engine, Numbers } from "../engines/engine.ts";
import type { EngineName } from "../engines/factory.ts";
import { predictionEngineOf } from "../engines/predictionEngines.ts";
import { either, type Kinds, list, needed, number, numbers, object, requireOptions, text } from "../kinds.ts";
import { FORMAT_VERSION, type ModelDocument } from "../models/document.ts";
import { createModel, type Model } from "../models/model.ts";
import { version } from "../version.ts";

export interface ModelOfNetworkOptions
  extends Omit<ModelDocument, "formatVersion" | "libraryVersion" | "task" | "further" | "metrics" | "learning"> {
  /** In the layout of the network's, as `session.parameters` has them. */
  readonly parameters: Numbers;
  /** By the part of the data that was evaluated, and the `baseline` with the same parts; none when absent. */
  readonly metrics?: ModelDocument["metrics"];
  /** The engine that predicts; the fastest available when absent. */
  readonly engine?: EngineName | Engine;
}

const optionKinds = {
  encoder: needed(object),
  background: numbers,
  target: needed(object),
  network: needed(object),
  loss: needed(object),
  parameters: needed(numbers),
  provenance: needed(object),
  metrics: object,
  temperature: number,
  interval: object,
  weights: object,
  group: object,
  verdict: object,
  warnings: list,
  engine: either(text, object),
} as const satisfies Kinds<ModelOfNetworkOptions>;

/**
 * The model of a network of your own: `toBytes()` gives the file that `loadModel` and the command line read.
 *
 * The encoder says how a row becomes the network's inputs, the target what its outputs mean; `fitEncoder` and `fitTarget` of
 * `gradus/network` fit them to training rows. A network that was trained on plain numbers has encodings with the median 0, the
 * scale 1 and `clip: false`.
 *
 * @returns a model with the parameters rounded to float32; dispose of it when it is no longer used
 * @throws {DescriptionError} an option that is unknown, missing or of a wrong kind
 * @throws {ModelFileError} parts that don't fit each other, such as a loss of another task than the target's
 * @throws {ShapeError} parameters that are not the network's
 *
 * @example
 * import { createSession, dense, fit, modelOfNetwork, network } from "gradus";
 *
 * const rows = Array.from({ length: 20 }, (_, i) => i / 10);
 * using session = await createSession({
 *   network: network({ inputs: 1, layers: [dense(1)] }),
 *   loss: "meanSquaredError",
 *   optimizer: { name: "sgd", learningRate: 0.2 },
 *   batchSize: 20,
 * });
 * await fit(session, { training: { inputs: rows, desired: rows.map((x) => 3 * x + 1) }, epochs: 500 });
 * const model = await modelOfNetwork({
 *   encoder: { columns: [{ kind: "number", name: "x", median: 0, scale: 1, clip: false, missingIndicator: false }] },
 *   target: { task: "regression", columns: ["y"], means: [0], deviations: [1] },
 *   network: session.problem.network,
 *   loss: session.problem.loss,
 *   parameters: session.parameters,
 *   provenance: {
 *     source: "a line",
 *     fingerprint: "",
 *     rows: { training: 20, validation: 0, test: 0 },
 *     seed: 0,
 *     engine: "wasm",
 *     options: {},
 *     epochs: 500,
 *     bestEpoch: 500,
 *   },
 * });
 * console.log(model.predict({ x: 2 }), model.toBytes().length);
 */
export async function modelOfNetwork(options: ModelOfNetworkOptions): Promise<Model> {
  requireOptions(options, optionKinds, "modelOfNetwork");
  const { parameters, engine, metrics = {}, ...described } = options;
  const { task } = described.target;
  const document: ModelDocument = {
    ...described,
    formatVersion: FORMAT_VERSION,
    libraryVersion: version,
    task,
    metrics,
  };
  return await createModel(document, parameters, predictionEngineOf(engine));
}
