import { expect, test } from "vitest";
import { enginesHere } from "../../test/enginesHere.ts";
import { DescriptionError, GradusError } from "../errors.ts";
import type { ClassificationMetrics } from "../metrics/classificationMetrics.ts";
import type { Classifier, Model, Regressor } from "../models/model.ts";
import { random } from "../random.ts";
import { DivergenceError } from "../training/divergence.ts";
import type { EpochEvent, FitEvent, FitResult } from "../training/events.ts";
import { evaluate } from "./evaluate.ts";
import { loadModel } from "./loadModel.ts";
import { type StartedTraining, startTraining } from "./startTraining.ts";
import type { StartTrainingOptions } from "./startTrainingOptions.ts";
import { DivergedError, train } from "./train.ts";

interface Point {
  readonly x: number;
  readonly y: number;
  readonly side: "left" | "right";
  readonly distance: number;
  readonly right: boolean;
  readonly above: boolean;
  readonly w: number;
}

/** Points of a noisy plane: a side, a distance, two truth values, a weight and a group. */
const points = Array.from({ length: 90 }, (_, row): Point => {
  const draw = random(row, "points");
  const [x, y] = [4 * draw.uniform() - 2, 4 * draw.uniform() - 2];
  const right = x + draw.normal() > 0.3;
  const above = y + draw.normal() > 0;
  return {
    x,
    y,
    side: right ? "right" : "left",
    distance: x - 0.3 + draw.normal() / 2,
    right,
    above,
    w: 1 + (row % 3),
  };
});
const features = ["x", "y"] as const;
const quick = { table: points, features, hidden: [6], epochs: 6, seed: 3, folds: 1 } as const;
const plain = { ...quick, target: "side", recipe: "plain", schedule: "constant", engine: "reference" } as const;

async function toEnd(training: StartedTraining<Model>): Promise<{ events: FitEvent[]; result: FitResult }> {
  const events: FitEvent[] = [];
  const iterator = training.events();
  for (;;) {
    const next = await iterator.next();
    if (next.done) return { events, result: next.value };
    events.push(next.value);
  }
}

/** The events up to the end of an epoch that is wanted. */
async function until(events: AsyncGenerator<FitEvent>, wanted: (event: EpochEvent) => boolean): Promise<EpochEvent> {
  for (;;) {
    const { value, done } = await events.next();
    if (done) throw new Error("no such epoch");
    if (value.event === "epoch" && wanted(value)) return value;
  }
}

const tasks: Readonly<Record<string, Pick<StartTrainingOptions, "target" | "task" | "weights" | "group">>> = {
  classes: { target: "side" },
  numbers: { target: "distance", task: "regression" },
  "several numbers": { target: ["distance", "w"], task: "regression" },
  "several labels": { target: ["right", "above"], task: "multilabel" },
  "classes with sample weights": { target: "side", weights: "w" },
  "numbers in groups": { target: "distance", task: "regression", group: "w" },
};

test.each(enginesHere.flatMap((engine) => Object.keys(tasks).map((name) => [name, engine] as const)))(
  "%s on engine %s: a training gone through event by event gives the model, metrics and history of train, to the bit",
  async (name, engine) => {
    const options = { ...quick, ...tasks[name], engine } as StartTrainingOptions;
    const { model, report } = await train(options);
    using training = await startTraining(options);
    const { events, result } = await toEnd(training);
    const own = await training.toModel();
    expect(own.toBytes()).toEqual(model.toBytes());
    expect(own.document.metrics).toEqual(JSON.parse(JSON.stringify(report.metrics)));
    expect(result.history).toEqual(report.history);
    expect([result.epochs, result.bestEpoch, result.stopped]).toEqual([
      report.epochs,
      report.bestEpoch,
      report.stopped,
    ]);
    expect(events.filter(({ event }) => event === "epoch").length).toBe(6);
    expect(training.start).toMatchObject({ rows: report.rows, engine, networks: 1, parameters: report.parameters });
  },
);

test("the data, the problem and the session are those that the events train", async () => {
  using training = await startTraining({ ...plain, testFraction: 0.1 });
  const { data, problem, session } = training;
  expect([data.training.table.rows, data.validation?.table.rows, data.test?.table.rows]).toEqual([65, 16, 9]);
  expect(data.training.patterns.inputs.length).toBe(65 * data.inputs);
  expect([problem.network.inputs, problem.network.outputs]).toEqual([data.inputs, data.outputs]);
  expect(problem.seed).toBe(3);
  const before = session.parameters.slice();
  await until(training.events(), () => true);
  expect(session.parameters).not.toEqual(before);
  expect(session.step).toBe(Math.ceil(65 / problem.batchSize));
});

test("the model between two epochs predicts with the parameters of that moment, and is saved and loaded", async () => {
  using training = await startTraining({ ...plain, engine: "wasm", calibrate: false });
  const events = training.events();
  await until(events, ({ epoch }) => epoch === 2);
  const { inputs } = training.data.training.patterns;
  const early: Classifier<"left" | "right"> = await training.toModel();
  const rows = training.data.training.table;
  const outputs = await training.session.predict(inputs);
  const { probabilities } = early.predict({ x: points[0].x, y: points[0].y });
  const loaded = await loadModel(early.toBytes(), { task: "classification" });
  expect(loaded.predict({ x: points[0].x, y: points[0].y }).probabilities).toEqual(probabilities);
  const second = early.predictTable(rows).map(({ label }) => early.classes.indexOf(label));
  expect(second).toEqual(Array.from({ length: rows.rows }, (_, n) => (outputs[2 * n + 1] > outputs[2 * n] ? 1 : 0)));
  await until(events, ({ epoch }) => epoch === 6);
  const late = await training.toModel();
  expect(late.predict({ x: points[0].x, y: points[0].y }).probabilities).not.toEqual(probabilities);
  expect(early.predict({ x: points[0].x, y: points[0].y }).probabilities).toEqual(probabilities);
});

test("making models in between changes no bit of what comes after", async () => {
  using undisturbed = await startTraining({ ...quick, target: "side" });
  await toEnd(undisturbed);
  using training = await startTraining({ ...quick, target: "side" });
  for await (const _event of training.events()) (await training.toModel()).dispose();
  expect((await training.toModel()).toBytes()).toEqual((await undisturbed.toModel()).toBytes());
});

test("at the best epoch so far, the model and its metrics are those of a training that ends there", async () => {
  using training = await startTraining({ ...plain, epochs: 30, learningRate: 0.02 });
  let compared = 0;
  for await (const event of training.events()) {
    if (event.event !== "epoch" || !event.best || event.epoch < 3 || compared === 2) continue;
    const { model } = await train({ ...plain, epochs: event.epoch, learningRate: 0.02 });
    const own = await training.toModel();
    const { provenance: _own, ...document } = own.document;
    const { provenance, ...expected } = model.document;
    expect(document).toEqual(expected);
    expect([own.document.provenance.epochs, own.document.provenance.bestEpoch]).toEqual([event.epoch, event.epoch]);
    expect(provenance.bestEpoch).toBe(event.epoch);
    compared++;
  }
  expect(compared).toBe(2);
});

test("where the present epoch is not the best, the metrics are those of its own predictions for the validation rows", async () => {
  const options = { ...plain, epochs: 200, learningRate: 0.1, testFraction: 0, calibrate: false } as const;
  using training = await startTraining(options);
  const { epoch } = await until(training.events(), ({ best }) => !best);
  const model = await training.toModel();
  expect(model.document.provenance).toMatchObject({ epochs: epoch, bestEpoch: epoch });
  const held = training.data.validation?.table;
  if (held === undefined) throw new Error("no validation rows");
  const metrics = evaluate(model, held).model as ClassificationMetrics;
  expect(model.document.metrics).toMatchObject({
    validation: { accuracy: metrics.accuracy, logLoss: expect.closeTo(metrics.logLoss, 6) },
  });
});

test("after a break the model is that of the best epoch, as after an abort", async () => {
  const options = { ...plain, epochs: 300, learningRate: 0.1 } as const;
  using training = await startTraining(options);
  let best = 0;
  let last = 0;
  for await (const event of training.events()) {
    if (event.event !== "epoch") continue;
    if (event.best) best = event.epoch;
    last = event.epoch;
    if (last > best + 3) break;
  }
  const model = await training.toModel();
  expect(model.document.provenance).toMatchObject({ epochs: last, bestEpoch: best });
  const stop = new AbortController();
  using aborted = await startTraining({ ...options, signal: stop.signal });
  for await (const event of aborted.events()) if (event.event === "epoch" && event.epoch === last) stop.abort();
  expect((await aborted.toModel()).toBytes()).toEqual(model.toBytes());
});

test("before the first event the model has its initial parameters, and its file warns of them", async () => {
  using training = await startTraining(plain);
  const model = await training.toModel();
  expect(model.document.warnings?.map(({ code }) => code)).toContain("untrained");
  expect(model.document.provenance).toMatchObject({ epochs: 0, bestEpoch: 0 });
});

test("steps of a loop of one's own count as training, those of less than an epoch too", async () => {
  using training = await startTraining(plain);
  const { session, data, problem } = training;
  const loaded = session.load(data.training.patterns);
  const rows = Uint32Array.from({ length: data.training.table.rows }, (_, row) => row);
  const perEpoch = Math.ceil(rows.length / problem.batchSize);
  const isUntrained = (model: Model) => model.document.warnings?.some(({ code }) => code === "untrained") ?? false;
  await session.run(loaded, rows.subarray(0, problem.batchSize));
  const begun = await training.toModel();
  expect(begun.document.provenance).toMatchObject({ epochs: 0, bestEpoch: 0 });
  expect(isUntrained(begun)).toBe(false);
  await session.run(loaded, rows.subarray(problem.batchSize));
  await session.run(loaded, rows);
  expect(session.step).toBe(2 * perEpoch);
  const model = await training.toModel();
  expect(model.document.provenance).toMatchObject({ epochs: 2, bestEpoch: 2 });
  expect(isUntrained(model)).toBe(false);
});

test("a training that diverges throws fit's own error, and has the model that train's error has", async () => {
  const options = { ...quick, recipe: "plain", optimizer: "sgd", learningRate: 1e30, target: "distance" } as const;
  const diverged: unknown = await train({ ...options, task: "regression" }).catch((error: unknown) => error);
  if (!(diverged instanceof DivergedError)) throw new Error("train did not diverge");
  using training = await startTraining({ ...options, task: "regression" });
  const thrown = await toEnd(training).catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(DivergenceError);
  expect((thrown as Error).message).toBe(diverged.message);
  const model: Regressor<"distance"> = await training.toModel();
  expect(model.toBytes()).toEqual(diverged.model.toBytes());
  expect(() => training.events()).toThrow("a training runs once");
});

test("a model lives on when its training is disposed, which refuses everything else", async () => {
  const training = await startTraining(plain);
  const events = training.events();
  await until(events, ({ epoch }) => epoch === 1);
  const model = await training.toModel();
  training.dispose();
  training.dispose();
  expect(["left", "right"]).toContain(model.predict({ x: 1, y: 1 }).label);
  await expect(training.toModel()).rejects.toThrow(GradusError);
  await expect(events.next()).rejects.toThrow(GradusError);
});

test("leaving the loop by an error of its own ends the training, and using frees it", async () => {
  const failing = async (): Promise<void> => {
    using training = await startTraining(plain);
    for await (const event of training.events()) throw new Error(`the caller's own, in epoch ${event.epoch}`);
  };
  await expect(failing()).rejects.toThrow("the caller's own, in epoch 1");
});

test("events are given once, with the remedy", async () => {
  using training = await startTraining(plain);
  training.events();
  expect(() => training.events()).toThrow(
    new GradusError(
      "events was called before, and a training runs once. Go on with the events of that call, or start another training.",
    ),
  );
});

const refused: readonly (readonly [object, string])[] = [
  [
    { folds: 5 },
    "Expected startTraining's folds to be 1, because startTraining trains one network (train trains several), found 5.",
  ],
  [
    { ensemble: 2 },
    "Expected startTraining's ensemble to be 1, because startTraining trains one network (train trains several), found 2.",
  ],
  [
    { time: 3 },
    "Option time is for train and not for startTraining: how long training takes is decided by the loop over its events. Leave it out.",
  ],
  [{ plan: {} }, "Option plan is for train and not for startTraining: it has no time limit. Leave it out."],
  [
    { onProgress: () => {} },
    "Option onProgress is for train and not for startTraining: its result has the events as events(). Leave it out.",
  ],
  [
    { onStart: () => {} },
    "Option onStart is for train and not for startTraining: its result has the same as start. Leave it out.",
  ],
  [{ epoch: 3 }, 'Unknown option of startTraining "epoch". Did you mean "epochs"?'],
  [{ epochs: 0 }, "epochs"],
  [{ target: "sides" }, "sides"],
];

test.each(refused)("%o is refused before anything is prepared", async (wrong, message) => {
  const options = { ...plain, ...wrong } as unknown as StartTrainingOptions;
  const thrown: unknown = await startTraining(options).catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(GradusError);
  expect((thrown as Error).message).toContain(message);
  if ("folds" in wrong) expect(thrown).toBeInstanceOf(DescriptionError);
});
