/** Layer normalisation as a user meets it: a network that trains, is explained, checked, saved and opened again. */
import { expect, test } from "vitest";
import {
  checkGradients,
  derivationOf,
  explain,
  expositionText,
  traceExposition,
  traceStep,
  type WeightName,
} from "../src/entries/explain.ts";
import { completeProblem, engineOf, makePlan, planText } from "../src/entries/network.ts";
import { createSession, dense, layerNorm, loadModel, modelOfNetwork, network } from "../src/index.ts";
import { computePrinted, readNumber } from "./printedArithmetic.ts";

const inputs = 3;
const described = network({
  inputs,
  layers: [dense(4), layerNorm({ epsilon: 0.01 }), dense(5, { activation: "tanh" }), layerNorm(), dense(1)],
});
const patterns = {
  inputs: Float64Array.of(0.5, -1, 2, 1.5, 0.25, -0.75),
  desired: Float64Array.of(1, -0.5),
};
const options = { network: described, loss: "halfSquaredError", batchSize: 2, seed: 3 } as const;
const problem = completeProblem(options);

async function trained(): Promise<Float64Array> {
  using session = await createSession({ ...options, engine: "wasm" });
  using loaded = session.load(patterns);
  for (let step = 0; step < 20; step++) await session.run(loaded, Uint32Array.of(0, 1));
  return Float64Array.from(session.parameters);
}

test("a trace of a layer normalisation prints mean, variance, outputs and what comes back, and each line comes out", async () => {
  const weights: WeightName[] = [
    { layer: 1, unit: 2, input: "scale" },
    { layer: 1, unit: 0, input: "bias" },
    { layer: 0, unit: 1, input: 2 },
  ];
  const trace = traceStep({ problem, parameters: await trained(), patterns, weights });
  const equations = traceExposition(trace, { patterns: [0] }).blocks.flatMap((block) =>
    block.kind === "equations" ? block.equations : [],
  );
  for (const left of ["μ⁽¹⁾", "σ²⁽¹⁾", "r⁽¹⁾", "y⁽¹⁾[3]", "ḡ⁽¹⁾", "h⁽¹⁾", "δ⁽⁰⁾[0]"]) {
    const right = equations.find((each) => each.left.text === left)?.right.map(({ text }) => text) ?? [];
    const [numbers, result] = right.slice(-2);
    expect(computePrinted(numbers), left).toBeCloseTo(readNumber(result), 5);
    if (left === "y⁽¹⁾[3]") expect(right[0]).toBe("s⁽¹⁾[3]·(y⁽⁰⁾[3] − μ⁽¹⁾)·r⁽¹⁾ + b⁽¹⁾[3]");
    if (left === "r⁽¹⁾") expect(right[0]).toBe("1 / √(σ²⁽¹⁾ + 0.01)");
  }
});

test("a derivation has the formulas of a layer normalisation forward, back and of its gradients", () => {
  const text = expositionText(derivationOf({ network: described, loss: "halfSquaredError" })).replaceAll(/\s+/g, " ");
  expect(text).toContain("r⁽¹⁾ = 1 / √(σ²⁽¹⁾ + 0.01)");
  expect(text).toContain("y⁽¹⁾[a] = s⁽¹⁾[a] x̂⁽¹⁾[a] + b⁽¹⁾[a]");
  expect(text).toContain("δ⁽⁰⁾[a] = r⁽¹⁾ (δ⁽¹⁾[a] s⁽¹⁾[a] − mean_u(δ⁽¹⁾[u] s⁽¹⁾[u]) − x̂⁽¹⁾[a] mean_u(");
  expect(text).toContain("∂L/∂s⁽¹⁾ = −(1/B) Σ_n w_n δ⁽¹⁾ ∘ x̂⁽¹⁾");
});

test("a plan prints what a layer normalisation computes and keeps", () => {
  const text = planText(makePlan(problem));
  expect(text).toContain("v1 = s1 ∘ x̂1 + b1; x̂1 = (v0 − μ) r1; r1 = 1/√(σ² + 0.01)");
  expect(text).toContain("δ0 = r1 (g − mean(g) − x̂1 ∘ mean(g ∘ x̂1)), g = δ1 ∘ s1");
});

test("the gradients of a layer normalisation pass the check, in the reference and in the engine", async () => {
  const engines = [engineOf("wasm")];
  const { passed, subjects } = await checkGradients({ problem, parameters: await trained(), patterns, engines });
  const failed = subjects.flatMap(({ gradients, steps }) =>
    [...gradients, ...steps.flatMap(({ tensors }) => tensors)].filter(({ verdict }) => verdict === "failed"),
  );
  expect(failed).toEqual([]);
  expect(passed).toBe(true);
  const names = subjects.flatMap(({ gradients }) =>
    gradients.filter(({ layer }) => layer === 1).map(({ name }) => name),
  );
  expect(new Set(names)).toEqual(new Set(["layers.1.scale", "layers.1.bias"]));
});

test("weight decay and penalties leave the factors and biases of a layer normalisation alone", () => {
  const plan = makePlan({ ...problem, penalties: { l1: 0.1, l2: 0.1 } });
  expect(
    plan.regularise.flatMap((operation) => ("parameters" in operation ? [operation.parameters.name] : [])),
  ).toEqual(["W0", "W2", "W4"]);
  const decays = plan.layout.tensors.filter(({ layer }) => layer === 1).map(({ decay }) => decay);
  expect(decays).toEqual([0, 0]);
});

test("a model with layer normalisation is saved, opened, and predicts and explains as before", async () => {
  const parameters = await trained();
  const column = (name: string) =>
    ({ kind: "number", name, median: 0, scale: 1, clip: false, missingIndicator: false }) as const;
  using model = await modelOfNetwork({
    encoder: { columns: [column("a"), column("b"), column("c")] },
    target: { task: "regression", columns: ["y"], means: [0], deviations: [1] },
    network: described,
    loss: { name: "halfSquaredError" },
    parameters,
    provenance: {
      source: "test",
      fingerprint: "",
      rows: { training: 2, validation: 0, test: 0 },
      seed: 3,
      engine: "wasm",
      options: {},
      epochs: 20,
      bestEpoch: 20,
    },
  });
  const rows = Array.from({ length: 100 }, (_, n) => ({ a: n / 50, b: -n / 70, c: 1 - n / 30 }));
  using opened = await loadModel(model.toBytes());
  using oracle = await loadModel(model.toBytes(), { engine: "reference" });
  expect(opened.document.network.layers[1]).toEqual({ kind: "layerNorm", epsilon: 0.01 });
  expect(opened.predict(rows)).toEqual(model.predict(rows));
  const [found, expected] = [opened, oracle].map((each) => each.predict(rows) as number[]);
  for (const [n, y] of expected.entries()) expect(found[n]).toBeCloseTo(y, 4);
  const [{ contributions }] = explain(opened, rows.slice(0, 1), { background: rows });
  expect(contributions.length).toBe(3);
});

test("an epsilon of 0 is refused with the layer it is of, and an option of another name with those that there are", () => {
  expect(() => network({ inputs: 2, layers: [layerNorm({ epsilon: 0 }), dense(1)] })).toThrow(
    /layer 0.*epsilon.*above 0/i,
  );
  expect(() => layerNorm({ eps: 1e-5 } as object)).toThrow(/eps/);
});
