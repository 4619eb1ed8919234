import { expect, expectTypeOf, test } from "vitest";
import { classifierDocument, drawnParameters, regressorDocument } from "../../test/exampleModels.ts";
import type { RegressionTarget } from "../data/encoding.ts";
import type { Table } from "../data/table.ts";
import type { Engine } from "../engines/engine.ts";
import { wasm } from "../engines/wasm/wasm.ts";
import { DescriptionError, GradusError, ModelFileError, ShapeError } from "../errors.ts";
import { conformalRadius, fitConformal } from "../metrics/calibration/conformal.ts";
import { dense } from "../network/layers.ts";
import { type Network, network } from "../network/network.ts";
import { initialParameters } from "../network/parameters.ts";
import { random } from "../random.ts";
import { reference } from "../reference/reference.ts";
import { type ModelDocument, memberDocument } from "./document.ts";
import { checkDocument } from "./documentCheck.ts";
import { Classifier, createModel, modelFromBytes, Regressor } from "./model.ts";
import { readModelFile, writeModelFile } from "./modelFile.ts";
import { decodeSafetensors } from "./safetensors.ts";

/** One input, +1 for true; the logits are (s, −s) times it. */
function sure(s: number): Network {
  return network({ inputs: 1, layers: [dense(2, { initialisation: { weights: [[s], [-s]] } })] });
}

const ringed = { columns: [{ kind: "boolean", name: "ringed" }] } as const;
const two: ModelDocument = {
  ...classifierDocument,
  formatVersion: 2,
  encoder: ringed,
  network: sure(1),
  further: [{ encoder: ringed, background: [0.5], network: sure(0.5) }],
};
const weight = { kind: "number", name: "weight", median: 4, scale: 0.5, missingIndicator: false } as const;

/** Two regressors: each says its bias in its own unit. */
const regressors: ModelDocument = {
  ...regressorDocument,
  formatVersion: 2,
  network: constant(1, 2),
  further: [
    {
      // Another fold: other medians, and other means and deviations of the targets.
      encoder: { columns: [{ ...weight, median: 5 }] },
      network: constant(0.5, -1),
      target: { task: "regression", columns: ["wing", "tail"], means: [32, -1], deviations: [8, 1] },
    },
  ],
};

function constant(...bias: readonly number[]): Network {
  const weights = bias.map(() => [0]);
  return network({ inputs: 1, layers: [dense(bias.length, { initialisation: { weights, bias } })] });
}

/** Parameters of every member as its network's description gives them. */
function parametersOf(document: ModelDocument): [Float32Array, Float32Array[]] {
  const [first, ...further] = [document, ...(document.further ?? [])].map(({ network: own }) =>
    Float32Array.from(initialParameters(own, 1)),
  );
  return [first, further];
}

async function classifier(document: ModelDocument, engine: Engine = reference): Promise<Classifier> {
  const [first, further] = parametersOf(document);
  const model = await createModel(document, first, engine, further);
  if (!(model instanceof Classifier)) throw new Error("Expected a classifier.");
  return model;
}

async function regressor(document: ModelDocument): Promise<Regressor> {
  const [first, further] = parametersOf(document);
  const model = await createModel(document, first, reference, further);
  if (!(model instanceof Regressor)) throw new Error("Expected a regressor.");
  return model;
}

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

test("a model of several networks predicts the mean of their probabilities, not of their logits", async () => {
  const model = await classifier(two);
  // p = σ(2s): of logits (1, −1) and (½, −½).
  const gull = (sigmoid(2) + sigmoid(1)) / 2;
  const { probabilities, label } = model.predict({ ringed: true });
  expect(probabilities).toEqual({ gull: expect.closeTo(gull, 14), tern: expect.closeTo(1 - gull, 14) });
  expect(gull).not.toBeCloseTo(sigmoid(1.5), 2); // what the mean logit would say
  expect(label).toBe("gull");
});

test("a temperature divides the logits of one network, and the log of the mean probability of several", async () => {
  const { further: _, ...one } = two;
  const cool = await classifier({ ...one, temperature: 2.5 });
  expect(cool.predict({ ringed: true }).probability).toBeCloseTo(sigmoid(2 / 2.5), 14);
  const both = await classifier({ ...two, temperature: 0.5 });
  const gull = (sigmoid(2) + sigmoid(1)) / 2;
  const squared = gull ** 2 / (gull ** 2 + (1 - gull) ** 2); // p^(1/T), T = ½
  expect(both.predict({ ringed: true }).probability).toBeCloseTo(squared, 14);
  // However sure, no probability becomes NaN.
  const surest = await classifier({ ...one, network: sure(400), temperature: 0.01 });
  expect(surest.predict({ ringed: true }).probabilities).toEqual({ gull: 1, tern: 0 });
});

test("members of a regression predict each in the unit of its own training rows, and the model predicts their mean", async () => {
  const model = await regressor(regressors);
  // wing: (30 + 10·1 + 32 + 8·½)/2 = 38; tail: (−2 + ½·2 + −1 + 1·−1)/2 = −1.5
  expect(model.predict({ weight: 7 })).toEqual({ wing: 38, tail: -1.5 });
  const shared = { ...regressors, further: [{ encoder: regressors.encoder, network: constant(0, 0) }] };
  expect((await regressor(shared)).predict({ weight: 7 })).toEqual({ wing: 35, tail: -1.5 }); // (40 + 30)/2, (−1 − 2)/2
});

test("predictions are held within the target's ranges, where it has some", async () => {
  const { further: _, ...one } = regressors;
  const target = {
    ...(one.target as RegressionTarget),
    ranges: [
      [25, 38],
      [-1.5, 3],
    ] as [number, number][],
  };
  // 40 and −1 without ranges.
  expect((await regressor({ ...one, target })).predict({ weight: 1 })).toEqual({ wing: 38, tail: -1 });
  const above = {
    ...target,
    ranges: [
      [50, 60],
      [0, 3],
    ] as [number, number][],
  };
  expect((await regressor({ ...one, target: above })).predict({ weight: 1 })).toEqual({ wing: 50, tail: 0 });
});

test("rows, tables and all rows at once give the same predictions, with different encoders too", async () => {
  const island = { kind: "category", name: "island", categories: ["Île"], missingIndicator: true } as const;
  const document = {
    ...two,
    further: [
      ...(two.further ?? []),
      {
        encoder: { columns: [island, ringed.columns[0]] },
        network: network({ inputs: 3, layers: [dense(5, { activation: "tanh" }), dense(2)] }),
      },
    ],
  };
  const model = await classifier(document, wasm);
  const rows = Array.from({ length: 100 }, (_, i) => ({ ringed: i % 3 === 0, island: i % 2 ? "Île" : null }));
  const table: Table = {
    source: "birds.csv",
    rows: rows.length,
    columns: [
      { name: "ringed", type: "boolean", values: rows.map((row) => row.ringed) },
      { name: "island", type: "text", values: rows.map((row) => row.island) },
    ],
  };
  const predictions = model.predict(rows);
  expect(model.predictTable(table)).toEqual(predictions);
  expect(await model.predictAll(table)).toEqual(predictions);
  expect(model.predict(rows[4])).toEqual(predictions[4]);
  expect(model.probabilities(table).slice(2, 4)).toEqual(
    Float64Array.from(Object.values(predictions[1].probabilities)),
  );
});

test("saved and read again, several networks predict the same bit for bit", async () => {
  const model = await classifier({ ...two, temperature: 1.25 });
  const bytes = model.toBytes();
  expect([...decodeSafetensors(bytes).tensors.keys()]).toEqual([
    "layers.0.weights",
    "layers.0.bias",
    "members.1.layers.0.weights",
    "members.1.layers.0.bias",
  ]);
  const again = await modelFromBytes(bytes, reference);
  expect(again.predict([{ ringed: true }, { ringed: false }])).toStrictEqual(
    model.predict([{ ringed: true }, { ringed: false }]),
  );
  expect(again.further).toEqual([Float32Array.of(0.5, -0.5, 0, 0)]);
  expect(again.toBytes()).toEqual(bytes);
});

test("a file whose members do not fit its document is refused", () => {
  const [first, further] = parametersOf(two);
  expect(() => writeModelFile(two, first)).toThrow(
    new ShapeError("Expected the parameters of 2 members, found those of 1."),
  );
  expect(() => writeModelFile(two, first, [further[0].subarray(1)])).toThrow(ShapeError);
  expect(() => writeModelFile(two, first, [further[0].with(1, Number.NaN)])).toThrow(
    new ModelFileError("Expected finite parameters, found NaN in members.1.layers.0.weights[1]."),
  );
  const bytes = writeModelFile(two, first, further);
  for (let length = 0; length < bytes.length; length += 7) {
    expect(() => readModelFile(bytes.subarray(0, length))).toThrow(ModelFileError);
  }
});

test("one member's document is that of a model of its own", () => {
  const document = { ...two, temperature: 2 };
  const { further, temperature: _, ...first } = document;
  expect(memberDocument(document, 0)).toEqual(first);
  expect(memberDocument(document, 1)).toEqual({ ...first, ...further?.[0] });
  expect(checkDocument(memberDocument(document, 1))).toEqual(memberDocument(document, 1));
  expect(memberDocument(regressors, 1).target).toMatchObject({ means: [32, -1] });
  // The first member's background is not the second's.
  const withBackground = { ...two, background: [1], further: [{ encoder: ringed, network: sure(2) }] };
  expect(memberDocument(withBackground, 1)).not.toHaveProperty("background");
  expect(() => memberDocument(two, 2)).toThrow(
    new DescriptionError("Expected a network of the model from 0 to 1, found 2."),
  );
});

test("an interval's bounds lie a residual away, whose rank the coverage decides", async () => {
  const residuals = [
    [1, 2, 3, 4, 5, 6, 7, 8, 9],
    [0, 0, 0, 0, 0, 0, 0, 0, 0.5],
  ];
  const model = await regressor({ ...regressors, interval: { residuals } });
  // Rank ⌈10 · 0.9⌉ = 9 of 9; ⌈10 · 0.75⌉ = 8.
  expect(model.intervals({ weight: 1 })).toEqual({ wing: [29, 47], tail: [-2, -1] });
  expect(model.intervals([{ weight: 1 }], 0.75)).toEqual([{ wing: [30, 46], tail: [-1.5, -1.5] }]);
  const table: Table = {
    source: "t.csv",
    rows: 1,
    columns: [{ name: "weight", type: "number", values: Float64Array.of(1) }],
  };
  expect(model.intervalsOfTable(table, 0.75)).toEqual(model.intervals([{ weight: 1 }], 0.75));
  expect(() => model.intervals({ weight: 1 }, 0.95)).toThrow(
    new DescriptionError(
      "Expected a coverage of at most 0.9, the most that 9 calibration rows allow, found 0.95. Ask for less, or calibrate on at least 19 rows.",
    ),
  );
  expect(() => model.intervals({ weight: 1 }, 1)).toThrow("Expected coverage to be above 0 and below 1, found 1.");
  expect(await modelFromBytes(model.toBytes(), reference)).toMatchObject({ document: { interval: { residuals } } });
  const without = await regressor(regressors);
  expect(() => without.intervals({ weight: 1 })).toThrow(GradusError);
  expect(() => without.intervals({ weight: 1 })).toThrow("Train it again with option calibrate");
});

test("a radius of the residuals that are kept is never smaller than that of all, and the same of up to a thousand", () => {
  for (const rows of [9, 57, 1000, 1001, 2500, 12_345]) {
    const draw = random(rows, "residuals");
    const all = Array.from({ length: rows }, () => Math.abs(draw.normal())).sort((a, b) => a - b);
    const { residuals, ...kept } = fitConformal(all);
    for (const coverage of [0.1, 0.5, 0.8, 0.9]) {
      const radius = conformalRadius({ residuals, rows: residuals.length }, coverage);
      const exact = conformalRadius({ residuals: all, rows }, coverage);
      expect(radius).toBeGreaterThanOrEqual(exact);
      expect(radius).toBeLessThan(exact + 0.02);
      if (rows <= 1000) expect([radius, radius]).toEqual([exact, conformalRadius({ residuals, ...kept }, coverage)]);
    }
  }
});

test("a regressor of one target gives one pair of bounds", async () => {
  const document: ModelDocument = {
    ...regressorDocument,
    target: { task: "regression", columns: ["wing"], means: [30], deviations: [10] },
    network: constant(0.5),
    interval: { residuals: [[1, 2, 4]] },
  };
  const model = await createModel(document, drawnParameters(document), reference);
  if (!(model instanceof Regressor)) throw new Error("Expected a regressor.");
  expect(model.intervals({ weight: 1 }, 0.5)).toEqual([33, 37]); // rank ⌈4 · 0.5⌉ = 2 of 3, around 35
  const types = (one: Regressor<"wing">, both: Regressor<readonly ["wing", "tail"]>): void => {
    expectTypeOf(one.intervals({})).toEqualTypeOf<readonly [low: number, high: number]>();
    expectTypeOf(both.intervals({}).tail).toEqualTypeOf<readonly [low: number, high: number]>();
  };
  expect(types).toBeTypeOf("function");
});

test("disposing of a model frees every member, and a member that cannot be opened leaves none behind", async () => {
  let open = 0;
  const counting = (limit: number): Engine => ({
    ...reference,
    predictor: (described, values) => {
      if (open === limit) throw new GradusError("no room");
      open++;
      return { ...reference.predictor(described, values), dispose: () => void open-- };
    },
  });
  const model = await classifier(two, counting(9));
  expect(open).toBe(2);
  model.dispose();
  expect(open).toBe(0);
  await expect(classifier(two, counting(1))).rejects.toThrow("no room");
  expect(open).toBe(0);
});

const member = { encoder: ringed, network: sure(1) };

test.each<[object, string]>([
  [{ further: [{ network: sure(1) }] }, "model.further[0].encoder is missing."],
  [
    { further: [{ ...member, network: constant(1, 2, 3) }] },
    "In further[0]: network.outputs: expected 2 as in target.classes",
  ],
  [
    { further: [member, { ...member, encoder: { columns: [] } }] },
    "In further[1]: network.inputs: expected 0 as in the encoder's columns, found 1.",
  ],
  [
    { further: [{ ...member, target: { ...two.target, classes: ["tern", "gull"] } }] },
    "In further[0]: Expected every network of the model to have the same target columns, classes and quantiles, found different ones.",
  ],
  [
    { further: [{ ...member, target: regressors.target }] },
    "In further[0]: Expected every network of the model to have the same target columns",
  ],
  [{ further: 3 }, "model.further: expected a list, found 3."],
  [{ temperature: 0 }, "model.temperature: expected a finite number of 0.001 to 1000, found 0."],
  [{ interval: { residuals: [[1]] } }, "Expected an interval only for regression, found one for classification."],
])("a classifier of several networks with a wrong part is refused (%#)", (part, message) => {
  expect(() => checkDocument({ ...two, ...part })).toThrow(ModelFileError);
  expect(() => checkDocument({ ...two, ...part })).toThrow(message);
});

test.each<[object, string]>([
  [{ temperature: 1 }, "Expected a temperature only for classes or labels, found one for regression."],
  [{ interval: { residuals: [[1]] } }, "interval.residuals: expected 2 as in target.columns, found 1."],
  [{ interval: { residuals: [[1], []] } }, "interval.residuals[1]: expected numbers in ascending order, found none."],
  [{ interval: { residuals: [[1, 0.5], [1]] } }, "interval.residuals[0]: expected numbers in ascending order"],
  [{ interval: { residuals: [[-1], [1]] } }, "interval.residuals[0]: expected numbers of at least 0, found -1"],
  [{ target: { ...regressors.target, ranges: [[0, 1]] } }, "target.ranges: expected 2 as in target.columns, found 1."],
  [
    {
      target: {
        ...regressors.target,
        ranges: [
          [0, 1],
          [1, 0],
        ],
      },
    },
    "model.target.ranges[1]: expected two numbers, the least and the greatest",
  ],
])("a regressor with a wrong temperature, interval or range is refused (%#)", (part, message) => {
  expect(() => checkDocument({ ...regressors, ...part })).toThrow(ModelFileError);
  expect(() => checkDocument({ ...regressors, ...part })).toThrow(message);
});
