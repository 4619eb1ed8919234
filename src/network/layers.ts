/**
 * The kinds of layer as one table: how each is checked, how wide its output is, which parameters it has and where they
 * start. What a kind computes stands in the reference and in the plan, each in its own words.
 *
 * Adding a kind is adding an entry here and its operations there. Plain data in, plain data out.
 */
import { DescriptionError, lookUp, ShapeError, shown } from "../errors.ts";
import type { Random } from "../random.ts";
import { type ActivationName, activations } from "./activations.ts";
import { defaultInitialisation, drawWeights, type Initialisation, initialisations } from "./initialisation.ts";

/** Every unit hears every input: v = W y + b, then y = φ(v). */
export interface DenseLayer<Units extends number = number> {
  readonly kind: "dense";
  readonly units: Units;
  readonly activation: ActivationName;
  /** Whether each unit has a bias, the weight from a constant +1. */
  readonly bias: boolean;
  readonly initialisation: Initialisation;
}

/**
 * While training, each signal is silenced with probability `rate` and the others are multiplied by 1/(1 − rate); while
 * predicting, all pass as they are. Srivastava et al. 2014, in the inverted form.
 */
export interface DropoutLayer {
  readonly kind: "dropout";
  /** In [0, 1). */
  readonly rate: number;
}

export type Layer = DenseLayer | DropoutLayer;
export type LayerKind = Layer["kind"];

/** One parameter tensor of a layer. */
export interface TensorShape {
  readonly role: "weights" | "bias";
  readonly shape: readonly number[];
}

interface LayerEntry<L extends Layer> {
  /** @throws {DescriptionError | ShapeError} when a value of the layer is wrong; `where` names it. */
  validate(layer: L, inputs: number, where: string): void;
  /** How many signals the layer passes on. */
  outputs(layer: L, inputs: number): number;
  /** Its parameter tensors, in the order of the parameter array. */
  tensors(layer: L, inputs: number): readonly TensorShape[];
  /** Starting values, one array for each tensor. */
  initialise(layer: L, inputs: number, random: Random): readonly Float64Array[];
}

const denseEntry: LayerEntry<DenseLayer> = {
  validate(layer, inputs, where) {
    requireCount(layer.units, `${where}: units`);
    lookUp(activations, layer.activation, `activation in ${where}`);
    if (typeof layer.bias !== "boolean") {
      throw new DescriptionError(`${where}: expected bias to be true or false, found ${shown(layer.bias)}.`);
    }
    if (typeof layer.initialisation === "string") {
      lookUp(initialisations, layer.initialisation, `initialisation in ${where}`);
    } else {
      validateGiven(layer, inputs, where);
    }
  },
  outputs: (layer) => layer.units,
  tensors(layer, inputs) {
    const weights: TensorShape = { role: "weights", shape: [layer.units, inputs] };
    return layer.bias ? [weights, { role: "bias", shape: [layer.units] }] : [weights];
  },
  initialise({ units, bias, initialisation }, inputs, random) {
    const weights =
      typeof initialisation === "string"
        ? drawWeights(initialisation, inputs, units, random)
        : Float64Array.from(initialisation.weights.flat());
    if (!bias) return [weights];
    const given = typeof initialisation === "string" ? undefined : initialisation.bias;
    return [weights, given ? Float64Array.from(given) : new Float64Array(units)];
  },
};

const dropoutEntry: LayerEntry<DropoutLayer> = {
  validate({ rate }, _inputs, where) {
    if (!(typeof rate === "number" && rate >= 0 && rate < 1)) {
      throw new DescriptionError(`${where}: expected a dropout rate of at least 0 and below 1, found ${shown(rate)}.`);
    }
  },
  outputs: (_layer, inputs) => inputs,
  tensors: () => [],
  initialise: () => [],
};

const layerKinds = { dense: denseEntry, dropout: dropoutEntry };

/** The entry of a layer's kind, with the kind's own type forgotten. */
export function layerEntry(layer: Layer): LayerEntry<Layer> {
  return lookUp(layerKinds as Readonly<Record<string, unknown>>, layer?.kind, "layer kind") as LayerEntry<Layer>;
}

export interface DenseOptions {
  /** "identity" when absent. */
  readonly activation?: ActivationName;
  /** True when absent. */
  readonly bias?: boolean;
  /** What suits the activation when absent. */
  readonly initialisation?: Initialisation;
}

/** Describes a dense layer of `units` neurons. */
export function dense<const Units extends number>(units: Units, options: DenseOptions = {}): DenseLayer<Units> {
  const { activation = "identity", bias = true, initialisation = defaultInitialisation(activation) } = options;
  return { kind: "dense", units, activation, bias, initialisation };
}

/** Describes a dropout layer that silences signals with probability `rate`, in [0, 1), while training. */
export function dropout(rate: number): DropoutLayer {
  return { kind: "dropout", rate };
}

/** Throws unless a value is a whole number of at least 1. */
export function requireCount(value: unknown, what: string): void {
  if (!Number.isInteger(value) || (value as number) < 1) {
    throw new DescriptionError(`${what}: expected a whole number of at least 1, found ${shown(value)}.`);
  }
}

function validateGiven(layer: DenseLayer, inputs: number, where: string): void {
  if (typeof layer.initialisation === "string") return;
  const { weights, bias } = layer.initialisation ?? {};
  if (!Array.isArray(weights) || !weights.every(Array.isArray)) {
    const known = Object.keys(initialisations).join(", ");
    throw new DescriptionError(
      `${where}: expected initialisation to be given weights, an array a unit, or a name: ${known}.`,
    );
  }
  const rows = weights.length;
  const wrongRow = weights.findIndex((row) => row.length !== inputs);
  if (rows !== layer.units) {
    throw new ShapeError(`${where}: expected given weights of ${layer.units} rows, one a unit, found ${rows}.`);
  }
  if (wrongRow >= 0) {
    const found = weights[wrongRow].length;
    throw new ShapeError(
      `${where}: expected ${inputs} given weights in row ${wrongRow}, one an input, found ${found}.`,
    );
  }
  if (bias !== undefined && !layer.bias) {
    throw new DescriptionError(`${where}: a bias is given, but the layer has none. Set bias to true or leave it out.`);
  }
  if (bias !== undefined && bias.length !== layer.units) {
    throw new ShapeError(`${where}: expected a given bias of ${layer.units} numbers, found ${bias.length}.`);
  }
  const numbers = [...weights.flat(), ...(bias ?? [])];
  if (!numbers.every(Number.isFinite)) throw new DescriptionError(`${where}: the given values must be finite numbers.`);
}
