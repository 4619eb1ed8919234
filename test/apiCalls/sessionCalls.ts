/** Good calls of sessions, engines, predictors, the fit loop and the derivation's steps. */
import * as gradus from "../../src/node.ts";
import type { Calls } from "./call.ts";
import { thawed } from "./changing.ts";
import { smallNetwork } from "./fixtures.ts";
import { problemOptions } from "./networkCalls.ts";

const training = { inputs: new Float32Array([0, 1, 1, 0]), desired: new Float32Array([1, 0]) };

export async function sessionCalls(): Promise<Calls> {
  const options = {
    ...problemOptions,
    engine: "reference",
    threads: 1,
    collective: gradus.oneProcess(),
    syncEvery: { steps: 2, learningRate: 1, momentum: 0 },
  };
  const session = await gradus.createSession({ ...problemOptions, engine: "reference" });
  return {
    createSession: { slow: true, run: gradus.createSession, args: [options], open: [0], options: [0] },
    engineOf: { run: gradus.engineOf, args: ["reference"] },
    engineReports: { slow: true, run: gradus.engineReports, args: [] },
    // Without kernels, which all later sessions of the process would use.
    loadKernels: { run: gradus.loadKernels, args: [{ worker: "worker.js" }], open: [0], options: [0] },
    snapshot: { run: gradus.snapshot, args: [session] },
    healthOf: { run: gradus.healthOf, args: [session, session.load(training), [0, 1]] },
    joinMpi: { run: joinMissing, args: [{ timeout: 100, deterministic: true }], options: [0] },
    oneProcess: { run: gradus.oneProcess, args: [] },
    restore: { run: gradus.restore, args: [session, gradus.snapshot(session)], open: [1] },
    ...fitCalls(session),
    ...derivationCalls(),
    ...(await engineCalls("reference")),
    ...(await engineCalls("wasm")),
  };
}

/** Where there is no MPI: a process that joins begins and ends with it. */
function joinMissing(options: gradus.MpiOptions): unknown {
  process.env.GRADUS_MPI = "/no/such/libmpi.so";
  try {
    return gradus.joinMpi(options);
  } catch (error) {
    if (error instanceof Error && error.message.includes("can't be loaded")) return undefined;
    throw error;
  } finally {
    delete process.env.GRADUS_MPI;
  }
}

function fitCalls(session: gradus.Session): Calls {
  const fitOptions = {
    training,
    validation: training,
    epochs: 2,
    firstEpoch: 1,
    lastEpoch: 2,
    batchSize: 2,
    shuffle: true,
    seed: 1,
    schedule: "cosine",
    decaySchedule: { name: "constant" },
    dropoutSchedule: "constant",
    shortBatch: "keep",
    stepsPerEpoch: 1,
    score: { name: "one", better: "lower", of: () => 1 },
    ties: "earliest",
    startCounts: true,
    earlyStopping: { patience: 3, factor: 1 },
    restoreBest: true,
    deadline: performance.now() + 1e6,
    health: { every: 1 },
    signal: new AbortController().signal,
    onProgress: () => {},
    onOutputs: () => {},
  };
  const budget = { seconds: 0.05, startedAt: performance.now() };
  const events = async (...args: Parameters<typeof gradus.fitEvents>): Promise<void> => {
    for await (const _ of gradus.fitEvents(...args));
  };
  return {
    fit: { slow: true, run: gradus.fit, args: [session, fitOptions], open: [1], options: [1] },
    fitEvents: { slow: true, run: events, args: [session, fitOptions], open: [1], options: [1] },
    traceSession: {
      slow: true,
      run: gradus.traceSession,
      args: [
        session,
        { inputs: [0, 1], desired: [1] },
        {
          weights: [{ layer: 0, unit: 0, input: 0 }],
          rateFactor: 1,
          decayFactor: 1,
          dropoutFactor: 1,
          keep: "path",
          inputNames: ["a", "b"],
          outputNames: ["c"],
        },
      ],
      options: [2],
    },
    planBudget: {
      slow: true,
      run: gradus.planBudget,
      args: [session, { training, epochs: 2 }, budget],
      open: [2],
      options: [1, 2],
    },
  };
}

/** Methods of an engine, a session and a predictor. */
async function engineCalls(name: gradus.EngineName): Promise<Calls> {
  const engine = gradus.engineOf(name);
  const problem = gradus.completeProblem(problemOptions);
  const parameters = gradus.initialParameters(smallNetwork, 1);
  const predictor = await engine.predictor(smallNetwork, parameters);
  const calls: Calls = {
    create: { run: (p, o) => engine.create(p, o), args: [problem, { threads: 1 }], open: [0, 1], options: [1] },
    parallelism: { run: (p) => engine.parallelism?.(p), args: [problem], open: [0] },
    predictor: { run: (n, p) => engine.predictor(n, p), args: [smallNetwork, parameters], open: [0] },
    ...sessionMethods(async () => engine.create(problem, { threads: 1 })),
    "Predictor.predict": { run: (inputs) => predictor.predict(inputs), args: [[0, 1]], open: [0] },
    "Predictor.predictBatch": { run: (inputs) => predictor.predictBatch(inputs), args: [[0, 1]], open: [0] },
    "Predictor.predictRow": { run: (x, y) => predictor.predictRow(x, y), args: [[0, 1], new Float64Array(1)] },
  };
  return Object.fromEntries(
    Object.entries(calls).map(([method, call]) => [`Engine.${name}.${method}`, { ...call, slow: true }]),
  );
}

/** Each call has a session of its own, because others may have diverged. */
function sessionMethods(create: () => Promise<gradus.Session>): Calls {
  const first = Uint32Array.of(0, 1);
  const factors = { batchSize: 1, rateFactors: [1, 1], decayFactors: [1, 1], dropoutFactors: [1, 0] };
  const using =
    <Args extends readonly unknown[]>(
      work: (session: gradus.Session, loaded: gradus.LoadedPatterns, ...args: Args) => unknown,
    ) =>
    async (...args: Args): Promise<unknown> => {
      const session = await create();
      try {
        return await work(session, session.load(training), ...args);
      } finally {
        session.dispose();
      }
    };
  const signals = using(async (session, loaded, layer: number) => {
    await session.gradient(loaded, first);
    const { output } = session.signals(layer);
    return output.slice();
  });
  const step = using((session, _, n: number) => {
    session.step = n;
  });
  return {
    "Session.load": {
      run: using((session, _, patterns: gradus.Patterns) => session.load(patterns).rows),
      args: [training],
      open: [0],
      options: [0],
    },
    "Session.run": {
      run: using((session, loaded, rows: Uint32Array, options: gradus.RunOptions) =>
        session.run(loaded, rows, options),
      ),
      args: [first, factors],
      open: [1],
      options: [1],
      unchecked: true,
    },
    "Session.run, patterns": {
      run: using((session, loaded, patterns?: gradus.LoadedPatterns) => session.run(patterns ?? loaded, first)),
      args: [undefined],
    },
    "Session.learn": {
      run: using((session, _, x: number[], d: number[]) => session.learn(x, d)),
      args: [[0, 1], [1]],
      open: [0, 1],
    },
    "Session.gradient": {
      run: using((session, loaded, rows: Uint32Array, factor: number) => session.gradient(loaded, rows, factor)),
      args: [first, 1],
    },
    "Session.update": {
      run: using((session, _, rate: number, decay: number) => session.update(rate, decay)),
      args: [1, 1],
    },
    "Session.evaluate": {
      run: using((session, loaded, rows: Uint32Array) => session.evaluate(loaded, rows)),
      args: [first],
    },
    "Session.predict": {
      run: using((session, _, inputs: number[]) => session.predict(inputs)),
      args: [[0, 1]],
      open: [0],
    },
    "Session.activations": {
      run: using((session, _, inputs: number[]) => session.activations(inputs)),
      args: [[0, 1]],
      open: [0],
    },
    "Session.signals": { run: signals, args: [0] },
    "Session.step": { run: step, args: [1] },
  };
}

function derivationCalls(): Calls {
  const { derivation } = gradus;
  const parameters = gradus.initialParameters(smallNetwork, 1);
  const subject = derivation.subjectOf(smallNetwork, parameters);
  const x = Float64Array.from(training.inputs);
  const signals = derivation.forward(subject, x);
  const loss = { name: "meanSquaredError" } as const;
  const d = { desired: Float64Array.from(training.desired) };
  const { negativeGradient } = derivation.error(loss, Float64Array.from([0, 1]), 2, d);
  derivation.outputLocalGradients(subject, signals, negativeGradient);
  derivation.hiddenLocalGradients(subject, signals);
  // They write to the signals that they are given.
  const anew =
    (step: (...args: never[]) => unknown) =>
    (...args: readonly never[]): unknown =>
      step(...(args.map((arg) => thawed(arg)) as never[]));
  const calls: Calls = {
    "derivation.subjectOf": { run: anew(derivation.subjectOf), args: [smallNetwork, parameters] },
    "derivation.forward": {
      run: anew(derivation.forward),
      args: [subject, x, { seed: 1, step: 0, factor: 1 }],
    },
    "derivation.error": { run: anew(derivation.error), args: [loss, Float64Array.from([0, 1]), 2, d] },
    "derivation.outputLocalGradients": {
      run: anew(derivation.outputLocalGradients),
      args: [subject, signals, negativeGradient],
    },
    "derivation.hiddenLocalGradients": { run: anew(derivation.hiddenLocalGradients), args: [subject, signals] },
    "derivation.parameterGradients": { run: anew(derivation.parameterGradients), args: [subject, signals] },
  };
  // Formulas: what goes in as NaN comes out as NaN.
  return Object.fromEntries(Object.entries(calls).map(([name, call]) => [name, { ...call, unchecked: true }]));
}
