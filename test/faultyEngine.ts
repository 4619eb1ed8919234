/**
 * An engine with one fault, for the tests of the gradient check: the reference, but for a backward pass of its own that
 * makes the mistake asked for. For dense layers with elementwise φ, in float64.
 */
import type { Engine, LoadedPatterns, Patterns, Problem } from "../src/engines/engine.ts";
import { activationOf, type ElementwiseActivation } from "../src/network/activations.ts";
import type { DenseLayer } from "../src/network/layers.ts";
import { layerWidths } from "../src/network/network.ts";
import { error, forward, subjectOf } from "../src/reference/backpropagation.ts";
import type { Signals } from "../src/reference/layerOperations.ts";
import { layerParameters } from "../src/reference/operations.ts";
import { reference } from "../src/reference/reference.ts";
import { ReferenceSession } from "../src/reference/session.ts";
import { applyUpdate } from "../src/reference/update.ts";

export const faults = {
  none: "nothing",
  sign: "the bracket of layer 1 is subtracted",
  slope: "the δ of layer 0 lack φ'",
  transposed: "the δ of layer 1 are pulled back by W and not by its transpose",
  early: "each layer is updated before the δ below it exist",
  batchMissing: "the gradient lacks the 1/B that the loss has",
  batchTwice: "the gradient has 1/B twice",
  batchOfLoss: "the loss that is reported lacks 1/B",
} as const;
export type Fault = keyof typeof faults;

/** @param precision what it claims, and so the tolerance it is judged by */
export function faultyEngine(fault: Fault, precision: Engine["precision"] = "float64"): Engine {
  return { ...reference, name: `faulty: ${fault}`, precision, create: (problem) => new FaultySession(problem, fault) };
}

class FaultySession<I extends number, O extends number> extends ReferenceSession<I, O> {
  readonly #fault: Fault;
  #patterns: Patterns = { inputs: new Float64Array(), desired: new Float64Array() };

  constructor(problem: Problem<I, O>, fault: Fault) {
    super(problem);
    this.#fault = fault;
  }

  override load(patterns: Patterns): LoadedPatterns {
    this.#patterns = patterns;
    return super.load(patterns);
  }

  /** All rows in order, whatever is asked for. */
  override gradient(patterns: LoadedPatterns, rows: Uint32Array): number {
    super.gradient(patterns, rows); // for `signals`
    return this.#backward(() => {});
  }

  /** One step, whatever the batch size. */
  override run(patterns: LoadedPatterns, rows: Uint32Array): Float64Array {
    if (this.#fault !== "early") {
      const loss = this.gradient(patterns, rows);
      this.update();
      return Float64Array.of(loss);
    }
    this.step += 1;
    const loss = this.#backward((layer) => {
      const tensors = this.layout.tensors.filter((tensor) => tensor.layer === layer);
      const slots = Object.values(this.slots);
      applyUpdate(this.problem, { ...this.layout, tensors }, this.parameters, this.gradients, slots, this.step, 1);
    });
    return Float64Array.of(loss);
  }

  /** Steps 1 to 4 and the gradients, from the output layer down. @param done called with each layer as it gets its own */
  #backward(done: (layer: number) => void): number {
    const { network, loss } = this.problem;
    const rows = this.#patterns.inputs.length / network.inputs;
    const subject = subjectOf(network, this.parameters);
    const signals = forward(subject, Float64Array.from(this.#patterns.inputs));
    const lossAndGradient = error(loss, signals[signals.length - 1].output, rows, {
      desired: Float64Array.from(this.#patterns.desired),
    });
    const factor = this.#fault === "batchMissing" ? rows : this.#fault === "batchTwice" ? 1 / rows : 1;
    let negativeGradient: Float64Array = lossAndGradient.negativeGradient.map((slope) => factor * slope);
    for (let layer = signals.length - 1; layer >= 0; layer--) {
      const delta = this.#localGradients(layer, signals[layer], negativeGradient);
      this.#writeGradients(layer, signals[layer], delta);
      done(layer);
      negativeGradient = this.#pullBack(layer, delta, rows);
    }
    return this.#fault === "batchOfLoss" ? lossAndGradient.loss * rows : lossAndGradient.loss;
  }

  #localGradients(layer: number, { inducedField, output }: Signals, negativeGradient: Float64Array): Float64Array {
    if (layer === 0 && this.#fault === "slope") return negativeGradient;
    const { activation } = this.problem.network.layers[layer] as DenseLayer;
    const { derivative } = activationOf(activation) as ElementwiseActivation;
    return negativeGradient.map((slope, i) => slope * derivative(inducedField[i], output[i]));
  }

  /** The bracket Σ_b δ_b W_ba for each neuron a of the layer below, [B, I]. */
  #pullBack(layer: number, delta: Float64Array, rows: number): Float64Array {
    const { weights } = layerParameters(this.layout, this.parameters, layer);
    const widths = layerWidths(this.problem.network);
    const [inputs, units] = [widths[layer], widths[layer + 1]];
    const transposed = layer === 1 && this.#fault === "transposed";
    const sign = layer === 2 && this.#fault === "sign" ? -1 : 1;
    return Float64Array.from({ length: rows * inputs }, (_, i) => {
      const [n, a] = [Math.floor(i / inputs), i % inputs];
      let bracket = 0;
      for (let b = 0; b < units; b++) {
        bracket += sign * delta[n * units + b] * weights[transposed ? a * inputs + b : b * inputs + a];
      }
      return bracket;
    });
  }

  #writeGradients(layer: number, { rows, input }: Signals, delta: Float64Array): void {
    const { weights, bias } = layerParameters(this.layout, this.gradients, layer);
    const [inputs, units] = [input.length / rows, delta.length / rows];
    weights.fill(0);
    bias.fill(0);
    for (let i = 0; i < delta.length; i++) {
      const [n, b] = [Math.floor(i / units), i % units];
      for (let a = 0; a < inputs; a++) weights[b * inputs + a] -= delta[i] * input[n * inputs + a];
      if (bias.length > 0) bias[b] -= delta[i];
    }
  }
}
