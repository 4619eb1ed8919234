/**
 * The backward pass in parts, each of which completes the gradients of some layers: processes that learn together exchange these while
 * the next part computes.
 *
 * The same operations on the same numbers as in the plan's phases, so the same bits: only a gradient stands before the local gradients of the layers
 * below, which it does not need. Knows nothing of processes.
 */
import { operations } from "./ops.ts";
import type { BackwardOperation, Plan, Region } from "./plan.ts";
import { sizeOf } from "./regions.ts";
import { touched } from "./touched.ts";

export interface GradientPart {
  readonly backward: readonly BackwardOperation[];
  readonly gradient: Plan["gradient"];
  /** Where the gradients that are complete then lie among all, as the parameters do: the first, and how many. */
  readonly first: number;
  readonly count: number;
}

/**
 * The parts in their order, from the last layers to the first; one part where there are not enough parameters for two.
 *
 * @param least so many numbers a part has at the least: layers with fewer are joined with the next ones, the first layers with those after them
 */
export function gradientParts({ backward, gradient, layout }: Plan, least: number): GradientPart[] {
  const starts = startsOf(layout, least);
  let begun = 0;
  return starts.map(({ layer, offset }, part) => {
    const above = starts[part - 1] ?? { layer: Number.POSITIVE_INFINITY, offset: layout.length };
    const own = gradient.filter((operation) => operation.layer >= layer && operation.layer < above.layer);
    const isLast = part === starts.length - 1;
    const end = isLast ? backward.length : Math.max(begun, lastNeeded(backward, own) + 1);
    const needed = backward.slice(begun, end);
    begun = end;
    return { backward: needed, gradient: own, first: offset, count: above.offset - offset };
  });
}

/** The first layer of each part, and where its parameters begin. */
function startsOf({ tensors, length }: Plan["layout"], least: number): { layer: number; offset: number }[] {
  const starts: { layer: number; offset: number }[] = [];
  const firstOfLayers = tensors.filter(({ layer }, i) => layer !== tensors[i - 1]?.layer);
  let end = length;
  for (const { layer, offset } of firstOfLayers.toReversed()) {
    const isEnough = end - offset >= least && offset >= least;
    if (!isEnough) continue;
    starts.push({ layer, offset });
    end = offset;
  }
  return [...starts, { layer: 0, offset: 0 }];
}

/** The place of the last operation that writes what gradients are made of; −1 where none does. */
function lastNeeded(backward: readonly BackwardOperation[], gradient: Plan["gradient"]): number {
  const read = gradient.flatMap((operation) => touched(operations[operation.op], { ...operation }).reads);
  return backward.findLastIndex((operation) =>
    touched(operations[operation.op], { ...operation }).writes.some((written) =>
      read.some((region) => overlaps(written, region)),
    ),
  );
}

function overlaps(one: Region, other: Region): boolean {
  return one.offset < other.offset + sizeOf(other) && other.offset < one.offset + sizeOf(one);
}
