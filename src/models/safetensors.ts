/**
 * The safetensors format: named tensors in one file that many libraries read. Knows nothing of models.
 *
 *     8 bytes   N, the header's length, unsigned, little-endian
 *     N bytes   the header, UTF-8 JSON that begins with "{" and may end with spaces:
 *               { "__metadata__": { name: text, … }, name: { "dtype", "shape", "data_offsets": [begin, end] }, … }
 *     the rest  the tensors' numbers, row-major, little-endian; offsets count from here, without gaps or overlaps
 *
 * Everything is checked before anything is read, and nothing is allocated by a size that was not checked. Numbers go
 * through a DataView, so the byte order of the machine does not matter. Source: the README and `tensor.rs` of
 * github.com/huggingface/safetensors.
 */
import { ModelFileError, ShapeError } from "../errors.ts";
import { count, entries, fields, list, text } from "./json.ts";

/** Bytes of one number, for every type of the format that has whole bytes. */
const sizes: Readonly<Record<string, number>> = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E5M2: 1,
  F8_E4M3: 1,
  U16: 2,
  I16: 2,
  F16: 2,
  BF16: 2,
  U32: 4,
  I32: 4,
  F32: 4,
  U64: 8,
  I64: 8,
  F64: 8,
};

/** The format's own limit: a longer header is an attack or a mistake. */
const LONGEST_HEADER = 100_000_000;
/** The header is padded so that the numbers begin at a multiple of this. */
const ALIGNMENT = 8;
const SPACE = 0x20;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

export interface Tensor {
  /** "F32", or another of the format's types, which this file checks and passes on without reading. */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Its numbers, little-endian, as they lie in the file. */
  readonly bytes: Uint8Array;
}

export interface Safetensors {
  /** In the order of the header. */
  readonly metadata: ReadonlyMap<string, string>;
  /** By name, in the order of their numbers. */
  readonly tensors: ReadonlyMap<string, Tensor>;
}

/** A tensor of type F32 from numbers, which are copied. @throws {ShapeError} when shape and length disagree */
export function tensorOf(shape: readonly number[], values: Float32Array): Tensor {
  const length = product(shape);
  if (length !== values.length) {
    throw new ShapeError(`Expected ${length} numbers for a tensor of shape [${shape}], found ${values.length}.`);
  }
  const bytes = new Uint8Array(values.byteLength);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < length; i++) view.setFloat32(4 * i, values[i], true);
  return { dtype: "F32", shape, bytes };
}

/** A copy of the numbers of a tensor of type F32. */
export function tensorValues({ bytes }: Tensor): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float32Array(bytes.length / 4);
  for (let i = 0; i < values.length; i++) values[i] = view.getFloat32(4 * i, true);
  return values;
}

/**
 * The bytes of a file: the same content in the same order gives the same bytes.
 *
 * @throws {ModelFileError} when the header would be longer than the format allows
 */
export function encodeSafetensors({ metadata, tensors }: Safetensors): Uint8Array {
  const header: [string, unknown][] = [];
  if (metadata.size > 0) header.push(["__metadata__", Object.fromEntries(metadata)]);
  let end = 0;
  for (const [name, { dtype, shape, bytes }] of tensors) {
    const begin = end;
    end += bytes.length;
    header.push([name, { dtype, shape, data_offsets: [begin, end] }]);
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const headerLength = Math.ceil(json.length / ALIGNMENT) * ALIGNMENT;
  if (headerLength > LONGEST_HEADER) {
    throw new ModelFileError(`Expected a header of at most ${LONGEST_HEADER} bytes, found ${headerLength}.`);
  }
  const file = new Uint8Array(8 + headerLength + end);
  new DataView(file.buffer).setUint32(0, headerLength, true);
  file.set(json, 8);
  file.fill(SPACE, 8 + json.length, 8 + headerLength);
  let offset = 8 + headerLength;
  for (const { bytes } of tensors.values()) {
    file.set(bytes, offset);
    offset += bytes.length;
  }
  return file;
}

/**
 * Reads a file's header and finds its tensors, whose bytes are views of the file.
 *
 * @throws {ModelFileError} with the rule of the format that is broken
 */
export function decodeSafetensors(file: Uint8Array): Safetensors {
  const headerLength = requireHeaderLength(file);
  const header = parseHeader(file.subarray(8, 8 + headerLength));
  const metadata = header.get("__metadata__");
  const described = [...header]
    .filter(([name]) => name !== "__metadata__")
    .map(([name, value]) => describeTensor(name, value))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);

  const data = file.subarray(8 + headerLength);
  const tensors = new Map<string, Tensor>();
  let reached = 0;
  for (const { name, dtype, shape, begin, end } of described) {
    if (begin !== reached) {
      throw new ModelFileError(`Expected tensor "${name}" to begin at byte ${reached}, found ${begin}.`);
    }
    tensors.set(name, { dtype, shape, bytes: data.subarray(begin, end) });
    reached = end;
  }
  if (reached !== data.length) {
    const remark = reached > data.length ? "the file is cut off" : "something follows them";
    throw new ModelFileError(`Expected ${reached} bytes of numbers, found ${data.length}: ${remark}.`);
  }
  return { metadata: metadata === undefined ? new Map() : entries(text)(metadata, "__metadata__"), tensors };
}

function requireHeaderLength(file: Uint8Array): number {
  if (file.length < 8) {
    throw new ModelFileError(`Expected at least 8 bytes, found ${file.length}: the file is cut off.`);
  }
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const length = view.getUint32(0, true) + view.getUint32(4, true) * 2 ** 32;
  if (length > LONGEST_HEADER) {
    throw new ModelFileError(`Expected a header of at most ${LONGEST_HEADER} bytes, found a length of ${length}.`);
  }
  if (length > file.length - 8) {
    throw new ModelFileError(
      `Expected a header of ${length} bytes, found ${file.length - 8} in the file: it is cut off or altered.`,
    );
  }
  return length;
}

function parseHeader(bytes: Uint8Array): ReadonlyMap<string, unknown> {
  let length = bytes.length;
  while (length > 0 && bytes[length - 1] === SPACE) length--;
  if (bytes[0] !== OPENING_BRACE || bytes[length - 1] !== CLOSING_BRACE) {
    throw new ModelFileError('Expected the header to begin with "{" and to end with "}" and spaces.');
  }
  let json: string;
  try {
    json = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new ModelFileError("Expected the header to be UTF-8 text, found bytes that are not.");
  }
  let header: unknown;
  try {
    header = JSON.parse(json);
  } catch {
    throw new ModelFileError("Expected the header to be JSON, found text that is not.");
  }
  return entries((value) => value)(header, "the header");
}

interface TensorHeader {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly number[];
}
const tensorHeader = fields<TensorHeader>({ dtype: text, shape: list(count), data_offsets: list(count) });

function describeTensor(name: string, value: unknown) {
  const where = `tensor "${name}"`;
  const { dtype, shape, data_offsets } = tensorHeader(value, where);
  const [begin, end] = data_offsets;
  if (data_offsets.length !== 2 || begin > end) {
    throw new ModelFileError(`${where}: expected data_offsets [begin, end], found [${data_offsets}].`);
  }
  if (!Object.hasOwn(sizes, dtype)) {
    throw new ModelFileError(`${where}: expected a type among ${Object.keys(sizes).join(", ")}, found ${dtype}.`);
  }
  // Beyond 2⁵³ the product is not exact, but then it is far larger than any file.
  const bytes = product(shape) * sizes[dtype];
  if (bytes !== end - begin) {
    throw new ModelFileError(`${where}: expected ${bytes} bytes for ${dtype} [${shape}], found ${end - begin}.`);
  }
  return { name, dtype, shape, begin, end };
}

function product(shape: readonly number[]): number {
  return shape.reduce((length, extent) => length * extent, 1);
}
