/** Which products the precisions by bf16 terms are for: known without any machine code. */
import { layerWidths } from "../../network/network.ts";
import type { Problem } from "../engine.ts";

/** So many multiplications, and so many rows, units and inputs, take as long in float32. */
export const LEAST_BF16 = { work: 2 ** 18, side: 32 };

/**
 * Why no product of a network is large enough, a clause; undefined where one is.
 *
 * @param problem of which the largest batch counts
 */
export function whyNoBf16({ network, batchSize }: Pick<Problem, "network" | "batchSize">): string | undefined {
  const widths = layerWidths(network);
  const isLarge = network.layers.some(({ kind }, n) => {
    const sizes = [batchSize, widths[n], widths[n + 1]];
    return (
      kind === "dense" &&
      Math.min(...sizes) >= LEAST_BF16.side &&
      sizes.reduce((work, size) => work * size) >= LEAST_BF16.work
    );
  });
  if (isLarge) return undefined;
  return `layers and batches are too small for it: it needs a dense layer and a batch of at least ${LEAST_BF16.side} inputs, units and rows whose product is at least ${LEAST_BF16.work}`;
}
