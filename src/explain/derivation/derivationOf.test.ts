import { expect, test } from "vitest";
import { completeProblem, type ProblemOptions } from "../../engines/engine.ts";
import { type ActivationName, activations } from "../../network/activations.ts";
import {
  type DenseLayer,
  dense,
  dropout,
  embedding,
  type Layer,
  parametricActivation,
  periodic,
  scale,
} from "../../network/layers.ts";
import { type Loss, type LossName, losses, lossOf } from "../../network/losses.ts";
import { network } from "../../network/network.ts";
import { type OptimizerName, optimizers } from "../../optimizers/optimizers.ts";
import type { Block, Exposition } from "../exposition/exposition.ts";
import { expositionText } from "../exposition/expositionText.ts";
import { rightSide } from "../exposition/notation.ts";
import { chainOf } from "./chainPart.ts";
import { derivationOf } from "./derivationOf.ts";
import { subjectOf } from "./subject.ts";

const activationNames = Object.keys(activations) as ActivationName[];
const lossNames = Object.keys(losses) as LossName[];
const optimizerNames = Object.keys(optimizers) as OptimizerName[];

/** Formulas that stand displayed by themselves, as the tables' do. */
function displayed({ blocks }: Exposition) {
  return blocks.flatMap((block) =>
    block.kind === "equations" ? block.equations.flatMap(({ left, right }) => (right.length === 0 ? [left] : [])) : [],
  );
}

/** RealMLP's kinds of layer. */
const tabular = [
  embedding([{ column: 1, cardinality: 5 }], { dimension: 2 }),
  periodic([0, 2], { frequencies: 4, units: 3, learning: { phases: { rate: 0.1, decay: 0.01 } } }),
  scale({ learning: { scale: { rate: 6, decay: 36 } } }),
  dense(6, { learning: { weights: { rate: 0.25, decay: 1 } } }),
  parametricActivation("mish"),
  dropout(0.15),
  dense(2),
] as const;

function deriving(layers: readonly [...Layer[], DenseLayer], rest: Partial<ProblemOptions> = {}): Exposition {
  return derivationOf({ network: network({ inputs: 4, layers }), loss: "halfSquaredError", ...rest });
}

const tableWithHead = ({ blocks }: Exposition, head: string) =>
  blocks.find(
    (block): block is Extract<Block, { kind: "table" }> => block.kind === "table" && block.head.includes(head),
  );

test("every formula of an activation, a loss and an optimizer is the table's own", () => {
  for (const activation of activationNames) {
    for (const loss of lossNames) {
      for (const optimizer of optimizerNames) {
        const shown = displayed(deriving([dense(3, { activation }), dense(2)], { loss, optimizer }));
        for (const entry of [activations[activation], losses[loss]]) {
          expect(shown).toContain(entry.formula);
          expect(shown).toContain(entry.derivativeFormula);
        }
        expect(shown).toContain(optimizers[optimizer].formula);
      }
    }
  }
});

test("every layer appears, with its shapes", () => {
  const layers = [dense(5, { activation: "tanh" }), dropout(0.25), dense(3, { bias: false }), dense(2)] as const;
  const exposition = deriving(layers);
  expect(exposition.title).toBe("How a 4-5-3-2 network learns");
  const rows = tableWithHead(exposition, "size")?.rows.map((row) =>
    row.map((cell) => (typeof cell === "string" ? cell : cell.text)),
  );
  expect(rows).toEqual([
    ["0", "dense", "4 → 5", "[5 × 4]", "[5 × 1]", "tanh"],
    ["1", "dropout, rate 0.25", "5 → 5", "none", "none", "none"],
    ["2", "dense", "5 → 3", "[3 × 5]", "none", "identity"],
    ["3", "dense", "3 → 2", "[2 × 3]", "[2 × 1]", "identity"],
  ]);
  const text = expositionText(exposition);
  for (const symbol of ["v⁽⁰⁾ = W⁽⁰⁾ x + b⁽⁰⁾", "v⁽²⁾ = W⁽²⁾ y⁽¹⁾\n", "y⁽¹⁾[a] = m⁽¹⁾[a] y⁽⁰⁾[a]"]) {
    expect(text).toContain(symbol);
  }
  for (const layer of ["⁰", "¹", "²", "³"]) expect(text).toContain(`δ⁽${layer}⁾[`);
});

test("the shapes of each chain fit, from a row to a column, and make one number", () => {
  const hidden: readonly (readonly Layer[])[] = [
    [],
    [dense(5, { activation: "softmax" })],
    [dropout(0.5), dense(7), dropout(0.1), dropout(0.2), dense(3, { activation: "relu", bias: false })],
    tabular.slice(0, -1),
  ];
  let chains = 0;
  for (const layers of hidden) {
    for (const loss of lossNames) {
      const described = network({ inputs: 4, layers: [...layers, dense(2)] });
      const subject = subjectOf(completeProblem({ network: described, loss }), {});
      for (const [index, layer] of described.layers.entries()) {
        if (layer.kind === "dropout") continue;
        const factors = chainOf(subject, index);
        expect(factors[0].rows).toBe(1);
        expect(factors.at(-1)?.columns).toBe(1);
        for (const [at, factor] of factors.slice(1).entries()) expect(factor.rows).toBe(factors[at].columns);
        chains++;
      }
    }
  }
  expect(chains).toBe(lossNames.length * 12);
});

test("layers without neurons appear with their tensors, their formulas and their place in the algorithm", () => {
  const exposition = deriving(tabular, { optimizer: "adamW" });
  const rows = tableWithHead(exposition, "size")?.rows.map((row) =>
    row.map((cell) => (typeof cell === "string" ? cell : cell.text)),
  );
  expect(rows?.slice(0, 5)).toEqual([
    ["0", "embedding of one code", "4 → 5", "E [5 × 2]", "none", "none"],
    ["1", "periodic embedding of 2 numbers", "5 → 11", "f, p [8 × 1], W [6 × 4]", "[6 × 1]", "cos"],
    ["2", "scale", "11 → 11", "s [11 × 1]", "none", "none"],
    ["3", "dense", "11 → 6", "[6 × 11]", "[6 × 1]", "identity"],
    ["4", "parametric mish", "6 → 6", "α [6 × 1]", "none", "with α: mish"],
  ]);
  const text = expositionText(exposition, { width: 120 });
  for (const line of [
    "y⁽⁰⁾[u] = E⁽⁰⁾[u,k], k the code",
    "θ⁽¹⁾[j] = 2π f⁽¹⁾[j] y⁽⁰⁾[a] + p⁽¹⁾[j]",
    "y⁽²⁾[a] = s⁽²⁾[a] y⁽¹⁾[a]",
    "y⁽⁴⁾[a] = y⁽³⁾[a] + α⁽⁴⁾[a] (φ(y⁽³⁾[a]) − y⁽³⁾[a])",
    "δ⁽³⁾[a] = δ⁽⁴⁾[a] (1 + α⁽⁴⁾[a] (φ'(y⁽³⁾[a]) − 1))\n",
    "δ⁽¹⁾[a] = δ⁽²⁾[a] s⁽²⁾[a]\n",
    "δ⁽⁰⁾[a] = δ⁽¹⁾[a] − Σ_u δ⁽¹⁾[u] Σ_j W⁽¹⁾[u,j] 2π f⁽¹⁾[j] sin θ⁽¹⁾[j]\n",
    "∂L/∂s⁽²⁾ = −(1/B) Σ_n w_n δ⁽²⁾ ∘ y⁽¹⁾\n",
    "∂L/∂E⁽⁰⁾[u,k] = −(1/B) Σ_n w_n δ⁽⁰⁾[u] 1[k is the code]\n",
    "compute δ of layers 5, then 4, then 3, then 2, then 1, then 0,",
  ]) {
    expect(text).toContain(line);
  }
  const shown = displayed(exposition);
  expect(shown).toContain(activations.mish.formula);
  expect(shown).toContain(activations.mish.derivativeFormula);
});

test("tensors with a pace of their own are listed, with their decay where there is some", () => {
  const rates = (optimizer: OptimizerName) =>
    tableWithHead(deriving(tabular, { optimizer }), "factor of the rate")?.rows;
  expect(rates("adamW")).toEqual([
    ["1", "phases", "0.1", "0.01"],
    ["2", "scale", "6", "36"],
    ["3", "weights", "0.25", "1"],
  ]);
  expect(rates("sgd")).toEqual([
    ["1", "phases", "0.1"],
    ["2", "scale", "6"],
    ["3", "weights", "0.25"],
  ]);
  const plain = deriving([dense(3), dense(2)], { optimizer: "adamW" });
  expect(tableWithHead(plain, "factor of the rate")).toBeUndefined();
});

test("the worked-out slopes of the losses are the table's derivatives with their signs turned", () => {
  const y = [0.3, -1.2, 2.5];
  const e = (d: readonly number[]) => d.map((desired, k) => desired - y[k]);
  const p = Array.from(losses.crossEntropy.response(y));
  const q = Array.from(losses.binaryCrossEntropy.response(y));
  const values = [1, 0.25, -0.5];
  const flags = [1, 0, 0.5];
  const weights = [2, 1, 0.5];
  const smoothed = [0.05, 0.05, 0.9]; // s = 0.15, class 2: 0.85 + 0.05
  const weighted = smoothed.map((t, k) => t * weights[k]);
  const total = weighted.reduce((sum, t) => sum + t);
  const clip = (value: number) => Math.max(-0.75, Math.min(0.75, value));
  const cases: [Loss, readonly number[], text: string, readonly number[]][] = [
    [{ name: "halfSquaredError" }, values, "e_k", e(values)],
    [{ name: "meanSquaredError" }, values, "(2/M) e_k", e(values).map((one) => (2 / 3) * one)],
    [{ name: "huber", delta: 0.75 }, values, "(1/M) e_k clipped to [−δ, δ]", e(values).map((one) => clip(one) / 3)],
    [{ name: "meanAbsoluteError" }, values, "(1/M) sign(e_k)", e(values).map((one) => Math.sign(one) / 3)],
    [
      { name: "quantile", quantiles: [0.1, 0.5, 0.9] },
      [0.5],
      "(1/M) c_k sign(e_k)",
      [0.1, 0.5, 0.9].map((tau, k) => (0.5 > y[k] ? tau : tau - 1) / 3),
    ],
    [{ name: "crossEntropy", labelSmoothing: 0.15 }, [2], "t_k − p_k", smoothed.map((t, k) => t - p[k])],
    [
      { name: "crossEntropy", labelSmoothing: 0.15, classWeights: weights },
      [2],
      "t_k − p_k Σ_l t_l",
      weighted.map((t, k) => t - p[k] * total),
    ],
    [{ name: "binaryCrossEntropy" }, flags, "(1/M) (t_k − p_k)", flags.map((t, k) => (t - q[k]) / 3)],
    [
      { name: "binaryCrossEntropy", classWeights: weights },
      flags,
      "(1/M) (c_k t_k (1 − p_k) − (1 − t_k) p_k)",
      flags.map((t, k) => (weights[k] * t * (1 - q[k]) - (1 - t) * q[k]) / 3),
    ],
  ];
  expect(new Set(cases.map(([{ name }]) => name))).toEqual(new Set(Object.keys(losses)));
  for (const [loss, desired, text, expected] of cases) {
    const slope = lossOf(loss).derivative(y, desired, loss);
    for (const [k, value] of expected.entries()) expect(-slope[k], `${loss.name}: ${text}`).toBeCloseTo(value, 12);
    const shown = expositionText(derivationOf({ network: network({ inputs: 2, layers: [dense(3)] }), loss }));
    expect(shown).toContain(`δ⁽⁰⁾[k] = ${/[ ]/.test(text) ? `(${text})` : text} φ'(v⁽⁰⁾[k])`);
    expect(shown.replace(/\s+/g, " ")).toContain(` = ${text} The shapes`);
  }
});

test("a vector activation shows its Jacobian at the output and within", () => {
  const jacobian = rightSide(activations.softmax.derivativeFormula).text;
  const text = expositionText(deriving([dense(3, { activation: "softmax" }), dense(2, { activation: "softmax" })]));
  expect(text).toContain(`δ⁽¹⁾[s] = Σ_r e_r ∂y⁽¹⁾[r]/∂v⁽¹⁾[s]\n          = Σ_r e_r (${jacobian})`);
  expect(text).toContain("δ⁽⁰⁾[s] = Σ_a [Σ_i δ⁽¹⁾[i] W⁽¹⁾[i,a]] ∂y⁽⁰⁾[a]/∂v⁽⁰⁾[s]");
});

test("what is said of a loss of probabilities follows its options", () => {
  const wordsOf = (loss: ProblemOptions["loss"]) =>
    expositionText(deriving([dense(3), dense(2)], { loss })).replace(/\s+/g, " ");
  expect(wordsOf("crossEntropy")).toContain("the target probability minus the predicted one. It is largest");
  expect(wordsOf({ name: "crossEntropy", classWeights: [1, 2] })).toContain("the predicted one, weighted by class. It");
  const flags = wordsOf({ name: "binaryCrossEntropy", labelSmoothing: 0.1 });
  expect(flags).toContain("the predicted one, divided by the number of outputs. It");
  expect(flags).toContain("with label smoothing, which moves it towards ½, s = 0.1");
});

test("a completed problem is derived as its options are", () => {
  const options = {
    network: network({ inputs: 2, layers: [dense(3)] }),
    loss: "crossEntropy",
    l1: 0.5,
    clipNorm: 2,
  } as const;
  expect(derivationOf(completeProblem(options))).toEqual(derivationOf(options));
});

test("penalties, clipping and dropout appear where they act and only there", () => {
  const plain = expositionText(deriving([dense(3), dense(2)]));
  expect(plain).not.toMatch(/Penalties|clip|mask|dropout/i);
  const all = expositionText(deriving([dense(3), dropout(0.5), dense(2)], { l1: 0.125, l2: 0.25, clipNorm: 5 }), {
    width: 120,
  });
  expect(all).toContain("g ← g + λ₁ sign w + λ₂ w");
  expect(all).toContain("λ₁ = 0.125 and λ₂ = 0.25");
  expect(all).toContain("If its norm is above c = 5");
  expect(all).toContain("δ⁽⁰⁾[a] = δ⁽¹⁾[a] φ'(v⁽⁰⁾[a])");
  expect(all).toContain("δ⁽¹⁾[a] = [Σ_i δ⁽²⁾[i] W⁽²⁾[i,a]] m⁽¹⁾[a]");
  expect(all).toContain("1. Forward pass: draw the masks; compute v and y of layers 0 to 2,");
});

test("a delta is only the local gradient: Kronecker's symbol is not written with the same letter, and b is only the bias", () => {
  const layers = [dense(3, { activation: "softmax" }), dense(2)] as const;
  const { blocks } = deriving(layers, { loss: "crossEntropy" });
  const formulas = JSON.stringify(blocks);
  expect(formulas).toContain("\\\\mathbf 1[k = d]");
  expect(formulas).not.toMatch(/delta_\{?(kd|lk|rs)|\[b,a\]|_\{ba\}|\[b\]/);
});

test("gradient descent is shown as the delta rule, with momentum as textbooks write it", () => {
  const words = (optimizer: OptimizerName) => expositionText(deriving([dense(3), dense(2)], { optimizer }));
  expect(words("adam")).toMatch(/ ΔW⁽¹⁾\[i,a\] = −η ∂ε\/∂W⁽¹⁾\[i,a\]\n += η δ⁽¹⁾\[i\] y⁽⁰⁾\[a\]\n/);
  expect(words("sgd")).toContain("g = −δ y, so this is the delta rule ΔW = η δ y.");
  expect(words("momentum")).toMatch(/ΔW\(n\) = −η u\(n\)\n += μ ΔW\(n−1\) \+ η δ y/);
  expect(words("adam")).not.toContain("ΔW(n)");
});

test("a layer that feeds one neuron gets one term, and no sum over all 1 neurons", () => {
  const text = expositionText(deriving([dense(3), dense(1)])).replace(/\s+/g, " ");
  expect(text).toContain("goes to the one neuron of layer 1");
  expect(text).not.toContain("all 1 neurons");
});

test("the softmax of the loss is derived in the letters of the loss", () => {
  const text = expositionText(deriving([dense(3), dense(2)], { loss: "crossEntropy" }));
  expect(text).toContain("∂p_r/∂y_s = p_r (1[r = s] − p_s)");
});

test("the algorithm computes the δ of all layers from the last back, before any weight moves", () => {
  const text = expositionText(deriving([dense(3), dense(3), dense(3), dense(2)]));
  expect(text).toContain("3. Output: compute δ of layer 3.");
  expect(text).toContain("4. Hidden: compute δ of layers 2, then 1, then 0,");
  expect(text).toContain("All δ are computed before any weight is updated.");
});

test("names are shown in order, and many are counted", () => {
  const inputNames = Array.from({ length: 30 }, (_, at) => `x${at}`);
  const text = expositionText(
    derivationOf(
      { network: network({ inputs: 30, layers: [dense(2)] }), loss: "crossEntropy" },
      { inputNames, outputNames: ["gull", "tern"] },
    ),
  ).replace(/\s+/g, " ");
  expect(text).toContain("in order: x0, x1, x2, x3, x4, x5, x6, x7, x8, x9, x10, x11 and 18 more.");
  expect(text).toContain("The outputs are, in order: gull, tern.");
});

test("the derivation of a network without biases speaks of none", () => {
  const without = expositionText(deriving([dense(3, { bias: false }), dense(2, { bias: false })]));
  expect(without).toContain("The gradient of every weight\n");
  expect(without).not.toMatch(/every bias|and bias|bias of a neuron/);
  const withBias = expositionText(deriving([dense(3), dense(2)]));
  expect(withBias).toContain("The gradient of every weight and bias\n");
  expect(withBias).toContain("bias of a neuron");
});
