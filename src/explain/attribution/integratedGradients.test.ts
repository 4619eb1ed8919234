import { expect, test } from "vitest";
import { centralDifference } from "../../../test/centralDifferences.ts";
import { type ActivationName, activations } from "../../network/activations.ts";
import { dense, dropout, type Layer } from "../../network/layers.ts";
import { network } from "../../network/network.ts";
import { initialParameters } from "../../network/parameters.ts";
import { random } from "../../random.ts";
import { forward, type Subject, subjectOf } from "../../reference/backpropagation.ts";
import { integratedGradients, type Response } from "./integratedGradients.ts";

/** F is the first output. */
const firstOutput: Response = {
  value: ([y]) => y[0],
  gradient: ([y]) => [y.map((_, k) => (k === 0 ? 1 : 0))],
};

/** F is the first class's probability. */
const firstClass: Response = {
  value: ([y]) => activations.softmax.value(y)[0],
  gradient: ([y]) => [activations.softmax.jacobian(activations.softmax.value(y)).slice(0, y.length)],
};

function drawn(inputs: number, layers: readonly Layer[], outputs: number): Subject {
  const described = network({ inputs, layers: [...layers, dense(outputs)] });
  const draw = random(5, "biases");
  // Biases start at 0 and would leave every kink of ReLU where the inputs are 0.
  return subjectOf(
    described,
    initialParameters(described, 3).map((parameter) => parameter + 0.1 * draw.normal()),
  );
}

test("a linear network's attributions are w_i (x_i − b_i)", () => {
  const linear = network({ inputs: 3, layers: [dense(2)] });
  const subject = subjectOf(linear, Float64Array.of(2, -1, 0.5, 9, 9, 9, 0.25, 7)); // W by rows, then the biases
  const found = integratedGradients([subject], firstOutput, Float64Array.of(1, 2, 3), Float64Array.of(0.5, 4, 3));
  // 2 (1 − 0.5), −1 (2 − 4), 0.5 (3 − 3)
  const expected = [1, 2, 0];
  expected.forEach((value, i) => {
    expect(found.attributions[i]).toBeCloseTo(value, 12);
  });
  expect(found.value).toBe(2 - 2 + 1.5 + 0.25);
  expect(found.background).toBe(1 - 4 + 1.5 + 0.25);
});

test("one logistic neuron shares its change among the inputs by w_i (x_i − b_i)", () => {
  // F depends on v alone, and v moves along a line: the share of an input is its share of the move from v(b) to v(x).
  const one = network({ inputs: 2, layers: [dense(1, { activation: "logistic", bias: false })] });
  const subject = subjectOf(one, Float64Array.of(1.5, -0.5));
  const found = integratedGradients([subject], firstOutput, Float64Array.of(2, 1), Float64Array.of(0, -1));
  const change = 1 / (1 + Math.exp(-2.5)) - 1 / (1 + Math.exp(-0.5)); // v(x) = 3 − 0.5, v(b) = 0.5
  expect(found.attributions[0]).toBeCloseTo((change * 3) / 2, 10); // 1.5 · 2 = 3 of a move of 2
  expect(found.attributions[1]).toBeCloseTo((change * -1) / 2, 10); // −0.5 · 2 = −1
});

test("attributions are the integral of differences of F, taken without any gradient", () => {
  const subject = drawn(4, [dense(6, { activation: "tanh" }), dropout(0.5), dense(5, { activation: "silu" })], 3);
  const x = Float64Array.of(1, -2, 0.5, 1.5);
  const b = Float64Array.of(-0.5, 0.25, 2, 0);
  const found = integratedGradients([subject], firstClass, x, b);
  const value = (inputs: Float64Array): number => firstClass.value([forward(subject, inputs).at(-1)?.output ?? inputs]);
  for (const i of x.keys()) {
    const steps = 400;
    let sum = 0;
    for (let step = 0; step < steps; step++) {
      const at = x.map((own, k) => b[k] + ((step + 0.5) / steps) * (own - b[k]));
      sum += centralDifference((p) => value(at.with(i, p)), at[i]) / steps;
    }
    expect(found.attributions[i]).toBeCloseTo((x[i] - b[i]) * sum, 5);
  }
  expect(found.attributions.some((own) => Math.abs(own) > 0.05)).toBe(true);
});

test.each(Object.keys(activations) as ActivationName[])(
  "with %s the attributions add up to the change",
  (activation) => {
    const subject = drawn(5, [dense(12, { activation }), dense(12, { activation })], 3);
    const x = Float64Array.of(1, -2, 3, 0.5, -1);
    const found = integratedGradients([subject], firstClass, x, new Float64Array(5));
    const sum = found.attributions.reduce((total, own) => total + own, 0);
    expect(sum - (found.value - found.background)).toBeCloseTo(found.completenessError, 12);
    expect(Math.abs(found.completenessError)).toBeLessThan(
      1e-3 * Math.max(0.01, Math.abs(found.value - found.background)),
    );
  },
);

test("kinks that lie on the background itself are no obstacle", () => {
  const kinked = network({ inputs: 2, layers: [dense(8, { activation: "relu", bias: false }), dense(1)] });
  const subject = subjectOf(kinked, initialParameters(kinked, 4));
  const found = integratedGradients([subject], firstOutput, Float64Array.of(1, -2), Float64Array.of(0, 0));
  expect(Math.abs(found.completenessError)).toBeLessThan(1e-6); // on the open path nothing bends
});

test("an input with no weights gets 0, and inputs with equal weights and values get equal shares", () => {
  const described = network({ inputs: 3, layers: [dense(4, { activation: "tanh", bias: false }), dense(1)] });
  const parameters = initialParameters(described, 8);
  for (let unit = 0; unit < 4; unit++) {
    parameters[3 * unit + 1] = 0;
    parameters[3 * unit + 2] = parameters[3 * unit];
  }
  const found = integratedGradients(
    [subjectOf(described, parameters)],
    firstOutput,
    Float64Array.of(2, 5, 2),
    Float64Array.of(1, -5, 1),
  );
  expect(found.attributions[1]).toBe(0);
  expect(found.attributions[2]).toBe(found.attributions[0]);
  expect(Math.abs(found.attributions[0])).toBeGreaterThan(0.01);
});

test("beside several rows the attributions and the background are the means of those beside each", () => {
  const subject = drawn(3, [dense(6, { activation: "gelu" })], 2);
  const x = Float64Array.of(1, 2, -1);
  const rows = [
    [0, 0, 0],
    [2, -1, 1],
    [-1, 1, 3],
  ];
  const together = integratedGradients([subject], firstClass, x, Float64Array.from(rows.flat()));
  const each = rows.map((row) => integratedGradients([subject], firstClass, x, Float64Array.from(row)));
  for (const i of x.keys()) {
    const mean = each.reduce((sum, { attributions }) => sum + attributions[i] / 3, 0);
    expect(together.attributions[i]).toBeCloseTo(mean, 12);
  }
  expect(together.background).toBeCloseTo(
    each.reduce((sum, { background }) => sum + background / 3, 0),
    12,
  );
});
