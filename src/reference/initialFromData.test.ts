/** Starting parameters from data: fields of variance 1 on the sample, zeros among the data, nothing else touched. */
import { expect, test } from "vitest";
import { dense, dropout, parametricActivation, scale } from "../network/layers.ts";
import { type Network, network } from "../network/network.ts";
import { initialParameters, parameterLayout } from "../network/parameters.ts";
import { random } from "../random.ts";
import { forward, subjectOf } from "./backpropagation.ts";
import { initialFromData } from "./initialFromData.ts";

const dataDriven = { initialisation: "dataDriven" } as const;
const described = network({
  inputs: 3,
  layers: [scale(), dense(20, dataDriven), parametricActivation("selu"), dropout(0.5), dense(10, dataDriven), dense(2)],
});

/** Columns of quite different sizes. */
function rowsOf(rows: number): Float64Array {
  const draws = random(1, "rows");
  return Float64Array.from({ length: 3 * rows }, (_, i) => 10 ** (i % 3) * draws.normal() + 5);
}

/** The fields of a layer over rows, without its bias. */
function fieldsOf(of: Network, parameters: Float64Array, inputs: Float64Array, layer: number) {
  const signals = forward(subjectOf(of, parameters), inputs)[layer];
  const bias = parameterLayout(of).tensors.find((tensor) => tensor.layer === layer && tensor.role === "bias");
  const units = signals.inducedField.length / signals.rows;
  return signals.inducedField.map((v, i) => v - (bias ? parameters[bias.offset + (i % units)] : 0));
}

test("every field of a data-driven layer has deviation 1 over the rows, though dropout follows", () => {
  const inputs = rowsOf(200);
  const parameters = initialFromData(described, inputs, 4);
  for (const [layer, units] of [
    [1, 20],
    [4, 10],
  ]) {
    const fields = fieldsOf(described, parameters, inputs, layer);
    for (let b = 0; b < units; b++) {
      const own = fields.filter((_, i) => i % units === b);
      const mean = own.reduce((sum, v) => sum + v, 0) / own.length;
      expect(own.reduce((sum, v) => sum + (v - mean) ** 2, 0) / own.length).toBeCloseTo(1, 10);
    }
  }
});

test("every neuron's zero lies among its fields, and not all at the same share of the rows", () => {
  const inputs = rowsOf(200);
  const parameters = initialFromData(described, inputs, 4);
  const { tensors } = parameterLayout(described);
  const { offset } = tensors.find(({ layer, role }) => layer === 1 && role === "bias") ?? { offset: 0 };
  const fields = fieldsOf(described, parameters, inputs, 1);
  const shares = Array.from({ length: 20 }, (_, b) => {
    const own = fields.filter((_v, i) => i % 20 === b);
    return own.filter((v) => v < -parameters[offset + b]).length / own.length;
  });
  expect(Math.min(...shares)).toBeGreaterThan(0);
  expect(Math.max(...shares)).toBeLessThan(1);
  expect(new Set(shares).size).toBeGreaterThan(10);
});

test("what is not data-driven starts as ever, and the same seed gives the same numbers", () => {
  const inputs = rowsOf(50);
  const parameters = initialFromData(described, inputs, 4);
  const plain = initialParameters(described, 4);
  for (const { layer, offset, length } of parameterLayout(described).tensors) {
    if (layer === 1 || layer === 4) continue;
    expect(parameters.slice(offset, offset + length)).toEqual(plain.slice(offset, offset + length));
  }
  expect(initialFromData(described, inputs, 4)).toEqual(parameters);
  expect(initialFromData(described, inputs, 5)).not.toEqual(parameters);
});

test("columns that never vary leave finite parameters", () => {
  const parameters = initialFromData(described, new Float64Array(3 * 20), 0);
  expect(parameters.every(Number.isFinite)).toBe(true);
});

test("of many rows a sample decides", () => {
  const inputs = rowsOf(5000);
  const fields = fieldsOf(described, initialFromData(described, inputs, 2), inputs, 1);
  const variance = fields.reduce((sum, v) => sum + v * v, 0) / fields.length;
  expect(variance).toBeGreaterThan(0.8);
  expect(variance).toBeLessThan(40); // with the means of the columns
});
