/** A model from an ONNX file that another program made. Knows no file system. */
import { type Label, type Task, tasks } from "../data/encoding.ts";
import type { Engine } from "../engines/engine.ts";
import type { EngineName } from "../engines/factory.ts";
import { predictionEngineOf } from "../engines/predictionEngines.ts";
import { ModelFileError } from "../errors.ts";
import { either, type Kinds, kind, list, listOf, object, oneOf, requireKind, requireOptions, text } from "../kinds.ts";
import type { OnnxModel } from "../models/onnx/graph.ts";
import { loadBytes } from "../models/onnx/loadBytes.ts";
import { readOnnx } from "../models/onnx/read/readOnnx.ts";
import type { LoadedModel } from "./loadModel.ts";
import { modelOfNetwork } from "./modelOfNetwork.ts";

export interface ImportOptions<T extends Task = Task> {
  /**
   * What the outputs are. When absent: of a network that ends with softmax, with one logistic output or with a label "classification",
   * with several logistic outputs "multilabel", else "regression". Give "classification" where outputs are logits.
   */
  readonly task?: T | undefined;
  /** The names of all input columns, in their order; when absent those that the file says, else x1, x2, … */
  readonly columns?: readonly string[];
  /** The name of the target column, or of several; when absent what the file says, else y, or y1, y2, … */
  readonly target?: string | readonly string[];
  /** The classes, in the order of the outputs, which make the task "classification"; when absent those that the file says, else 0, 1, … */
  readonly classes?: readonly Label[];
  /** The engine that predicts; the fastest available when absent. */
  readonly engine?: EngineName | Engine;
  /** The source of the bytes, for error messages and the model's provenance. */
  readonly source?: string;
}

const optionKinds = {
  task: oneOf(...tasks),
  columns: listOf(text, "texts"),
  target: either(text, listOf(text, "texts")),
  classes: list,
  engine: either(text, object),
  source: text,
} as const satisfies Kinds<ImportOptions>;

/**
 * A model from the bytes of an ONNX file: dense networks of PyTorch, Keras, scikit-learn and other programs, which then predict, are
 * traced, checked and explained, and go on learning as if gradus had trained them.
 *
 * Scaling at the beginning becomes that of the columns, scaling at the end that of the target, and a factor of all logits the
 * temperature. Weights are kept in float32; the
 * predictions are those of onnxruntime to 1e-6 of their size. Numbers of a row come as they are, so a table's columns need no
 * encoding other than the file's.
 *
 * @param bytes of the file; @bufbuild/protobuf reads them
 * @throws {ModelFileError} what is no ONNX file, or damaged; a network that isn't dense: the operator and the node that it fails at
 * @throws {DescriptionError} options that are unknown or don't fit the network
 * @throws {GradusError} where @bufbuild/protobuf is not installed
 *
 * @example
 * import { train } from "gradus";
 * import { exportOnnx } from "gradus/export";
 * import { importOnnx } from "gradus/import";
 *
 * const rows = Array.from({ length: 40 }, (_, i) => ({ size: 50 + i, garden: i % 2 ? "yes" : "no" }));
 * const { model } = await train({ table: rows, target: "garden", recipe: "plain", epochs: 5, folds: 1 });
 * const bytes = await exportOnnx(model, { numeric: true }); // or readFile("network.onnx")
 * const imported = await importOnnx(bytes);
 * imported.task; // "classification"
 */
export async function importOnnx<const T extends Task = Task>(
  bytes: Uint8Array,
  options: ImportOptions<T> = {},
): Promise<LoadedModel<T>> {
  requireKind(
    "importOnnx's bytes",
    bytes,
    kind("bytes, a Uint8Array (of an ArrayBuffer: new Uint8Array(buffer))", (value) => value instanceof Uint8Array),
  );
  requireOptions(options, optionKinds, "importOnnx");
  const { task, columns, target, classes, engine, source = "the ONNX file" } = options;
  const { modelFromBytes } = await loadBytes();
  const targets = typeof target === "string" ? [target] : target;
  const file = within(source, () => modelFromBytes(bytes));
  const read = within(source, () => readOnnx(file, { task, columns, targets, classes }), remedyFor(file));
  predictionEngineOf(engine);
  const model = await modelOfNetwork({
    ...read,
    provenance: {
      source,
      fingerprint: "",
      rows: { training: 0, validation: 0, test: 0 },
      seed: 0,
      engine: "none",
      options: { recipe: "plain", imported: producerOf(file) },
      epochs: 0,
      bestEpoch: 0,
    },
    ...(engine !== undefined && { engine }),
  });
  return model as LoadedModel<T>;
}

/** "pytorch 2.15.0" */
function producerOf({ producer, producerVersion }: OnnxModel): string {
  return [producer || "another program", producerVersion].filter((part) => part !== "").join(" ");
}

/** Of a file that gradus made there is something better to take. */
function remedyFor({ producer }: OnnxModel): string {
  if (producer !== "gradus") return "";
  return " gradus exported this file: take the model's own file, which has everything. What can be imported is one network without quantiles and intervals, exported from its encoded matrix (numeric).";
}

/** The same with the file's name before what is wrong in it, and a remedy behind it. */
function within<T>(source: string, read: () => T, remedy = ""): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ModelFileError)) throw error;
    throw new ModelFileError(`${source}: ${error.message}${remedy}`, { cause: error });
  }
}
