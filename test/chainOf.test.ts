/** One weight's chain from a trace that is there, and traces that keep the paths of their weights alone. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { completeProblem } from "../src/engines/engine.ts";
import { expositionText } from "../src/explain/exposition/expositionText.ts";
import { chainOf } from "../src/explain/trace/chainOf.ts";
import { traceExposition } from "../src/explain/trace/traceExposition.ts";
import { type TraceOptions, traceStep } from "../src/explain/trace/traceStep.ts";
import { parseWeightName, weightNameText } from "../src/explain/trace/weightName.ts";
import { dense, dropout } from "../src/network/layers.ts";
import { network } from "../src/network/network.ts";
import { initialParameters } from "../src/network/parameters.ts";
import { type Schema, schemaErrors } from "./jsonSchema.ts";
import { traceCases } from "./traceCases.ts";

const schema = JSON.parse(readFileSync(new URL("../docs/trace.schema.json", import.meta.url), "utf8")) as Schema;

test("chainOf gives every weight and bias the chain that traceStep gives it, for layers of every kind", () => {
  fc.assert(
    fc.property(traceCases, (options) => {
      const trace = traceStep(options);
      const bare = traceStep({ ...options, weights: [] });
      for (const { layer, unit, input, value, chains, gradient } of trace.weights) {
        const chain = chainOf(bare, { layer, unit, input });
        expect(chain).toEqual({ layer, unit, input, value, chains, gradient: expect.any(Number) });
        const size = chains.reduce((sum, { scale, slope }) => sum + Math.abs(scale * slope), 0);
        expect(Math.abs(chain.gradient - gradient)).toBeLessThanOrEqual(1e-12 * Math.max(size, 1e-6));
      }
    }),
    { numRuns: 8, seed: 7 },
  );
});

/** A step of a network of three hidden layers of so many units. */
function wide(units: number, changes: Partial<TraceOptions> = {}): TraceOptions {
  const described = network({
    inputs: units,
    layers: [dense(units, { activation: "tanh" }), dropout(0.5), dense(units), dense(units), dense(1)],
  });
  return {
    problem: completeProblem({ network: described, loss: "halfSquaredError" }),
    parameters: initialParameters(described, 1),
    patterns: { inputs: new Float64Array(units).fill(0.1), desired: Float64Array.of(1) },
    ...changes,
  };
}

const bytes = (value: unknown): number => JSON.stringify(value).length;

test("a trace that keeps paths has the chains and the text of the whole trace, in a small part of its size", () => {
  const weights = [parseWeightName("3.2.5")];
  const [whole, lean] = [traceStep(wide(64, { weights })), traceStep(wide(64, { weights, keep: "path" }))];
  expect(schemaErrors(schema, JSON.parse(JSON.stringify(lean)))).toEqual([]);
  expect(bytes(lean)).toBeLessThan(bytes(whole) / 8);
  expect(chainOf(lean, weights[0])).toEqual(chainOf(whole, weights[0]));
  expect(chainOf(lean, weights[0]).chains).toEqual(whole.weights[0].chains);
  expect(chainOf(lean, parseWeightName("4.0.bias"))).toEqual(chainOf(whole, parseWeightName("4.0.bias")));
  const part = (text: string): string => text.slice(text.indexOf("5. Update"));
  expect(part(expositionText(traceExposition(lean)))).toBe(part(expositionText(traceExposition(whole))));
  for (const units of ["some", "path", "all"] as const) {
    const text = expositionText(traceExposition(lean, { units }));
    expect(text).toContain("v⁽³⁾[2] = ");
    expect(text).not.toContain("v⁽¹⁾[");
    expect(text).not.toContain("v⁽⁰⁾[0] = ");
  }
});

test("a weight or neuron that a trace does not keep is refused with what to do", () => {
  const lean = traceStep(wide(4, { weights: [parseWeightName("2.1.0")], keep: "path" }));
  for (const name of ["0.0.0", "0.0.bias", "2.0.0"]) {
    expect(() => chainOf(lean, parseWeightName(name))).toThrow(
      `Weight ${name}: this trace keeps the paths of 2.1.0 alone. Trace the step with keep: "all", or with this weight among the weights.`,
    );
  }
  expect(chainOf(lean, parseWeightName("2.1.3")).chains).toHaveLength(1);
  expect(() => traceExposition(lean, { neuron: { layer: 0, unit: 0 } })).toThrow(/Neuron 0\.0: .*keep: "all"/);
  expect(() => chainOf(lean, parseWeightName("9.0.0"))).toThrow("Weight 9.0.0: expected a layer from 0 to 4, found 9.");
  expect(weightNameText(chainOf(lean, parseWeightName("4.0.2")))).toBe("4.0.2");
});
