import { expect, test } from "vitest";
import { DataError, DescriptionError } from "../errors.ts";
import type { ClassificationMetrics } from "../metrics/classificationMetrics.ts";
import type { RegressionMetrics } from "../metrics/regressionMetrics.ts";
import type { Model } from "../models/model.ts";
import { random } from "../random.ts";
import { fit } from "../training/fit.ts";
import { continueTraining } from "./continueTraining.ts";
import { evaluate } from "./evaluate.ts";
import { loadModel } from "./loadModel.ts";
import { startTraining } from "./startTraining.ts";
import { train } from "./train.ts";
import type { TrainOptions } from "./trainOptions.ts";

/** Points of a noisy plane with a side, a distance, a weight and a group. */
const pointsFrom = (first: number, count = 90) =>
  Array.from({ length: count }, (_, at) => {
    const draw = random(first + at, "points");
    const [x, y] = [4 * draw.uniform() - 2, 4 * draw.uniform() - 2];
    const side = x + draw.normal() / 3 > 0.3 ? "right" : "left";
    return { x, y, kind: ["a", "b", "c"][at % 3], side, distance: 10 * x + draw.normal(), w: 1 + (at % 3), g: at % 12 };
  });
const points = pointsFrom(0);
const features = ["x", "y", "kind"] as const;
const quick = { table: points, features, hidden: [6], epochs: 4, seed: 3 } as const;
const plain = { ...quick, recipe: "plain", schedule: "constant", engine: "reference", learningRate: 0.01 } as const;

/** Which rows of `points` a part has. */
const rowsIn = (part: { readonly table: { readonly rowNumbers?: ArrayLike<number> } } | undefined): number[] =>
  Array.from(part?.table.rowNumbers ?? []).sort((a, b) => a - b);

test("a model of train goes on where it is: its rows are divided as before, and the first losses are its own", async () => {
  const options = { ...plain, target: "side", testFraction: 0.1, loss: "crossEntropy", calibrate: false } as const;
  const { model } = await train(options);
  using begun = await startTraining(options);
  using training = await continueTraining({ model, table: points, engine: "reference" });
  const { data, session } = training;
  expect(training.division).toBe("training");
  for (const part of ["training", "validation", "test"] as const) {
    expect(rowsIn(data[part])).toEqual(rowsIn(begun.data[part]));
    expect(data[part]?.patterns).toEqual(begun.data[part]?.patterns);
  }
  expect(session.step).toBe(0);
  expect(training.problem.optimizer).toEqual(begun.problem.optimizer);
  const held = data.validation;
  if (held === undefined) throw new Error("no validation rows");
  const { logLoss } = evaluate(model, held.table).model as ClassificationMetrics;
  expect(await session.evaluate(session.load(held.patterns))).toBeCloseTo(logLoss, 6);
});

test("after steps the loss is lower, and the model of then is saved, opened and goes on again on the same rows", async () => {
  const { model } = await train({ ...plain, target: "side" });
  using training = await continueTraining({ model, table: points });
  const { session, data } = training;
  const rows = session.load(data.training.patterns);
  const before = await session.evaluate(rows);
  await fit(session, { training: data.training.patterns, epochs: 20 });
  const after = await session.evaluate(rows);
  expect(after).toBeLessThan(0.9 * before);
  const further = await training.toModel();
  const { provenance, metrics, temperature, verdict } = further.document;
  expect(provenance.epochs).toBe(model.document.provenance.bestEpoch + 20);
  expect(provenance.rows).toEqual(model.document.provenance.rows);
  expect(temperature).toBeUndefined();
  expect(verdict?.of).toBe("test");
  const held = data.validation?.table;
  if (held === undefined) throw new Error("no validation rows");
  expect(metrics).toMatchObject({ validation: JSON.parse(JSON.stringify(evaluate(further, held).model)) });

  const loaded = await loadModel(further.toBytes());
  using again = await continueTraining({ model: loaded, table: points });
  expect(again.division).toBe("training");
  expect(rowsIn(again.data.validation)).toEqual(rowsIn(data.validation));
  expect(await again.session.evaluate(again.session.load(again.data.training.patterns))).toBeCloseTo(after, 5);
});

const several: readonly (readonly [string, object])[] = [
  ["classes", { target: "side" }],
  ["numbers", { target: "distance", task: "regression" }],
  ["classes with sample weights", { target: "side", weights: "w" }],
  ["numbers in groups", { target: "distance", task: "regression", group: "g" }],
];

test.each(several)(
  "each network of an ensemble of folds, %s, holds out again the rows that it did not learn from",
  async (_, asked) => {
    const { model } = await train({ ...quick, epochs: 2, folds: 3, ensemble: 2, ...asked } as never as TrainOptions);
    const held: number[][] = [];
    const tested: number[][] = [];
    for (let member = 0; member < 6; member++) {
      using training = await continueTraining({ model, table: points, member });
      expect([member, training.division]).toEqual([member, "training"]);
      const { training: learned, validation, test: test_ } = training.data;
      expect(rowsIn(learned).filter((row) => rowsIn(validation).includes(row))).toEqual([]);
      held.push(rowsIn(validation));
      tested.push(rowsIn(test_));
    }
    expect(held.slice(3)).toEqual(held.slice(0, 3));
    expect(new Set(tested.map(String)).size).toBe(1);
    const all = [...held.slice(0, 3).flat(), ...tested[0]].sort((a, b) => a - b);
    expect(all).toEqual(points.map((__, row) => row));
  },
);

test("the one network of an ensemble that goes on is a model by itself, with its own metrics", async () => {
  const { model } = await train({ ...quick, target: "distance", task: "regression", folds: 3 });
  using training = await continueTraining({ model, table: points, member: 2 });
  const alone = await training.toModel();
  expect(alone.document.further).toBeUndefined();
  expect(alone.parameters).toEqual(model.further[1]);
  const held = training.data.validation?.table;
  if (held === undefined) throw new Error("no validation rows");
  const { rmse } = evaluate(alone, held).model as RegressionMetrics;
  expect((alone.document.metrics.validation as { rmse: number }).rmse).toBeCloseTo(rmse, 9);
});

test("on other rows the table is divided anew, which the warning and the model's file say", async () => {
  const { model } = await train({ ...plain, target: "side" });
  using training = await continueTraining({ model, table: pointsFrom(500, 60) });
  expect(training.division).toBe("anew");
  const { validation, test: tested, encoder, warnings } = training.data;
  expect([training.data.training, validation, tested].map((part) => part?.table.rows)).toEqual([38, 10, 12]);
  expect(encoder).toEqual(model.document.encoder);
  expect(warnings.map(({ code }) => code)).toContain("divided-anew");
  const further = await training.toModel();
  expect(further.document.warnings?.map(({ code }) => code)).toContain("divided-anew");
});

test("a table with the rows of the training and others is divided anew", async () => {
  const { model } = await train({ ...plain, target: "side" });
  using training = await continueTraining({ model, table: [...points, ...pointsFrom(500, 10)] });
  expect(training.division).toBe("anew");
});

test("settings of the step replace those of the training, and the file has them", async () => {
  const { model } = await train({ ...plain, target: "side", batchSize: 16 });
  using training = await continueTraining({ model, table: points, optimizer: "sgd", learningRate: 0.5, batchSize: 8 });
  expect(training.problem).toMatchObject({ optimizer: { name: "sgd", learningRate: 0.5 }, batchSize: 8 });
  const { options } = (await training.toModel()).document.provenance;
  expect(options).toMatchObject({ optimizer: "sgd", learningRate: 0.5, batchSize: 8 });
});

const { model: known }: { model: Model } = await train({ ...plain, target: "side", folds: 1 });

test("what does not fit the model is named, and nothing is begun", async () => {
  const without = points.map(({ kind: _kind, ...row }) => row);
  await expect(continueTraining({ model: known, table: without })).rejects.toThrow(/"kind"/);
  const other = points.map((row) => ({ ...row, side: row.x > 0 ? "up" : "down" }));
  await expect(continueTraining({ model: known, table: other })).rejects.toThrow(DataError);
  await expect(continueTraining({ model: known, table: other })).rejects.toThrow(/"(up|down)"/);
  const untold = points.map(({ side: _side, ...row }) => row);
  await expect(continueTraining({ model: known, table: untold })).rejects.toThrow(/"side"/);
  const texts = points.map((row) => ({ ...row, x: "far" }));
  await expect(continueTraining({ model: known, table: texts })).rejects.toThrow(/"?x"?/);
});

test("an unknown option, another network than the model has, and a rate out of range are refused", async () => {
  const asked = { model: known, table: points };
  await expect(continueTraining({ ...asked, hidden: [3] } as never)).rejects.toThrow(/"hidden"/);
  await expect(continueTraining({ ...asked, member: 1 })).rejects.toThrow(
    new DescriptionError("Expected a network of the model from 0 to 0, found 1."),
  );
  await expect(continueTraining({ ...asked, learningRate: -1 })).rejects.toThrow(DescriptionError);
});
