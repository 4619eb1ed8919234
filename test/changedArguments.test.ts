/** What a caller changes after a call has no effect on it: the call has read or copied what it needs. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  createSession,
  type FitEvent,
  type FitOptions,
  fit,
  loadModel,
  readTable,
  saveModel,
  type TrialRecord,
  train,
  tune,
} from "../src/node.ts";
import { rows, smallNetwork, smallTraining } from "./apiCalls/fixtures.ts";

const { testFraction: _share, ...withTest } = smallTraining;

test("rows that are changed while train runs have no effect on the model", async () => {
  const expected = await train({ ...smallTraining, table: rows });
  const given = rows.map((row) => ({ ...row }));
  const training = train({ ...smallTraining, table: given });
  for (const row of given) Object.assign(row, { x: 1e6, y: "r" });
  given.length = 3;
  const { model, report } = await training;
  expect(report.rows).toEqual(expected.report.rows);
  expect(model.parameters).toEqual(expected.model.parameters);
});

test("test rows that are changed while the file to learn from is read have no effect on the report", async () => {
  const folder = mkdtempSync(join(tmpdir(), "gradus-changed-"));
  try {
    const table = join(folder, "points.csv");
    writeFileSync(table, ["x,z,colour,y", ...rows.map(({ x, z, colour, y }) => [x, z, colour, y].join())].join("\n"));
    const expected = await train({ ...withTest, table, test: rows });
    for (const spoil of [(list: object[]) => list.splice(3), (list: object[]) => Object.assign(list[0], { y: "r" })]) {
      const given = rows.map((row) => ({ ...row }));
      const training = train({ ...withTest, table, test: given });
      spoil(given);
      expect((await training).report.metrics.test).toEqual(expected.report.metrics.test);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** Changes whatever can be changed of what was passed: lists lose their entries, objects get other values. */
function spoil(value: unknown, kept: readonly string[] = []): void {
  if (Array.isArray(value)) {
    for (const entry of value) spoil(entry);
    value.length = 0;
  } else if (Object.getPrototypeOf(value ?? 0) === Object.prototype) {
    for (const [name, of] of Object.entries(value as object)) {
      if (kept.includes(name)) continue;
      spoil(of);
      (value as Record<string, unknown>)[name] = "spoilt";
    }
  }
}

const manyOptions = () => ({
  ...smallTraining,
  features: ["x", "colour"],
  hidden: [3, 2],
  types: { colour: "category" } as Record<string, "category">,
  missing: ["gone"],
  optimizer: { name: "adam", learningRate: 0.01 } as const,
  schedule: { name: "cosine", warmup: { fraction: 0.1 } } as const,
  epochs: 2,
});

test("options that are changed while train runs have no effect, from memory and from a file", async () => {
  const folder = mkdtempSync(join(tmpdir(), "gradus-changed-"));
  try {
    const file = join(folder, "points.json");
    writeFileSync(file, JSON.stringify(rows));
    for (const table of [rows, file]) {
      const expected = await train({ ...manyOptions(), table });
      const given = { ...manyOptions(), table };
      const training = train(given);
      spoil(given, ["table"]);
      const { model, report } = await training;
      expect(model.parameters).toEqual(expected.model.parameters);
      expect(model.document.provenance).toEqual(expected.model.document.provenance);
      expect(report).toEqual(expected.report);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("what callbacks of a training do with their arguments has no effect on it", async () => {
  const options = { ...manyOptions(), table: rows, health: true };
  const expected = await train(options);
  let calls = 0;
  const spoilAll = (...given: unknown[]): void => {
    calls++;
    for (const value of given) spoil(value);
  };
  const { model, report } = await train({ ...options, onStart: spoilAll, onProgress: spoilAll });
  expect(calls).toBeGreaterThan(2);
  expect(model.parameters).toEqual(expected.model.parameters);
  expect(report).toEqual(expected.report);
});

const search = () => ({
  ...structuredClone(smallTraining), // which other tests have as well
  table: rows,
  set: { learningRate: "0.01,0.1" },
  trials: 4,
  epochs: 3,
});

test("options and callbacks' arguments that are changed while tune runs have no effect on it", async () => {
  const timeless = ({ trials, best }: { trials: readonly TrialRecord[]; best: TrialRecord }) =>
    [best, ...trials].map(({ seconds: _seconds, ...record }) => record);
  const expected = await tune(search());
  const given = search();
  const spoiling = (value: unknown): void => spoil(value);
  const tuning = tune(
    Object.assign(given, {
      onStart: spoiling,
      onTrial: (record: TrialRecord) => spoil(record),
      onProgress: (event: FitEvent, job: object) => [event, job].forEach(spoiling),
    }),
  );
  spoil(given, ["table"]);
  const found = await tuning;
  expect(timeless(found)).toEqual(timeless(expected));
  expect(found.model?.parameters).toEqual(expected.model?.parameters);
});

const patterns = () => ({
  inputs: Float32Array.from({ length: 40 }, (_, i) => Math.sin(i)),
  desired: Float32Array.from({ length: 20 }, (_, i) => Math.cos(i)),
});
const problem = () => ({
  network: smallNetwork,
  loss: "meanSquaredError" as const,
  optimizer: { name: "sgd", learningRate: 0.1 } as const,
  batchSize: 4,
});

test("patterns, options and events that are changed while fit runs have no effect on it", async () => {
  const fitting = (): FitOptions => ({
    training: patterns(),
    validation: patterns(),
    epochs: 3,
    schedule: { name: "exponential", factor: 0.5, warmup: { epochs: 1 } },
    earlyStopping: { patience: 2 },
    score: { name: "sum", better: "lower", of: (y) => Array.from(y).reduce((sum, value) => sum + value, 0) },
    health: { every: 1 },
  });
  for (const engine of ["reference", "wasm"] as const) {
    using expected = await createSession({ ...problem(), engine });
    const result = await fit(expected, fitting());
    using session = await createSession({ ...problem(), engine });
    const given: FitOptions = { ...fitting(), onProgress: (event) => spoil(event), onOutputs: (y) => blank(y) };
    const running = fit(session, given);
    for (const { inputs, desired } of [given.training, given.validation ?? given.training]) {
      blank(inputs);
      blank(desired);
    }
    spoil(given);
    expect(await running).toEqual(result);
    expect(session.parameters).toEqual(expected.parameters);
  }
});

function blank(numbers: ArrayLike<number>): void {
  (numbers as Float32Array).fill(Number.NaN);
}

test("options that are changed while a table or a model is read, or a session is made, have no effect", async () => {
  const folder = mkdtempSync(join(tmpdir(), "gradus-changed-"));
  try {
    const [file, saved] = [join(folder, "points.csv"), join(folder, "m.gradus")];
    writeFileSync(file, "a;b\n1;x\n2;y\n");
    const options = () => ({
      columns: ["a", "b"],
      types: { a: "category" } as Record<string, "category">,
      delimiter: ";",
    });
    const [given, query] = [options(), { sql: "SELECT 1 AS a" }];
    const [reading, asking] = [readTable(file, given), readTable(query)];
    spoil(given);
    spoil(query);
    expect(await reading).toEqual(await readTable(file, options()));
    expect((await asking).columns).toHaveLength(1);

    const { model } = await train({ ...smallTraining, table: rows });
    await saveModel(saved, model);
    const loading: { engine?: string } = { engine: "reference" };
    const loaded = loadModel(saved, loading as { engine: "reference" });
    loading.engine = "spoilt";
    expect((await loaded).parameters).toEqual(model.parameters);

    const described = problem();
    const making = createSession({ ...described, engine: "reference" });
    spoil(described, ["network"]);
    using session = await making;
    expect(session.problem.optimizer).toMatchObject({ name: "sgd", learningRate: 0.1 });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
