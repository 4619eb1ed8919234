/**
 * The positions of the derivation, in the order of the algorithm: the five steps, the forward pass and the hidden δ layer by
 * layer, the update in two parts. Made from a trace's exposition alone.
 */
import type { Block, Exposition, Inline, Place } from "gradus/explain";

export type StepNumber = Place["step"];

export interface Position {
  /** "1.0": the step and the layer, or the part of the update. It stays the same from one step of the run to the next. */
  readonly name: string;
  readonly step: StepNumber;
  /** A layer of the network; undefined in the update. */
  readonly layer: number | undefined;
  readonly part?: "chain" | "update";
  /** The step's heading, in the library's words. */
  readonly heading: readonly Inline[];
  readonly blocks: readonly Block[];
}

/** What stands before the first step: the network, and how to read the numbers. */
export function introductionOf({ blocks }: Exposition): readonly Block[] {
  const first = blocks.findIndex(({ at }) => at !== undefined);
  return blocks.slice(0, first).filter(({ kind }) => kind !== "heading");
}

interface Growing {
  readonly step: StepNumber;
  readonly layer: number | undefined;
  readonly blocks: Block[];
}

export function positionsOf({ blocks }: Exposition): Position[] {
  const found = new Map<string, Growing>();
  const headings = new Map<StepNumber, readonly Inline[]>();
  /** What a step says before its first layer. */
  let before: Block[] = [];
  let isUpdate = false;
  const put = (name: string, step: StepNumber, layer: number | undefined, ...added: readonly Block[]): void => {
    const position = found.get(name) ?? { step, layer, blocks: [] };
    position.blocks.push(...added);
    found.set(name, position);
  };
  for (const block of blocks.slice(blocks.findIndex(({ at }) => at !== undefined))) {
    const { step, layer, pattern }: Place = block.at ?? { step: 5 };
    if (block.kind === "heading" && !headings.has(step)) headings.set(step, block.content);
    else if (step === 5) {
      // The chain belongs to an example; what follows it, to the batch.
      isUpdate ||=
        pattern === undefined && found.get("5.chain")?.blocks.some(({ at }) => at?.pattern !== undefined) === true;
      put(isUpdate ? "5.update" : "5.chain", step, undefined, block);
    } else if (layer === undefined) before.push(block);
    else {
      put(`${step}.${layer}`, step, layer, ...before, block);
      before = [];
    }
  }
  return [...found].map(([name, position]) => ({
    name,
    ...position,
    ...(position.step === 5 && { part: partOf(name) }),
    heading: headings.get(position.step) ?? [],
  }));
}

const partOf = (name: string): "chain" | "update" => (name === "5.chain" ? "chain" : "update");
