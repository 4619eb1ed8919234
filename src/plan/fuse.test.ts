/** Fusions: each prints before and after, and what is fused computes what the operations one by one do. */
import { expect, test } from "vitest";
import { completeProblem, type ProblemOptions } from "../engines/engine.ts";
import { dense, dropout } from "../network/layers.ts";
import { network } from "../network/network.ts";
import { byLayer, joinSteps, joinUpdates, wholeStep } from "./fuse.ts";
import { joinActivations, packWeights } from "./fuseForward.ts";
import { makePlan, type PlanOptions } from "./makePlan.ts";
import { lineOf } from "./operationText.ts";
import type { Operation, Plan } from "./plan.ts";

const planOf = (options: Partial<ProblemOptions> = {}, planOptions: PlanOptions = {}): Plan =>
  makePlan(
    completeProblem({
      network: network({ inputs: 2, layers: [dense(4, { activation: "tanh" }), dropout(0.5), dense(3), dense(1)] }),
      loss: "meanSquaredError",
      batchSize: 8,
      ...options,
    }),
    planOptions,
  );

const text = (operations: readonly Operation[]): string[] => operations.map((operation) => lineOf(operation)[1]);

test("what a dense layer sums up is joined with its activation, while training and while predicting", () => {
  const [apart, fused] = [planOf({}, { fused: false }), planOf()];
  expect(text(apart.forward)).toEqual([
    "v0 = x · W0ᵀ + b0",
    "y0 = tanh(v0)",
    "y1 = mask 1 ∘ y0, rate 0.5",
    "v2 = y1 · W2ᵀ + b2",
    "v3 = v2 · W3ᵀ + b3",
  ]);
  const [first, ...others] = text(apart.forward).slice(1);
  expect(text(fused.forward)).toEqual([`v0 = x · W0ᵀ + b0; ${first}`, ...others]);
  expect(joinActivations(apart.forward)).toEqual(fused.forward);
  expect(joinActivations(apart.predict)).toEqual(fused.predict);
  expect(joinActivations(fused.forward)).toEqual(fused.forward);
});

test("one row goes through dense layers whose weights lie packed", () => {
  const { predict } = planOf({ batchSize: 1 });
  expect(text(predict)).toEqual(["v0 = x · W0ᵀ + b0; y0 = tanh(v0)", "v2 = y0 · W2ᵀ + b2", "v3 = v2 · W3ᵀ + b3"]);
  const row = packWeights(predict);
  expect(row.map((operation) => lineOf(operation))).toEqual([
    ["packed dense", "y0 = tanh(x · W0ᵀ + b0)", "[1×2]·[2×4]"],
    ["packed dense", "v2 = y0 · W2ᵀ + b2", "[1×4]·[4×3]"],
    ["packed dense", "v3 = v2 · W3ᵀ + b3", "[1×3]·[3×1]"],
  ]);
});

test("what comes back through a layer is joined with the step of the layer below", () => {
  const { backward } = planOf();
  const { backward: apart } = planOf({}, { fused: false });
  expect(text(apart)).toEqual(["δ2 = δ3 · W3", "δ1 = δ2 · W2", "δ1 = mask 1 ∘ δ1", "δ0 = δ1", "δ0 = δ0 ∘ tanh'(v0)"]);
  expect(text(backward)).toEqual(["δ2 = δ3 · W3", "δ1 = mask 1 ∘ (δ2 · W2)", "δ0 = δ1 ∘ tanh'(v0)"]);
  expect(joinSteps(apart)).toEqual(backward);
});

test("a layer's gradient, penalty and update stand together, as long as nothing needs the gradients of all layers", () => {
  const { gradient, regularise, update } = planOf({ l2: 0.1 });
  expect(text(byLayer([...gradient, ...regularise, ...update]))).toEqual([
    "∂W0 = −δ0ᵀ · x; ∂b0 = −Σ δ0",
    "g(W0) = ∂W0",
    "g(b0) = ∂b0",
    "g(W0) = g(W0) + 0.1 W0",
    "W0 by sgd from g(W0)",
    "b0 by sgd from g(b0)",
    "∂W2 = −δ2ᵀ · y1; ∂b2 = −Σ δ2",
    "g(W2) = ∂W2",
    "g(b2) = ∂b2",
    "g(W2) = g(W2) + 0.1 W2",
    "W2 by sgd from g(W2)",
    "b2 by sgd from g(b2)",
    "∂W3 = −δ3ᵀ · v2; ∂b3 = −Σ δ3",
    "g(W3) = ∂W3",
    "g(b3) = ∂b3",
    "g(W3) = g(W3) + 0.1 W3",
    "W3 by sgd from g(W3)",
    "b3 by sgd from g(b3)",
  ]);
  const clipped = planOf({ l2: 0.1, clipNorm: 1 });
  const names = byLayer([...clipped.gradient, ...clipped.regularise, ...clipped.update]).map(({ op }) => op);
  expect(names.slice(names.indexOf("clip"))).toEqual(["clip", ...clipped.update.map(() => "update")]);
});

test("tensors that lie side by side and learn alike are updated in one pass, others are not", () => {
  const { update, regions } = planOf({ optimizer: "adam" });
  const [whole, ...others] = joinUpdates(update);
  expect(others).toEqual([]);
  expect(whole.parameters).toMatchObject({ offset: regions.parameters.offset, shape: regions.parameters.shape });
  expect(whole.slots.map(({ offset }) => offset)).toEqual([regions.mean.offset, regions.square.offset]);
  const layers = [dense(4, { learning: { bias: { rate: 0.5 } } }), dense(2, { rate: 0 }), dense(1)];
  const unlike = planOf({ network: network({ inputs: 2, layers: layers as [(typeof layers)[0]] }) });
  expect(joinUpdates(unlike.update).map(({ parameters: { name } }) => name)).toEqual(["W0", "b0", "W2…b2"]);
  const decaying = planOf({ optimizer: "adamW" }); // biases don't decay
  expect(joinUpdates(decaying.update)).toEqual(decaying.update);
});

test("a small dense network that descends pattern by pattern makes a whole step at once, and no other does", () => {
  const layers = [dense(4, { activation: "logistic" }), dense(1)] as const;
  const small = { network: network({ inputs: 2, layers }), batchSize: 1, optimizer: "sgd" } as const;
  expect(wholeStep(planOf(small))?.map(({ output, delta }) => [output.name, delta.name])).toEqual([
    ["y0", "δ0"],
    ["v1", "δ1"],
  ]);
  for (const other of [{ batchSize: 2 }, { optimizer: "adam" }, { l1: 0.1 }, { clipNorm: 1 }] as const) {
    expect(wholeStep(planOf({ ...small, ...other }))).toBeUndefined();
  }
  expect(wholeStep(planOf({ batchSize: 1 }))).toBeUndefined();
});
