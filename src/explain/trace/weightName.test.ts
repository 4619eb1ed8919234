import { expect, test } from "vitest";
import { DescriptionError } from "../../errors.ts";
import { dense, dropout } from "../../network/layers.ts";
import { network } from "../../network/network.ts";
import { parameterLayout } from "../../network/parameters.ts";
import { parseWeightName, steepestWeights, weightIndex, weightNameText } from "./weightName.ts";

/** 3-2-dropout-2, the output layer without biases: 3·2 + 2 + 2·2 = 12 parameters. */
const described = network({ inputs: 3, layers: [dense(2), dropout(0.5), dense(2, { bias: false })] });
const layout = parameterLayout(described);
const indexOf = (name: string): number => weightIndex(described, layout, parseWeightName(name));

test("a weight's name is layer, unit and input, and reads back as written", () => {
  expect(parseWeightName("1.0.3")).toEqual({ layer: 1, unit: 0, input: 3 });
  expect(parseWeightName("12.30.bias")).toEqual({ layer: 12, unit: 30, input: "bias" });
  for (const name of ["1.0.3", "12.30.bias"]) expect(weightNameText(parseWeightName(name))).toBe(name);
});

test.each(["", "1", "1.0", "1.0.", "1.0.b", "1.0.3.4", "-1.0.3", "1. 0.3", "1.0.1e3", "1.0.99999999999"])(
  "%j is no name of a weight",
  (text) => {
    expect(() => parseWeightName(text)).toThrow(
      new DescriptionError(
        `Expected a weight as layer.unit.input, counted from 0, for example 1.0.3 or 1.0.bias; found ${JSON.stringify(text)}.`,
      ),
    );
  },
);

test("a weight lies where the layout says: weights row by row, then biases", () => {
  expect(["0.0.0", "0.0.2", "0.1.0", "0.0.bias", "0.1.bias", "2.0.0", "2.1.1"].map(indexOf)).toEqual([
    0, 2, 3, 6, 7, 8, 11,
  ]);
});

test.each([
  ["3.0.0", "Weight 3.0.0: expected a layer from 0 to 2, found 3."],
  ["1.0.0", "Weight 1.0.0: layer 1 is dropout, which has no weights. Layers with weights: 0, 2."],
  ["0.2.0", "Weight 0.2.0: expected a unit of layer 0, from 0 to 1; found 2."],
  ["0.1.3", 'Weight 0.1.3: expected an input of layer 0 or "bias", from 0 to 2; found 3.'],
  ["2.1.2", "Weight 2.1.2: expected an input of layer 2, from 0 to 1; found 2."],
  ["2.1.bias", "Weight 2.1.bias: the units of layer 2 have no bias. Name one of their inputs."],
])("%s is refused with what there is", (name, message) => {
  expect(() => indexOf(name)).toThrow(new DescriptionError(message));
});

test("a unit that is no index is refused too", () => {
  expect(() => weightIndex(described, layout, { layer: 0, unit: 0.5, input: 0 })).toThrow(/found 0\.5\./);
  expect(() => weightIndex(described, layout, { layer: 0, unit: 0, input: -1 })).toThrow(/found -1\./);
});

test("the steepest weights are one of the first layer and one of the last, by size, biases left out", () => {
  const gradients = Float64Array.of(1, 2, 3, -4, 1, 1, 100, 100, 0.5, 1, 2, -2);
  expect(steepestWeights(layout, gradients)).toEqual([
    { layer: 0, unit: 1, input: 0 },
    { layer: 2, unit: 1, input: 0 },
  ]);
  const single = parameterLayout(network({ inputs: 2, layers: [dense(1)] }));
  expect(steepestWeights(single, Float64Array.of(0, 0, 9))).toEqual([{ layer: 0, unit: 0, input: 0 }]);
});
