/** The factors' symbols and formulas, and Jacobians that the worked example lacks; values are `test/trace.test.ts`'s. */
import { expect, test } from "vitest";
import { completeProblem } from "../../engines/engine.ts";
import { activations } from "../../network/activations.ts";
import { dense, dropout } from "../../network/layers.ts";
import { type LossName, losses } from "../../network/losses.ts";
import { type Network, network } from "../../network/network.ts";
import { initialParameters } from "../../network/parameters.ts";
import { lossDerivative } from "./lossWords.ts";
import type { Factor } from "./trace.ts";
import { traceStep } from "./traceStep.ts";
import { parseWeightName } from "./weightName.ts";

function factorsOf(described: Network, loss: LossName, weight: string, parameters?: Float64Array): readonly Factor[] {
  const trace = traceStep({
    problem: completeProblem({ network: described, loss }),
    parameters: parameters ?? initialParameters(described, 3),
    patterns: {
      inputs: Float64Array.from({ length: described.inputs }, (_, a) => a + 1),
      desired: loss === "crossEntropy" ? Float64Array.of(1) : new Float64Array(described.outputs).fill(1),
    },
    weights: [parseWeightName(weight)],
  });
  return trace.weights[0].chains[0].factors;
}

const deep = network({
  inputs: 2,
  layers: [dense(3, { activation: "tanh" }), dropout(0.5), dense(2, { activation: "relu" }), dense(2)],
});

test("a chain goes from the loss through every layer down to the weight's", () => {
  const symbols = (weight: string): string[] => factorsOf(deep, "meanSquaredError", weight).map((f) => f.symbol.text);
  expect(symbols("3.1.0")).toEqual(["∂ℓ/∂y⁽³⁾", "∂y⁽³⁾/∂v⁽³⁾", "∂v⁽³⁾/∂W⁽³⁾[1,0]"]);
  expect(symbols("0.2.1")).toEqual([
    "∂ℓ/∂y⁽³⁾",
    "∂y⁽³⁾/∂v⁽³⁾",
    "∂v⁽³⁾/∂y⁽²⁾",
    "∂y⁽²⁾/∂v⁽²⁾",
    "∂v⁽²⁾/∂y⁽¹⁾",
    "∂y⁽¹⁾/∂y⁽⁰⁾",
    "∂y⁽⁰⁾/∂v⁽⁰⁾",
    "∂v⁽⁰⁾/∂W⁽⁰⁾[2,1]",
  ]);
  expect(symbols("0.2.bias").at(-1)).toBe("∂v⁽⁰⁾/∂b⁽⁰⁾[2]");
});

test("symbols and formulas have a LaTeX form that says the same", () => {
  const factors = factorsOf(deep, "halfSquaredError", "2.1.0");
  expect(factors.map(({ symbol }) => symbol.latex)).toEqual([
    "\\frac{\\partial \\varepsilon}{\\partial e}",
    "\\frac{\\partial e}{\\partial y^{(3)}}",
    "\\frac{\\partial y^{(3)}}{\\partial v^{(3)}}",
    "\\frac{\\partial v^{(3)}}{\\partial y^{(2)}}",
    "\\frac{\\partial y^{(2)}}{\\partial v^{(2)}}",
    "\\frac{\\partial v^{(2)}}{\\partial W^{(2)}_{1,0}}",
  ]);
  expect(factors.map(({ formula }) => formula.text)).toEqual([
    "eᵀ",
    "−I",
    `diag(φ'(v)), ${activations.identity.derivativeFormula.text}`,
    "W⁽³⁾",
    `diag(φ'(v)), ${activations.relu.derivativeFormula.text}`,
    "y⁽¹⁾[0] in row 1, 0 elsewhere",
  ]);
  expect(factors[5].formula.latex).toBe("y^{(1)}_{0}\\text{ in row }1,\\ 0\\text{ elsewhere}");
  expect(factorsOf(deep, "halfSquaredError", "0.0.1").at(-1)?.formula.text).toBe("x[1] in row 0, 0 elsewhere");
  expect(factorsOf(deep, "halfSquaredError", "0.0.bias").at(-1)?.formula.text).toBe("1 in row 0, 0 elsewhere");
});

test("a layer's index of two digits stands above in both", () => {
  const layers = Array.from({ length: 10 }, () => dense(1));
  const described = network({ inputs: 1, layers: [...layers, dense(1)] });
  expect(factorsOf(described, "huber", "10.0.0").map(({ symbol }) => symbol.text)).toEqual([
    "∂ℓ/∂y⁽¹⁰⁾",
    "∂y⁽¹⁰⁾/∂v⁽¹⁰⁾",
    "∂v⁽¹⁰⁾/∂W⁽¹⁰⁾[0,0]",
  ]);
});

test.each((Object.keys(losses) as LossName[]).filter((name) => name !== "halfSquaredError"))(
  "%s gives the first factor its derivative and the formula of it",
  (name) => {
    const [first] = factorsOf(deep, name, "3.0.0");
    expect(first.formula).toEqual(lossDerivative({ name }));
    expect([first.value.length, first.value[0].length]).toEqual([1, 2]);
  },
);

test("softmax enters with its full Jacobian", () => {
  // Fields (ln 1, ln 2, ln 5) from the biases: y = (1, 2, 5)/8 and ∂y_r/∂v_s = y_r (1[r = s] − y_s), in 64ths.
  const described = network({ inputs: 1, layers: [dense(3, { activation: "softmax" })] });
  const parameters = Float64Array.of(0, 0, 0, 0, Math.log(2), Math.log(5));
  const [rowVector, minus, jacobian, column] = factorsOf(described, "halfSquaredError", "0.1.0", parameters);
  expect(jacobian.formula).toBe(activations.softmax.derivativeFormula);
  const expected = [
    [7, -2, -5],
    [-2, 12, -10],
    [-5, -10, 15],
  ];
  jacobian.value.forEach((row, r) => {
    row.forEach((value, s) => {
      expect(64 * value).toBeCloseTo(expected[r][s], 12);
    });
  });
  // d = (1, 1, 1): e = (7, 6, 3)/8, and −e J = −(7·7 − 2·6 − 5·3, −2·7 + 12·6 − 10·3, …)/512 = (−22, −28, 50)/512.
  expect(rowVector.value[0].map((e) => 8 * e)).toEqual([7, 6, 3].map((e) => expect.closeTo(e, 12)));
  expect(minus.value).toEqual([
    [-1, 0, 0],
    [0, -1, 0],
    [0, 0, -1],
  ]);
  expect(jacobian.product[0].map((value) => 512 * value)).toEqual([-22, -28, 50].map((v) => expect.closeTo(v, 12)));
  expect(column.value).toEqual([[0], [1], [0]]);
  expect(512 * column.product[0][0]).toBeCloseTo(-28, 12);
});

test("a dropout layer is an identity: a trace shows the network as it predicts", () => {
  const dropped = factorsOf(deep, "meanSquaredError", "0.0.0")[5];
  expect(dropped.formula.text).toBe("I");
  expect(dropped.value).toEqual([
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ]);
});
