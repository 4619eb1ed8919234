/**
 * A model as an ONNX file: preprocessing, every network and what their outputs mean in one graph.
 *
 * Operators of opset 17 and of ai.onnx.ml 3, representation 8. The matrices of networks are float32 as in gradus; what comes before
 * and after is float64. The bytes are made by @bufbuild/protobuf, which is loaded when it is needed. Knows no file system.
 */

import { encodedWidth } from "../../data/encoder.ts";
import type { Encoder } from "../../data/encoding.ts";
import { targetNames } from "../../data/targetNames.ts";
import { DescriptionError, shown } from "../../errors.ts";
import { boolean, type Kinds, number, requireKind, requireOptions } from "../../kinds.ts";
import { version } from "../../version.ts";
import { distinctEncoders } from "../distinctEncoders.ts";
import { type ModelDocument, memberCount, memberDocument, memberEncoders, memberTargets } from "../document.ts";
import { intervalRadii } from "../intervalRadii.ts";
import { type Model, modelKind } from "../model.ts";
import type { Graph, OnnxModel } from "./graph.ts";
import { ML_DOMAIN } from "./graph.ts";
import { loadBytes } from "./loadBytes.ts";
import { columnDescription, columnType, encoderNodes } from "./write/encoderNodes.ts";
import { GraphBuilder, ROWS } from "./write/graphBuilder.ts";
import { networkNodes } from "./write/layerNodes.ts";
import { responseNodes } from "./write/responseNodes.ts";

/** The versions of the operators. */
const OPERATOR_SETS = new Map([
  ["", 17],
  [ML_DOMAIN, 3],
]);

export interface OnnxOptions {
  /** Whether the file begins at the encoded matrix instead of the table's columns; false when absent. */
  readonly numeric?: boolean;
  /** The coverage of prediction intervals, which become outputs; none when absent. */
  readonly interval?: number;
}

const optionKinds = { numeric: boolean, interval: number } as const satisfies Kinds<OnnxOptions>;

/**
 * The bytes of a model's ONNX file, for onnxruntime and other programs that run ONNX.
 *
 * Each column of the table is an input [N, 1] of its own name: texts of categories ("" where missing); numbers, dates in
 * milliseconds since 1970 and truth values as 1 and 0 in float64 (NaN where missing). Texts are compared as they are, so trim them.
 * With `numeric` there is one input `inputs`, what `encodeTable` makes of a table, [N, I] float32; `inputs_1`, `inputs_2` and so on
 * where networks have encoders of their own, as those of folds do.
 *
 * Outputs: of classes `label` [N] and `probabilities` [N, K]; of several labels `labels` and `probabilities` [N, L]; of numbers
 * `values` [N, D], of quantiles `quantiles` [N, Q] too, and with `interval` the bounds `lower` and `upper` [N, D]. An output whose name is
 * a column's has a _ behind it.
 *
 * @throws {DescriptionError} an option that is unknown or of a wrong kind, a column without a name, a coverage out of range
 * @throws {GradusError} intervals of a model without residuals; where @bufbuild/protobuf is not installed
 *
 * @example
 * import { train } from "gradus";
 * import { exportOnnx } from "gradus/export";
 *
 * const rows = Array.from({ length: 40 }, (_, i) => ({ size: 50 + i, garden: i % 2 ? "yes" : "no" }));
 * const { model } = await train({ table: rows, target: "garden", epochs: 5, folds: 1 });
 * const bytes = await exportOnnx(model);
 * console.log(bytes.length);
 */
export async function exportOnnx(model: Model, options: OnnxOptions = {}): Promise<Uint8Array> {
  return (await onnxFile(model, options)).bytes;
}

/** The same, with the names of its outputs. @throws as `exportOnnx` */
export async function onnxFile(
  model: Model,
  options: OnnxOptions = {},
): Promise<{ readonly bytes: Uint8Array; readonly outputs: readonly string[] }> {
  const described = onnxModel(model, options);
  const { bytesOfModel } = await loadBytes();
  return { bytes: bytesOfModel(described), outputs: described.graph.outputs.map(({ name }) => name) };
}

/** The same as plain data. */
export function onnxModel(model: Model, options: OnnxOptions = {}): OnnxModel {
  requireKind("exportOnnx's model", model, modelKind);
  requireOptions(options, optionKinds, "exportOnnx");
  const { document } = model;
  return {
    operatorSets: OPERATOR_SETS,
    producer: "gradus",
    producerVersion: version,
    description: `A model of ${document.provenance.source}, trained by gradus ${document.libraryVersion}.`,
    metadata: metadataOf(document),
    graph: graphOf(model, options),
  };
}

/** Names that a graph has no place for, as JSON. The encoded matrix's columns have none: those of the table hold other numbers. */
function metadataOf({ task, target }: ModelDocument): Map<string, string> {
  const found = new Map([
    ["task", task],
    ["target", JSON.stringify(targetNames(target))],
  ]);
  return target.task === "classification" ? found.set("classes", JSON.stringify(target.classes)) : found;
}

function graphOf({ document, parameters, further }: Model, { numeric = false, interval }: OnnxOptions): Graph {
  const radii = interval === undefined ? undefined : intervalRadii(document, interval);
  const builder = new GraphBuilder();
  const { encoders, encoderOf } = distinctEncoders(memberEncoders(document));
  const matrices = numeric ? matrixInputs(builder, encoders) : encodedColumns(builder, encoders);
  const outputs = [parameters, ...further].map((values, at) =>
    builder.within(memberCount(document) === 1 ? "network" : `networks.${at}`, () =>
      networkNodes(builder, memberDocument(document, at).network, values, matrices[encoderOf[at]]),
    ),
  );
  builder.within("response", () => responseNodes(builder, document, outputs, memberTargets(document), radii));
  return builder.build();
}

function matrixInputs(builder: GraphBuilder, encoders: readonly Encoder[]): string[] {
  return encoders.map((encoder, at) =>
    builder.input({
      name: encoders.length === 1 ? "inputs" : `inputs_${at + 1}`,
      type: "float",
      shape: [ROWS, encodedWidth(encoder)],
      description: "The encoded table, as encodeTable makes it.",
    }),
  );
}

function encodedColumns(builder: GraphBuilder, encoders: readonly Encoder[]): string[] {
  const columns = new Map<string, ReturnType<typeof columnType>>();
  for (const encoding of encoders.flatMap((encoder) => encoder.columns)) {
    const { name } = encoding;
    const type = columnType(encoding);
    const known = columns.get(name);
    if (name === "") {
      throw new DescriptionError(
        "A column of the model has no name, which an input of an ONNX file needs. Name it and train the model again, or export the networks alone (numeric).",
      );
    }
    if (known !== undefined && known !== type) {
      throw new DescriptionError(
        `The networks of this model read the column ${shown(name)} as ${known} and as ${type}, which one input can't be. Train the model again with a type for the column.`,
      );
    }
    if (known !== undefined) continue;
    columns.set(name, type);
    builder.input({ name, type, shape: [ROWS, 1], description: columnDescription(encoding) });
  }
  const inputs = new Map(Array.from(columns.keys(), (name) => [name, name]));
  return encoders.map((encoder, at) =>
    builder.within(encoders.length === 1 ? "encoder" : `encoders.${at}`, () => encoderNodes(builder, encoder, inputs)),
  );
}
