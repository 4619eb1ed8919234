/** The operations of an embedding: codes pass nothing back. */
import type { CodeColumn, EmbeddingLayer } from "../../network/layers.ts";
import { back, extent, read, write } from "../ops/argument.ts";
import type { Entries } from "../ops/entry.ts";
import { embedded } from "../ops/lists.ts";
import type { PassBack, Region } from "../region.ts";
import { gradientLine, type LayerText, passBackLine, shapeOf } from "./lines.ts";
import { identity, type Lowering, placedSignal } from "./lowering.ts";

/** output = [the inputs that are no codes | for each code column the row of its table], for each row of the batch. */
export interface EmbeddingOperation {
  readonly op: "embedding";
  readonly layer: number;
  readonly input: Region;
  /** The tables of all code columns, one after the other: [entries, dimension]. */
  readonly weights: Region;
  readonly output: Region;
  readonly columns: readonly CodeColumn[];
}

/** Through an embedding: δ of the inputs that are no codes. */
export interface EmbeddingBackOperation extends PassBack {
  readonly op: "embedding-back";
  readonly columns: readonly CodeColumn[];
}

/** ∂W = −Σ δ over the rows of the batch that have the entry's code. */
export interface EmbeddingGradientOperation {
  readonly op: "embedding-gradient";
  readonly layer: number;
  readonly delta: Region;
  readonly input: Region;
  readonly weightGradient: Region;
  readonly columns: readonly CodeColumn[];
}

export const embeddingOperations = {
  embedding: {
    code: 19,
    shared: "rows",
    arguments: {
      input: read("B", "I"),
      weights: read("E", "D"),
      output: write("B", "O"),
      inputs: extent("I"),
      outputs: extent("O"),
      columns: embedded,
    },
  },
  "embedding-back": {
    code: 23,
    shared: "rows",
    arguments: { ...back, outputs: extent("O"), columns: embedded },
  },
  "embedding-gradient": {
    code: 27,
    shared: "units",
    arguments: {
      delta: read("B", "O"),
      input: read("B", "I"),
      weightGradient: write("E", "D"),
      inputs: extent("I"),
      outputs: extent("O"),
      columns: embedded,
    },
  },
} as const satisfies Entries<EmbeddingOperation | EmbeddingBackOperation | EmbeddingGradientOperation>;

export const embeddingLowering: Lowering<
  EmbeddingLayer,
  EmbeddingOperation,
  EmbeddingBackOperation,
  EmbeddingGradientOperation
> = {
  signals: () => ["v"],
  predicts: true,
  forward({ columns }, placed) {
    const { layer, input, tensor } = placed;
    return { op: "embedding", layer, input, weights: tensor("weights"), output: placedSignal(placed, "v"), columns };
  },
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

export const embeddingText: LayerText<EmbeddingOperation, EmbeddingBackOperation | EmbeddingGradientOperation> = {
  title: ({ columns, weights }) => `embedding of ${columns.length} × ${weights.shape[1]}`,
  lines: {
    embedding({ input, weights, output, columns }) {
      const codes = columns.map(({ column }) => column).join(", ");
      const formula = `${output.name} = [${input.name} without columns ${codes} | rows of ${weights.name} by their codes]`;
      return ["embedding", formula, shapeOf(output)];
    },
    "embedding-back": (way) => passBackLine(way, `${way.delta.name} of the inputs that are not codes`),
    "embedding-gradient": ({ delta, weightGradient }) =>
      gradientLine(`${weightGradient.name} = −Σ ${delta.name} over the rows with the code`, delta),
  },
};
