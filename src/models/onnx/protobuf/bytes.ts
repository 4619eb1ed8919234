/**
 * An ONNX model as the bytes of its file, and back: protocol buffers by @bufbuild/protobuf, which is loaded with this file.
 *
 * The messages are those of onnx.proto. What a file says is checked as far as `OnnxModel` has it; what operators mean is not.
 */
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { ModelFileError, shown } from "../../../errors.ts";
import { fileKind } from "../../fileKind.ts";
import { decodeSafetensors } from "../../safetensors.ts";
import type { Attribute, ElementType, Node, OnnxModel, OutputInfo, Tensor, ValueInfo } from "../graph.ts";
import {
  type AttributeProto,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  type TensorProto,
  type TypeProto_Tensor,
  type ValueInfoProto,
} from "./onnx_pb.ts";

/** The intermediate representation that is written: that of ONNX 1.13, which every runtime since 2023 reads. */
const IR_VERSION = 8n;
/** TensorProto.DataType. */
const DATA_TYPES = { float: 1, int32: 6, int64: 7, string: 8, bool: 9, double: 11 } as const satisfies Record<
  ElementType,
  number
>;
/** The other ones, for messages. */
const OTHER_TYPES: Readonly<Record<number, string>> = {
  2: "uint8",
  3: "int8",
  4: "uint16",
  5: "int16",
  10: "float16",
  12: "uint32",
  13: "uint64",
  14: "complex64",
  15: "complex128",
  16: "bfloat16",
};
/** AttributeProto.AttributeType. */
const ATTRIBUTE_TYPES = { float: 1, int: 2, string: 3, tensor: 4, floats: 6, ints: 7, strings: 8 } as const;
const EXTERNAL = 1;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The bytes of a model's file; the same model gives the same bytes. */
export function bytesOfModel(model: OnnxModel): Uint8Array {
  const { graph } = model;
  const message = create(ModelProtoSchema, {
    irVersion: IR_VERSION,
    opsetImport: Array.from(model.operatorSets, ([domain, version]) => ({ domain, version: BigInt(version) })),
    producerName: model.producer,
    producerVersion: model.producerVersion,
    docString: model.description,
    metadataProps: Array.from(model.metadata, ([key, value]) => ({ key, value })),
    graph: {
      name: "model",
      node: graph.nodes.map(({ operator, attributes, inputs, outputs, ...node }) => ({
        ...node,
        opType: operator,
        input: [...inputs],
        output: [...outputs],
        attribute: Object.entries(attributes).map(([name, value]) => ({ name, ...attributeFields(value) })),
      })),
      initializer: Array.from(graph.constants, ([name, tensor]) => ({ name, ...tensorFields(tensor) })),
      input: graph.inputs.map(valueInfoFields),
      output: graph.outputs.map((output) => valueInfoFields(output as ValueInfo)),
    },
  });
  return toBinary(ModelProtoSchema, message);
}

function attributeFields(attribute: Attribute): object {
  if (attribute.type === "other") throw new TypeError("An attribute of another type can't be written.");
  const type = ATTRIBUTE_TYPES[attribute.type];
  switch (attribute.type) {
    case "int":
      return { type, i: BigInt(attribute.value) };
    case "float":
      return { type, f: attribute.value };
    case "ints":
      return { type, ints: attribute.value.map(BigInt) };
    case "floats":
      return { type, floats: [...attribute.value] };
    case "string":
      return { type, s: encoder.encode(attribute.value) };
    case "strings":
      return { type, strings: attribute.value.map((text) => encoder.encode(text)) };
    case "tensor":
      return { type, t: tensorFields(attribute.value) };
    default:
      return attribute satisfies never;
  }
}

function tensorFields({ type, shape, values }: Tensor): object {
  const fields = { dataType: DATA_TYPES[type], dims: shape.map(BigInt) };
  if (type === "string") {
    return { ...fields, stringData: Array.from(values as readonly string[], (text) => encoder.encode(text)) };
  }
  const { size, set } = layouts[type];
  const view = new DataView(new ArrayBuffer(size * values.length));
  for (let i = 0; i < values.length; i++) set(view, i * size, values[i] as number);
  return { ...fields, rawData: new Uint8Array(view.buffer) };
}

/** How numbers lie in `rawData`: little-endian. */
const layouts = {
  float: {
    size: 4,
    set: (view, at, value) => view.setFloat32(at, value, true),
    get: (view, at) => view.getFloat32(at, true),
  },
  double: {
    size: 8,
    set: (view, at, value) => view.setFloat64(at, value, true),
    get: (view, at) => view.getFloat64(at, true),
  },
  int32: {
    size: 4,
    set: (view, at, value) => view.setInt32(at, value, true),
    get: (view, at) => view.getInt32(at, true),
  },
  int64: {
    size: 8,
    set: (view, at, value) => view.setBigInt64(at, BigInt(value), true),
    get: (view, at) => Number(view.getBigInt64(at, true)),
  },
  bool: { size: 1, set: (view, at, value) => view.setUint8(at, value), get: (view, at) => view.getUint8(at) },
} as const satisfies Record<Exclude<ElementType, "string">, Layout>;

interface Layout {
  readonly size: number;
  readonly set: (view: DataView, at: number, value: number) => void;
  readonly get: (view: DataView, at: number) => number;
}

function valueInfoFields({ name, type, shape, description = "" }: ValueInfo): object {
  const dim = shape.map((extent) => ({
    value:
      typeof extent === "number"
        ? { case: "dimValue" as const, value: BigInt(extent) }
        : { case: "dimParam" as const, value: extent },
  }));
  const value = { case: "tensorType" as const, value: { elemType: DATA_TYPES[type], shape: { dim } } };
  return { name, type: { value }, docString: description };
}

/**
 * A model from the bytes of its file.
 *
 * @throws {ModelFileError} bytes that are no ONNX model, one that keeps its weights in other files, a tensor or an input of a type
 * that gradus doesn't read
 */
export function modelFromBytes(bytes: Uint8Array): OnnxModel {
  const message = parsed(bytes);
  const { graph } = message;
  if (graph === undefined || message.irVersion === 0n || message.opsetImport.length === 0) {
    throw notOnnx(bytes, "one without a graph or the versions of its operators");
  }
  const constants = new Map(graph.initializer.map((tensor) => [tensor.name, tensorFrom(tensor, tensor.name)]));
  return {
    operatorSets: new Map(message.opsetImport.map(({ domain, version }) => [domainOf(domain), Number(version)])),
    producer: message.producerName,
    producerVersion: message.producerVersion,
    description: message.docString,
    metadata: new Map(message.metadataProps.map(({ key, value }) => [key, value])),
    graph: {
      nodes: graph.node.map(nodeFrom),
      constants,
      // Files of old representations list constants among the inputs.
      inputs: graph.input.filter(({ name }) => !constants.has(name)).map(inputFrom),
      outputs: graph.output.map(outputFrom),
    },
  };
}

function parsed(bytes: Uint8Array): ModelProto {
  try {
    return fromBinary(ModelProtoSchema, bytes);
  } catch (cause) {
    throw notOnnx(bytes, "bytes of another format, or a file that is damaged or cut off", cause);
  }
}

const EXPORTERS =
  'PyTorch makes one by torch.onnx.export, Keras by network.export("folder") and tf2onnx, scikit-learn by skl2onnx';

/** @param otherwise what is found where the bytes show no other kind of file */
function notOnnx(bytes: Uint8Array, otherwise: string, cause?: unknown): ModelFileError {
  const found = safetensorsKind(bytes) ?? `${fileKind(bytes) ?? otherwise}. ${EXPORTERS}`;
  return new ModelFileError(`Expected an ONNX model, found ${found}.`, { cause });
}

function safetensorsKind(bytes: Uint8Array): string | undefined {
  try {
    return decodeSafetensors(bytes).metadata.has("gradus")
      ? "a model of gradus, which needs no import: everything that takes a model takes it as it is"
      : "weights, a safetensors file, which go into the model that they are of: its name has to end in .safetensors";
  } catch {
    return undefined;
  }
}

/** "ai.onnx" is a name of the domain "". */
function domainOf(domain: string): string {
  return domain === "ai.onnx" ? "" : domain;
}

function nodeFrom({ opType, name, domain, input, output, attribute }: NodeProto): Node {
  const where = `${opType} ${shown(name)}`;
  const attributes = attribute.map((each) => [each.name, attributeFrom(each, where)] as const);
  return {
    operator: opType,
    domain: domainOf(domain),
    name,
    inputs: input,
    outputs: output,
    attributes: Object.fromEntries(attributes),
  };
}

function attributeFrom({ type, f, i, s, t, floats, ints, strings }: AttributeProto, where: string): Attribute {
  switch (type) {
    case ATTRIBUTE_TYPES.float:
      return { type: "float", value: f };
    case ATTRIBUTE_TYPES.int:
      return { type: "int", value: Number(i) };
    case ATTRIBUTE_TYPES.string:
      return { type: "string", value: decoder.decode(s) };
    case ATTRIBUTE_TYPES.floats:
      return { type: "floats", value: floats };
    case ATTRIBUTE_TYPES.ints:
      return { type: "ints", value: ints.map(Number) };
    case ATTRIBUTE_TYPES.strings:
      return { type: "strings", value: strings.map((text) => decoder.decode(text)) };
    case ATTRIBUTE_TYPES.tensor:
      return t === undefined ? { type: "other" } : { type: "tensor", value: tensorFrom(t, where) };
    default:
      return { type: "other" };
  }
}

function tensorFrom(tensor: TensorProto, name: string): Tensor {
  const { dims, dataType, dataLocation, rawData } = tensor;
  const where = `tensor ${shown(name)}`;
  if (dataLocation === EXTERNAL) {
    throw new ModelFileError(
      `The ${where} is in another file. Expected a model of one file: save it with its weights inside, in PyTorch by torch.onnx.export(…, external_data=False).`,
    );
  }
  const type = elementType(dataType, where);
  const shape = dims.map(Number);
  const values =
    type === "string" ? tensor.stringData.map((text) => decoder.decode(text)) : numbersFrom(tensor, type, rawData);
  const length = shape.reduce((product, extent) => product * extent, 1);
  if (values.length !== length) {
    throw new ModelFileError(`The ${where}: expected ${length} values, found ${values.length}. The file is damaged.`);
  }
  return { type, shape, values };
}

function numbersFrom(tensor: TensorProto, type: Exclude<ElementType, "string">, raw: Uint8Array): Float64Array {
  if (raw.length > 0) {
    const { size, get } = layouts[type];
    const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
    return Float64Array.from({ length: Math.floor(raw.length / size) }, (_, i) => get(view, i * size));
  }
  const { floatData, doubleData, int64Data, int32Data } = tensor;
  return Float64Array.from(
    { float: floatData, double: doubleData, int64: int64Data.map(Number), int32: int32Data, bool: int32Data }[type],
  );
}

function elementType(dataType: number, where: string): ElementType {
  const found = typeNamed(dataType);
  if (found !== undefined) return found;
  throw new ModelFileError(
    `The ${where} is of the type ${OTHER_TYPES[dataType] ?? `number ${dataType}`}, which gradus doesn't read. Expected ${Object.keys(DATA_TYPES).join(", ")}: export the model in float32.`,
  );
}

function typeNamed(dataType: number): ElementType | undefined {
  const found = Object.entries(DATA_TYPES).find(([, code]) => code === dataType);
  return found?.[0] as ElementType | undefined;
}

function inputFrom({ name, type, docString }: ValueInfoProto): ValueInfo {
  const where = `input ${shown(name)}`;
  if (type?.value.case !== "tensorType") throw new ModelFileError(`The ${where} is no tensor. Expected tensors.`);
  const { elemType } = type.value.value;
  return {
    name,
    type: elementType(elemType, where),
    shape: shapeFrom(type.value.value),
    ...(docString !== "" && { description: docString }),
  };
}

function outputFrom({ name, type, docString }: ValueInfoProto): OutputInfo {
  const tensor = type?.value.case === "tensorType" ? type.value.value : undefined;
  return {
    name,
    type: typeNamed(tensor?.elemType ?? 0) ?? "other",
    shape: shapeFrom(tensor),
    ...(docString !== "" && { description: docString }),
  };
}

function shapeFrom(tensor: TypeProto_Tensor | undefined): (number | string)[] {
  return (
    tensor?.shape?.dim.map(({ value }) => (value.case === "dimValue" ? Number(value.value) : (value.value ?? ""))) ?? []
  );
}
