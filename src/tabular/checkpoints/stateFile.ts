/**
 * The state of a network as bytes: a safetensors file whose tensors are the state's arrays, each named by its place
 * ("fit.session.parameters"), and in its metadata
 *
 *     format    "gradus-checkpoint"
 *     training  eight hexadecimal digits: CRC-32 of what identifies the training
 *     network   its number among the model's members, from 0
 *     kept      how many states of it were kept before, which tells the newer of two files
 *     state     the state as JSON: an array is { "tensor": NAME }, a number that JSON lacks { "number": "-0" }
 *     crc32     eight hexadecimal digits: CRC-32 of the JSON's UTF-8 bytes, then of the tensors' bytes
 *
 * What is read is equal to what was written, to the bit. Knows no file system.
 */

import { ModelFileError } from "../../errors.ts";
import { checksumOf } from "../../models/checksum.ts";
import { decodeSafetensors, encodeSafetensors, type Tensor } from "../../models/safetensors.ts";
import type { MemberState } from "./checkpoint.ts";

const FORMAT = "gradus-checkpoint";

/** Whose state it is. */
export interface StateOwner {
  readonly training: string;
  readonly network: number;
}

/** A state, and how many of the same network were kept before it. */
export interface KeptState {
  readonly kept: number;
  readonly state: MemberState;
}

/** The arrays that a state may have, by the format's names of their numbers. */
const ARRAYS = { F32: Float32Array, F64: Float64Array, U32: Uint32Array } as const;
type NumberArray = InstanceType<(typeof ARRAYS)[keyof typeof ARRAYS]>;

/** The bytes of a file. */
export function writeState({ training, network }: StateOwner, { kept, state }: KeptState): Uint8Array {
  const tensors = new Map<string, Tensor>();
  const json = JSON.stringify(packed(state, "", tensors));
  const metadata = new Map([
    ["format", FORMAT],
    ["training", training],
    ["network", String(network)],
    ["kept", String(kept)],
    ["state", json],
    ["crc32", checksumOf(json, tensors)],
  ]);
  return encodeSafetensors({ metadata, tensors });
}

/**
 * Reads a file.
 *
 * @throws {ModelFileError} bytes that are cut off or altered, or the state of another network or training
 */
export function readState(bytes: Uint8Array, owner: StateOwner): KeptState {
  const { metadata, tensors } = decodeSafetensors(bytes);
  const json = metadata.get("state") ?? "";
  if (metadata.get("format") !== FORMAT) throw new ModelFileError("it is not a state of a training.");
  if (metadata.get("crc32") !== checksumOf(json, tensors)) throw new ModelFileError("it was cut off or altered.");
  const found = { training: metadata.get("training"), network: Number(metadata.get("network")) };
  if (found.training !== owner.training) throw new ModelFileError("it is of another training.");
  if (found.network !== owner.network) throw new ModelFileError(`it is of network ${found.network + 1}.`);
  return { kept: Number(metadata.get("kept")), state: unpacked(JSON.parse(json), tensors) as MemberState };
}

/** A value as JSON has it, its arrays put among the tensors. @param place of the value: "fit.session" */
function packed(value: unknown, place: string, tensors: Map<string, Tensor>): unknown {
  if (typeof value === "number")
    return Number.isFinite(value) && !Object.is(value, -0) ? value : { number: text(value) };
  if (typeof value !== "object" || value === null) return value;
  const dtype = Object.entries(ARRAYS).find(([, kind]) => value instanceof kind)?.[0];
  if (dtype !== undefined) {
    const { length } = value as NumberArray;
    tensors.set(place, { dtype, shape: [length], bytes: littleEndian(value as NumberArray) });
    return { tensor: place };
  }
  const under = (key: string | number): string => (place === "" ? String(key) : `${place}.${key}`);
  if (Array.isArray(value)) return value.map((entry, at) => packed(entry, under(at), tensors));
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, packed(entry, under(key), tensors)]));
}

function unpacked(value: unknown, tensors: ReadonlyMap<string, Tensor>): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((entry) => unpacked(entry, tensors));
  const { tensor, number } = value as { readonly tensor?: unknown; readonly number?: unknown };
  if (typeof tensor === "string") return arrayOf(tensors.get(tensor));
  if (typeof number === "string") return Number(number);
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, unpacked(entry, tensors)]));
}

const text = (value: number): string => (Object.is(value, -0) ? "-0" : String(value));

function arrayOf(tensor: Tensor | undefined): NumberArray {
  const kind = ARRAYS[tensor?.dtype as keyof typeof ARRAYS];
  if (tensor === undefined || kind === undefined) throw new ModelFileError("an array of it is missing.");
  const copy = new Uint8Array(tensor.bytes); // which begins where a number may; slice of Node's Buffer copies nothing
  return new kind(littleEndian(new kind(copy.buffer)).buffer as ArrayBuffer);
}

const IS_LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** The bytes of an array as they lie in a file, or of a file's as they lie in an array; a view where those are the same. */
function littleEndian(values: NumberArray): Uint8Array {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  if (IS_LITTLE_ENDIAN) return bytes;
  const turned = bytes.slice();
  const size = values.BYTES_PER_ELEMENT;
  for (let at = 0; at < turned.length; at += size) turned.subarray(at, at + size).reverse();
  return turned;
}
