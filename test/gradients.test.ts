/**
 * The gradients that backpropagation finds are the loss's derivatives: central differences in float64, every weight.
 *
 * The tests walk over the tables, so a new activation, loss or layer kind is tested by being there.
 */
import { afterEach, describe, expect, test, vi } from "vitest";
import { completeProblem, type ProblemOptions } from "../src/engines/engine.ts";
import { DescriptionError } from "../src/errors.ts";
import { type ActivationName, activations } from "../src/network/activations.ts";
import { product } from "../src/network/expression/expression.ts";
import {
  batchNorm,
  dense,
  dropout,
  embedding,
  type Layer,
  type LayerKind,
  layerNorm,
  parametricActivation,
  periodic,
  scale,
} from "../src/network/layers.ts";
import { type Loss, type LossName, losses } from "../src/network/losses.ts";
import { worstGradient } from "./gradientCheck.ts";
import { errorsOf, type GradientVariant, gradientProblem, networkOf } from "./gradientProblem.ts";

/** By a frequency, the fifth derivative is large: the differences are good to some 1e-7. */
const TOLERANCE = 5e-7;

const activationNames = Object.keys(activations) as ActivationName[];
const lossNames = Object.keys(losses) as LossName[];

/** With a small ε a column that hardly varies bends too much for differences. */
const wide = { epsilon: 0.5 };

/** Each kind of layer among dense ones. */
const hiddenLayers: Readonly<Record<LayerKind, (activation: ActivationName) => Layer[]>> = {
  dense: (activation) => [dense(4, { activation }), dense(3, { activation, bias: false })],
  dropout: (activation) => [dropout(0.2), dense(4, { activation }), dropout(0.4)],
  scale: (activation) => [scale(), dense(4, { activation }), scale()],
  parametricActivation: (activation) => [
    dense(4),
    parametricActivation(activation === "softmax" ? "tanh" : activation),
  ],
  embedding: (activation) => [embedding([{ column: 1, cardinality: 3 }], { dimension: 2 }), dense(4, { activation })],
  batchNorm: (activation) => [batchNorm(wide), dense(4, { activation }), batchNorm(wide)],
  periodic: (activation) => [periodic([2, 0], { frequencies: 3, units: 2 }), dense(4, { activation })],
  layerNorm: (activation) => [layerNorm(), dense(4, { activation }), layerNorm({ epsilon: 0.1 })],
};
const outputLayers: Readonly<Record<string, (activation: ActivationName) => Layer>> = {
  hidden: () => dense(3),
  "hidden and output": (activation) => dense(3, { activation }),
};

/** Whether a loss of logits refuses the layer as the last. */
function makesProbabilities(layer: Layer | undefined): boolean {
  return layer?.kind === "dense" && (layer.activation === "softmax" || layer.activation === "logistic");
}

describe.each(lossNames)("%s: every weight's gradient is the difference quotient", (name) => {
  describe.each(Object.entries(hiddenLayers))("through %s layers", (_kind, hidden) => {
    describe.each(Object.entries(outputLayers))("%s units with", (_position, output) => {
      test.each(activationNames)("%s", (activation) => {
        const layers = [...hidden(activation), output(activation)];
        if (losses[name].desired !== "values" && makesProbabilities(layers.at(-1))) {
          expect(() => completeProblem({ network: networkOf(layers), loss: { name } })).toThrow(DescriptionError);
          return;
        }
        expectRightGradients({ network: networkOf(layers), loss: { name } });
      });
    });
  });
});

describe("the options of the losses", () => {
  const smoothing: number[] = [0, 0.1, 0.9];
  const classWeights = [0.5, 2, 0];
  const options: Loss[] = [
    ...smoothing.map((labelSmoothing): Loss => ({ name: "crossEntropy", labelSmoothing })),
    ...smoothing.map((labelSmoothing): Loss => ({ name: "crossEntropy", labelSmoothing, classWeights })),
    ...smoothing.map((labelSmoothing): Loss => ({ name: "binaryCrossEntropy", labelSmoothing })),
    ...smoothing.map((labelSmoothing): Loss => ({ name: "binaryCrossEntropy", labelSmoothing, classWeights })),
    { name: "quantile", quantiles: [0.2, 0.5, 0.9] },
    { name: "quantile", quantiles: [0.75] },
    { name: "huber", delta: 0.01 },
    { name: "huber", delta: 0.5 },
    { name: "huber", delta: 100 },
  ];
  test.each(options.map((loss) => [JSON.stringify(loss), loss] as const))("%s", (_title, loss) => {
    expectRightGradients({ network: networkOf([dense(4, { activation: "tanh" }), dense(3)]), loss });
  });

  test("huber's problems have errors on both sides of delta", () => {
    const network = networkOf([dense(4, { activation: "tanh" }), dense(3)]);
    const errors = errorsOf(gradientProblem({ network, loss: { name: "huber", delta: 0.5 } })).map(Math.abs);
    expect(errors.some((e) => e < 0.5)).toBe(true);
    expect(errors.some((e) => e > 0.5)).toBe(true);
  });
});

describe("the shape of the problem", () => {
  const layers = [dense(4, { activation: "silu" }), dense(3)];

  test.each(lossNames)("%s with as few outputs as it takes, with and without a bias", (name) => {
    const outputs = name === "crossEntropy" ? 2 : 1;
    for (const bias of [true, false]) {
      const few = [dense(4, { activation: "tanh", bias }), dense(outputs, { bias })];
      expectRightGradients({ network: networkOf(few), loss: { name } });
    }
  });

  test.each(lossNames)("%s without a hidden layer, and with five", (name) => {
    const five = Array.from({ length: 5 }, () => dense(3, { activation: "gelu" }));
    expectRightGradients({ network: networkOf([dense(3)]), loss: { name } });
    expectRightGradients({ network: networkOf([...five, dense(3)]), loss: { name } });
  });

  test.each(lossNames)("%s over batches of 7 patterns by 3, the last of 1, and over all 7", (name) => {
    for (const rows of [[0, 1, 2], [3, 4, 5], [6], [0, 1, 2, 3, 4, 5, 6]]) {
      expectRightGradients({ network: networkOf(layers), loss: { name } }, { rows });
    }
  });

  test.each(lossNames)("%s without sample weights", (name) => {
    expectRightGradients({ network: networkOf(layers), loss: { name } }, { weighted: false });
  });
});

test("each kind of layer passes signals back to layers below it", () => {
  const above: readonly Layer[][] = [
    [scale()],
    [layerNorm()],
    [dropout(0.3), parametricActivation("mish")],
    [periodic([3, 1], { frequencies: 4, units: 2 })],
    [parametricActivation("gelu"), scale(), dropout(0.2)],
  ];
  for (const layers of above) {
    const network = networkOf([dense(4, { activation: "tanh" }), ...layers, dense(3)]);
    expectRightGradients({ network, loss: "halfSquaredError" });
  }
  // Behind a scale its numbers are no codes: all take the table's first row, and the others' signals pass through.
  const network = networkOf([
    scale(),
    embedding([{ column: 0, cardinality: 2 }], { dimension: 3 }),
    periodic([1]),
    dense(3),
  ]);
  expectRightGradients({ network, loss: "crossEntropy" });
});

describe("penalties are differenced with the loss", () => {
  test.each([{ l1: 0.03 }, { l2: 0.2 }, { l1: 0.03, l2: 0.2 }])("%o", (penalties) => {
    const network = networkOf([dense(4, { activation: "tanh" }), dropout(0.3), dense(3, { bias: false })]);
    expectRightGradients({ network, loss: "crossEntropy", ...penalties });
  });
});

test("dropout's masks change from step to step, and each step's gradient is its own mask's", () => {
  const network = networkOf([dense(4, { activation: "tanh" }), dropout(0.5), dense(3)]);
  const { session, patterns, rows } = gradientProblem({ network, loss: "halfSquaredError" });
  const gradients = [0, 1, 2].map((step) => {
    session.step = step;
    const { error, message } = worstGradient(session, patterns, rows);
    expect(error, message).toBeLessThan(TOLERANCE);
    return session.gradients.slice();
  });
  expect(new Set(gradients.map((each) => each.join())).size).toBe(3);
  const ofAnotherStep = worstGradient(session, patterns, rows, gradients[0]);
  expect(ofAnotherStep.error).toBeGreaterThan(TOLERANCE);
});

/** What one update by plain gradient descent takes from the parameters: the gradient that it uses. */
function consumed(options: ProblemOptions): Float64Array {
  const { session } = gradientProblem({ ...options, optimizer: { name: "sgd", learningRate: 1 } });
  const before = session.parameters.slice();
  session.update();
  return before.map((parameter, i) => parameter - session.parameters[i]);
}

test("clipping keeps the gradient's direction and bounds its length", () => {
  const options = {
    network: networkOf([dense(4, { activation: "tanh" }), dense(3)]),
    loss: "halfSquaredError",
  } as const;
  const free = consumed(options);
  const length = Math.hypot(...free);
  const clipped = consumed({ ...options, clipNorm: length / 4 });
  for (const [i, gradient] of clipped.entries()) expect(gradient).toBeCloseTo(free[i] / 4, 14);
  expect(consumed({ ...options, clipNorm: length * 1.01 })).toEqual(free);
});

describe("the check can fail: a planted fault is caught", () => {
  afterEach(() => void vi.restoreAllMocks());
  const options = {
    network: networkOf([dense(4, { activation: "tanh" }), dense(3)]),
    loss: "meanSquaredError",
  } as const;

  test("a derivative that is a millionth too large", () => {
    const { derivativeExpression: right } = activations.tanh;
    vi.spyOn(activations.tanh, "derivativeExpression", "get").mockReturnValue(product(right, 1.000001));
    expect(() => expectRightGradients(options)).toThrow(/layers\.0\.\w+\[\d/);
  });

  test("a loss whose value averages over the outputs and whose derivative does not", () => {
    const right = losses.meanSquaredError.batch;
    vi.spyOn(losses.meanSquaredError, "batch").mockImplementation((y, d, M, options) => {
      const { values, derivative } = right(y, d, M, options);
      return { values, derivative: derivative.map((slope) => M * slope) };
    });
    expect(() => expectRightGradients(options)).toThrow(/layers\.\d\.\w+\[\d/);
  });

  test("a Jacobian without what lies off its diagonal", () => {
    const network = networkOf([dense(3, { activation: "softmax" })]);
    vi.spyOn(activations.softmax, "jacobian").mockImplementation((y) => {
      const jacobian = new Float64Array(y.length ** 2);
      for (let r = 0; r < y.length; r++) jacobian[r * y.length + r] = y[r] * (1 - y[r]);
      return jacobian;
    });
    expect(() => expectRightGradients({ network, loss: "halfSquaredError" })).toThrow(/layers\.0\.\w+\[\d/);
  });

  test("one penalty left out", () => {
    const { session, patterns, rows } = gradientProblem({ ...options, l2: 1e-4 });
    const withoutPenalty = gradientProblem(options).session.gradients;
    expect(worstGradient(session, patterns, rows, withoutPenalty).error).toBeGreaterThan(TOLERANCE);
  });
});

/** Fails, naming the worst parameter, unless all gradients of a problem agree with the differences. */
function expectRightGradients(options: ProblemOptions, variant: GradientVariant = {}): void {
  const { session, patterns, rows } = gradientProblem(options, variant);
  const { error, message } = worstGradient(session, patterns, rows);
  expect(error, message).toBeLessThan(TOLERANCE);
}
