/** Describing a network: what is filled in, what is refused and in which words, and what the compiler refuses already. */

import { describe, expect, expectTypeOf, test } from "vitest";
import { DescriptionError, ShapeError } from "../errors.ts";
import { activations } from "./activations.ts";
import type { Fits } from "./fits.ts";
import { type DenseLayer, dense, dropout, type Layer, layerKinds } from "./layers.ts";
import type { Loss } from "./losses.ts";
import { layerWidths, lossFor, type Network, network, validateNetwork } from "./network.ts";
import { initialParameters } from "./parameters.ts";

describe("a description", () => {
  test("fills in what is left out", () => {
    expect(dense(3)).toEqual({
      kind: "dense",
      units: 3,
      activation: "identity",
      bias: true,
      initialisation: "lecunNormal",
    });
    expect(dense(3, { activation: "relu", bias: false })).toEqual({
      kind: "dense",
      units: 3,
      activation: "relu",
      bias: false,
      initialisation: "heNormal",
    });
    expect(dropout(0.2)).toEqual({ kind: "dropout", rate: 0.2 });
  });

  test("is plain data that JSON carries there and back", () => {
    const described = network({
      inputs: 2,
      layers: [
        dense(2, {
          initialisation: {
            weights: [
              [1, 2],
              [3, 4],
            ],
            bias: [0, 1],
          },
        }),
        dropout(0.5),
        dense(1),
      ],
    });
    expect(validateNetwork(JSON.parse(JSON.stringify(described)))).toEqual(described);
  });

  test("tells how many signals enter each layer and leave the last", () => {
    const described = network({ inputs: 7, layers: [dropout(0.1), dense(4), dropout(0.5), dense(3)] });
    expect(layerWidths(described)).toEqual([7, 7, 4, 4, 3]);
    expect(described.outputs).toBe(3);
  });

  test("does not change when the array it was made from does", () => {
    const layers: [DenseLayer<1>] = [dense(1)];
    const described = network({ inputs: 1, layers });
    layers.pop();
    expect(described.layers).toHaveLength(1);
  });
});

/** A network of two inputs with one layer, as a file or untyped code might give it. */
const withLayer = (layer: unknown): Network => ({ inputs: 2, layers: [layer as Layer, dense(1)], outputs: 1 });
const plain = { kind: "dense", units: 2, activation: "tanh", bias: true, initialisation: "zeros" };

describe("a wrong name or value", () => {
  const cases: readonly (readonly [title: string, description: unknown, message: string])[] = [
    [
      "no inputs",
      { inputs: 0, layers: [dense(1)], outputs: 1 },
      "network: inputs: expected a whole number of at least 1, found 0.",
    ],
    [
      "inputs of text",
      { inputs: "2", layers: [dense(1)], outputs: 1 },
      'network: inputs: expected a whole number of at least 1, found "2".',
    ],
    [
      "inputs not given",
      { layers: [dense(1)], outputs: 1 },
      "network: inputs: expected a whole number of at least 1, found undefined.",
    ],
    [
      "no layers",
      { inputs: 2, layers: [], outputs: 1 },
      "network: expected at least one layer, found none. Give it a dense output layer.",
    ],
    [
      "layers not an array",
      { inputs: 2, layers: "dense", outputs: 1 },
      "network: expected at least one layer, found none. Give it a dense output layer.",
    ],
    [
      "a last layer that is not dense",
      { inputs: 2, layers: [dense(2), dropout(0.1)], outputs: 2 },
      "network: expected the last layer to be dense, found dropout.",
    ],
    [
      "an unknown kind",
      withLayer({ kind: "dens" }),
      `Unknown layer kind "dens". Did you mean "dense"? Known: ${Object.keys(layerKinds).join(", ")}.`,
    ],
    [
      "no layer at all",
      withLayer(null),
      "Expected layer 0 to be a layer, as dense(4) or dropout(0.1) makes one, found null.",
    ],
    [
      "half a unit",
      withLayer({ ...plain, units: 1.5 }),
      "layer 0 (dense): units: expected a whole number of at least 1, found 1.5.",
    ],
    [
      "units that are no number",
      withLayer({ ...plain, units: Number.NaN }),
      "layer 0 (dense): units: expected a whole number of at least 1, found NaN.",
    ],
    [
      "an unknown activation",
      withLayer({ ...plain, activation: "rleu" }),
      `Unknown activation in layer 0 (dense) "rleu". Did you mean "relu"? Known: ${Object.keys(activations).join(", ")}.`,
    ],
    [
      "a bias of text",
      withLayer({ ...plain, bias: "yes" }),
      'layer 0 (dense): expected bias to be true or false, found "yes".',
    ],
    [
      "an unknown initialisation",
      withLayer({ ...plain, initialisation: "xavier" }),
      'Unknown initialisation in layer 0 (dense) "xavier". Did you mean "glorotUniform"? Known: lecunNormal, lecunUniform, glorotNormal, glorotUniform, heNormal, heUniform, zeros, dataDriven.',
    ],
    [
      "an initialisation that is neither",
      withLayer({ ...plain, initialisation: null }),
      "layer 0 (dense): expected initialisation to be given weights, one array for each unit, or a name: lecunNormal, lecunUniform, glorotNormal, glorotUniform, heNormal, heUniform, zeros, dataDriven.",
    ],
    [
      "given weights that are no number",
      withLayer({
        ...plain,
        initialisation: {
          weights: [
            [1, 2],
            [3, Number.NaN],
          ],
        },
      }),
      "layer 0 (dense): the given values must be finite numbers.",
    ],
    [
      "a bias given to a layer without",
      withLayer({
        ...plain,
        bias: false,
        initialisation: {
          weights: [
            [1, 2],
            [3, 4],
          ],
          bias: [0, 0],
        },
      }),
      "layer 0 (dense): a bias is given, but the layer has none. Set bias to true or leave it out.",
    ],
    [
      "a dropout rate of 1",
      withLayer(dropout(1)),
      "layer 0 (dropout): expected a dropout rate of at least 0 and below 1, found 1.",
    ],
    [
      "a dropout rate below 0",
      withLayer(dropout(-0.1)),
      "layer 0 (dropout): expected a dropout rate of at least 0 and below 1, found -0.1.",
    ],
    [
      "a dropout rate that JSON lost",
      withLayer({ kind: "dropout", rate: null }),
      "layer 0 (dropout): expected a dropout rate of at least 0 and below 1, found null.",
    ],
  ];
  test.each(cases)("%s", (_title, description, message) => {
    expect(() => validateNetwork(description as Network)).toThrow(new DescriptionError(message));
  });
});

describe("a wrong shape", () => {
  const cases: readonly (readonly [title: string, description: Network, message: string])[] = [
    [
      "outputs that are not the last layer's units",
      { inputs: 2, layers: [dense(3)], outputs: 2 },
      "network: expected outputs to be the last layer's 3 units, found 2.",
    ],
    [
      "given weights with too few rows",
      withLayer({ ...plain, initialisation: { weights: [[1, 2]] } }),
      "layer 0 (dense): expected given weights of 2 rows, one for each unit, found 1.",
    ],
    [
      "given weights with a long row",
      withLayer({
        ...plain,
        initialisation: {
          weights: [
            [1, 2],
            [3, 4, 5],
          ],
        },
      }),
      "layer 0 (dense): expected 2 given weights in row 1, one for each input, found 3.",
    ],
    [
      "a given bias of another length",
      withLayer({
        ...plain,
        initialisation: {
          weights: [
            [1, 2],
            [3, 4],
          ],
          bias: [0],
        },
      }),
      "layer 0 (dense): expected a given bias of 2 numbers, found 1.",
    ],
  ];
  test.each(cases)("%s", (_title, description, message) => {
    expect(() => validateNetwork(description)).toThrow(new ShapeError(message));
  });
});

describe("a loss for a network", () => {
  const described = network({ inputs: 2, layers: [dense(1)] });

  test("is completed from its name", () => {
    expect(lossFor(described, "huber")).toEqual({ name: "huber" });
  });

  test("that is unknown or does not fit is refused", () => {
    const misspelt = "meanSquareError" as Loss["name"];
    expect(() => lossFor(described, misspelt)).toThrow(
      /^Unknown loss "meanSquareError". Did you mean "meanSquaredError"\?/,
    );
    expect(() => lossFor(described, "crossEntropy")).toThrow(DescriptionError);
    expect(() => lossFor(described, { name: "binaryCrossEntropy", classWeights: [1, 2] })).toThrow(ShapeError);
  });
});

/** What the compiler refuses; each body is checked by tsc and none is run. */
describe("at compile time", () => {
  test("a network's type knows its numbers of inputs and outputs", () => {
    const described = network({ inputs: 2, layers: [dense(8, { activation: "relu" }), dropout(0.1), dense(3)] });
    expectTypeOf(described).toEqualTypeOf<Network<2, 3>>();
  });

  test("wrong names and shapes are errors where they are written", () => {
    const refused = () => {
      // @ts-expect-error an activation's name with a slip
      dense(3, { activation: "rleu" });
      // @ts-expect-error an initialisation that is none of the table's
      dense(3, { initialisation: "xavier" });
      // @ts-expect-error an option that no dense layer has
      dense(3, { biased: true });
      // @ts-expect-error the last layer must be dense
      network({ inputs: 2, layers: [dense(3), dropout(0.1)] });
      // @ts-expect-error a network has at least one layer
      network({ inputs: 2, layers: [] });
      const described = network({ inputs: 2, layers: [dense(1)] });
      // @ts-expect-error a loss's name with a slip
      lossFor(described, "crossEntrpy");
      // @ts-expect-error an option of another loss
      lossFor(described, { name: "huber", labelSmoothing: 0.1 });
    };
    expect(refused).toBeTypeOf("function");
  });

  test("a literal of another length than expected does not fit, and one of unknown length does", () => {
    expectTypeOf<Fits<readonly [1, 2], 2>>().toEqualTypeOf<readonly [1, 2]>();
    expectTypeOf<
      Fits<readonly [1, 2, 3], 2>
    >().toEqualTypeOf<"Expected 2 numbers, one for each input of the network, found 3.">();
    expectTypeOf<Fits<number[], 2>>().toEqualTypeOf<number[]>();
    expectTypeOf<Fits<Float32Array, 2>>().toEqualTypeOf<Float32Array>();
    expectTypeOf<Fits<readonly [1, 2, 3], number>>().toEqualTypeOf<readonly [1, 2, 3]>();
  });
});

test("a network of 150,000 layers, or of more parameters than any engine has room for, is refused", () => {
  const layers = Array.from({ length: 149_999 }, () => dense(1));
  expect(() => network({ inputs: 1, layers: [...layers, dense(1)] })).toThrow(
    new DescriptionError("network: expected at most 1000 layers, found 150000."),
  );
  const wide = network({ inputs: 4, layers: [dense(1e9), dense(1)] });
  expect(() => initialParameters(wide, 0)).toThrow(
    /at most 268435456 parameters, found 6000000001, which take 24000000004 bytes/,
  );
});
