/**
 * The trace: every number of the worked example beside its hand arithmetic; 200 random steps recomputed from their own
 * printed numbers; its JSON and the schema of it.
 */
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { completeProblem } from "../src/engines/engine.ts";
import type { Matrix, Trace } from "../src/explain/trace/trace.ts";
import { traceStep } from "../src/explain/trace/traceStep.ts";
import { activations } from "../src/network/activations.ts";
import { dense, layerKinds } from "../src/network/layers.ts";
import { losses } from "../src/network/losses.ts";
import { network } from "../src/network/network.ts";
import { optimizers } from "../src/optimizers/optimizers.ts";
import { type Schema, schemaErrors } from "./jsonSchema.ts";
import { checkChains, checkDifferences, checkSignals, checkUpdate } from "./traceArithmetic.ts";
import { allWeights, isSmooth, traceCases } from "./traceCases.ts";

const schema = JSON.parse(readFileSync(new URL("../docs/trace.schema.json", import.meta.url), "utf8")) as Schema;

/** The derivation's example: 2-2-1, logistic, no biases, η = 0.5, one pattern. */
function workedExample(): Trace {
  const logistic = { activation: "logistic", bias: false } as const;
  const described = network({ inputs: 2, layers: [dense(2, logistic), dense(1, logistic)] });
  return traceStep({
    problem: completeProblem({
      network: described,
      loss: "halfSquaredError",
      optimizer: { name: "sgd", learningRate: 0.5 },
    }),
    parameters: Float64Array.of(0.1, 0.8, 0.4, 0.6, 0.3, 0.9),
    patterns: { inputs: Float64Array.of(0.35, 0.9), desired: Float64Array.of(0.5) },
    weights: allWeights(described),
  });
}

test("the trace of the worked example is the hand calculation, line by line", () => {
  const trace = workedExample();
  const [hidden, output] = trace.layers;
  expect(trace.step).toBe(1);
  expect(trace.inputs).toEqual([[0.35, 0.9]]);
  expect(trace.desired).toEqual([[0.5]]);
  expect(trace.scales).toEqual([1]);
  expect([hidden.weights, hidden.bias, output.weights, output.bias]).toEqual([
    [
      [0.1, 0.8],
      [0.4, 0.6],
    ],
    [],
    [[0.3, 0.9]],
    [],
  ]);

  // Step 1, forward.
  const y1 = 1 / (1 + Math.exp(-0.755)); //            1/1.470010…   = 0.680267…
  const y2 = 1 / (1 + Math.exp(-0.68)); //             1/1.506616…   = 0.663738…
  const v = 0.3 * y1 + 0.9 * y2; //                    0.204080… + 0.597364… = 0.801444…
  const y = 1 / (1 + Math.exp(-v)); //                 1/1.448680…   = 0.690283…
  near(hidden.input, [[0.35, 0.9]]);
  near(hidden.inducedField, [[0.1 * 0.35 + 0.8 * 0.9, 0.4 * 0.35 + 0.6 * 0.9]]); // 0.755, 0.68
  near(hidden.output, [[y1, y2]]);
  near(output.input, [[y1, y2]]);
  near(output.inducedField, [[v]]);
  near(output.output, [[y]]);

  // Step 2, error: e = d − y and ε = ½ e².
  const e = 0.5 - y; //                                −0.190283…
  const ε = (e * e) / 2; //                            ½ · 0.036207… = 0.018103…
  near(trace.errorSignal as Matrix, [[e]]);
  near([trace.patternLosses, [trace.lossBefore]], [[ε], [ε]]);

  // Step 3: δ = e φ'(v), φ'(v) = y (1 − y).
  const slope = y * (1 - y); //                        0.690283… · 0.309716… = 0.213792…
  const δ = e * slope; //                              −0.190283… · 0.213792… = −0.040681…
  near(output.negativeGradient, [[e]]);
  near(output.slopes as Matrix, [[slope]]);
  near(output.localGradient, [[δ]]);

  // Step 4: δ_a = [δ W_a] φ'(v_a).
  const slope1 = y1 * (1 - y1); //                     0.680267… · 0.319732… = 0.217503…
  const slope2 = y2 * (1 - y2); //                     0.663738… · 0.336261… = 0.223189…
  const δ1 = δ * 0.3 * slope1; //                      −0.012204… · 0.217503… = −0.002654…
  const δ2 = δ * 0.9 * slope2; //                      −0.036613… · 0.223189… = −0.008171…
  near(hidden.negativeGradient, [[δ * 0.3, δ * 0.9]]);
  near(hidden.slopes as Matrix, [[slope1, slope2]]);
  near(hidden.localGradient, [[δ1, δ2]]);

  // Step 5: ∂ε/∂W = −δ y and W ← W − 0.5 ∂ε/∂W.
  const gradients = [-δ1 * 0.35, -δ1 * 0.9, -δ2 * 0.35, -δ2 * 0.9, -δ * y1, -δ * y2];
  const values = [0.1, 0.8, 0.4, 0.6, 0.3, 0.9];
  near([trace.weights.map(({ gradient }) => gradient)], [gradients]);
  near([trace.weights.map(({ finalGradient }) => finalGradient)], [gradients]);
  near([trace.weights.map(({ newValue }) => newValue)], [values.map((value, i) => value - 0.5 * gradients[i])]);
  for (const [i, { value, learningRate, slots, chains }] of trace.weights.entries()) {
    expect([value, learningRate, slots, chains.length]).toEqual([values[i], 0.5, {}, 1]);
    near([[chains[0].scale, chains[0].slope]], [[1, gradients[i]]]);
  }

  // ε with the new weights, (0.0995…, 0.7988…; 0.3985…, 0.5963…) and (0.2861…, 0.8864…).
  const [w11, w12, w21, w22, w1, w2] = trace.weights.map(({ newValue }) => newValue);
  const logistic = (field: number): number => 1 / (1 + Math.exp(-field));
  const field = w1 * logistic(0.35 * w11 + 0.9 * w12) + w2 * logistic(0.35 * w21 + 0.9 * w22);
  near([[trace.lossAfter]], [[(0.5 - logistic(field)) ** 2 / 2]]);
  expect(trace.lossAfter).toBeLessThan(trace.lossBefore);
});

test("the chains of the worked example have the derivation's factors, and their products", () => {
  const { weights, layers } = workedExample();
  const [y1, y2] = layers[1].input[0];
  const y = layers[1].output[0][0];
  const e = 0.5 - y;

  // ∂ε/∂W₂: e · (−1) · y (1 − y) · y₂, one factor after the other.
  const factors = weights[5].chains[0].factors;
  expect(factors.map(({ symbol }) => symbol.text)).toEqual(["∂ε/∂e", "∂e/∂y⁽¹⁾", "∂y⁽¹⁾/∂v⁽¹⁾", "∂v⁽¹⁾/∂W⁽¹⁾[0,1]"]);
  near(
    factors.map(({ value }) => value[0]),
    [[e], [-1], [y * (1 - y)], [y2]],
  );
  near(
    factors.map(({ product }) => product[0]),
    [[e], [-e], [-e * y * (1 - y)], [-e * y * (1 - y) * y2]],
  );

  // ∂ε/∂W₂₁ of the hidden layer, unit 1 and input 0: on through W = (0.3, 0.9), diag(φ') of both, and x₁ in row 1.
  const deep = weights[2].chains[0].factors;
  expect(deep.map(({ symbol }) => symbol.text)).toEqual([
    "∂ε/∂e",
    "∂e/∂y⁽¹⁾",
    "∂y⁽¹⁾/∂v⁽¹⁾",
    "∂v⁽¹⁾/∂y⁽⁰⁾",
    "∂y⁽⁰⁾/∂v⁽⁰⁾",
    "∂v⁽⁰⁾/∂W⁽⁰⁾[1,0]",
  ]);
  const slopes = [y1 * (1 - y1), y2 * (1 - y2)];
  near(deep[3].value, [[0.3, 0.9]]);
  near(deep[4].value, [
    [slopes[0], 0],
    [0, slopes[1]],
  ]);
  near(deep[5].value, [[0], [0.35]]);
  const up = -e * y * (1 - y);
  near(deep[3].product, [[up * 0.3, up * 0.9]]);
  near(deep[4].product, [[up * 0.3 * slopes[0], up * 0.9 * slopes[1]]]);
  near(deep[5].product, [[up * 0.9 * slopes[1] * 0.35]]);
});

test("200 random steps can be recomputed from their own numbers, and agree with central differences", () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(traceCases, (options) => {
      const trace = traceStep(options);
      fc.pre(isSmooth(trace, options.problem));
      checkSignals(trace);
      for (const weight of trace.weights) checkChains(trace, weight);
      checkUpdate(trace);
      checkDifferences(trace);
      const short = { ...trace, weights: [trace.weights[0], trace.weights[trace.weights.length - 1]] };
      const printed = JSON.parse(JSON.stringify(short)) as Trace;
      expect(isDeepStrictEqual(printed, short), "JSON there and back").toBe(true);
      expect(schemaErrors(schema, printed)).toEqual([]);
      for (const name of namesIn(trace)) seen.add(name);
    }),
    { seed: 6, numRuns: 200 },
  );
  // The cases were not all of one kind.
  for (const name of [activations, losses, optimizers, layerKinds].flatMap((table) => Object.keys(table))) {
    expect([...seen]).toContain(name);
  }
});

test("the schema knows the layers, activations, losses and optimizers of the tables, with their options", () => {
  const { layer, loss, optimizer } = schema.$defs as Readonly<Record<string, { oneOf: Described[] }>>;
  expect(layer.oneOf.map(({ properties }) => properties.kind.const).sort()).toEqual(Object.keys(layerKinds).sort());
  const [dense, , , parametric] = layer.oneOf;
  expect(dense.properties.activation.enum).toEqual(Object.keys(activations));
  const elementwise = Object.entries(activations).filter(([, { kind }]) => kind === "elementwise");
  expect(parametric.properties.activation.enum).toEqual(elementwise.map(([name]) => name));
  const described = (forms: readonly Described[]): string[][] =>
    forms.map(({ properties }) => [String(properties.name.const), ...Object.keys(properties).slice(1)].sort());
  const inTable = (table: object, options: (entry: never) => readonly string[]): string[][] =>
    Object.entries(table).map(([name, entry]) => [name, ...options(entry as never)].sort());
  const ofOptions = ({ options }: { options: object }): string[] => Object.keys(options);
  expect(described(loss.oneOf)).toEqual(inTable(losses, ofOptions));
  const ofDefaults = ({ defaults }: { defaults: object }): string[] => Object.keys(defaults);
  expect(described(optimizer.oneOf)).toEqual(inTable(optimizers, ofDefaults));
});

test("the schema refuses what a trace never is", () => {
  const trace = workedExample();
  expect(schemaErrors(schema, trace)).toEqual([]);
  const { lossAfter: _lossAfter, ...without } = trace;
  expect(schemaErrors(schema, without)).toEqual([": lossAfter is missing"]);
  expect(schemaErrors(schema, { ...trace, note: "" })).toEqual([": note is not known"]);
  expect(schemaErrors(schema, { ...trace, step: 0 })).toEqual(["/step: expected at least 1, found 0"]);
  const blank = JSON.parse(JSON.stringify({ ...trace, lossBefore: Number.NaN })) as unknown;
  expect(schemaErrors(schema, blank)).toEqual(["/lossBefore: expected number, found null"]);
  expect(schemaErrors(schema, { ...trace, loss: { name: "huber", alpha: 1 } })).toHaveLength(1);
});

interface Described {
  readonly properties: Readonly<Record<string, { readonly const?: string; readonly enum?: readonly string[] }>>;
}

function namesIn({ layers, loss, optimizer }: Trace): string[] {
  const used = layers.flatMap(({ description }) => [
    description.kind,
    ...("activation" in description ? [description.activation] : []),
  ]);
  return [...used, loss.name, optimizer.name];
}

/** Fails unless every number is within 1e-14 of the hand calculation's. */
function near(found: Matrix, expected: Matrix): void {
  expect(found.map((row) => row.length)).toEqual(expected.map((row) => row.length));
  found.forEach((row, r) => {
    row.forEach((value, c) => {
      expect(Math.abs(value - expected[r][c]), `found ${value}, by hand ${expected[r][c]}`).toBeLessThan(1e-14);
    });
  });
}
