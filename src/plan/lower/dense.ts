/** The operations of a dense layer, whose activation is an operation of its own until a fusion joins them. */
import type { ActivationName } from "../../network/activations.ts";
import type { DenseLayer } from "../../network/layers.ts";
import { activation, extent, own, read, readIfGiven, step, write, writeIfGiven } from "../ops/argument.ts";
import type { Entries } from "../ops/entry.ts";
import type { LocalStep, Region } from "../region.ts";
import { type LayerText, shapeOf, throughLayer, turned } from "./lines.ts";
import { identity, type Lowering, placedSignal } from "./lowering.ts";

/** v = x · Wᵀ + b, for each row of the batch; and y = φ(v) where the activation is joined with it. */
export interface DenseOperation {
  readonly op: "dense";
  readonly layer: number;
  readonly input: Region;
  readonly weights: Region;
  readonly bias: Region | null;
  readonly field: Region;
  /** The field's own region where φ is the identity. */
  readonly output: Region;
  readonly activation: ActivationName;
}

/** y = φ(x · Wᵀ + b) of one row, W and b packed together by what runs it. */
export interface PackedDenseOperation extends Omit<DenseOperation, "op" | "field"> {
  readonly op: "packed-dense";
}

/** The recursion of local gradients in one: δ_j = (δ_k · W) ∘ φ'_j(v_j), for the layer j that feeds the dense layer k. */
export interface PullBackOperation {
  readonly op: "pull-back";
  readonly layer: number;
  readonly delta: Region;
  readonly weights: Region;
  readonly to: Region;
  readonly step: LocalStep;
}

/** ∂W = −δᵀ · x and ∂b = −Σ δ, over the rows of the batch. */
export interface GradientOperation {
  readonly op: "gradient";
  readonly layer: number;
  readonly delta: Region;
  readonly input: Region;
  readonly weightGradient: Region;
  readonly biasGradient: Region | null;
}

export const denseOperations = {
  dense: {
    code: 3,
    shared: "rows",
    arguments: {
      input: read("B", "I"),
      weights: read("O", "I"),
      bias: readIfGiven("O"),
      field: write("B", "O"),
      output: write("B", "O"),
      inputs: extent("I"),
      units: extent("O"),
      activation,
    },
  },
  /** For one row. */
  "packed-dense": {
    code: 50,
    shared: "once",
    arguments: {
      input: read("B", "I"),
      packed: own,
      output: write("B", "O"),
      inputs: extent("I"),
      units: extent("O"),
      activation,
    },
  },
  "pull-back": {
    code: 8,
    shared: "rows",
    arguments: {
      delta: read("B", "O"),
      weights: read("O", "I"),
      to: write("B", "I"),
      units: extent("O"),
      inputs: extent("I"),
      packed: own,
      step,
    },
  },
  gradient: {
    code: 9,
    shared: "units",
    arguments: {
      delta: read("B", "O"),
      input: read("B", "I"),
      weightGradient: write("O", "I"),
      biasGradient: writeIfGiven("O"),
      units: extent("O"),
      inputs: extent("I"),
      packed: own,
      moved: own,
    },
  },
} as const satisfies Entries<DenseOperation | PackedDenseOperation | PullBackOperation | GradientOperation>;

export const denseLowering: Lowering<DenseLayer, DenseOperation, PullBackOperation, GradientOperation> = {
  signals: ({ activation }) => (activation === "identity" ? ["v"] : ["v", "y"]),
  predicts: true,
  forward({ bias }, placed) {
    const { layer, input, tensor } = placed;
    const field = placedSignal(placed, "v");
    const tensors = { weights: tensor("weights"), bias: bias ? tensor("bias") : null };
    return { op: "dense", layer, input, ...tensors, field, output: field, activation: "identity" };
  },
  activation({ activation }, placed) {
    if (activation === "identity") return undefined;
    const [input, output] = [placedSignal(placed, "v"), placedSignal(placed, "y")];
    return { op: "activation", layer: placed.layer, input, output, activation };
  },
  back: ({ layer, weights }, { delta, to }) => ({ op: "pull-back", layer, delta, weights, to, step: identity }),
  gradient({ layer, input, weights, bias }, delta, gradientOf) {
    const gradients = { weightGradient: gradientOf(weights), biasGradient: bias && gradientOf(bias) };
    return { op: "gradient", layer, delta, input, ...gradients };
  },
};

export const denseText: LayerText<DenseOperation, PackedDenseOperation | PullBackOperation | GradientOperation> = {
  title: ({ weights, activation, bias }) => `${weights.shape[0]} ${activation}${bias === null ? " without bias" : ""}`,
  lines: {
    dense({ input, weights, bias, field, output, activation }) {
      const sum = `${field.name} = ${input.name} · ${weights.name}ᵀ${bias === null ? "" : ` + ${bias.name}`}`;
      const formula = output.name === field.name ? sum : `${sum}; ${output.name} = ${activation}(${field.name})`;
      return ["dense", formula, `${shapeOf(input)}·${turned(weights)}`];
    },
    "packed-dense"({ input, weights, bias, output, activation }) {
      const sum = `${input.name} · ${weights.name}ᵀ${bias === null ? "" : ` + ${bias.name}`}`;
      const formula = `${output.name} = ${activation === "identity" ? sum : `${activation}(${sum})`}`;
      return ["packed dense", formula, `${shapeOf(input)}·${turned(weights)}`];
    },
    "pull-back": ({ delta, weights, to, step }) => [
      "pull-back",
      `${to.name} = ${throughLayer(`${delta.name} · ${weights.name}`, step)}`,
      `${shapeOf(delta)}·${shapeOf(weights)}`,
    ],
    gradient({ delta, input, weightGradient, biasGradient }) {
      const sum = biasGradient === null ? "" : `; ${biasGradient.name} = −Σ ${delta.name}`;
      const formula = `${weightGradient.name} = −${delta.name}ᵀ · ${input.name}${sum}`;
      return ["gradient", formula, `${turned(delta)}·${shapeOf(input)}`];
    },
  },
};
