/**
 * What is asked of a session while it is still at work: every engine, on any number of threads, gives what it gives when
 * each call is awaited before the next, or a typed error.
 */
import { describe, expect, test } from "vitest";
import { enginesHere } from "../../test/enginesHere.ts";
import { GradusError } from "../errors.ts";
import { dense, dropout } from "../network/layers.ts";
import { network } from "../network/network.ts";
import { parameterLayout } from "../network/parameters.ts";
import { random } from "../random.ts";
import { completeProblem, type LoadedPatterns, type Patterns, type RunOptions, type Session } from "./engine.ts";
import { engineOf } from "./factory.ts";

const steps = 3;
const rows = Uint32Array.from({ length: 64 * steps }, (_, i) => (7 * i) % 128);

/** A problem and 128 patterns of it. */
function caseOf(inputs: number, units: number) {
  const problem = completeProblem({
    network: network({ inputs, layers: [dense(units, { activation: "tanh" }), dropout(0.1), dense(3)] }),
    loss: "crossEntropy",
    optimizer: "adam",
    batchSize: 64,
    clipNorm: 1,
  });
  const draw = random(1, "undisturbed");
  const patterns = {
    inputs: Float32Array.from({ length: 128 * inputs }, () => draw.normal()),
    desired: Float32Array.from({ length: 128 }, () => draw.integer(3)),
  };
  return { problem, patterns };
}

const small = caseOf(3, 4);
/** A step of it is worth two threads. */
const large = caseOf(60, 100);

const places = enginesHere.flatMap((name) =>
  engineOf(name).parallelism === undefined
    ? [{ name, options: {}, ...small }]
    : [{ threads: 1 }, { threads: 2 }, { threads: 1, apart: true }].map((options) => ({ name, options, ...large })),
);

/** Something that a caller does while a run is under way. */
type Disturbance = (session: Session, loaded: LoadedPatterns, patterns: Patterns) => unknown;

/** Those that wait for the run, and then do as they do after it. */
const queued: Readonly<Record<string, Disturbance>> = {
  "another run": (s, p) => s.run(p, rows),
  "a gradient": (s, p) => s.gradient(p, rows.subarray(0, 64)),
  "an update": (s) => s.update(0.5),
  "a pattern to learn": (s, _, { inputs }) => s.learn(inputs.subarray(0, s.problem.network.inputs), [1]),
  "a loss": (s, p) => s.evaluate(p),
  "a prediction": (s, _, { inputs }) => s.predict(inputs),
  "the activations": (s, _, { inputs }) => s.activations(inputs),
};

/** Those that take from a run what it reads. */
const harmless: Readonly<Record<string, Disturbance>> = {
  "its patterns disposed": (_, p) => p.dispose(),
  "its patterns disposed and others loaded in their place": (s, p, { inputs, desired }) => {
    p.dispose();
    s.load({ inputs: inputs.map(() => 0), desired: desired.map(() => 0) });
  },
  "more patterns loaded than the memory holds": (s) => {
    const count = 50_000;
    s.load({ inputs: new Float32Array(s.problem.network.inputs * count), desired: new Float32Array(count) });
  },
};

/** What is read at once. */
const reads: Readonly<Record<string, Disturbance>> = {
  parameters: (s) => s.parameters,
  gradients: (s) => s.gradients,
  slots: (s) => s.slots,
  signals: (s) => s.signals(0),
  step: (s) => s.step,
  "step set": (s) => {
    s.step = 5;
  },
};

describe.each(places)("a session of $name with $options", ({ name, options, problem, patterns }) => {
  const open = () => engineOf(name).create(problem, options) as Promise<Session>;

  async function learned(disturb: Disturbance, isAwaited: boolean): Promise<unknown> {
    using session = await open();
    const loaded = session.load(patterns);
    const running = session.run(loaded, rows);
    if (isAwaited) await running;
    const answer = disturb(session, loaded, patterns);
    const results = [await running, await answer];
    return [
      results,
      session.step,
      session.parameters.slice(),
      Object.values(session.slots).map((slot) => slot.slice()),
    ];
  }

  test.each(Object.entries(queued))("does %s that is asked for during a run after it", async (_what, disturb) => {
    expect(await learned(disturb, false)).toEqual(await learned(disturb, true));
  });

  test.each(Object.entries(harmless))("learns the same with %s during the run", async (_what, disturb) => {
    const [found, expected] = [await learned(disturb, false), await learned(() => undefined, true)];
    expect((found as unknown[]).slice(1)).toEqual((expected as unknown[]).slice(1));
  });

  test.each(Object.entries(reads))("gives %s of a run that has ended, or says to await it", async (_what, read) => {
    using session = await open();
    const loaded = session.load(patterns);
    const running = session.run(loaded, rows);
    if (running instanceof Promise) {
      expect(() => read(session, loaded, patterns)).toThrow(GradusError);
      expect(() => read(session, loaded, patterns)).toThrow(/Await what it was asked for/);
    }
    await running;
    expect(() => read(session, loaded, patterns)).not.toThrow();
  });

  test("learns from the rows and factors that it was given, whatever becomes of them", async () => {
    const learn = async (spoil: (given: Uint32Array, options: Record<keyof RunOptions, Float64Array>) => void) => {
      using session = await open();
      const given = rows.slice();
      const factor = (value: number) => new Float64Array(steps).fill(value);
      const factors = { rateFactors: factor(0.5), decayFactors: factor(1), dropoutFactors: factor(0.5) };
      const running = session.run(session.load(patterns), given, factors);
      spoil(given, factors as Record<keyof RunOptions, Float64Array>);
      return [await running, (await session.predict(patterns.inputs)).slice()];
    };
    const spoilt = await learn((given, factors) => {
      given.fill(4_000_000);
      for (const values of Object.values(factors)) values.fill(Number.NaN);
    });
    expect(spoilt).toEqual(await learn(() => {}));
  });

  test("predicts for the inputs that it was given, whatever becomes of them", async () => {
    using session = await open();
    const running = session.run(session.load(patterns), rows);
    const inputs = patterns.inputs.slice();
    const predicted = session.predict(inputs);
    const activations = session.activations(inputs);
    inputs.fill(0);
    await running;
    expect(await predicted).toEqual(await session.predict(patterns.inputs));
    expect(await activations).toEqual(await session.activations(patterns.inputs));
  });

  test("a predictor answers for the many rows that it was given, whatever becomes of them and of it", async () => {
    const engine = engineOf(name);
    const parameters = new Float32Array(parameterLayout(problem.network).length).map((_, i) => Math.sin(i));
    const predictor = await engine.predictor(problem.network, parameters);
    const expected = predictor.predict(patterns.inputs);
    const inputs = patterns.inputs.slice();
    const found = [predictor.predictBatch(inputs), predictor.predictBatch(inputs)];
    inputs.fill(0);
    predictor.dispose();
    expect(await Promise.all(found)).toEqual([expected, expected]);
  });

  test("ends what it was asked for before it is disposed, and refuses what comes after", async () => {
    const session = await open();
    const loaded = session.load(patterns);
    const [first, second] = [session.run(loaded, rows), session.evaluate(loaded)];
    session.dispose();
    expect(() => session.run(loaded, rows)).toThrow(/disposed/);
    expect(() => session.parameters).toThrow(/disposed/);
    expect(() => session.load(patterns)).toThrow(/disposed/);
    expect([...(await first), await second].every(Number.isFinite)).toBe(true);
  });
});
