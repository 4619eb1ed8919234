import { expect, test } from "vitest";
import { DescriptionError } from "../../errors.ts";
import { dense, dropout, embedding, parametricActivation, periodic, scale } from "../../network/layers.ts";
import { network } from "../../network/network.ts";
import { parameterLayout } from "../../network/parameters.ts";
import { parseWeightName, steepestWeights, weightIndex, weightNameAt, weightNameText } from "./weightName.ts";

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
  ["2.1.bias", "Weight 2.1.bias: the units of layer 2 have no bias. Give one of their inputs."],
])("%s is refused with what there is", (name, message) => {
  expect(() => indexOf(name)).toThrow(new DescriptionError(message));
});

test("a unit that is no index is refused too", () => {
  expect(() => weightIndex(described, layout, { layer: 0, unit: 0.5, input: 0 })).toThrow(/found 0\.5\./);
  expect(() => weightIndex(described, layout, { layer: 0, unit: 0, input: -1 })).toThrow(/found -1\./);
});

test("the steepest weights are one of the first layer and one of the last, by size, biases left out", () => {
  const gradients = Float64Array.of(1, 2, 3, -4, 1, 1, 100, 100, 0.5, 1, 2, -2);
  expect(steepestWeights(described, layout, gradients)).toEqual([
    { layer: 0, unit: 1, input: 0 },
    { layer: 2, unit: 1, input: 0 },
  ]);
  const single = network({ inputs: 2, layers: [dense(1)] });
  expect(steepestWeights(single, parameterLayout(single), Float64Array.of(0, 0, 9))).toEqual([
    { layer: 0, unit: 0, input: 0 },
  ]);
});

/** 4 inputs, codes in 1 and 3 → 2 + 2·2 = 6 → two numbers with 3 cosines and 2 h each: 4 + 6 = 10 → 10 → 2 → 2 → 1. */
const mixed = network({
  inputs: 4,
  layers: [
    embedding(
      [
        { column: 3, cardinality: 2 },
        { column: 1, cardinality: 5 },
      ],
      { dimension: 2 },
    ),
    periodic([1, 0], { frequencies: 3, units: 2 }),
    scale(),
    dense(2),
    parametricActivation("selu"),
    dense(1),
  ],
});

test("every number that is learned has a name of its own, which reads back as it is written", () => {
  const whole = parameterLayout(mixed);
  const names = whole.tensors.flatMap((tensor) =>
    Array.from({ length: tensor.length }, (_, index) => weightNameText(weightNameAt(mixed, tensor, index))),
  );
  expect(new Set(names).size).toBe(whole.length);
  expect(names.map((name) => weightIndex(mixed, whole, parseWeightName(name)))).toEqual([...names.keys()]);
  // Column 3's table has 2 codes of 2 numbers: row 1 is what code 1 gives to units 2 and 3. Column 1's begins at 4.
  expect(names.slice(0, 8)).toEqual(["0.2.0", "0.3.0", "0.2.1", "0.3.1", "0.4.0", "0.5.0", "0.4.1", "0.5.1"]);
  expect(names).toContain("1.5.frequencies"); // cosine 2 of the second number, which is input 0
  expect(names).toContain("1.3.2"); // from that cosine to the last h
  for (const own of ["1.3.bias", "1.0.phases", "2.9.scale", "4.1.slopes"]) expect(names).toContain(own);
});

test.each([
  ["0.1.0", "Weight 0.1.0: expected a unit that codes lead to, from 2 to 5; found 1."],
  ["0.2.2", "Weight 0.2.2: expected a code of input 3, from 0 to 1; found 2."],
  ["0.2.bias", "Weight 0.2.bias: the units of layer 0 have no bias. Give one of their inputs."],
  ["1.4.0", "Weight 1.4.0: expected a unit of layer 1, from 0 to 3; found 4."],
  ["1.0.3", 'Weight 1.0.3: expected a cosine of layer 1 or "bias", from 0 to 2; found 3.'],
  ["1.6.phases", "Weight 1.6.phases: expected a cosine of layer 1, from 0 to 5; found 6."],
  ["2.3.4", "Weight 2.3.4: layer 2 has no weights from its inputs. Give 2.3.scale."],
  ["4.1.bias", "Weight 4.1.bias: layer 4 has no bias. Give 4.1.slopes."],
])("of layers without neurons %s is refused with what there is", (name, message) => {
  expect(() => weightIndex(mixed, parameterLayout(mixed), parseWeightName(name))).toThrow(
    new DescriptionError(message),
  );
});

test("the steepest weight of an embedding leads from a code", () => {
  const gradients = new Float64Array(parameterLayout(mixed).length);
  gradients[7] = -3;
  expect(steepestWeights(mixed, parameterLayout(mixed), gradients)[0]).toEqual({ layer: 0, unit: 5, input: 1 });
});
