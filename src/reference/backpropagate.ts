/**
 * Steps 1 to 4 of the derivation and the gradients that step 5 consumes, at one call: everything that they compute is kept.
 *
 * What needs a loss of its own, or none, begins with `forward` and goes `backward` itself. Knows nothing of penalties,
 * clipping and optimizers. Source: derivation, section 5.
 */
import type { Loss } from "../network/losses.ts";
import {
  type Desired,
  type DropoutState,
  error,
  forward,
  hiddenLocalGradients,
  outputLocalGradients,
  parameterGradients,
  type Subject,
} from "./backpropagation.ts";
import type { Signals } from "./layerOperations.ts";

/** What the way back computed; the δ are in the signals. */
export interface Backward {
  /** −∂loss/∂y of each layer, [B, O]: of the output layer as the loss has it, of the others the bracket Σ_i δ_i W_ia. */
  readonly negativeGradients: readonly Float64Array[];
  /** ∂loss/∂W of the data alone, in the order of the layout. */
  readonly gradients: Float64Array;
}

/** What one pass forward and back computed. */
export interface Backpropagation extends Backward {
  /** Of the batch. */
  readonly loss: number;
  /** v, y and δ of each layer. */
  readonly signals: readonly Signals[];
}

/** One batch: [B, I] and what is desired of it. */
export interface Batch extends Desired {
  readonly inputs: Float64Array;
}

/** @param state decides what dropout drops; absent when every signal passes */
export function backpropagate(subject: Subject, loss: Loss, batch: Batch, state?: DropoutState): Backpropagation {
  const { signals, loss: value, negativeGradient } = forwardWithLoss(subject, loss, batch, state);
  return { loss: value, signals, ...backward(subject, signals, negativeGradient, state) };
}

/** Steps 1 and 2: the signals of every layer, the loss, and −∂loss/∂y of the output layer. */
export function forwardWithLoss(subject: Subject, loss: Loss, batch: Batch, state?: DropoutState) {
  const signals = forward(subject, batch.inputs, state);
  const { rows, output } = signals[signals.length - 1];
  return { signals, ...error(loss, output, rows, batch) };
}

/** Steps 3 and 4, and the gradients. Writes the signals' δ. @param negativeGradient −∂loss/∂y of the output layer */
export function backward(
  subject: Subject,
  signals: Signals[],
  negativeGradient: Float64Array,
  state?: DropoutState,
): Backward {
  const negativeGradients = localGradients(subject, signals, negativeGradient, state);
  return { negativeGradients, gradients: parameterGradients(subject, signals) };
}

/** Steps 3 and 4 alone. @returns −∂loss/∂y of each layer */
export function localGradients(
  subject: Subject,
  signals: Signals[],
  negativeGradient: Float64Array,
  state?: DropoutState,
): Float64Array[] {
  outputLocalGradients(subject, signals, negativeGradient, state);
  return [...hiddenLocalGradients(subject, signals, state), negativeGradient];
}
