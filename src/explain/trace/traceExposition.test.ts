/** What a trace prints, recomputed from what it prints; the worked example as a reader sees it. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { computePrinted, type Functions, readMatrices, readNumber } from "../../../test/printedArithmetic.ts";
import { traceCases } from "../../../test/traceCases.ts";
import { completeProblem } from "../../engines/engine.ts";
import { activationOf, activations } from "../../network/activations.ts";
import { softplus } from "../../network/expression/functions.ts";
import { dense, parametricActivation } from "../../network/layers.ts";
import type { LossLike } from "../../network/losses.ts";
import { network } from "../../network/network.ts";
import { initialParameters } from "../../network/parameters.ts";
import { random } from "../../random.ts";
import type { Equation, Exposition } from "../exposition/exposition.ts";
import { expositionText } from "../exposition/expositionText.ts";
import type { LayerTrace, Matrix, Trace } from "./trace.ts";
import { traceExposition } from "./traceExposition.ts";
import { traceStep } from "./traceStep.ts";

/** The derivation's network, learning its one pattern. */
function workedExample(): Trace {
  const described = network({
    inputs: 2,
    layers: [dense(2, { activation: "logistic", bias: false }), dense(1, { activation: "logistic", bias: false })],
  });
  const optimizer = { name: "sgd", learningRate: 0.5 } as const;
  return traceStep({
    problem: completeProblem({ network: described, loss: "halfSquaredError", optimizer }),
    parameters: Float64Array.of(0.1, 0.8, 0.4, 0.6, 0.3, 0.9),
    patterns: { inputs: Float64Array.of(0.35, 0.9), desired: Float64Array.of(0.5) },
    weights: [{ layer: 0, unit: 0, input: 0 }],
  });
}

/** 784-64-10 with cross-entropy, as for images of digits. */
function wideTrace(): Trace {
  const described = network({ inputs: 784, layers: [dense(64, { activation: "relu" }), dense(10)] });
  const draws = random(5, "wide");
  return traceStep({
    problem: completeProblem({ network: described, loss: "crossEntropy", optimizer: "adam" }),
    parameters: initialParameters(described, 1),
    patterns: { inputs: Float64Array.from({ length: 784 }, draws.uniform), desired: Float64Array.of(7) },
  });
}

const equationsOf = ({ blocks }: Exposition): Equation[] =>
  blocks.flatMap((block) => (block.kind === "equations" ? block.equations : []));

/** The layer in a symbol: 12 of v⁽¹²⁾[0]; 0 where it has none. */
function layerOf(symbol: string): number {
  const [, digits = "⁰"] = /⁽([⁰¹²³⁴⁵⁶⁷⁸⁹]+)⁾/.exec(symbol) ?? [];
  return Number([...digits].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(digit)).join(""));
}

/** φ is that of the line's layer, or of the α that bends it. */
function functionsOf({ layers }: Trace, left: string, symbols: string): Functions {
  const [own = left] = /α⁽[⁰¹²³⁴⁵⁶⁷⁸⁹]+⁾/.exec(left + symbols) ?? [];
  const layer: LayerTrace | undefined = layers[layerOf(own)];
  const names = {
    cos: Math.cos,
    sin: Math.sin,
    exp: Math.exp,
    ln: Math.log,
    sign: Math.sign,
    abs: Math.abs,
    softplus,
    σ: activations.logistic.value,
  };
  if (!("activation" in layer.description)) return names;
  const activation = activationOf(layer.description.activation);
  if (activation.kind === "vector") return names;
  return { "φ'": (v) => activation.derivative(v, activation.value(v)), φ: (v) => activation.value(v), ...names };
}

/** Whether a recomputed value, rounded to the printed one's 6 digits, is the printed one; what cancels is good to 1e-13. */
function comesOut(found: number, printed: number): boolean {
  const unit = printed === 0 ? 0 : 10 ** (Math.floor(Math.log10(Math.abs(printed))) - 5);
  return Math.abs(found - printed) <= Math.max(0.5000001 * unit, 1e-13);
}

/** What stands at the left of lines that must have numbers. */
const ARITHMETIC = /^(v⁽|y⁽|e\[|p\[|φ'|ε$|ℓ$|new )/;

/** What passes a layer as it is: one symbol. */
const COPIED = /^(x|[yE]⁽[⁰¹²³⁴⁵⁶⁷⁸⁹]+⁾)\[[\d,]+\]$/;

/** Recomputes every line of an exposition. @returns how many scalars and matrices came out */
function recompute(trace: Trace, exposition: Exposition): { lines: number; products: number } {
  let lines = 0;
  let products = 0;
  for (const { left, right } of equationsOf(exposition)) {
    const [numbers = "", shown = ""] = right.slice(-2).map(({ text }) => text);
    if (/^[[⎡]|\n/.test(shown)) {
      if (!numbers.includes(" · ") || shown.includes("⋯")) continue;
      const [[row], matrix] = readMatrices(numbers);
      const [[result]] = readMatrices(shown);
      result.forEach((printed, column) => {
        const found = row.reduce((sum, value, r) => sum + value * matrix[r][column], 0);
        expect(comesOut(found, printed), `${left.text} = ${numbers} = ${shown}`).toBe(true);
      });
      products++;
      continue;
    }
    const isNumeric = right.length >= 2 && !/[⁽[]/.test(numbers);
    if (!isNumeric) {
      if (COPIED.test(numbers)) continue;
      expect(ARITHMETIC.test(left.text), `${left.text}: no numbers`).toBe(false);
      continue;
    }
    const found = computePrinted(numbers, functionsOf(trace, left.text, right[0].text));
    expect(comesOut(found, readNumber(shown)), `${left.text} = ${numbers} = ${shown}, not ${found}`).toBe(true);
    lines++;
  }
  return { lines, products };
}

test("100 random traces come out as printed: whoever computes with the printed numbers gets the printed results", () => {
  let lines = 0;
  let products = 0;
  fc.assert(
    fc.property(traceCases, fc.integer({ min: 2, max: 5 }), ({ weights, ...options }, most) => {
      const some = [weights[0], weights[weights.length - 1]];
      const trace = traceStep({ ...options, weights: some });
      const patterns = trace.inputs.map((_, pattern) => pattern);
      const found = recompute(trace, traceExposition(trace, { most, patterns }));
      expect(found.lines).toBeGreaterThan(4 * patterns.length);
      lines += found.lines;
      products += found.products;
    }),
    { numRuns: 100, seed: 20240 },
  );
  expect(lines).toBeGreaterThan(3000);
  expect(products).toBeGreaterThan(300);
});

test("the reader of printed arithmetic notices a wrong digit", () => {
  expect(comesOut(computePrinted("0.1·0.35 + 0.8·0.9"), readNumber("0.755"))).toBe(true);
  expect(comesOut(computePrinted("0.1·0.35 + 0.8·0.9"), readNumber("0.755001"))).toBe(false);
  expect(computePrinted("0.5 + ⋯ (3 more terms, which sum to −0.25) + (−1e−2)·2²")).toBeCloseTo(0.21, 12);
  expect(() => computePrinted("0.5·x[0]")).toThrow("no number");
});

test("a loss is written without the options that have no effect, and t with those that have", () => {
  const wordsOf = (loss: LossLike) => {
    const described = network({ inputs: 1, layers: [dense(3)] });
    const problem = completeProblem({ network: described, loss, optimizer: "momentum" });
    const patterns = { inputs: Float64Array.of(1), desired: Float64Array.from({ length: 1 }, () => 2) };
    const trace = traceStep({ problem, parameters: initialParameters(described, 0), patterns });
    return expositionText(traceExposition(trace)).replace(/\s+/g, " ");
  };
  const plain = wordsOf("crossEntropy");
  expect(plain).toContain("Its loss is crossEntropy, ℓ = −Σ_k t_k ln p_k, p = softmax(y); its optimizer");
  expect(plain).toContain("compares them with the target t, which is 1 for the true class and 0 for the others:");
  expect(plain).toMatch(/−∂ℓ\/∂y⁽⁰⁾\[2\] = t\[2\] − p\[2\] = 1 − 0\.\d+ = 0\.\d+/);
  expect(plain).not.toMatch(/c_k|Σ_l t_l|label smoothing/);
  const full = wordsOf({ name: "crossEntropy", labelSmoothing: 0.3, classWeights: [1, 2, 4] });
  expect(full).toContain("t_k = c_k ((1 − s) 1[k = d] + s/3), where");
  expect(full).toContain("spreads the share s = 0.3 evenly over the 3 classes, times the class weights c = 1, 2, 4:");
  expect(full).toContain("∂ℓ/∂y_k = p_k Σ_l t_l − t_k");
});

test("in a batch the trace says that each δ has the example's share of the loss", () => {
  const described = network({ inputs: 1, layers: [dense(1)] });
  const problem = completeProblem({ network: described, loss: "halfSquaredError", optimizer: "sgd" });
  const textOf = (...values: number[]) => {
    const patterns = { inputs: Float64Array.from(values), desired: Float64Array.from(values, () => 1) };
    const trace = traceStep({ problem, parameters: initialParameters(described, 0), patterns });
    return expositionText(traceExposition(trace)).replace(/\s+/g, " ");
  };
  expect(textOf(1, 2)).toContain("every δ of this example has this factor");
  expect(textOf(1, 2)).not.toContain("the delta rule");
  expect(textOf(1)).not.toContain("has this factor");
  expect(textOf(1)).toContain(
    "The optimizer sgd updates it by its rule, p ← p − η g: the delta rule, ΔW = η δ x. Here",
  );
});

test("the worked example prints the hand calculation", () => {
  const text = expositionText(traceExposition(workedExample()), { width: 80 });
  expect(text).toMatchSnapshot();
  for (const line of [
    "= 0.1·0.35 + 0.8·0.9\n          = 0.755\n", //  0.035 + 0.72
    "= 0.4·0.35 + 0.6·0.9\n          = 0.68\n", //   0.14 + 0.54
    "φ(0.755)\n          = 0.680267\n", //           1/1.470010…
    "φ(0.68)\n          = 0.663739\n", //            1/1.506616…
    "= 0.801445\n", //                               0.204080… + 0.597364…
    "= 0.690283\n", //                               1/1.448680…
    "= 0.5 − 0.690283\n       = −0.190283\n",
    "= 0.0181039\n", //                              ½ · 0.0362078…
    "= −0.0406811\n", //                             −0.190283… · 0.213792…
    "= −0.00265449\n", //                            −0.0122043… · 0.217503…
    "= −0.00817165\n", //                            −0.0366130… · 0.223189…
    "= 0.000929071\n", //                            0.00265449… · 0.35
    "= 0.0995355\n", //                              0.1 − 0.5 · 0.000929071…
  ]) {
    expect(text).toContain(line);
  }
});

test("a softmax layer shows its whole Jacobian, and the row vector times it", () => {
  const described = network({ inputs: 2, layers: [dense(3, { activation: "softmax" })] });
  const trace = traceStep({
    problem: completeProblem({ network: described, loss: "halfSquaredError" }),
    parameters: initialParameters(described, 3),
    patterns: { inputs: Float64Array.of(1, -0.5), desired: Float64Array.of(0, 1, 0) },
  });
  const equations = equationsOf(traceExposition(trace));
  const jacobian = equations.find(({ left }) => left.text === "∂y⁽⁰⁾/∂v⁽⁰⁾");
  const [matrix] = readMatrices(jacobian?.right[0].text ?? "");
  const slopes = trace.layers[0].slopes as readonly Matrix[];
  expect(matrix).toEqual(slopes[0].map((row) => row.map((value) => Number(value.toPrecision(6)))));
  const delta = equations.find(({ left }) => left.text === "δ⁽⁰⁾ᵀ");
  const [[result]] = readMatrices(delta?.right.at(-1)?.text ?? "");
  expect(result).toEqual(trace.layers[0].localGradient[0].map((value) => Number(value.toPrecision(6))));
});

test("a wide network is shown in part: sums keep their rest, tables and matrices say what is left out", () => {
  const trace = wideTrace();
  const exposition = traceExposition(trace);
  expect(recompute(trace, exposition).lines).toBeGreaterThan(20);
  const text = expositionText(exposition, { width: 80 });
  expect(text).toMatch(/\+ ⋯ \(776 more terms, which sum to −?[\d.]+\)/);
  expect(text).toContain("The other 61 neurons of layer 0 are computed in the same way.");
  expect(text).toContain("… 776 more");
  expect(text.split("\n").length).toBeLessThan(500);
});

test("a neuron alone is shown with the parametric activation that follows, which is its own", () => {
  const described = network({ inputs: 2, layers: [dense(3), parametricActivation("tanh"), dense(1)] });
  const trace = traceStep({
    problem: completeProblem({ network: described, loss: "halfSquaredError" }),
    parameters: initialParameters(described, 3),
    patterns: { inputs: Float64Array.of(1, -0.5), desired: Float64Array.of(0.25) },
    weights: [],
  });
  const lefts = equationsOf(traceExposition(trace, { neuron: { layer: 0, unit: 2 } })).map(({ left }) => left.text);
  for (const shown of ["v⁽⁰⁾[2]", "y⁽⁰⁾[2]", "y⁽¹⁾[2]", "δ⁽¹⁾[2]", "δ⁽⁰⁾[2]"]) expect(lefts).toContain(shown);
  expect(lefts.filter((left) => /⁽[⁰¹]⁾\[[01]\]$/.test(left))).toEqual([]);
});

test("a small network's trace ends with every weight before and after, a large one's does not", () => {
  const trace = workedExample();
  const text = expositionText(traceExposition(trace), { width: 80 });
  // 0.9 − 0.5·0.0270019, from δ = −0.0406811 and y = 0.663739.
  expect(text).toMatch(/All weights\n~+\n/);
  expect(text).toMatch(/ 1\.0\.1 +W⁽¹⁾\[0,1\] +0\.9 +0\.0270016 +0\.886499\n/);
  expect(trace.updates).toHaveLength(6);
  expect(expositionText(traceExposition(trace, { neuron: { layer: 0, unit: 1 } }))).not.toContain("All weights");
  const wide = wideTrace();
  expect(wide.updates).toBeUndefined();
  expect(expositionText(traceExposition(wide))).not.toContain("All weights");
});

test("a trace that shows one unit of each layer does not promise every neuron, and what a softmax puts out are outputs", () => {
  const text = expositionText(traceExposition(wideTrace(), { units: "path" }));
  expect(text).toContain("1. Forward pass: pre-activations and outputs");
  expect(text).not.toMatch(/of every neuron|\d signals? of layer/);
});
