/** The trace of a session's next step beside the step that the session then makes, in both engines. */
import { expect, test } from "vitest";
import { completeProblem, type Problem, type Session } from "../src/engines/engine.ts";
import { wasm } from "../src/engines/wasm/wasm.ts";
import { GradusError } from "../src/errors.ts";
import { expositionText } from "../src/explain/exposition/expositionText.ts";
import type { Matrix, Trace } from "../src/explain/trace/trace.ts";
import { traceExposition } from "../src/explain/trace/traceExposition.ts";
import { type SessionTraceOptions, traceSession } from "../src/explain/trace/traceSession.ts";
import { traceStep } from "../src/explain/trace/traceStep.ts";
import { weightNameAt } from "../src/explain/trace/weightName.ts";
import { dense, dropout, embedding, type Layer, parametricActivation, periodic, scale } from "../src/network/layers.ts";
import { type Network, network } from "../src/network/network.ts";
import { isFrozen, parameterLayout } from "../src/network/parameters.ts";
import { type OptimizerName, optimizers } from "../src/optimizers/optimizers.ts";
import { random } from "../src/random.ts";
import { reference } from "../src/reference/reference.ts";

const engines = { reference, wasm };
const PRECISION: Readonly<Record<keyof typeof engines, number>> = { reference: 1e-13, wasm: 5e-6 };

/** Every weight of a network. */
const weightsOf = (described: Network) =>
  parameterLayout(described).tensors.flatMap((tensor) =>
    Array.from({ length: tensor.length }, (_, at) => weightNameAt(described, tensor, at)),
  );

/** Four examples of two outputs, the last input a code, three weighted. */
function patternsOf({ inputs, outputs }: Network, seed: number) {
  const draw = random(seed, "examples");
  const row = (): number[] =>
    Array.from({ length: inputs }, (_, a) => (a === inputs - 1 ? draw.integer(3) : draw.normal()));
  return {
    inputs: Array.from({ length: 4 }, row).flat(),
    desired: Array.from({ length: 4 * outputs }, draw.normal),
    sampleWeights: [1, 0.5, 2, 1],
  };
}

const networks: Readonly<Record<string, Network>> = {
  plain: network({ inputs: 3, layers: [dense(4, { activation: "tanh" }), dense(2)] }),
  dropped: network({
    inputs: 3,
    layers: [
      dropout(0.2),
      dense(6, { activation: "tanh" }),
      dropout(0.5),
      dense(5, { activation: "logistic" }),
      dropout(0.3),
      dense(2),
    ],
  }),
  frozen: network({
    inputs: 3,
    layers: [dense(4, { activation: "tanh", rate: 0 }), dropout(0.4), dense(3, { activation: "softmax" }), dense(2)],
  }),
  tabular: network({
    inputs: 3,
    layers: [
      embedding([{ column: 2, cardinality: 3 }], { dimension: 2, learning: { weights: { rate: 0.5 } } }),
      periodic([0], { frequencies: 3, learning: { frequencies: { rate: 0.1, decay: 0.01 } } }),
      scale({ learning: { scale: { rate: 6, decay: 36 } } }),
      dense(4, { learning: { weights: { rate: 0.4, decay: 1 } } }),
      parametricActivation("selu"),
      dropout(0.5),
      dense(2),
    ] as [...Layer[], ReturnType<typeof dense<2>>],
  }),
};

interface Given {
  readonly session: Session;
  readonly options?: SessionTraceOptions;
  readonly precision: number;
  readonly seed: number;
}

/** Traces the next step, makes it, and compares. */
async function expectNextStep({ session, options = {}, precision, seed }: Given): Promise<Trace> {
  const { problem } = session;
  // Every fourth weight, others in each step.
  const every = weightsOf(problem.network).map((name, at) => ({ name, at }));
  const traced = every.filter(({ at }) => at % 4 === session.step % 4);
  const weights = traced.map(({ name }) => name);
  const patterns = patternsOf(problem.network, seed);
  const before = [...session.parameters];
  const trace = traceSession(session, patterns, { ...options, weights });
  expect([...session.parameters]).toEqual(before);
  expect(trace.step).toBe(session.step + 1);
  const { rateFactor = 1, decayFactor = 1, dropoutFactor = 1 } = options;
  const loaded = session.load(patterns);
  const [loss] = await session.run(loaded, [0, 1, 2, 3], {
    rateFactors: [rateFactor],
    decayFactors: [decayFactor],
    dropoutFactors: [dropoutFactor],
  });
  loaded.dispose();
  expect(Math.abs(trace.lossBefore - loss)).toBeLessThan(precision * Math.max(1, loss));
  const close = (of: readonly number[], to: ArrayLike<number>, what: string) => {
    const errors = of.map(
      (value, at) => Math.abs(value - to[traced[at].at]) / Math.max(1, Math.abs(to[traced[at].at])),
    );
    const worst = errors.indexOf(Math.max(...errors));
    expect(errors[worst], `${what} ${JSON.stringify(weights[worst])} in step ${trace.step}`).toBeLessThan(precision);
  };
  close(
    trace.weights.map(({ value }) => value),
    before,
    "value",
  );
  close(
    trace.weights.map(({ newValue }) => newValue),
    session.parameters,
    "new value",
  );
  close(
    trace.weights.map(({ rate, gradient }) => (isFrozen({ rate }) ? 0 : gradient)),
    session.gradients,
    "gradient",
  );
  for (const [name, slot] of Object.entries(session.slots)) {
    close(
      trace.weights.map(({ slots }) => slots[name].after),
      slot,
      name,
    );
  }
  return trace;
}

/** Without penalties and clipping, and with them: both in the network of dropout, one in each other. */
const acts = [{}, { l1: 0.01, l2: 0.02, clipNorm: 0.5 }];

for (const name of Object.keys(engines) as (keyof typeof engines)[]) {
  test.each(Object.keys(optimizers) as OptimizerName[])(
    `a session of ${name} makes the steps that were traced, with %s, dropout, clipping, penalties and frozen layers`,
    async (optimizer) => {
      for (const [index, described] of Object.values(networks).entries()) {
        for (const act of index === 1 ? acts : [acts[index % 2 === 0 ? 1 : 0]]) {
          const problem = completeProblem({
            network: described,
            loss: "meanSquaredError",
            optimizer: { name: optimizer, learningRate: 0.02 },
            batchSize: 4,
            seed: 3 + index,
            ...act,
          });
          const session = await engines[name].create(problem);
          const factors = [{}, { rateFactor: 0.5, decayFactor: 0.25, dropoutFactor: 0.5 }, { dropoutFactor: 0 }, {}];
          for (const [at, options] of factors.entries()) {
            await expectNextStep({ session, options, precision: PRECISION[name], seed: 10 * index + at });
          }
          session.dispose();
        }
      }
    },
  );
}

const dropped = (options: Partial<Problem> = {}): Problem => ({
  ...completeProblem({ network: networks.dropped, loss: "halfSquaredError", batchSize: 4, seed: 5 }),
  ...options,
});

test("a traced dropout layer shows the mask of the step, and the chain multiplies by it", () => {
  using session = reference.create(dropped());
  const patterns = patternsOf(networks.dropped, 1);
  const trace = traceSession(session, patterns, { weights: weightsOf(networks.dropped) });
  expect(trace.dropout).toEqual({ seed: 5, factor: 1 });
  const mask = trace.layers[2].slopes as Matrix;
  expect(new Set(mask.flat())).toEqual(new Set([0, 2]));
  mask.forEach((row, n) => {
    row.forEach((factor, a) => {
      expect(trace.layers[2].output[n][a]).toBe(factor * trace.layers[2].input[n][a] + 0);
    });
  });
  let worst = 0;
  for (const { gradient, chains } of trace.weights) {
    const sum = chains.reduce((total, { scale, slope }) => total + scale * slope, 0);
    worst = Math.max(worst, Math.abs(sum - gradient));
  }
  expect(worst).toBeLessThan(1e-13);
  const factor = trace.weights[0].chains[0].factors.find(({ symbol }) => symbol.text === "∂y⁽²⁾/∂y⁽¹⁾");
  expect(factor?.formula.text).toBe("diag(m)");
  expect(factor?.value.map((row, a) => row[a])).toEqual(mask[0]);
  expect(trace).toStrictEqual(JSON.parse(JSON.stringify(trace)));
  const text = expositionText(traceExposition({ ...trace, weights: trace.weights.slice(0, 1) }, { units: "all" }));
  expect(text).toContain(
    "Layer 2 is dropout. In this step each input is multiplied by a factor m: 0 with probability 0.5",
  );
  expect(text).toContain("y⁽²⁾[0] = m⁽²⁾[0]·y⁽¹⁾[0]");
  expect(text).toContain("m⁽²⁾[0]");
  expect(text).not.toContain("unchanged in a trace");
});

test("before the first step, without dropout, the trace is that of traceStep to the bit", () => {
  using session = reference.create(dropped());
  const patterns = patternsOf(networks.dropped, 1);
  const { dropout: draws, ...trace } = traceSession(session, patterns, { dropoutFactor: 0 });
  expect(draws).toEqual({ seed: 5, factor: 0 });
  const typed = {
    inputs: Float64Array.from(patterns.inputs),
    desired: Float64Array.from(patterns.desired),
    sampleWeights: Float64Array.from(patterns.sampleWeights),
  };
  const step = traceStep({ problem: session.problem, parameters: session.parameters, patterns: typed });
  expect({ ...trace, weights: [] }).toEqual({ ...step, weights: [] });
  expect(trace.weights.map(({ newValue }) => newValue)).toEqual(step.weights.map(({ newValue }) => newValue));
});

test("more examples than a batch, factors out of range and unknown options are refused, and nothing changes", () => {
  using session = reference.create(dropped({ batchSize: 3 }));
  const patterns = patternsOf(networks.dropped, 1);
  expect(() => traceSession(session, patterns)).toThrow(
    "Expected at most 3 examples, the batch size of the session's problem, found 4: the session would make several steps of them.",
  );
  const one = { inputs: [0, 0, 1], desired: [1, 0] };
  expect(() => traceSession(session, one, { dropoutFactor: 2 })).toThrow("dropoutFactor");
  expect(() => traceSession(session, one, { step: 2 } as SessionTraceOptions)).toThrow("step");
  expect(() => traceSession({} as Session, one)).toThrow("session");
  expect(session.step).toBe(0);
});

test("while the session works, a trace is refused as its views are", async () => {
  const session = await wasm.create(dropped(), { apart: true });
  const patterns = patternsOf(networks.dropped, 1);
  const loaded = session.load(patterns);
  const work = session.run(
    loaded,
    Array.from({ length: 4000 }, (_, n) => n % 4),
  );
  expect(work).toBeInstanceOf(Promise);
  expect(() => traceSession(session, patterns)).toThrow(GradusError);
  await work;
  expect(traceSession(session, patterns).step).toBe(1001);
  session.dispose();
});
