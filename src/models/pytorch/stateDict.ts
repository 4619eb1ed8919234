/** A model's tensors by the names of a PyTorch state dict, and their numbers as a safetensors file. */
import { type ModelDocument, memberCount, memberDocument } from "../document.ts";
import { encodeSafetensors, type Tensor, tensorOf } from "../safetensors.ts";
import { type StateTensor, stateOf } from "./modules.ts";

/** A tensor of a model's state dict. */
export interface ModelTensor extends StateTensor {
  /** "0.weight"; of several networks "members.0.0.weight". */
  readonly name: string;
  /** The network that it is of, counted from 0. */
  readonly member: number;
}

/** All tensors of a model's networks, in their order. */
export function stateDict(document: ModelDocument): ModelTensor[] {
  const count = memberCount(document);
  return Array.from({ length: count }, (_, member) => {
    const prefix = count === 1 ? "" : `members.${member}.`;
    return stateOf(memberDocument(document, member).network).map((tensor) => ({
      ...tensor,
      name: `${prefix}${tensor.name}`,
      member,
    }));
  }).flat();
}

export function lengthOf({ shape }: Pick<StateTensor, "shape">): number {
  return shape.reduce((length, extent) => length * extent, 1);
}

/** How many batches a normalisation has seen, as PyTorch counts them: gradus doesn't. */
const NO_BATCHES: Tensor = { dtype: "I64", shape: [], bytes: new Uint8Array(8) };

/** The bytes of the file. @param parameters each network's */
export function stateDictFile(document: ModelDocument, parameters: readonly Float32Array[]): Uint8Array {
  const all = stateDict(document).map(({ name, shape, member, offset }): [string, Tensor] => {
    if (offset === undefined) return [name, NO_BATCHES];
    return [name, tensorOf(shape, parameters[member].subarray(offset, offset + lengthOf({ shape })))];
  });
  // Numbers of 8 bytes come first, as the format's own writer has it, so that each tensor is aligned.
  const counters = all.filter(([, { dtype }]) => dtype === "I64");
  const numbers = all.filter(([, { dtype }]) => dtype !== "I64");
  const metadata = new Map([
    ["format", "pt"],
    ["producer", "gradus"],
  ]);
  return encodeSafetensors({ metadata, tensors: new Map([...counters, ...numbers]) });
}
