import { expect, test } from "vitest";
import { encodeTable } from "../../data/encoder.ts";
import type { ClassificationTarget, Encoder, RegressionTarget } from "../../data/encoding.ts";
import { selectRows } from "../../data/rows.ts";
import { foldRows } from "../../data/split.ts";
import type { Table } from "../../data/table.ts";
import { encodeTarget } from "../../data/target.ts";
import { completeProblem, type Engine, type Problem } from "../../engines/engine.ts";
import { wasm } from "../../engines/wasm/wasm.ts";
import { createModel, type Model } from "../../models/model.ts";
import { dense } from "../../network/layers.ts";
import { network } from "../../network/network.ts";
import { random } from "../../random.ts";
import { fit } from "../../training/fit.ts";
import { evaluatePredictions } from "../predictions.ts";
import { networksOf } from "../trainedDocument.ts";
import { calibrate } from "./calibrate.ts";
import { type MemberCounts, memberTasks } from "./memberTasks.ts";
import { foldPredictions, pooled, spreadOf } from "./outOfFold.ts";
import { type TrainedMember, trainMembers } from "./trainMembers.ts";

const rows = 120;
const draw = random(3, "members");
const x = Float64Array.from({ length: rows }, () => draw.normal());
const table: Table = {
  source: "points",
  rows,
  columns: [
    { name: "x", type: "number", values: x },
    { name: "noise", type: "number", values: Float64Array.from({ length: rows }, () => draw.normal()) },
    { name: "side", type: "text", values: Array.from(x, (value) => (value > 0.2 ? "right" : "left")) },
    { name: "height", type: "number", values: Float64Array.from(x, (value) => 50 + 20 * value + draw.normal()) },
  ],
};
const number = (name: string) => ({ kind: "number", name, median: 0, scale: 1, missingIndicator: false }) as const;
const encoder: Encoder = { columns: [number("x"), number("noise")] };
const sides: ClassificationTarget = {
  task: "classification",
  column: "side",
  classes: ["left", "right"],
  shares: [0.6, 0.4],
};
const heights: RegressionTarget = { task: "regression", columns: ["height"], means: [50], deviations: [20] };

/** A small plain training of every network of a model. */
async function learn(target: ClassificationTarget | RegressionTarget, counts: MemberCounts, options: object = {}) {
  const strata = target.task === "classification" ? encodeTarget(target, table) : undefined;
  const folds =
    counts.folds > 1
      ? foldRows(rows, { folds: counts.folds, seed: 1, strata })
      : [Uint32Array.from({ length: 30 }, (_, i) => 4 * i)];
  const parts = folds.map((held) => ({
    validation: selectRows(table, held),
    training: selectRows(
      table,
      Uint32Array.from({ length: rows }, (_, row) => row).filter((row) => !held.includes(row)),
    ),
  }));
  const problemOf = (seed: number): Problem =>
    completeProblem({
      network: network({
        inputs: 2,
        layers: [dense(16, { activation: "tanh" }), dense(target.task === "classification" ? 2 : 1)],
      }),
      loss: target.task === "classification" ? "crossEntropy" : "meanSquaredError",
      optimizer: { name: "adam", learningRate: 0.01 },
      batchSize: 16,
      seed,
    });
  const patterns = (part: Table) => ({ inputs: encodeTable(encoder, part), desired: encodeTarget(target, part) });
  const members = await trainMembers<TrainedMember>({
    tasks: memberTasks(counts, 7),
    problem: problemOf(7),
    engine: wasm,
    async train(task, engineOptions) {
      const { training, validation } = parts[task.fold];
      using session = await wasm.create(problemOf(task.seed), engineOptions);
      const encoded = patterns(validation);
      const { epochs } = await fit(session, { training: patterns(training), validation: encoded, epochs: 15 });
      return {
        task,
        description: { encoder, network: session.problem.network },
        target,
        parameters: session.parameters.slice(),
        held: { table: validation, outputs: await session.predict(encoded.inputs) },
        epochs,
      };
    },
    ...options,
  });
  const predictions = foldPredictions(members, { loss: problemOf(7).loss });
  return { members, parts, predictions, loss: problemOf(7).loss };
}

type Learned = Awaited<ReturnType<typeof learn>>;

async function modelOf({ members, loss, predictions }: Learned): Promise<Model> {
  const { calibration } = calibrate(predictions);
  const common = {
    formatVersion: 2,
    libraryVersion: "0",
    task: members[0].target.task,
    loss,
    metrics: {},
    provenance: {
      source: "points",
      fingerprint: "0",
      rows: { training: 80, validation: 40, test: 0 },
      seed: 7,
      engine: "wasm",
      options: {},
      epochs: 15,
      bestEpoch: 1,
    },
    ...calibration,
  } as const;
  const [parameters, ...further] = members.map((member) => member.parameters);
  return await createModel({ ...common, ...networksOf(members) }, parameters, wasm, further);
}

test("the first network has the seed itself and the others seeds of their own, fold by fold", () => {
  const tasks = memberTasks({ folds: 3, ensemble: 2 }, 7);
  expect(tasks.map(({ fold, replica }) => [fold, replica])).toEqual([
    [0, 0],
    [1, 0],
    [2, 0],
    [0, 1],
    [1, 1],
    [2, 1],
  ]);
  expect(tasks[0].seed).toBe(7);
  expect(new Set(tasks.map(({ seed }) => seed)).size).toBe(6);
  // A model of more networks holds those of a smaller one.
  expect(memberTasks({ folds: 3, ensemble: 1 }, 7)).toEqual(tasks.slice(0, 3));
  expect(() => memberTasks({ folds: 0, ensemble: 1 }, 7)).toThrow("Expected folds to be a whole number of at least 1");
});

test("however many learn at the same time, the networks are the same to the bit", async () => {
  const alone = await learn(sides, { folds: 3, ensemble: 2 }, { threads: 1 });
  const together = await learn(sides, { folds: 3, ensemble: 2 });
  const bits = ({ members }: Learned) =>
    members.map(({ task, parameters, held }) => ({ task, parameters, outputs: held?.outputs }));
  expect(bits(together)).toEqual(bits(alone));
  expect(together.members.map(({ task }) => task.index)).toEqual([0, 1, 2, 3, 4, 5]);
});

test("every row is predicted once, by the networks of its own fold, and compared with the baseline", async () => {
  const { members, parts, predictions } = await learn(sides, { folds: 4, ensemble: 2 });
  expect(predictions.map((fold) => fold.rows)).toEqual([30, 30, 30, 30]);
  const whole = pooled(predictions);
  expect(whole.rows).toBe(rows);
  const { model, baseline } = evaluatePredictions(whole);
  expect(model).toMatchObject({ accuracy: expect.any(Number) });
  const accuracy = (metrics: object): number => (metrics as { accuracy: number }).accuracy;
  expect(accuracy(model)).toBeGreaterThan(0.9);
  expect(accuracy(baseline)).toBeLessThan(0.7);
  // The pooled accuracy is the mean of folds of one size, and the second fold's prediction the mean of its two networks.
  const metrics = predictions.map((fold) => evaluatePredictions(fold).model);
  expect(spreadOf(metrics).accuracy.mean).toBeCloseTo(accuracy(model), 12);
  const own = members.filter(({ task }) => task.fold === 1);
  const [a, b] = own.map(({ held: { outputs } = { outputs: [] } }) => 1 / (1 + Math.exp(outputs[1] - outputs[0])));
  expect(predictions[1].responses[0]).toBeCloseTo((a + b) / 2, 6);
  expect(parts[1].validation.rows).toBe(30);
});

test("a spread is the mean and the standard deviation over folds, of what all folds have", () => {
  const metrics = [
    { accuracy: 0.5, rocAuc: 0.7, classes: [] },
    { accuracy: 0.75, rocAuc: null, classes: [] },
    { accuracy: 1, rocAuc: 0.9, classes: [] },
  ];
  // √((0.25² + 0 + 0.25²) / 2) = 0.25
  expect(spreadOf(metrics)).toEqual({ accuracy: { mean: 0.75, deviation: 0.25 } });
  expect(spreadOf([{ rmse: 2 }])).toEqual({ rmse: { mean: 2, deviation: null } });
});

test("the gathered model predicts the mean of its networks, calibrated with the temperature of the held-out rows", async () => {
  const learned = await learn(sides, { folds: 2, ensemble: 1 });
  using model = await modelOf(learned);
  expect(model.document.further).toHaveLength(1);
  expect(model.document.further?.[0]).not.toHaveProperty("target"); // the same as the first's
  const { temperature = 1 } = model.document;
  expect(temperature).toBeGreaterThan(0.05);
  expect(temperature).not.toBe(1);
  if (model.task !== "classification") throw new Error("Expected a classifier.");
  expect(
    model
      .predict([
        { x: 2, noise: 0 },
        { x: -2, noise: 0 },
      ])
      .map(({ label }) => label),
  ).toEqual(["right", "left"]);
});

test("the intervals of a regression cover held-out rows as often as they promise", async () => {
  const learned = await learn(heights, { folds: 3, ensemble: 1 });
  using model = await modelOf(learned);
  if (model.task !== "regression") throw new Error("Expected a regressor.");
  expect(model.document.interval?.residuals[0]).toHaveLength(rows);
  const whole = pooled(learned.predictions);
  const [low, high] = model.intervals({ x: 0, noise: 0 }, 0.8) as [number, number];
  const radius = (high - low) / 2;
  const covered = whole.desired.filter(
    (value, i) => Math.abs(value - whole.responses[i]) <= radius * (1 + 1e-12),
  ).length;
  expect(covered).toBe(Math.ceil(121 * 0.8)); // the rank is a count of these very rows
});

test("members with statistics of their own keep them in the document", () => {
  const description = { encoder, network: network({ inputs: 2, layers: [dense(1)] }) };
  const trained = (means: number[]): TrainedMember => ({
    task: { index: 0, fold: 0, replica: 0, seed: 0 },
    description,
    target: { ...heights, means },
    parameters: new Float32Array(3),
    epochs: 1,
  });
  const { further } = networksOf([trained([50]), trained([50]), trained([51])]);
  expect(further?.map(({ target }) => target)).toEqual([undefined, { ...heights, means: [51] }]);
  expect(networksOf([trained([50])])).not.toHaveProperty("further");
});

test("an aborted training leaves out networks that never began, and those that learned nothing beside others", async () => {
  const aborter = new AbortController();
  const trained: number[] = [];
  const engine: Engine = { ...wasm, parallelism: () => ({ useful: 1, available: 1 }) };
  const problem = completeProblem({ network: network({ inputs: 1, layers: [dense(1)] }), loss: "meanSquaredError" });
  const run = (abortAt: number, epochs: (index: number) => number) =>
    trainMembers<TrainedMember>({
      tasks: memberTasks({ folds: 1, ensemble: 4 }, 1),
      problem,
      engine,
      signal: aborter.signal,
      async train(task) {
        trained.push(task.index);
        if (task.index === abortAt) aborter.abort();
        const description = { encoder, network: problem.network };
        const parameters = new Float32Array(2);
        return { task, description, target: heights, parameters, epochs: epochs(task.index) };
      },
    });
  const members = await run(2, (index) => (index === 2 ? 0 : 5));
  expect(trained).toEqual([0, 1, 2]);
  expect(members.map(({ task }) => task.index)).toEqual([0, 1]);
  // Aborted before anything began: one network, as it started.
  expect((await run(9, () => 0)).map(({ task }) => task.index)).toEqual([0]);
});

test("a network is given the count of those still to be trained in its place, so that the time can be shared", async () => {
  const heard: object[] = [];
  const problem = completeProblem({ network: network({ inputs: 1, layers: [dense(1)] }), loss: "meanSquaredError" });
  await trainMembers<TrainedMember>({
    tasks: memberTasks({ folds: 5, ensemble: 1 }, 1),
    problem,
    engine: { ...wasm, parallelism: () => ({ useful: 1, available: 2 }) },
    async train(task, options, rounds) {
      heard.push({ ...options, rounds });
      const description = { encoder, network: problem.network };
      return { task, description, target: heights, parameters: new Float32Array(2), epochs: 1 };
    },
  });
  const apart = { threads: 1, apart: true };
  expect(heard).toEqual([3, 2, 2, 1, 1].map((rounds) => ({ ...apart, rounds })));
});
