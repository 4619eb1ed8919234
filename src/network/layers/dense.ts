/** The dense layer: every unit receives every input. Knows nothing of how it is computed. */

import { canonicalName, requireNameOf } from "../../aliases.ts";
import { DescriptionError, requireKnown, ShapeError, shown } from "../../errors.ts";
import { boolean, either, type Kinds, list, number, object, requireKind, requireOptions, text } from "../../kinds.ts";
import { type ActivationLike, type ActivationName, activations } from "../activations.ts";
import {
  drawWeights,
  type GivenValues,
  type Initialisation,
  type InitialisationLike,
  initialisations,
} from "../initialisation.ts";
import {
  type LayerEntry,
  type LayerLearning,
  type LearningOptions,
  learningKinds,
  learningOf,
  requireCount,
  requireLearning,
  type TensorShape,
} from "./layerEntry.ts";

/** A fully connected layer: v = W x + b, y = φ(v). */
export interface DenseLayer<Units extends number = number> {
  readonly kind: "dense";
  readonly units: Units;
  readonly activation: ActivationName;
  /** Whether each unit has a bias, the weight from a constant +1. */
  readonly bias: boolean;
  readonly initialisation: Initialisation;
  /** The deviation of the normal distribution that biases are drawn from; they start at 0 when absent. */
  readonly biasDeviation?: number;
  readonly learning?: LayerLearning;
}

export interface DenseOptions extends LearningOptions {
  /** "identity" when absent. */
  readonly activation?: ActivationLike;
  /** True when absent. */
  readonly bias?: boolean;
  /** What suits the activation when absent. */
  readonly initialisation?: InitialisationLike;
  /** The deviation of the normal distribution that biases are drawn from; they start at 0 when absent. */
  readonly biasDeviation?: number;
}

const denseKinds = {
  activation: text,
  bias: boolean,
  initialisation: either(text, object),
  biasDeviation: number,
  ...learningKinds,
} as const satisfies Kinds<DenseOptions>;

/**
 * Describes a dense (fully connected) layer of `units` neurons.
 *
 * @example
 * import { dense } from "gradus";
 *
 * const hidden = dense(16, { activation: "relu" });
 * hidden.initialisation; // "heNormal"
 */
export function dense<const Units extends number>(units: Units, options: DenseOptions = {}): DenseLayer<Units> {
  requireOptions(options, denseKinds, "dense");
  const { bias = true, biasDeviation } = options;
  const activation: ActivationName = canonicalName("activation", options.activation ?? "identity");
  const initialisation: Initialisation = canonicalName(
    "initialisation",
    options.initialisation ?? activations[activation]?.initialisation,
  );
  return {
    kind: "dense",
    units,
    activation,
    bias,
    initialisation,
    ...(biasDeviation !== undefined && { biasDeviation }),
    ...learningOf(options, bias ? ["weights", "bias"] : ["weights"]),
  };
}

export const denseEntry: LayerEntry<DenseLayer> = {
  fields: {
    kind: true,
    units: true,
    activation: true,
    bias: true,
    initialisation: true,
    biasDeviation: true,
    learning: true,
  },
  formula: { text: "y = φ(v), v = W x + b", latex: "y = \\varphi(v),\\quad v = W x + b" },
  derivativeFormula: {
    text: "∂y/∂x = ∂y/∂v W",
    latex: "\\frac{\\partial y}{\\partial x} = \\frac{\\partial y}{\\partial v}\\,W",
  },
  details: ({ activation }) => activations[activation].formula.text,
  validate(layer, inputs, where) {
    requireCount(layer.units, `${where}: units`);
    requireNameOf("activation", activations, layer.activation, `activation in ${where}`);
    if (typeof layer.bias !== "boolean") {
      throw new DescriptionError(`${where}: expected bias to be true or false, found ${shown(layer.bias)}.`);
    }
    if (typeof layer.initialisation === "string") {
      requireNameOf("initialisation", initialisations, layer.initialisation, `initialisation in ${where}`);
    } else {
      validateGiven(layer, inputs, where);
    }
    const { biasDeviation = 0 } = layer;
    if (!(typeof biasDeviation === "number" && biasDeviation >= 0 && biasDeviation < Number.POSITIVE_INFINITY)) {
      throw new DescriptionError(`${where}: expected biasDeviation to be at least 0, found ${shown(biasDeviation)}.`);
    }
    requireLearning(layer.learning, layer.bias ? ["weights", "bias"] : ["weights"], where);
  },
  outputs: (layer) => layer.units,
  tensors(layer, inputs) {
    const weights: TensorShape = { role: "weights", shape: [layer.units, inputs] };
    return layer.bias ? [weights, { role: "bias", shape: [layer.units] }] : [weights];
  },
  initialise({ units, bias, initialisation, biasDeviation = 0 }, inputs, random) {
    const weights =
      typeof initialisation === "string"
        ? drawWeights(initialisation, inputs, units, random)
        : Float64Array.from(initialisation.weights.flat());
    if (!bias) return [weights];
    const given = typeof initialisation === "string" ? undefined : initialisation.bias;
    if (given) return [weights, Float64Array.from(given)];
    return [
      weights,
      Float64Array.from({ length: units }, () => (biasDeviation === 0 ? 0 : biasDeviation * random.normal())),
    ];
  },
};

const givenNames = { weights: true, bias: true } as const satisfies Record<keyof GivenValues, true>;

function validateGiven(layer: DenseLayer, inputs: number, where: string): void {
  if (typeof layer.initialisation === "string") return;
  const { weights, bias } = layer.initialisation ?? {};
  if (!Array.isArray(weights) || !weights.every(Array.isArray)) {
    const known = Object.keys(initialisations).join(", ");
    throw new DescriptionError(
      `${where}: expected initialisation to be given weights, one array for each unit, or a name: ${known}.`,
    );
  }
  requireKnown(layer.initialisation, givenNames, `the initialisation of ${where}`);
  const rows = weights.length;
  const wrongRow = weights.findIndex((row) => row.length !== inputs);
  if (rows !== layer.units) {
    throw new ShapeError(`${where}: expected given weights of ${layer.units} rows, one for each unit, found ${rows}.`);
  }
  if (wrongRow >= 0) {
    const found = weights[wrongRow].length;
    throw new ShapeError(
      `${where}: expected ${inputs} given weights in row ${wrongRow}, one for each input, found ${found}.`,
    );
  }
  if (bias !== undefined && !layer.bias) {
    throw new DescriptionError(`${where}: a bias is given, but the layer has none. Set bias to true or leave it out.`);
  }
  if (bias !== undefined) requireKind(`${where}: the given bias`, bias, list);
  if (bias !== undefined && bias.length !== layer.units) {
    throw new ShapeError(`${where}: expected a given bias of ${layer.units} numbers, found ${bias.length}.`);
  }
  const finite = weights.every((row) => row.every(Number.isFinite)) && (bias ?? []).every(Number.isFinite);
  if (!finite) throw new DescriptionError(`${where}: the given values must be finite numbers.`);
}
