/**
 * The model file: one safetensors file with a named tensor for each of the network's ("layers.0.weights", and for a model of
 * several networks "members.1.layers.0.weights" from the second on), and of a model that learns online one for each slot of each
 * network's optimizer ("slots.mean", "members.1.slots.mean"; as long as all parameters of the network). In its metadata
 *
 *     format   "gradus"
 *     crc32    eight hexadecimal digits: CRC-32 of the document's UTF-8 bytes, then of the tensors' bytes
 *     gradus   the document, as JSON
 *
 * A file is checked in that order of trust: the container, the version, the checksum, the document, the tensors against
 * the document's networks. Reading runs no code of the file's. Knows no file system.
 */

import { ModelFileError, ShapeError } from "../errors.ts";
import type { Network } from "../network/network.ts";
import { impossibleState, type ParameterTensor, parameterLayout, requireParameters } from "../network/parameters.ts";
import { checksumOf } from "./checksum.ts";
import { FORMAT_VERSION, type ModelDocument, memberCount, memberDocument } from "./document.ts";
import { checkDocument } from "./documentCheck.ts";
import { fileKind, isOnnx } from "./fileKind.ts";
import { plainJson } from "./json.ts";
import {
  decodeSafetensors,
  encodeSafetensors,
  type Safetensors,
  type Tensor,
  tensorOf,
  tensorValues,
} from "./safetensors.ts";

const FORMAT = "gradus";
const GET_ANOTHER = "Use another copy of the file, or train the model again.";

export interface ModelContent {
  readonly document: ModelDocument;
  /** In the layout of the document's network. */
  readonly parameters: Float32Array;
  /** Those of the further members, in their order; absent where the model is one network. */
  readonly further?: readonly Float32Array[];
  /** The slots of each network's optimizer, each in the order of the parameters; absent where the model doesn't learn online. */
  readonly slots?: readonly Slots[];
}

/** An optimizer's state by name: `mean`, `square`. */
export type Slots = Readonly<Record<string, Float32Array>>;

/**
 * The bytes of a model file; the same model gives the same bytes.
 *
 * @param slots of each member's optimizer, where the model learns online
 * @throws {ModelFileError} when the document would not be readable again, or a parameter is not finite
 * @throws {ShapeError} when the parameters are not the networks'
 */
export function writeModelFile(
  document: ModelDocument,
  parameters: Float32Array,
  further: readonly Float32Array[] = [],
  slots?: readonly Slots[],
): Uint8Array {
  const { document: checked } = requireContent(document, parameters, further, slots);
  const tensors = new Map<string, Tensor>();
  [parameters, ...further].forEach((values, index) => {
    const layout = memberLayout(memberDocument(checked, index).network, index);
    for (const { name, shape, offset, length } of layout) {
      tensors.set(name, tensorOf(shape, values.subarray(offset, offset + length)));
    }
  });
  slots?.forEach((own, index) => {
    for (const [name, values] of Object.entries(own))
      tensors.set(slotName(name, index), tensorOf([values.length], values));
  });
  const json = JSON.stringify(checked);
  const metadata = new Map([
    ["format", FORMAT],
    ["crc32", checksumOf(json, tensors)],
    [FORMAT, json],
  ]);
  return encodeSafetensors({ metadata, tensors });
}

/**
 * What would be read again from the file of a model, without packing it.
 *
 * @throws {ModelFileError | ShapeError} as `writeModelFile` does
 */
export function requireContent(
  document: ModelDocument,
  parameters: Float32Array,
  further: readonly Float32Array[] = [],
  slots?: readonly Slots[],
): ModelContent {
  const checked = checkDocument(plainJson(document));
  const members = memberCount(checked);
  if (further.length !== members - 1) {
    throw new ShapeError(`Expected the parameters of ${members} members, found those of ${1 + further.length}.`);
  }
  [parameters, ...further].forEach((values, index) => {
    const { network } = memberDocument(checked, index);
    requireParameters(network, values);
    requireFinite(memberLayout(network, index), values);
  });
  return { document: checked, parameters, ...(further.length > 0 && { further }), ...(slots && { slots }) };
}

/** A member's tensors by their names in the file. */
function memberLayout(network: Network, index: number): readonly ParameterTensor[] {
  const { tensors } = parameterLayout(network);
  return index === 0 ? tensors : tensors.map((tensor) => ({ ...tensor, name: prefix(index) + tensor.name }));
}

const prefix = (member: number): string => (member === 0 ? "" : `members.${member}.`);
const slotName = (slot: string, member: number): string => `${prefix(member)}slots.${slot}`;

/**
 * Reads a model file.
 *
 * @param source where the bytes came from, for messages
 * @throws {ModelFileError} when they are no model, cut off, altered, of a newer version, or do not fit together
 */
export function readModelFile(bytes: Uint8Array, source = "the model file"): ModelContent {
  try {
    return readContent(readContainer(bytes));
  } catch (error) {
    if (error instanceof ModelFileError) throw new ModelFileError(`${source}: ${error.message}`, { cause: error });
    throw error;
  }
}

function readContainer(bytes: Uint8Array): Safetensors {
  try {
    return decodeSafetensors(bytes);
  } catch (error) {
    if (!(error instanceof ModelFileError)) throw error;
    // The format has no magic number: its signs are a header length below 2⁵⁶ and the brace after it.
    if (bytes[7] === 0 && bytes[8] === "{".charCodeAt(0)) {
      throw new ModelFileError(`The file is damaged: ${error.message} ${GET_ANOTHER}`, { cause: error });
    }
    if (isOnnx(bytes))
      throw new ModelFileError(`This is an ONNX file, not a gradus model. ${IMPORT_IT}`, { cause: error });
    const kind = fileKind(bytes) ?? "another kind of file, or one whose beginning is damaged";
    throw new ModelFileError(notAModel(`This is ${kind}`), { cause: error });
  }
}

function readContent({ metadata, tensors }: Safetensors): ModelContent {
  const json = metadata.get(FORMAT);
  if (metadata.get("format") !== FORMAT || json === undefined) {
    const format = metadata.get("format");
    const by = format === undefined ? "" : ` with the format ${JSON.stringify(format.slice(0, 40))}`;
    throw new ModelFileError(notAModel(`This is a safetensors file${by}, without a gradus model's description`));
  }
  const document = parse(json);
  requireKnownVersion(document);
  const found = checksumOf(json, tensors);
  const expected = metadata.get("crc32");
  if (found !== expected) {
    throw new ModelFileError(
      `The file was altered after it was saved: expected the checksum ${expected ?? "that is missing"}, found ${found}. ${GET_ANOTHER}`,
    );
  }
  const checked = checkDocument(document);
  const own = new Map([...tensors].filter(([name]) => !isSlot(name)));
  const [parameters, ...further] = readParameters(checked, own);
  const members = [parameters, ...further];
  const slots = checked.learning && members.map(({ length }, index) => readSlots(index, length, tensors));
  const count = own.size + (slots ?? []).reduce((sum, each) => sum + Object.keys(each).length, 0);
  if (tensors.size !== count) {
    throw new ModelFileError(`Expected ${count} tensors, found ${tensors.size}: some are slots of no optimizer.`);
  }
  return { document: checked, parameters, ...(further.length > 0 && { further }), ...(slots && { slots }) };
}

const isSlot = (name: string): boolean => /^(?:members\.\d+\.)?slots\./.test(name);

/** The slots of one member, whose names the optimizer decides. @param length the number of its parameters */
function readSlots(member: number, length: number, tensors: ReadonlyMap<string, Tensor>): Slots {
  const beginning = slotName("", member);
  const own = [...tensors].filter(([name]) => name.startsWith(beginning));
  return Object.fromEntries(
    own.map(([name, tensor]) => {
      const found = `${tensor.dtype} [${tensor.shape}]`;
      if (found !== `F32 [${length}]`) {
        throw new ModelFileError(`Expected a tensor "${name}" of F32 [${length}], found ${found}.`);
      }
      return [name.slice(beginning.length), tensorValues(tensor)];
    }),
  );
}

/** The document, or undefined when it is not JSON: the checksum shows why. */
function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** A newer version may keep its checksum and everything else elsewhere, so this comes first. */
function requireKnownVersion(document: unknown): void {
  if (typeof document !== "object" || document === null) return;
  const { formatVersion, libraryVersion } = document as Readonly<Record<string, unknown>>;
  if (typeof formatVersion === "number" && formatVersion > FORMAT_VERSION) {
    const by = typeof libraryVersion === "string" ? ` (gradus ${libraryVersion.slice(0, 40)})` : "";
    throw new ModelFileError(
      `The model has format version ${formatVersion}${by}; this gradus reads up to version ${FORMAT_VERSION}. ` +
        "Install a newer version of gradus.",
    );
  }
}

/** Each member's parameters. */
function readParameters(document: ModelDocument, tensors: ReadonlyMap<string, Tensor>): Float32Array[] {
  const stored = [...tensors.values()].reduce((bytes, tensor) => bytes + tensor.bytes.length, 0);
  const layouts = Array.from({ length: memberCount(document) }, (_, index) =>
    memberLayout(memberDocument(document, index).network, index),
  );
  const expected = layouts.flat();
  const numbers = expected.reduce((sum, { length }) => sum + length, 0);
  // Before allocating: the length is only written in the document, the bytes are there.
  if (stored !== 4 * numbers || tensors.size !== expected.length) {
    throw new ModelFileError(
      `Expected ${expected.length} tensors with ${numbers} numbers in all for the network, ` +
        `found ${tensors.size} with ${stored} bytes.`,
    );
  }
  return layouts.map((layout) => memberParameters(layout, tensors));
}

function memberParameters(layout: readonly ParameterTensor[], tensors: ReadonlyMap<string, Tensor>): Float32Array {
  const parameters = new Float32Array(layout.reduce((sum, { length }) => sum + length, 0));
  for (const { name, shape, offset } of layout) {
    const tensor = tensors.get(name);
    const found = tensor === undefined ? "none" : `${tensor.dtype} [${tensor.shape}]`;
    if (tensor === undefined || found !== `F32 [${shape}]`) {
      throw new ModelFileError(`Expected a tensor "${name}" of F32 [${shape}], found ${found}.`);
    }
    parameters.set(tensorValues(tensor), offset);
  }
  requireFinite(layout, parameters);
  const wrong = impossibleState({ tensors: layout }, parameters);
  if (wrong !== undefined) throw new ModelFileError(`Expected ${wrong}. ${GET_ANOTHER}`);
  return parameters;
}

function requireFinite(layout: readonly ParameterTensor[], parameters: Float32Array): void {
  for (const { name, offset, length } of layout) {
    const index = parameters.subarray(offset, offset + length).findIndex((value) => !Number.isFinite(value));
    if (index >= 0) {
      throw new ModelFileError(`Expected finite parameters, found ${parameters[offset + index]} in ${name}[${index}].`);
    }
  }
}

const IMPORT_IT = '"gradus import" or importOnnx makes one of it.';

function notAModel(what: string): string {
  return `${what}, not a gradus model. Give a file that "gradus train" or model.toBytes() made.`;
}
