/** The numbers of all processes (ranks), one after the other in the order of the ranks; alone, the own ones. */
import type { Collective } from "../../distributed/collective.ts";
import type { Numbers } from "../../engines/engine.ts";

/** @param values of one kind on all ranks; every rank then holds those of all */
export function gathered(collective: Collective | undefined, values: Float64Array, what: string): Float64Array;
export function gathered(collective: Collective | undefined, values: Numbers, what: string): Numbers;
export function gathered(collective: Collective | undefined, values: Numbers, what: string): Numbers {
  if (collective === undefined) return values;
  return joinedNumbers(collective.allGather(bytesOf(values), what), values);
}

export const bytesOf = ({ buffer, byteOffset, byteLength }: Numbers): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** The numbers of which the parts are the bytes, of the kind of others. */
export function joinedNumbers(parts: readonly Uint8Array[], others: Numbers): Numbers {
  const { buffer } = joinedBytes(parts);
  return others instanceof Float32Array ? new Float32Array(buffer) : new Float64Array(buffer);
}

export function joinedBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
