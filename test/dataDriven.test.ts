/**
 * Data-driven starts as a property: whatever the rows and the network of the recipe, every field has deviation 1 over the
 * rows that decide, and every bias puts its neuron's zero among them.
 *
 * What single numbers come out, and what is left alone, is tested beside the source.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { dense, embedding, parametricActivation, periodic, scale } from "../src/network/layers.ts";
import { type Network, network } from "../src/network/network.ts";
import { random } from "../src/random.ts";
import { forward, subjectOf } from "../src/reference/backpropagation.ts";
import { initialFromData } from "../src/reference/initialFromData.ts";
import { layerParameters } from "../src/reference/operations.ts";

const dataDriven = { initialisation: "dataDriven" } as const;

/** Two numbers and a category, embedded, before two hidden layers. */
function networkOf(units: number): Network {
  return network({
    inputs: 3,
    layers: [
      embedding([{ column: 2, cardinality: 4 }]),
      periodic([0, 1]),
      scale(),
      dense(units, dataDriven),
      parametricActivation("selu"),
      dense(units, { ...dataDriven, activation: "mish" }),
      dense(2, dataDriven),
    ],
  });
}

/** Rows of two numbers, around any centre and of any spread, and of a code. */
function rowsOf(count: number, centre: number, spread: number, seed: number): Float64Array {
  const draws = random(seed, "rows");
  return Float64Array.from({ length: 3 * count }, (_, i) =>
    i % 3 === 2 ? draws.integer(4) : centre + spread * draws.normal(),
  );
}

/** For each neuron of the data-driven layers: its fields over the rows without its bias, and the bias. */
function neurons(of: Network, parameters: Float64Array, inputs: Float64Array) {
  const subject = subjectOf(of, parameters);
  const signals = forward(subject, inputs);
  return of.layers.flatMap((layer, index) => {
    if (layer.kind !== "dense") return [];
    const { bias } = layerParameters(subject.layout, parameters, index);
    return Array.from(bias, (b, unit) => ({
      bias: b,
      fields: signals[index].inducedField.filter((_, i) => i % layer.units === unit).map((v) => v - b),
    }));
  });
}

function deviationOf(numbers: Float64Array): number {
  const mean = numbers.reduce((sum, v) => sum + v, 0) / numbers.length;
  return Math.sqrt(numbers.reduce((sum, v) => sum + (v - mean) ** 2, 0) / numbers.length);
}

const seeds = fc.integer({ min: 0, max: 2 ** 31 });
const sizes = { units: fc.integer({ min: 1, max: 8 }), count: fc.integer({ min: 2, max: 60 }), seed: seeds };
const numbers = {
  centre: fc.double({ min: -3, max: 3, noNaN: true }),
  spread: fc.double({ min: 0.01, max: 2, noNaN: true }),
};

test("every field has deviation 1 over the rows, and its neuron's zero lies among them", () => {
  fc.assert(
    fc.property(fc.record({ ...sizes, ...numbers }), ({ units, count, seed, centre, spread }) => {
      const described = networkOf(units);
      const inputs = rowsOf(count, centre, spread, seed);
      for (const { fields, bias } of neurons(described, initialFromData(described, inputs, seed), inputs)) {
        expect(deviationOf(fields)).toBeCloseTo(1, 6);
        expect(-bias).toBeGreaterThanOrEqual(Math.min(...fields) - 1e-9);
        expect(-bias).toBeLessThanOrEqual(Math.max(...fields) + 1e-9);
      }
    }),
    { numRuns: 50, seed: 1 },
  );
});

test("rows that are all alike leave the weights as they were drawn, whatever the rounding of their mean", () => {
  fc.assert(
    fc.property(fc.record({ ...sizes, centre: numbers.centre }), ({ units, count, seed, centre }) => {
      const described = networkOf(units);
      const inputs = Float64Array.from({ length: 3 * count }, (_, i) => (i % 3 === 2 ? 1 : centre));
      const parameters = initialFromData(described, inputs, seed);
      expect(Math.max(...parameters.map(Math.abs))).toBeLessThan(1000);
    }),
    { numRuns: 50, seed: 1 },
  );
});
