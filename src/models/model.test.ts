import { expect, expectTypeOf, test } from "vitest";
import { classifierDocument, drawnParameters, regressorDocument } from "../../test/exampleModels.ts";
import type { Row, Table } from "../data/table.ts";
import type { Engine } from "../engines/engine.ts";
import { GradusError, ModelFileError, ShapeError } from "../errors.ts";
import { dense } from "../network/layers.ts";
import { network } from "../network/network.ts";
import { reference } from "../reference/reference.ts";
import { type Classifier, createModel, type Model, modelFromBytes, type Regressor } from "./model.ts";

const bird: Row = { weight: 5.5, island: "Île", ringed: true, seen: "2024-05-01T06:00:00Z" };
const birds: readonly Row[] = [
  bird,
  { weight: null, island: "never seen", ringed: null, seen: null },
  { weight: "3", island: null, ringed: false, seen: new Date(0) },
];

async function classifier(): Promise<Classifier> {
  const model = await createModel(classifierDocument, drawnParameters(classifierDocument), reference);
  if (model.task !== "classification") throw new Error("Expected a classifier.");
  return model;
}

async function regressor(): Promise<Regressor> {
  const model = await createModel(regressorDocument, drawnParameters(regressorDocument), reference);
  if (model.task !== "regression") throw new Error("Expected a regressor.");
  return model;
}

const weights: Table = {
  source: "weights.csv",
  rows: 2,
  columns: [{ name: "weight", type: "number", values: Float64Array.of(8, Number.NaN) }],
};

test("a classifier gives the label and the probabilities that its outputs stand for", async () => {
  // One input, +1 for true; the outputs are its logits y = (1, −1) · input.
  const layer = dense(2, { initialisation: { weights: [[1], [-1]] } });
  const document = {
    ...classifierDocument,
    encoder: { columns: [{ kind: "boolean", name: "ringed" }] },
    network: network({ inputs: 1, layers: [layer] }),
  } as const;
  const model = await createModel(document, drawnParameters(document), reference);
  // p(gull) = e¹ / (e¹ + e⁻¹) = 1 / (1 + e⁻²)
  const gull = 1 / (1 + Math.exp(-2));
  const [ringed, not, missing] = model.predict([{ ringed: true }, { ringed: "false" }, { ringed: null }]);
  expect(ringed).toEqual({
    label: "gull",
    probability: expect.closeTo(gull, 12),
    ranked: [
      { label: "gull", probability: expect.closeTo(gull, 12) },
      { label: "tern", probability: expect.closeTo(1 - gull, 12) },
    ],
    probabilities: { gull: expect.closeTo(gull, 12), tern: expect.closeTo(1 - gull, 12) },
  });
  expect(not).toMatchObject({ label: "tern", probability: expect.closeTo(gull, 12) });
  expect(not).toMatchObject({ ranked: [{ label: "tern" }, { label: "gull" }] });
  // Of equals, the first.
  expect(missing).toMatchObject({ label: "gull", probability: 0.5, probabilities: { gull: 0.5, tern: 0.5 } });
});

test("a regressor gives numbers in the targets' units, by name", async () => {
  // z = (8 − 4) · 0.5 = 2; clipped, x = z / √(1 + (z/3)²) = 2 / √(13/9) = 6/√13
  const x = 6 / Math.sqrt(13);
  const model = await regressor();
  const prediction = model.predict({ weight: 8 });
  // y = (x, 0.5 − 2x); wing = 30 + 10 y₁, tail = −2 + 0.5 y₂
  expect(prediction).toEqual({
    wing: expect.closeTo(30 + 10 * x, 5),
    tail: expect.closeTo(-2 + 0.5 * (0.5 - 2 * x), 5),
  });
  // A missing weight is the median: x = 0.
  expect([...model.values(weights)].slice(2)).toEqual([30, -1.75]);
  expect(model.predictTable(weights)).toEqual([prediction, { wing: 30, tail: -1.75 }]);
});

test("a regressor of one target gives a number", async () => {
  const document = {
    ...regressorDocument,
    target: { task: "regression", columns: ["wing"], means: [30], deviations: [10] },
    network: network({ inputs: 1, layers: [dense(1, { initialisation: { weights: [[0]], bias: [0.5] } })] }),
  } as const;
  const model = await createModel(document, drawnParameters(document), reference);
  expect(model.predict({ weight: 1 })).toBe(35); // 30 + 10 · 0.5
  expect(model.predict([{ weight: 1 }, { weight: 2 }])).toEqual([35, 35]);
});

test("one row, a list and a table give the same predictions", async () => {
  const model = await classifier();
  const predictions = model.predict(birds);
  expect(predictions).toEqual(birds.map((row) => model.predict(row)));
  expect(model.predict([])).toEqual([]);
  const table: Table = {
    source: "birds.csv",
    rows: 1,
    columns: [
      { name: "extra", type: "text", values: ["ignored"] },
      { name: "seen", type: "date", values: Float64Array.of(Date.UTC(2024, 4, 1, 6)) },
      { name: "ringed", type: "boolean", values: [true] },
      { name: "island", type: "text", values: ["Île"] },
      { name: "weight", type: "number", values: Float64Array.of(5.5) },
    ],
  };
  expect(model.predictTable(table)).toEqual([predictions[0]]);
  const [gull, tern] = model.probabilities(table);
  expect(predictions[0].probabilities).toEqual({ gull, tern });
  expect(gull + tern).toBeCloseTo(1, 15);
});

test("saved and read again, a model predicts the same bit for bit, whatever precision it was trained in", async () => {
  const thirds = Float64Array.from(drawnParameters(classifierDocument), (value) => value / 3); // no float32 any more
  const model = await createModel(classifierDocument, thirds, reference);
  const bytes = model.toBytes();
  const again = await modelFromBytes(bytes, reference);
  expect(again.predict(birds)).toStrictEqual(model.predict(birds));
  expect(again.toBytes()).toEqual(bytes);
  expect(again.document).toEqual(classifierDocument);
});

test("a class may have any name", async () => {
  const target = { ...classifierDocument.target, classes: ["__proto__", "toString"] } as const;
  const document = { ...classifierDocument, target } as typeof classifierDocument;
  const model = await createModel(document, drawnParameters(document), reference);
  if (model.task !== "classification") throw new Error("Expected a classifier.");
  expect(Object.keys(model.predict(bird).probabilities)).toEqual(["__proto__", "toString"]);
});

test("labels keep the type they have in the table", async () => {
  for (const classes of [
    [0, 1],
    [false, true],
  ]) {
    const document = {
      ...classifierDocument,
      target: { ...classifierDocument.target, classes },
    } as typeof classifierDocument;
    const model = await createModel(document, drawnParameters(document), reference);
    if (model.task !== "classification") throw new Error("Expected a classifier.");
    const { label, probabilities } = model.predict(bird);
    expect(classes).toContain(label);
    expect(Object.keys(probabilities)).toEqual(classes.map(String));
  }
});

test("a row without a column of the model is refused", async () => {
  const model = await classifier();
  expect(() => model.predict({ ...bird, weight: "heavy" })).toThrow("weight");
  const { island: _, ...rest } = bird;
  expect(() => model.predict(rest)).toThrow('"island"');
});

test("an output that is not finite is an error, not a prediction", async () => {
  const parameters = drawnParameters(regressorDocument).fill(3e38, 0, 2);
  const overflowing: Engine = {
    ...reference,
    predictor: (described, values) => {
      const predictor = reference.predictor(described, values);
      return { ...predictor, predict: (inputs) => Float32Array.from(predictor.predict(inputs)) };
    },
  };
  const model = await createModel(regressorDocument, parameters, overflowing);
  expect(() => model.predictTable(weights)).toThrow(
    new GradusError(
      "In weights.csv, row 1: expected a finite output of the network, found Infinity. " +
        "Its parameters are too large for these inputs; train again with a lower learning rate.",
    ),
  );
});

test("disposing of a model frees what the engine holds", async () => {
  let disposed = 0;
  const counting: Engine = {
    ...reference,
    predictor: (described, values) => ({ ...reference.predictor(described, values), dispose: () => void disposed++ }),
  };
  {
    using model = await createModel(regressorDocument, drawnParameters(regressorDocument), counting);
    expect(model.predict({ weight: 4 })).toEqual({ wing: 30, tail: -1.75 });
  }
  expect(disposed).toBe(1);
});

test("what does not fit together makes no model", async () => {
  await expect(createModel(classifierDocument, new Float32Array(3), reference)).rejects.toThrow(ShapeError);
  await expect(modelFromBytes(new Uint8Array(3), reference, "a.gradus")).rejects.toThrow(ModelFileError);
  await expect(modelFromBytes(new Uint8Array(3), reference, "a.gradus")).rejects.toThrow("a.gradus: ");
});

test("predictions have the types that the model was made for", () => {
  const check = (
    species: Classifier<"gull" | "tern">,
    price: Regressor<"price">,
    both: Regressor<readonly ["wing", "tail"]>,
    any: Model,
  ) => {
    expectTypeOf(species.predict(bird).label).toEqualTypeOf<"gull" | "tern">();
    expectTypeOf(species.predict(bird).probabilities).toEqualTypeOf<Readonly<Record<"gull" | "tern", number>>>();
    expectTypeOf(price.predict(bird)).toEqualTypeOf<number>();
    expectTypeOf(price.predict(birds)).toEqualTypeOf<number[]>();
    expectTypeOf(both.predict(bird).tail).toEqualTypeOf<number>();
    // @ts-expect-error no such target
    both.predict(bird).leg;
    const models: Model[] = [species, price, both];
    // Either kind takes rows alike; `task` tells them apart.
    any.predict(birds);
    if (any.task === "classification") expectTypeOf(any.predict(bird).label).toEqualTypeOf<string | number | boolean>();
    else if (any.task === "regression")
      expectTypeOf(any.predict(bird)).toEqualTypeOf<number | Readonly<Record<string, number>>>();
    return models;
  };
  expect(check).toBeTypeOf("function"); // the compiler makes the checks
});

test("the error of a row names its columns and its number as data, for a server that answers requests", async () => {
  const model = await classifier();
  const errorOf = (...rows: unknown[]): unknown => {
    try {
      return model.predict(rows as object[]);
    } catch (error) {
      return error;
    }
  };
  const { weight: _, ...without } = bird;
  expect(errorOf(bird, without)).toMatchObject({ name: "DataError", columns: ["weight"], row: 2 });
  expect(errorOf({ ...bird, weight: "heavy" })).toMatchObject({ columns: ["weight"], row: 1 });
  expect(errorOf({ ...bird, weight: {} })).toMatchObject({ columns: ["weight"], row: 1 });
  expect(errorOf({ ...bird, weight: Number.POSITIVE_INFINITY })).toMatchObject({ columns: ["weight"], row: 1 });
  expect(errorOf(bird, null)).toMatchObject({ row: 2 });
  expect(errorOf(null)).not.toHaveProperty("columns");
});

test("a Set of rows and a Map are refused by what they are, because both would be a row without columns", async () => {
  const model = await classifier();
  expect(() => model.predict(new Set([bird]))).toThrow(
    "expected row 1 to be an object of column names and values, found a Set.",
  );
  expect(() => model.predict(new Map(Object.entries(bird)))).toThrow("found a Map. Use Object.fromEntries(map).");
  expect(() => model.predict([bird, new Map()])).toThrow("expected row 2");
});

test("what other parts of the library need of a model is not among its public methods", async () => {
  const model = await classifier();
  expect(["responseToAll", "describedBy"].filter((name) => name in model)).toEqual([]);
});

test("a table given as a row is refused with the name of the method for tables", async () => {
  using model = await regressor();
  const given = weights as unknown as Row;
  expect(() => model.predict(given)).toThrow(
    "Expected rows to predict, but this is a table: use predictTable(table) instead.",
  );
  expect(() => model.predict([given])).toThrow("row 1 is a table: use predictTable(table)");
});

test("a disposed model says that it is the model that was disposed", async () => {
  const model = await regressor();
  model.dispose();
  expect(() => model.predictTable(weights)).toThrow("This model was disposed. Load or train it again.");
  await expect(model.predictAll(weights)).rejects.toThrow("This model was disposed.");
});
