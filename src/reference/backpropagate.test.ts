import { expect, test } from "vitest";
import { dense, dropout, scale } from "../network/layers.ts";
import { network } from "../network/network.ts";
import { initialParameters } from "../network/parameters.ts";
import { backpropagate } from "./backpropagate.ts";
import { subjectOf } from "./backpropagation.ts";
import { layerBack } from "./operations.ts";

test("one call returns the fields, outputs, loss, δ, what reaches each layer from above, and the gradients", () => {
  const logistic = (v: number): number => 1 / (1 + Math.exp(-v));
  const hidden = dense(2, {
    activation: "logistic",
    bias: false,
    initialisation: {
      weights: [
        [0.1, 0.8],
        [0.4, 0.6],
      ],
    },
  });
  const output = dense(1, { activation: "logistic", bias: false, initialisation: { weights: [[0.3, 0.9]] } });
  const subject = subjectOf(
    network({ inputs: 2, layers: [hidden, output] }),
    Float64Array.of(0.1, 0.8, 0.4, 0.6, 0.3, 0.9),
  );
  const batch = { inputs: Float64Array.of(0.35, 0.9), desired: Float64Array.of(0.5) };
  const { signals, loss, negativeGradients, gradients } = backpropagate(subject, { name: "halfSquaredError" }, batch);

  const v = [0.1 * 0.35 + 0.8 * 0.9, 0.4 * 0.35 + 0.6 * 0.9];
  const [a, b] = v.map(logistic);
  const y = logistic(0.3 * a + 0.9 * b);
  const e = 0.5 - y;
  const delta = e * y * (1 - y);
  const brackets = [delta * 0.3, delta * 0.9];
  const deltas = [brackets[0] * a * (1 - a), brackets[1] * b * (1 - b)];
  const close = (found: Float64Array, expected: readonly number[]): void => {
    expect(found.length).toBe(expected.length);
    for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value, 14);
  };
  close(signals[0].inducedField, v);
  close(signals[0].output, [a, b]);
  close(signals[1].output, [y]);
  expect(loss).toBeCloseTo(0.5 * e * e, 14);
  close(negativeGradients[1], [e]);
  close(negativeGradients[0], brackets);
  close(signals[1].localGradient, [delta]);
  close(signals[0].localGradient, deltas);
  const [x1, x2] = batch.inputs;
  const first = deltas.flatMap((each) => [-each * x1, -each * x2]);
  close(gradients, [...first, -delta * a, -delta * b]);
});

test("what reaches a layer from above is what the layer above sends back, with the mask of its dropout", () => {
  const net = network({ inputs: 3, layers: [scale(), dense(4, { activation: "tanh" }), dropout(0.5), dense(2)] });
  const subject = subjectOf(net, initialParameters(net, 1));
  const batch = { inputs: Float64Array.of(1, -2, 3, 0.5, 0.25, -1), desired: Float64Array.of(1, 0, 0, 1) };
  const state = { seed: 1, step: 2, factor: 1 };
  const { signals, negativeGradients } = backpropagate(subject, { name: "meanSquaredError" }, batch, state);
  for (const above of [1, 2, 3]) expect(negativeGradients[above - 1]).toEqual(layerBack(subject, above, signals));
  const masked = signals[2].localGradient.filter((delta) => delta === 0);
  expect(masked.length).toBeGreaterThan(0);
  expect(signals[2].localGradient.some((delta, i) => delta !== 0 && delta === 2 * negativeGradients[2][i])).toBe(true);
});
