/**
 * The derivation's step 1, forward, and what all of its steps work on. Part of `backpropagation.ts`, and all that predicting
 * needs.
 */

import { requireInputs } from "../engines/engine.ts";
import { readResults } from "../givenResult.ts";
import { kind, number, numbers, object, requireKind, withFields } from "../kinds.ts";
import { dropoutKey } from "../network/dropout.ts";
import type { Network } from "../network/network.ts";
import { parameterLayout, requireParameters } from "../network/parameters.ts";
import type { DropoutDraw, Signals } from "./layerOperations.ts";
import { layerForward, type Subject } from "./operations.ts";

export type { Subject };

export const float64 = kind("a Float64Array", (value) => value instanceof Float64Array);
const subjectKind = withFields("what subjectOf makes", { network: object, layout: object, parameters: float64 });

const stateKind = withFields("the seed, the step and the factor of a DropoutState", {
  seed: number,
  step: number,
  factor: number,
});

/** Decides which units dropout drops; absent when predicting. */
export interface DropoutState {
  readonly seed: number;
  readonly step: number;
  /** Multiplies every rate. */
  readonly factor: number;
}

/**
 * Puts a network and its parameters together.
 *
 * @example
 * import { dense, derivation, initialParameters, network } from "gradus/network";
 *
 * const line = network({ inputs: 1, layers: [dense(1, { initialisation: { weights: [[2]], bias: [1] } })] });
 * const subject = derivation.subjectOf(line, initialParameters(line, 0));
 * subject.parameters; // [2, 1]
 */
export function subjectOf(network: Network, parameters: Float64Array): Subject {
  requireKind("subjectOf's parameters", parameters, float64);
  requireParameters(network, parameters);
  return { network, layout: parameterLayout(network), parameters };
}

/**
 * Step 1, forward: v and y for every layer, kept.
 *
 * @param inputs x, [B, I]
 * @returns one entry a layer, from the first hidden layer to the output layer
 *
 * @example
 * import { dense, derivation, initialParameters, network } from "gradus/network";
 *
 * const line = network({ inputs: 1, layers: [dense(1, { initialisation: { weights: [[2]], bias: [1] } })] });
 * const subject = derivation.subjectOf(line, initialParameters(line, 0));
 * const [{ inducedField, output }] = derivation.forward(subject, Float64Array.of(3));
 * [inducedField[0], output[0]]; // [7, 7]
 */
export function forward(subject: Subject, inputs: Float64Array, state?: DropoutState): Signals[] {
  requireSubject(subject);
  requireKind("forward's inputs", inputs, numbers);
  return readResults("derivation.subjectOf", { subject }, (results) => signalsOf(results.subject, inputs, state));
}

function signalsOf(subject: Subject, inputs: Float64Array, state: DropoutState | undefined): Signals[] {
  requireInputs(subject.network, inputs);
  return forwardFrom(subject, [], inputs.length / subject.network.inputs, inputs, state);
}

/**
 * The same from a layer on.
 *
 * @param below signals of the layers below it, which stay as they are
 * @param input what the layer receives, [B, I]
 */
export function forwardFrom(
  subject: Subject,
  below: readonly Signals[],
  rows: number,
  input: Float64Array,
  state: DropoutState | undefined,
): Signals[] {
  const signals = [...below];
  for (let index = below.length; index < subject.network.layers.length; index++) {
    const received = index === below.length ? input : signals[index - 1].output;
    signals.push(layerForward(subject, index, rows, received, dropoutDrawOf(state, index)));
  }
  return signals;
}

/** @throws {DescriptionError} what `subjectOf` didn't make */
export function requireSubject(subject: Subject): void {
  requireKind("the subject of a derivation", subject, subjectKind);
}

/** What decides which units a layer's dropout drops; undefined while predicting. */
export function dropoutDrawOf(state: DropoutState | undefined, layer: number): DropoutDraw | undefined {
  if (state === undefined) return undefined;
  requireKind("the state of dropout", state, stateKind);
  return { key: dropoutKey(state.seed, state.step, layer), factor: state.factor };
}
