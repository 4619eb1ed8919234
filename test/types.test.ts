/**
 * What the compiler knows of a network reaches the session that learns: tsc checks these, and the last test what it can't.
 */
import { expect, expectTypeOf, test } from "vitest";
import { completeProblem, type Engine, type Problem, type Session } from "../src/engines/engine.ts";
import { ShapeError } from "../src/errors.ts";
import { createSession, fit, type Model, train, tune } from "../src/index.ts";
import type { Fits } from "../src/network/fits.ts";
import { dense } from "../src/network/layers.ts";
import { network } from "../src/network/network.ts";
import { train as trainFile } from "../src/node.ts";
import { reference } from "../src/reference/reference.ts";

const problem = completeProblem({
  network: network({ inputs: 2, layers: [dense(3, { activation: "tanh" }), dense(1)] }),
  loss: "halfSquaredError",
});

test("the numbers of inputs and outputs are part of a problem's and a session's type", () => {
  expectTypeOf(problem).toEqualTypeOf<Problem<2, 1>>();
  expectTypeOf(reference.create(problem)).toExtend<Session<2, 1>>();
  expectTypeOf(reference).toExtend<Engine>();
});

test("the reference answers at once, and any engine may be awaited", () => {
  using session = reference.create(problem);
  expectTypeOf(session.learn([1, 2], [1])).toEqualTypeOf<number>();
  expectTypeOf<ReturnType<Session["evaluate"]>>().toEqualTypeOf<number | Promise<number>>();
});

test("a pattern of another length does not compile as a literal, and fails clearly otherwise", () => {
  using session = reference.create(problem);
  // @ts-expect-error three numbers for two inputs
  expect(() => session.learn([1, 2, 3], [1])).toThrow(ShapeError);
  // @ts-expect-error one number for two inputs
  expect(() => session.learn([1], [1])).toThrow(ShapeError);
  const measured: number[] = [1, 2, 3];
  expect(() => session.learn(measured, [1])).toThrow(
    new ShapeError("Expected inputs of 1 row of 2 numbers, found 3 numbers in all."),
  );
});

test("the type of a pattern of the wrong length is a sentence, which the compiler prints", () => {
  expectTypeOf<
    Fits<readonly [0, 1, 1], 2>
  >().toEqualTypeOf<"Expected 2 numbers, one for each input of the network, found 3.">();
  expectTypeOf<Fits<readonly [0, 1], 2>>().toEqualTypeOf<readonly [0, 1]>();
});

test.each(["reference", "wasm"] as const)(
  "load, run, gradient, evaluate and learn of %s take lists and typed arrays alike",
  async (engine) => {
    const results = async (of: (values: readonly number[]) => ArrayLike<number>, rows: ArrayLike<number>) => {
      using session = await createSession({ network: problem.network, loss: "mse", engine, batchSize: 2, seed: 1 });
      using patterns = session.load({ inputs: of([0, 1, 1, 0]), desired: of([1, 0]), sampleWeights: of([1, 2]) });
      const losses = [...(await session.run(patterns, rows))];
      const { history } = await fit(session, {
        training: { inputs: of([0, 1, 1, 0]), desired: of([1, 0]) },
        epochs: 1,
      });
      return [
        ...[losses, await session.evaluate(patterns, rows), await session.gradient(patterns, rows)],
        ...[await session.learn(of([0, 1]), of([1])), history[0].trainingLoss],
      ];
    };
    const expected = await results((values) => Float32Array.from(values), Uint32Array.of(1, 0));
    expect(await results((values) => values, [1, 0])).toEqual(expected);
    expect(await results((values) => Float64Array.from(values), Int32Array.of(1, 0))).toEqual(expected);
  },
);

test.each(["reference", "wasm"] as const)("a row that is none is refused with its place by %s", async (engine) => {
  using session = await createSession({ network: problem.network, loss: "mse", engine });
  using patterns = session.load({ inputs: [0, 1], desired: [1] });
  const run = async (rows: readonly number[]) => await session.run(patterns, rows);
  await expect(run([0, -1])).rejects.toThrow(
    "Expected rows to be whole numbers of at least 0, found -1 at index 1 (counted from 0).",
  );
  await expect(run([0.5])).rejects.toThrow("found 0.5 at index 0");
  await expect(run([1])).rejects.toThrow("Expected rows below 1, found 1.");
  // @ts-expect-error no list
  await expect(run("0")).rejects.toThrow("Expected rows to be a list");
});

test("options that a function doesn't have do not compile", () => {
  const refused = [
    // @ts-expect-error an option of layers with a slip
    () => dense(1, { activaton: "relu" }),
    // @ts-expect-error a name with a slip
    () => network({ inputs: 1, layers: [dense(1, { activation: "rleu" })] }),
    // @ts-expect-error an option of networks
    () => network({ inputs: 1, layers: [dense(1)], outputs: 1 }),
    // @ts-expect-error an option of an optimizer with a slip
    () => completeProblem({ network: problem.network, loss: "mse", optimizer: { name: "rmsprop", roh: 0.9 } }),
    // @ts-expect-error an option of a loss
    () => completeProblem({ network: problem.network, loss: { name: "mse", delta: 1 } }),
  ];
  for (const call of refused) expect(call).toThrow();
  const table = [{ x: 1, y: 2 }];
  const calls = [
    // @ts-expect-error an option of train with a slip
    () => train({ table, target: "y", epoch: 3 }),
    // @ts-expect-error an option of tune with a slip
    () => tune({ table, target: "y", trial: 3 }),
    // @ts-expect-error an option of a session with a slip
    () => createSession({ network: problem.network, loss: "mse", batchsize: 3 }),
    // @ts-expect-error an option of fit with a slip
    async () => fit(await createSession(problem), { training: { inputs: [1, 2], desired: [1] }, epoch: 3 }),
  ];
  return Promise.all(calls.map((call) => expect(call()).rejects.toThrow("Unknown option")));
});

test("a slip in one option of train or tune is an error of that option alone", () => {
  const table = [{ x: 1, y: 2 }];
  const calls = [
    () =>
      train({
        table,
        target: "y",
        // @ts-expect-error a name with a slip, and a value whose type is literal
        hiden: 8,
        task: "regression",
      }),
    () =>
      trainFile({
        table: "penguins.csv",
        target: "species",
        task: "classification",
        // @ts-expect-error the same of a table from a file
        report_: true,
      }),
    () =>
      train({
        table,
        // @ts-expect-error a column that typed rows don't have
        target: "z",
        task: "regression",
      }),
    () =>
      tune({
        table,
        target: "y",
        // @ts-expect-error a name with a slip
        trial: 3,
        seed: 1,
      }),
  ];
  return Promise.all(calls.map((call) => expect(call()).rejects.toThrow(/Unknown option|no column/)));
});

test("names and options with a slip do not compile", () => {
  const refused = () => {
    // @ts-expect-error an optimizer's name
    completeProblem({ network: problem.network, loss: "huber", optimizer: "adamm" });
    // @ts-expect-error an option of another optimizer
    completeProblem({ network: problem.network, loss: "huber", optimizer: { name: "sgd", momentum: 0.9 } });
    // @ts-expect-error an option that no problem has
    completeProblem({ network: problem.network, loss: "huber", learningRate: 0.1 });
  };
  expect(refused).toThrow();
});

test("a model predicts from the rows that it was trained on, and a slip in one does not compile", async () => {
  interface Bird {
    readonly island: "Dream" | "Biscoe";
    readonly mass: number;
    readonly seen: Date | null;
    readonly ringed?: boolean;
    readonly species: "gull" | "tern";
  }
  const birds = Array.from(
    { length: 24 },
    (_, i): Bird => ({
      island: i % 3 === 0 ? "Dream" : "Biscoe",
      mass: 100 + i + 0.5,
      seen: new Date(86_400_000 * i),
      ringed: i % 5 > 2,
      species: i < 12 ? "gull" : "tern",
    }),
  );
  const quick = { folds: 1, epochs: 1, hidden: [2] } as const;
  const { model } = await train({ table: birds, target: "species", ...quick });
  expect(model.predict(birds)).toHaveLength(24);
  const bird = { island: "elsewhere", mass: "101.5", seen: "2024-05-01", ringed: null };
  expectTypeOf(model.predict(bird).label).toEqualTypeOf<"gull" | "tern">();
  expect(["gull", "tern"]).toContain(model.predict(bird).label);
  const refused = () => {
    // @ts-expect-error no column of this name
    model.predict({ ...bird, isle: "Dream" });
    // @ts-expect-error a truth value for a number
    model.predict({ ...bird, mass: true });
    // @ts-expect-error a list of rows with a slip
    model.predict([{ islnd: "Dream" }]);
  };
  expect(refused).toThrow();

  const columns = { x: [0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5], y: [1, 2, 3, 4, 5, 6, 7, 9] };
  const line = await train({ table: columns, target: "y", task: "regression", ...quick });
  expectTypeOf(line.model.predict({ x: 3 })).toEqualTypeOf<number>();
  // @ts-expect-error no column of this name
  expect(() => line.model.predict({ z: 3 })).toThrow('has no "x"');
  const models: Model[] = [model, line.model];
  expect(models).toHaveLength(2);
});
