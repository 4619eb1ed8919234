/**
 * The tests of engines: beside the reference, case by case, and what the contract promises besides numbers: the same bits
 * again, memory given back, the same errors.
 *
 * Knows no engine by its name but the oracle.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, describe, expect, test } from "vitest";
import { completeProblem, type Engine, type LoadedPatterns, type Session } from "../../src/engines/engine.ts";
import { DescriptionError } from "../../src/errors.ts";
import { dense } from "../../src/network/layers.ts";
import { network } from "../../src/network/network.ts";
import { random } from "../../src/random.ts";
import { reference } from "../../src/reference/reference.ts";
import {
  type Computed,
  type ConformanceCase,
  computed,
  type Deviation,
  deviationText,
  differences,
  drawPatterns,
  tolerances,
  worstOf,
} from "./conform.ts";
import { conformanceCases, sharedCases } from "./conformanceCases.ts";

/** 3 inputs, 7 hidden neurons, 2 classes; batches of 4. */
const problem = completeProblem({
  network: network({ inputs: 3, layers: [dense(7, { activation: "tanh" }), dense(2)] }),
  loss: "crossEntropy",
  optimizer: { name: "adam", learningRate: 0.01 },
  batchSize: 4,
  seed: 5,
});
/** Five patterns of it. */
const patterns = {
  inputs: Float32Array.from({ length: 15 }, (_, i) => Math.sin(i)),
  desired: Float32Array.of(0, 1, 1, 0, 1),
};

/**
 * What the process holds after a full collection: without one, it is chance which dead buffers are still counted. Buffers of
 * WebAssembly memories are let go in a later turn of the event loop, hence the second collection.
 */
async function memoryHeld(): Promise<NodeJS.MemoryUsage> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  collect();
  await new Promise((resolve) => setTimeout(resolve, 10));
  collect();
  return process.memoryUsage();
}

/** An engine to test. */
export interface Subject {
  /** What tests call it. */
  readonly title: string;
  readonly engine: Engine;
  /** Whether it has threads to compare. */
  readonly threads: boolean;
  /** Whether a case says something about it; every case when absent. */
  readonly takes?: (caseOf: ConformanceCase) => boolean;
}

/** Tests engines beside the reference, whose results of a case are computed once for all of them: it is slow. */
export function besideReference(subjects: readonly Subject[]): void {
  const worst = new Map<Subject, Deviation & { readonly name?: string }>();

  describe.each(conformanceCases)("beside the reference: $name", (caseOf) => {
    let expected: Promise<Computed> | undefined;
    afterAll(() => {
      expected = undefined;
    });

    test.each(subjects.filter(({ takes = () => true }) => takes(caseOf)))("$title", async (subject) => {
      expected ??= computed(reference, caseOf);
      const { engine } = subject;
      const found = await computed(engine, caseOf, (await expected).parameters);
      const deviation = worstOf(differences(found, await expected));
      if (deviation.error >= (worst.get(subject)?.error ?? 0)) worst.set(subject, { ...deviation, name: caseOf.name });
      expect(deviation.error, deviationText(deviation)).toBeLessThan(tolerances[engine.precision]);
    });
  });

  test.each(subjects)("beside the reference the worst of all cases is small: $title", (subject) => {
    const found = worst.get(subject);
    if (found === undefined) throw new Error("no case was compared");
    console.log(`${subject.title}, the worst of all cases: "${found.name}": ${deviationText(found)}`);
    expect(found.error).toBeLessThan(tolerances[subject.engine.precision]);
  });
}

/** Tests what the contract promises besides numbers. */
export function keepsContract({ title, engine, threads: hasThreads }: Subject): void {
  describe(`${title} keeps the contract`, () => {
    test("two runs give the same bits", async () => {
      const bits = async (): Promise<string> => {
        using session = await engine.create(problem);
        using loaded = session.load(patterns);
        const losses = await session.run(loaded, rows(1000));
        return JSON.stringify([...losses, ...session.parameters, ...(await session.predict(patterns.inputs))]);
      };
      expect(await bits()).toBe(await bits());
    });

    test("a session names its engine and its precision", async () => {
      using session = await engine.create(problem);
      expect(session).toMatchObject({ engine: engine.name, precision: engine.precision });
    });

    test.skipIf(!hasThreads).each(sharedCases)("any number of threads gives the same bits: $name", async (caseOf) => {
      const shared = completeProblem(caseOf.problem);
      const drawn = drawPatterns(shared, caseOf, random(3, "threads"));
      const bits = async (threads: number): Promise<string> => {
        using session = await engine.create(shared, { threads });
        using loaded = session.load(drawn);
        const losses = await session.run(
          loaded,
          Uint32Array.from({ length: 400 }, (_, i) => (7 * i) % caseOf.patterns),
        );
        const evaluated = await session.evaluate(loaded);
        return JSON.stringify([...losses, evaluated, ...session.parameters, ...(await session.predict(drawn.inputs))]);
      };
      const alone = await bits(1);
      for (const threads of [2, 3, 4]) expect((await bits(threads)) === alone, `${threads} threads`).toBe(true);
    });

    test("one run gives the bits of many short ones", async () => {
      using long = await engine.create(problem);
      using short = await engine.create(problem);
      const [all, some] = [long.load(patterns), short.load(patterns)];
      await long.run(all, rows(40));
      for (let start = 0; start < 40; start += 4) await short.run(some, rows(40).subarray(start, start + 4));
      expect([...short.parameters]).toEqual([...long.parameters]);
      expect(short.step).toBe(long.step);
    });

    test("a session starts from the parameters it is given, and refuses as many as the network doesn't have", async () => {
      using drawn = await engine.create(problem);
      using given = await engine.create({ ...problem, seed: 6 }, { parameters: drawn.parameters.slice() });
      expect([...given.parameters]).toEqual([...drawn.parameters]);
      const tooFew = async () => engine.create(problem, { parameters: new Float32Array(1) });
      await expect(tooFew()).rejects.toThrow(/Expected \d+ parameters for this network, found 1/);
    });

    test("a session goes on from another's parameters, slots and step to the same bits", async () => {
      using first = await engine.create(problem);
      using second = await engine.create({ ...problem, seed: 6 });
      await first.run(first.load(patterns), rows(40));
      second.parameters.set(first.parameters);
      for (const [slot, numbers] of Object.entries(first.slots)) second.slots[slot].set(numbers);
      second.step = first.step;
      await first.run(first.load(patterns), rows(8));
      await second.run(second.load(patterns), rows(8));
      expect([...second.parameters]).toEqual([...first.parameters]);
    });

    test("hundreds of sessions and predictors, stepped and disposed, leave the memory as it was", async () => {
      const live = async (count: number): Promise<void> => {
        for (let i = 0; i < count; i++) {
          using session = await engine.create(problem);
          await session.run(session.load(patterns), rows(8));
          using predictor = await engine.predictor(problem.network, session.parameters);
          predictor.predict(patterns.inputs);
        }
      };
      await live(50);
      const before = await memoryHeld();
      await live(250);
      const after = await memoryHeld();
      expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(2e6);
      expect(after.rss - before.rss).toBeLessThan(100e6); // one memory of 1 MiB each would be 500 MB
    });

    test("gradient() gives the data's gradient, whatever the penalties and the clipping", async () => {
      const gradientOf = async (options: object): Promise<number[]> => {
        using session = await engine.create({ ...problem, ...options });
        await session.gradient(session.load(patterns), rows(4));
        return [...session.gradients];
      };
      const plain = await gradientOf({});
      expect(await gradientOf({ penalties: { l1: 0.5, l2: 2 }, clipNorm: 0.01 })).toEqual(plain);
    });

    test("two updates after one gradient() are two steps by it, each with the penalties of the parameters of then", async () => {
      const [learningRate, l1, l2, clipNorm] = [0.5, 0.25, 1.5, 0.75];
      const options = { optimizer: { name: "sgd", learningRate }, penalties: { l1, l2 }, clipNorm } as const;
      using session = await engine.create({ ...problem, ...options });
      await session.gradient(session.load(patterns), rows(4));
      const gradient = [...session.gradients];
      for (const _ of [1, 2]) {
        const before = [...session.parameters];
        const g = gradient.slice();
        for (const { role, offset, length } of session.layout.tensors) {
          for (let i = offset; role === "weights" && i < offset + length; i++) {
            g[i] += l1 * Math.sign(before[i]) + l2 * before[i];
          }
        }
        const norm = Math.hypot(...g);
        expect(norm).toBeGreaterThan(clipNorm);
        await session.update();
        for (const [i, parameter] of session.parameters.entries()) {
          expect(parameter).toBeCloseTo(before[i] - (learningRate * clipNorm * g[i]) / norm, 5);
        }
        expect([...session.gradients]).toEqual(gradient);
      }
    });

    test("gradients of two halves of a batch, averaged before update(), make the step of the whole batch", async () => {
      const options = { ...problem, penalties: { l1: 0.1, l2: 0.5 }, clipNorm: 0.3 };
      using whole = await engine.create(options);
      await whole.run(whole.load(patterns), rows(4));
      using one = await engine.create(options);
      using other = await engine.create(options);
      await one.gradient(one.load(patterns), rows(4).subarray(0, 2));
      await other.gradient(other.load(patterns), rows(4).subarray(2));
      const mean = one.gradients.map((gradient, i) => (gradient + other.gradients[i]) / 2);
      for (const session of [one, other]) {
        session.gradients.set(mean);
        await session.update();
      }
      expect([...one.parameters]).toEqual([...other.parameters]);
      for (const [i, parameter] of whole.parameters.entries()) expect(one.parameters[i]).toBeCloseTo(parameter, 5);
    });

    test("patterns that another session loaded are refused", async () => {
      using session = await engine.create(problem);
      using other = await engine.create(problem);
      const loaded = other.load(patterns);
      await expect((async () => session.gradient(loaded, rows(4)))()).rejects.toThrow(DescriptionError);
    });

    test.each(faults)("$name: the error of the reference", async ({ act }) => {
      const expected = await errorOf(reference, act);
      const found = await errorOf(engine, act);
      expect(expected).toBeInstanceOf(Error);
      expect(found).toBeInstanceOf(expected?.constructor);
      expect(found?.message).toMatch(/expected|loaded by another|disposed/i);
    });
  });
}

/** Row indices of the five patterns in turn. */
function rows(count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, i) => (3 * i) % 5);
}

type Act = (session: Session, loaded: LoadedPatterns, engine: Engine) => unknown;

/** What an act on a fresh session throws. */
async function errorOf(engine: Engine, act: Act): Promise<Error | undefined> {
  using session = await engine.create(problem);
  try {
    await act(session as Session, session.load(patterns), engine);
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

/** An act on a session that has been disposed. */
const onDisposed =
  (act: Act): Act =>
  (session, loaded, engine) => {
    session.dispose();
    return act(session, loaded, engine);
  };
const one = Float32Array.of(1);
const three = Float32Array.of(1, 2, 3);
const predictorOf = (engine: Engine) => engine.predictor(problem.network, new Float32Array(44));

const faults: readonly { readonly name: string; readonly act: Act }[] = [
  { name: "inputs that are not whole rows", act: (s) => s.load({ ...patterns, inputs: new Float32Array(14) }) },
  { name: "too few desired responses", act: (s) => s.load({ ...patterns, desired: new Float32Array(4) }) },
  { name: "sample weights of another length", act: (s) => s.load({ ...patterns, sampleWeights: one }) },
  { name: "a weight below 0", act: (s) => s.load({ ...patterns, sampleWeights: Float32Array.of(1, 1, -1, 1, 1) }) },
  { name: "a class that is none", act: (s) => s.load({ ...patterns, desired: Float32Array.of(0, 1, 2, 0, 1) }) },
  { name: "a run of a row that is none", act: (s, p) => s.run(p, Uint32Array.of(0, 5)) },
  { name: "a gradient of a row that is none", act: (s, p) => s.gradient(p, Uint32Array.of(0, 5)) },
  { name: "a loss of a row that is none", act: (s, p) => s.evaluate(p, Uint32Array.of(0, 5)) },
  { name: "a gradient of no rows", act: (s, p) => s.gradient(p, rows(0)) },
  { name: "a gradient of more than a batch", act: (s, p) => s.gradient(p, rows(5)) },
  { name: "a loss of no rows", act: (s, p) => s.evaluate(p, rows(0)) },
  { name: "batches of 0", act: (s, p) => s.run(p, rows(4), { batchSize: 0 }) },
  { name: "batches larger than the problem's", act: (s, p) => s.run(p, rows(4), { batchSize: 5 }) },
  { name: "rate factors of another number than steps", act: (s, p) => s.run(p, rows(8), { rateFactors: [1] }) },
  { name: "two patterns to learn at once", act: (s) => s.learn(new Float32Array(6), Float32Array.of(0, 1)) },
  { name: "a pattern that is too short", act: (s) => s.learn(one, one) },
  { name: "inputs to predict that are no rows", act: (s) => s.predict(new Float32Array(4)) },
  { name: "signals before any step", act: (s) => s.signals(0) },
  { name: "signals of a layer that is none", act: (s, p) => [s.gradient(p, rows(4)), s.signals(2)] },
  { name: "signals of a layer below 0", act: (s, p) => [s.gradient(p, rows(4)), s.signals(-1)] },
  {
    name: "patterns of another engine's session",
    act: (s) => s.gradient({ rows: 5, dispose: () => {}, [Symbol.dispose]: () => {} }, rows(4)),
  },
  { name: "a disposed session to load", act: onDisposed((s) => s.load(patterns)) },
  { name: "a disposed session to run", act: onDisposed((s, p) => s.run(p, rows(4))) },
  { name: "a disposed session to learn", act: onDisposed((s) => s.learn(three, one)) },
  { name: "a disposed session to take the gradient", act: onDisposed((s, p) => s.gradient(p, rows(4))) },
  { name: "a disposed session to update", act: onDisposed((s) => s.update()) },
  { name: "a disposed session to evaluate", act: onDisposed((s, p) => s.evaluate(p)) },
  { name: "a disposed session to predict", act: onDisposed((s) => s.predict(three)) },
  { name: "parameters of another network", act: (_s, _p, e) => e.predictor(problem.network, new Float32Array(45)) },
  { name: "a predictor's inputs that are no rows", act: async (_s, _p, e) => (await predictorOf(e)).predict(one) },
  {
    name: "a predictor's row that is too long",
    act: async (_s, _p, e) => (await predictorOf(e)).predictRow(new Float32Array(4), new Float32Array(2)),
  },
];
