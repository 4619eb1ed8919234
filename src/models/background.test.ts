import { expect, test } from "vitest";
import { dense, embedding } from "../network/layers.ts";
import { network } from "../network/network.ts";
import { backgroundOf, backgroundWidth } from "./background.ts";

test("without codes the background is the mean of each input", () => {
  const plain = network({ inputs: 2, layers: [dense(1)] });
  expect(backgroundOf(plain, Float32Array.of(9, 9, 9), Float32Array.of(1, 10, 2, 20, 6, 30))).toEqual([3, 20]);
  expect(backgroundWidth(plain)).toBe(2);
});

test("of codes it is the mean of their vectors, behind the means of all other inputs", () => {
  const columns = [
    { column: 2, cardinality: 2 },
    { column: 0, cardinality: 3 },
  ];
  const coded = network({ inputs: 3, layers: [embedding(columns, { dimension: 2 }), dense(1)] });
  // Column 2's table, then column 0's, a code a row; then the dense layer's numbers.
  const parameters = Float32Array.of(1, 2, 3, 4, 10, 20, 30, 40, 50, 60, 7, 7, 7, 7, 7, 7);
  // Codes of column 0: 2, 0, 1, and 5, which is none and counts as 0; of column 2: 1, 1, 0, 1. Column 1: 1, 2, 3, 6.
  const inputs = Float32Array.of(2, 1, 1, 0, 2, 1, 1, 3, 0, 5, 6, 1);
  // (3 · (3, 4) + (1, 2)) / 4 and ((50, 60) + 2 · (10, 20) + (30, 40)) / 4.
  expect(backgroundOf(coded, parameters, inputs)).toEqual([3, 2.5, 3.5, 25, 35]);
  expect(backgroundWidth(coded)).toBe(5);
});
