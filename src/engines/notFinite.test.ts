/** Numbers beyond what an engine computes with: each call gives the right value or a typed error, never NaN or Infinity. */
import { describe, expect, test } from "vitest";
import { enginesHere } from "../../test/enginesHere.ts";
import { NotFiniteError } from "../errors.ts";
import { dense } from "../network/layers.ts";
import { network } from "../network/network.ts";
import { completeProblem, type Numbers, type Session } from "./engine.ts";
import { engineOf } from "./factory.ts";

const deep = network({ inputs: 2, layers: [dense(2), dense(1)] });
const problem = completeProblem({ network: deep, loss: "halfSquaredError", batchSize: 4 });
/** 2·2 weights and 2 biases, then 2 weights and a bias. */
const PARAMETERS = 9;

const patterns = (inputs: readonly number[], desired: readonly number[]) => ({
  inputs: Float64Array.from(inputs),
  desired: Float64Array.from(desired),
});

/** What a call gives, as numbers, or the error that it threw. */
async function outcome(call: () => unknown): Promise<ArrayLike<number> | NotFiniteError> {
  try {
    const given = await call();
    return typeof given === "number" ? [given] : (given as ArrayLike<number>);
  } catch (error) {
    if (error instanceof NotFiniteError) return error;
    throw error;
  }
}

const isFine = (given: ArrayLike<number> | NotFiniteError): boolean =>
  given instanceof NotFiniteError ? !Number.isFinite(given.value) : Array.from(given).every(Number.isFinite);

const ofSessions: Readonly<Record<string, (session: Session, x: number) => unknown>> = {
  predict: (s, x) => s.predict([0, 0, x, x]),
  evaluate: (s, x) => s.evaluate(s.load(patterns([x, x], [1]))),
  gradient: async (s, x) => {
    const loss = await s.gradient(s.load(patterns([x, x], [1])), Uint32Array.of(0));
    return [loss, ...s.gradients];
  },
  learn: async (s, x) => [await s.learn([x, x], [1]), ...s.parameters],
  run: async (s, x) => {
    const losses = await s.run(s.load(patterns([0, 0, x, x], [1, 1])), Uint32Array.of(0, 1, 1));
    return [...losses, ...s.parameters];
  },
  "learning a target far away": async (s, x) => [await s.learn([1, 1], [x]), ...s.parameters],
};

describe.each(enginesHere)("the engine %s", (name) => {
  const open = async (parameter: number, options = {}) => {
    const session = (await engineOf(name).create({ ...problem, ...options })) as Session;
    session.parameters.fill(parameter);
    return session;
  };

  test.each(Object.entries(ofSessions))("a session's %s", async (_call, call) => {
    for (const [x, parameter] of [
      [1e38, 10],
      [1e30, 1e-3],
      [1e20, 1e20],
      [3e38, -3e38],
    ]) {
      using session = await open(parameter);
      const given = await outcome(() => call(session, x));
      expect(given, `inputs ${x}, parameters ${parameter}`).toSatisfy(isFine);
    }
  });

  test("an update by a rate that float32 can't hold, and the step of a run that makes it last", async () => {
    const optimizer = { name: "sgd", learningRate: 1e300 } as const;
    using session = await open(1, { optimizer });
    const loaded = session.load(patterns([1, 1], [1]));
    const moved = async (move: () => unknown) => {
      session.parameters.fill(1);
      await session.gradient(loaded, Uint32Array.of(0));
      await move();
      return session.parameters;
    };
    expect(await outcome(() => moved(() => session.update()))).toSatisfy(isFine);
    expect(await outcome(() => moved(() => session.run(loaded, Uint32Array.of(0))))).toSatisfy(isFine);
  });

  test("a predictor's answers, in each way that it can be asked and into each kind of array", async () => {
    using predictor = await engineOf(name).predictor(deep, new Float32Array(PARAMETERS).fill(10));
    const into = (output: Numbers) => {
      predictor.predictRow([1e38, 1e38], output);
      return output;
    };
    for (const call of [
      () => predictor.predict([1e38, 1e38]),
      () => predictor.predictBatch([1e38, 1e38]),
      () => predictor.predictBatch(new Float32Array(200).fill(1e38)),
      () => into(new Float32Array(1)),
      () => into(new Float64Array(1)),
    ]) {
      expect(await outcome(call)).toSatisfy(isFine);
    }
    expect(predictor.predict([1, 1])[0]).toBe(2 * 10 * (10 + 10 + 10) + 10);
  });

  test("goes on after such an error, once it has sound parameters again", async () => {
    using session = await open(1e20, { batchSize: 1 });
    expect(await outcome(() => session.run(session.load(patterns([1e38, 1e38], [1])), Uint32Array.of(0)))).toSatisfy(
      isFine,
    );
    session.parameters.fill(0.1);
    expect(Array.from(await session.predict([1, 1]))[0]).toBeCloseTo(0.1 + 2 * 0.1 * 0.3, 6);
    expect(await session.learn([1, 1], [1])).toBeCloseTo(0.5 * 0.84 ** 2, 6);
  });
});

test("the error names the row and output, or the step, that were wrong", async () => {
  using session = (await engineOf("wasm").create(problem)) as Session;
  session.parameters.fill(10);
  await expect(async () => session.predict([1, 1, 1e38, 1e38])).rejects.toThrow(
    /^Expected finite outputs, found Infinity in row 1, output 0 \(counted from 0\)\. The inputs or the parameters are too large/,
  );
  const loaded = session.load(patterns([0, 0, 1e38, 1e38], [1, 1]));
  await expect(async () => session.run(loaded, Uint32Array.of(0, 0, 1), { batchSize: 1 })).rejects.toThrow(
    /^Expected finite losses, found Infinity at step 2 \(counted from 0\)\. .* restore its earlier parameters/,
  );
});
