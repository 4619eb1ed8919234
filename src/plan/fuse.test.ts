/** Fusions: each prints before and after, and what is fused computes what the operations one by one do. */
import { expect, test } from "vitest";
import { completeProblem, type ProblemOptions } from "../engines/engine.ts";
import { dense, dropout } from "../network/layers.ts";
import { network } from "../network/network.ts";
import { byLayer, joinSteps, joinUpdates, wholeStep } from "./fuse.ts";
import { makePlan } from "./makePlan.ts";
import { lineOf } from "./operationText.ts";
import type { BackwardOperation, Operation, Plan } from "./plan.ts";

const planOf = (options: Partial<ProblemOptions> = {}): Plan =>
  makePlan(
    completeProblem({
      network: network({ inputs: 2, layers: [dense(4, { activation: "tanh" }), dropout(0.5), dense(3), dense(1)] }),
      loss: "meanSquaredError",
      batchSize: 8,
      ...options,
    }),
  );

const text = (operations: readonly Operation[]): string[] => operations.map((operation) => lineOf(operation)[1]);

/** The way back as it is before any fusion: what passes through a layer, then the step of the one below. */
const unfused = (backward: readonly BackwardOperation[]): BackwardOperation[] =>
  backward.flatMap((operation): BackwardOperation[] => {
    if (!("step" in operation)) return [operation];
    const { to, step } = operation;
    if (step.by === "identity" || (operation.op === "local-gradient" && operation.negativeGradient === to)) {
      return [operation];
    }
    const own = { op: "local-gradient", negativeGradient: to, to, step } as const;
    return [{ ...operation, step: { by: "identity" } }, own];
  });

test("what comes back through a layer is joined with the step of the layer below, as it stands in a plan", () => {
  const { backward } = planOf();
  const apart = unfused(backward);
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
