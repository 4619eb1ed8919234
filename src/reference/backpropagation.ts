/**
 * The derivation made to run: the algorithm's steps 1 to 4 and the gradients that step 5 consumes, each a function.
 *
 * Float64, neuron by neuron, for one batch; written to be read and to be right, it is the oracle of every engine.
 * Knows nothing of optimizers. Source: derivation, section 5; the symbols are explained there. Step 1 is in `forward.ts`.
 */

import { requireNameOf } from "../aliases.ts";
import { ShapeError } from "../errors.ts";
import { readResults } from "../givenResult.ts";
import { listOf, object, requireKind, whole, withFields } from "../kinds.ts";
import { desiredWidth, type Loss, losses, lossOf, patternScale } from "../network/losses.ts";
import { refuseOneHot } from "../network/oneHot.ts";
import { type DropoutState, dropoutDrawOf, float64, requireSubject, type Subject } from "./forward.ts";
import type { Signals } from "./layerOperations.ts";
import { layerBack, layerParameters, operationsOf } from "./operations.ts";

export { type DropoutState, forward, type Subject, subjectOf } from "./forward.ts";

/** The desired responses of one batch. */
export interface Desired {
  /** d, [B, D]. */
  readonly desired: Float64Array;
  /** [B]; all 1 when absent. */
  readonly sampleWeights?: Float64Array;
}

/**
 * Step 2, error: the loss of the batch, and −∂loss/∂y for each output of each pattern (factors i and ii; for the notes'
 * loss and one pattern it is the error signal e = d − y).
 *
 * loss = (1/B) Σ_n w_n ℓ(y_n, d_n); the loss alone owns 1/B.
 *
 * @param output y of the output layer, [B, M]
 *
 * @example
 * import { derivation } from "gradus/network";
 *
 * const output = Float64Array.of(7);
 * const { loss, negativeGradient } = derivation.error({ name: "halfSquaredError" }, output, 1, {
 *   desired: Float64Array.of(8),
 * });
 * [loss, negativeGradient[0]]; // [0.5, 1]
 */
export function error(loss: Loss, output: Float64Array, rows: number, wanted: Desired) {
  requireKind("error's loss", loss, object);
  requireNameOf("loss", losses, loss.name);
  requireKind("error's output", output, float64);
  requireKind("error's rows", rows, whole(1));
  requireKind("error's targets (desired)", wanted, withFields("{ desired }", { desired: float64 }));
  const { desired, sampleWeights } = wanted;
  if (lossOf(loss).desired === "class") {
    refuseOneHot("error's targets (desired)", desired, rows, output.length / rows);
  }
  if (
    output.length === 0 ||
    output.length % rows !== 0 ||
    desired.length !== rows * desiredWidth(loss, output.length / rows)
  ) {
    throw new ShapeError(
      `Expected outputs and targets of ${rows} rows, found ${output.length} and ${desired.length} numbers.`,
    );
  }
  const outputs = output.length / rows;
  const { values, derivative: negativeGradient } = lossOf(loss).batch(output, desired, outputs, loss);
  let total = 0;
  for (let n = 0; n < rows; n++) {
    const scale = patternScale(rows, sampleWeights?.[n]);
    total += scale * values[n];
    for (let at = n * outputs; at < (n + 1) * outputs; at++) negativeGradient[at] *= -scale;
  }
  return { loss: total, negativeGradient };
}

/**
 * Step 3, the output neurons' local gradients: δ_kᵀ = (−∂loss/∂y_k)ᵀ · ∂y_k/∂v_k. Writes `localGradient` of the last layer.
 *
 * @example
 * import { dense, derivation, initialParameters, network } from "gradus/network";
 *
 * const line = network({ inputs: 1, layers: [dense(1, { initialisation: { weights: [[2]], bias: [1] } })] });
 * const subject = derivation.subjectOf(line, initialParameters(line, 0));
 * const signals = derivation.forward(subject, Float64Array.of(3));
 * derivation.outputLocalGradients(subject, signals, Float64Array.of(1));
 * signals[0].localGradient; // [1]
 */
export function outputLocalGradients(
  subject: Subject,
  signals: Signals[],
  negativeGradient: Float64Array,
  state?: DropoutState,
) {
  requireKind("negativeGradient", negativeGradient, float64);
  readBoth(subject, signals, ({ network }) => {
    const last = network.layers.length - 1;
    const layer = network.layers[last];
    operationsOf(layer).localGradients(layer, signals[last], negativeGradient, dropoutDrawOf(state, last));
  });
}

/**
 * Step 4, the hidden neurons' local gradients, layer by layer backwards: δ_{j,a} = [Σ_i δ_{k,i} W_{ia}] φ'(v_{j,a}). Each
 * layer uses all the δ of the layer that it feeds. Writes `localGradient` of every layer but the last.
 *
 * @returns the bracket of each of these layers, −∂loss/∂y, [B, O]
 *
 * @example
 * import { dense, derivation, initialParameters, network } from "gradus/network";
 *
 * const two = network({
 *   inputs: 1,
 *   layers: [dense(1, { initialisation: { weights: [[2]] } }), dense(1, { initialisation: { weights: [[3]] } })],
 * });
 * const subject = derivation.subjectOf(two, initialParameters(two, 0));
 * const signals = derivation.forward(subject, Float64Array.of(1));
 * derivation.outputLocalGradients(subject, signals, Float64Array.of(1));
 * derivation.hiddenLocalGradients(subject, signals);
 * signals[0].localGradient; // [3]
 */
export function hiddenLocalGradients(subject: Subject, signals: Signals[], state?: DropoutState): Float64Array[] {
  return readBoth(subject, signals, (results) => {
    const { layers } = results.network;
    const brackets: Float64Array[] = [];
    for (let j = layers.length - 2; j >= 0; j--) {
      brackets[j] = layerBack(results, j + 1, signals);
      operationsOf(layers[j]).localGradients(layers[j], signals[j], brackets[j], dropoutDrawOf(state, j));
    }
    return brackets;
  });
}

/**
 * ∂loss/∂W_ba = −Σ_n δ_b y_a for every weight, once all δ exist: what step 5 moves the weights against.
 *
 * @example
 * import { dense, derivation, initialParameters, network } from "gradus/network";
 *
 * const two = network({
 *   inputs: 1,
 *   layers: [dense(1, { initialisation: { weights: [[2]] } }), dense(1, { initialisation: { weights: [[3]] } })],
 * });
 * const subject = derivation.subjectOf(two, initialParameters(two, 0));
 * const signals = derivation.forward(subject, Float64Array.of(1));
 * derivation.outputLocalGradients(subject, signals, Float64Array.of(1));
 * derivation.hiddenLocalGradients(subject, signals);
 * derivation.parameterGradients(subject, signals); // [-3, -3, -2, -1]
 */
export function parameterGradients(subject: Subject, signals: Signals[]): Float64Array {
  return readBoth(subject, signals, ({ network, layout, parameters }) => {
    const gradients = new Float64Array(layout.length);
    for (const [index, layer] of network.layers.entries()) {
      const own = layerParameters(layout, parameters, index);
      operationsOf(layer).gradients(layer, signals[index], layerParameters(layout, gradients, index), own);
    }
    return gradients;
  });
}

/** What steps 3 to 5 make of the subject and of the signals, which they write to. */
function readBoth<Answer>(subject: Subject, signals: Signals[], read: (subject: Subject) => Answer): Answer {
  requireSubject(subject);
  return readResults("derivation.subjectOf", { subject }, (results) => {
    requireSignals(results.subject, signals);
    return read(results.subject);
  });
}

const signalsKind = listOf(
  withFields("signals", { input: float64, output: float64, inducedField: float64 }),
  "signals, one entry a layer, as forward gives them",
);

function requireSignals({ network }: Subject, signals: Signals[]): void {
  requireKind("the signals", signals, signalsKind);
  if (signals.length === network.layers.length) return;
  throw new ShapeError(`Expected signals of ${network.layers.length} layers, found those of ${signals.length}.`);
}
