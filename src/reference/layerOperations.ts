/**
 * What the reference asks of each kind of layer: the steps of the derivation, for one layer and one batch.
 *
 * Signals travel forward as outputs y and back as negative gradients −∂loss/∂y, the direction in which an output should
 * move to lower the loss; at the output layer of the notes' network that is the error signal e.
 */
import type { Layer, TensorRole } from "../network/layers.ts";

/** All signals of one layer for one batch; row-major, allocated by `allocateSignals`. */
export interface Signals {
  /** B. */
  readonly rows: number;
  /** Whether the layer acts as in training; as in prediction otherwise. */
  readonly training: boolean;
  /** y of the layer below (x for the first), [B, I]. */
  readonly input: Float64Array;
  /** v, [B, O]. */
  readonly inducedField: Float64Array;
  /** y = φ(v), [B, O]. */
  readonly output: Float64Array;
  /** δ = −∂loss/∂v, [B, O]. */
  readonly localGradient: Float64Array;
}

/** One layer's parameters (or their gradients) as views, by role; empty where the layer has none. */
export type LayerParameters = Readonly<Record<TensorRole, Float64Array>>;

/** What decides which units a dropout layer drops in this step. */
export interface DropoutDraw {
  /** See `network/dropout.ts`. */
  readonly key: number;
  /** Multiplies the layer's rate in this step. */
  readonly factor: number;
}

export interface LayerOperations<L extends Layer> {
  /** Fills inducedField and output from input. @param draw absent when not training */
  forward(layer: L, parameters: LayerParameters, signals: Signals, draw: DropoutDraw | undefined): void;
  /** Fills localGradient from −∂loss/∂output, [B, O]. */
  localGradients(layer: L, signals: Signals, negativeGradient: Float64Array, draw: DropoutDraw | undefined): void;
  /** −∂loss/∂input, [B, I], from localGradient. */
  pullBack(layer: L, parameters: LayerParameters, signals: Signals): Float64Array;
  /** Adds ∂loss/∂parameters to `gradient`. */
  gradients(layer: L, signals: Signals, gradient: LayerParameters, parameters: LayerParameters): void;
  /** Changes what the layer keeps and doesn't learn, after a forward pass in training; absent where it keeps nothing. */
  keep?(layer: L, signals: Signals, parameters: LayerParameters): void;
}

/** A kind that puts out its fields as they are: δ = −∂loss/∂output, and `fields` fills inducedField. */
export function fieldLayer<L extends Layer>({
  fields,
  ...others
}: Omit<LayerOperations<L>, "forward" | "localGradients"> & {
  fields(layer: L, parameters: LayerParameters, signals: Signals): void;
}): LayerOperations<L> {
  return {
    ...others,
    forward(layer, parameters, signals) {
      fields(layer, parameters, signals);
      signals.output.set(signals.inducedField);
    },
    localGradients(_layer, { localGradient }, negativeGradient) {
      localGradient.set(negativeGradient);
    },
  };
}
