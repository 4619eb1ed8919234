/**
 * Plain data that rank 0 has, for all ranks: numbers, texts, lists, objects, and arrays of numbers of any size.
 *
 * The text is JSON, in which numbers that aren't finite, -0 and arrays of numbers stand as marked objects; the arrays follow it, each as it
 * is in memory.
 */
import type { Collective } from "./collective.ts";

type NumberArray = Float32Array | Float64Array | Uint32Array | Int32Array | Uint8Array;
const arrays = { Float32Array, Float64Array, Uint32Array, Int32Array, Uint8Array } as const;

/** Stands for what JSON lacks. */
interface Marked {
  readonly $array?: { readonly of: keyof typeof arrays; readonly length: number };
  readonly $number?: string;
}

/** @param value of rank 0; the others' is not looked at @returns rank 0's on all ranks: on rank 0 the very value, else a copy */
export function fromFirst<Value>(collective: Collective | undefined, value: Value | undefined): Value | undefined {
  if (collective === undefined) return value;
  const isFirst = collective.rank === 0;
  const sent: NumberArray[] = [];
  const own = isFirst ? new TextEncoder().encode(JSON.stringify(marked(value, sent)) ?? "") : new Uint8Array(0);
  const [length] = shared(collective, Float64Array.of(own.length));
  const text = shared(collective, isFirst ? own : new Uint8Array(length));
  if (isFirst) {
    for (const array of sent) shared(collective, array);
    return value;
  }
  if (length === 0) return undefined;
  return JSON.parse(new TextDecoder().decode(text), (_, part: Marked | null) => {
    if (part?.$number !== undefined) return Number(part.$number);
    if (part?.$array === undefined) return part;
    return shared(collective, new arrays[part.$array.of](part.$array.length));
  }) as Value;
}

/** A value with its arrays of numbers taken out into a list, in the order in which JSON.parse comes to them. */
function marked(value: unknown, into: NumberArray[]): unknown {
  if (typeof value === "number") {
    return Number.isFinite(value) && !Object.is(value, -0)
      ? value
      : { $number: Object.is(value, -0) ? "-0" : `${value}` };
  }
  if (typeof value !== "object" || value === null) return value;
  if (ArrayBuffer.isView(value)) {
    const array = value as NumberArray;
    into.push(array);
    return { $array: { of: array.constructor.name, length: array.length } };
  }
  if (Array.isArray(value)) return value.map((entry) => marked(entry, into));
  return Object.fromEntries(Object.entries(value).map(([name, of]) => [name, marked(of, into)]));
}

/** @returns the array, or the copy that travelled: bytes at an address that stays */
function shared<Kind extends NumberArray>(collective: Collective, values: Kind): Kind {
  const bytes = new Uint8Array(new ArrayBuffer(values.byteLength));
  bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  if (bytes.length > 0) collective.broadcast(bytes);
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength).set(bytes);
  return values;
}
