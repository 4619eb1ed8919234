/** The operations of an embedding: codes pass nothing back. */
import type { EmbeddingLayer } from "../../network/layers.ts";
import type { EmbeddingOperation } from "../plan.ts";
import { identity, type Lowering, placedSignal } from "./lowering.ts";

export const embeddingLowering: Lowering<EmbeddingLayer, EmbeddingOperation> = {
  signals: () => ["v"],
  predicts: true,
  forward({ columns }, placed) {
    const { layer, input, tensor } = placed;
    return { op: "embedding", layer, input, weights: tensor("weights"), output: placedSignal(placed, "v"), columns };
  },
  step: () => identity,
  back: ({ layer, columns }, { delta, to }) => ({ op: "embedding-back", layer, delta, to, step: identity, columns }),
  gradient: ({ layer, input, weights, columns }, delta, gradientOf) => ({
    op: "embedding-gradient",
    layer,
    delta,
    input,
    weightGradient: gradientOf(weights),
    columns,
  }),
};
