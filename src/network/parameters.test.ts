import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ShapeError } from "../errors.ts";
import { dense, dropout } from "./layers.ts";
import { network, validateNetwork } from "./network.ts";
import { impossibleState, initialParameters, parameterLayout, requireParameters } from "./parameters.ts";

const described = network({
  inputs: 3,
  layers: [dense(4, { activation: "relu" }), dropout(0.5), dense(5, { bias: false }), dense(2)],
});

describe("the layout", () => {
  test("puts weights before bias, layer by layer, with nothing between", () => {
    // 4·3 = 12 weights and 4 biases, none for dropout, 5·4 = 20 weights, 2·5 = 10 weights and 2 biases: 48 in all.
    expect(parameterLayout(described)).toEqual({
      tensors: [
        {
          name: "layers.0.weights",
          layer: 0,
          role: "weights",
          shape: [4, 3],
          offset: 0,
          length: 12,
          rate: 1,
          decay: 1,
        },
        { name: "layers.0.bias", layer: 0, role: "bias", shape: [4], offset: 12, length: 4, rate: 1, decay: 0 },
        {
          name: "layers.2.weights",
          layer: 2,
          role: "weights",
          shape: [5, 4],
          offset: 16,
          length: 20,
          rate: 1,
          decay: 1,
        },
        {
          name: "layers.3.weights",
          layer: 3,
          role: "weights",
          shape: [2, 5],
          offset: 36,
          length: 10,
          rate: 1,
          decay: 1,
        },
        { name: "layers.3.bias", layer: 3, role: "bias", shape: [2], offset: 46, length: 2, rate: 1, decay: 0 },
      ],
      length: 48,
    });
  });

  test("of any network is without gaps, and as long as its tensors", () => {
    const layer = fc.oneof(
      fc
        .record({ units: fc.integer({ min: 1, max: 9 }), bias: fc.boolean() })
        .map(({ units, bias }) => dense(units, { bias })),
      fc.constant(dropout(0.1)),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.array(layer, { maxLength: 6 }), (inputs, hidden) => {
        const any = validateNetwork({ inputs, layers: [...hidden, dense(3)], outputs: 3 });
        const { tensors, length } = parameterLayout(any);
        let end = 0;
        for (const tensor of tensors) {
          expect(tensor.offset).toBe(end);
          expect(tensor.length).toBe(tensor.shape.reduce((product, extent) => product * extent, 1));
          end += tensor.length;
        }
        expect(length).toBe(end);
        expect(initialParameters(any, 1)).toHaveLength(length);
      }),
      { seed: 1 },
    );
  });
});

describe("the starting parameters", () => {
  test("are drawn for weights, zero for biases, the same for the same seed", () => {
    const parameters = initialParameters(described, 3);
    for (const { role, offset, length } of parameterLayout(described).tensors) {
      const own = parameters.subarray(offset, offset + length);
      if (role === "bias") expect(own.every((b) => b === 0)).toBe(true);
      else expect(new Set(own).size).toBe(length);
    }
    expect(initialParameters(described, 3)).toEqual(parameters);
    expect(initialParameters(described, 4)).not.toEqual(parameters);
  });

  test("are others in each layer, though the layers are alike", () => {
    const twins = network({ inputs: 3, layers: [dense(3, { bias: false }), dense(3, { bias: false })] });
    const parameters = initialParameters(twins, 3);
    expect(parameters.slice(0, 9)).not.toEqual(parameters.slice(9));
  });

  test("are the given values, row by row, where values are given", () => {
    const weights = [
      [1, 2],
      [3, 4],
      [5, 6],
    ];
    const given = network({
      inputs: 2,
      layers: [
        dense(3, { initialisation: { weights, bias: [7, 8, 9] } }),
        dense(1, { initialisation: { weights: [[10, 11, 12]] } }),
      ],
    });
    expect([...initialParameters(given, 0)]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0]);
  });
});

test("parameters of another number than the network's are refused", () => {
  expect(() => requireParameters(described, new Float32Array(48))).not.toThrow();
  expect(() => requireParameters(described, new Float32Array(47))).toThrow(
    new ShapeError("Expected 48 parameters for this network, found 47."),
  );
});

test("a number that a layer can't have kept is refused with its tensor, its place and the least that it can be", () => {
  const variance = { name: "layers.1.variance", layer: 1, role: "variance", shape: [2], rate: 0, decay: 0 } as const;
  const tensors = [{ ...variance, kept: { least: 0 }, offset: 3, length: 2 }];
  expect(impossibleState({ tensors }, [-1, -1, -1, 0, 2])).toBeUndefined();
  expect(impossibleState({ tensors }, [1, 1, 1, 2, -0.5])).toBe(
    "layers.1.variance to be at least 0, found -0.5 at index 1",
  );
});
