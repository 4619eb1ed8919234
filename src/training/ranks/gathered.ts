/** The numbers of all processes (ranks), one after the other in the order of the ranks; alone, the own ones. */
import type { Collective } from "../../distributed/collective.ts";
import type { Numbers } from "../../engines/engine.ts";

/** @param values of one kind on all ranks; every rank then holds those of all */
export function gathered(collective: Collective | undefined, values: Float64Array, what: string): Float64Array;
export function gathered(collective: Collective | undefined, values: Numbers, what: string): Numbers;
export function gathered(collective: Collective | undefined, values: Numbers, what: string): Numbers {
  if (collective === undefined) return values;
  const { buffer, byteOffset, byteLength } = values;
  const all = collective.allGather(new Uint8Array(buffer, byteOffset, byteLength), what);
  const length = all.reduce((sum, bytes) => sum + bytes.length, 0) / values.BYTES_PER_ELEMENT;
  const whole = values instanceof Float32Array ? new Float32Array(length) : new Float64Array(length);
  const bytes = new Uint8Array(whole.buffer);
  let at = 0;
  for (const part of all) {
    bytes.set(part, at);
    at += part.length;
  }
  return whole;
}
