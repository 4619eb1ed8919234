import { Worker } from "node:worker_threads";
import { expect, test, vi } from "vitest";
import { RunFailedError } from "../../errors.ts";
import { dense, dropout } from "../../network/layers.ts";
import { network } from "../../network/network.ts";
import { random } from "../../random.ts";
import { completeProblem, type Patterns } from "../engine.ts";
import { deviceOf, devicesWith } from "../wasm/device.ts";
import { trainingKernels } from "../wasm/generated/trainingKernels.ts";
import { kernelCode, variantOf } from "../wasm/kernelModule.ts";
import { wasm } from "../wasm/wasm.ts";
import { acquireRuntime, releaseRuntime } from "./runtime.ts";
import { MemorySession } from "./session.ts";

const rows = 300;
const draw = random(1, "threads");
const patterns: Patterns = {
  inputs: Float32Array.from({ length: rows * 50 }, () => draw.normal()),
  desired: Float32Array.from({ length: rows }, () => draw.integer(7)),
};
/** Large enough that every step is worth four threads; odd sizes, so that parts are uneven. */
const problem = completeProblem({
  network: network({
    inputs: 50,
    layers: [dense(131, { activation: "gelu" }), dropout(0.2), dense(127, { activation: "relu" }), dense(7)],
  }),
  loss: { name: "crossEntropy", labelSmoothing: 0.1 },
  optimizer: "adamW",
  batchSize: 67,
  clipNorm: 0.5,
  l1: 1e-4,
  seed: 5,
});
const order = random(2, "order").permutation(rows);

async function learned(
  threads: number,
  apart = false,
): Promise<{ used: number; parameters: Float32Array; losses: Float64Array; outputs: Float32Array; evaluated: number }> {
  using session = await wasm.create(problem, { threads, apart });
  const loaded = session.load(patterns);
  await session.run(loaded, order);
  const losses = await session.run(loaded, order);
  const outputs = await session.predict(patterns.inputs);
  return {
    used: session.threads,
    parameters: session.parameters.slice(),
    losses,
    outputs,
    evaluated: await session.evaluate(loaded),
  };
}

test("1, 2 and 4 threads learn the same bits, and so do two runs", async () => {
  const one = await learned(1);
  expect(one.used).toBe(1);
  for (const threads of [2, 4, 3, 2, 1]) {
    const several = await learned(threads);
    expect(several.used).toBe(threads);
    expect({ ...several, used: 1 }).toEqual(one);
  }
});

test("a step too short to share stays on one thread", async () => {
  const small = completeProblem({ network: network({ inputs: 4, layers: [dense(3)] }), loss: "halfSquaredError" });
  using session = await wasm.create(small, { threads: 4 });
  expect(session.threads).toBe(1);
});

test("sessions apart learn side by side, each the bits that it learns alone", async () => {
  const alone = await learned(1);
  for (const together of await Promise.all([learned(1, true), learned(1, true), learned(2, true)])) {
    expect({ ...together, used: 1 }).toEqual(alone);
  }
});

test("a session apart leaves this thread free while it works", async () => {
  using session = await wasm.create(problem, { threads: 1, apart: true });
  const loaded = session.load(patterns);
  const events: string[] = [];
  const long = Uint32Array.from({ length: 100 * rows }, (_, i) => i % rows);
  const learning = Promise.resolve(session.run(loaded, long)).then(() => events.push("learned"));
  setTimeout(() => events.push("heard"), 0);
  await learning;
  expect(events).toEqual(["heard", "learned"]);
});

test("without threads a session apart works here and learns the same bits", async () => {
  const spy = vi.spyOn(process, "getBuiltinModule").mockReturnValue(undefined as never);
  try {
    const { losses, parameters } = await learned(1, true);
    using session = await wasm.create(problem, { threads: 1, apart: true });
    expect(session.run(session.load(patterns), order)).toBeInstanceOf(Float64Array);
    spy.mockRestore();
    const apart = await learned(1, true);
    expect([losses, parameters]).toEqual([apart.losses, apart.parameters]);
  } finally {
    spy.mockRestore();
  }
});

/** From now on workers are of this class; until the spy is restored. */
function workersOf(Worker: unknown) {
  const builtin = process.getBuiltinModule;
  return vi
    .spyOn(process, "getBuiltinModule")
    .mockImplementation(((name: string) =>
      name === "node:worker_threads" ? { Worker } : builtin(name)) as typeof process.getBuiltinModule);
}

/** The workers that are started from now on. */
function watchedWorkers() {
  const started: Worker[] = [];
  class Watched extends Worker {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args);
      started.push(this);
    }
  }
  return { started, spy: workersOf(Watched) };
}

test("a problem says how many threads it can use and how many there are", () => {
  const { useful, available } = wasm.parallelism(problem);
  expect(useful).toBeGreaterThanOrEqual(5);
  expect(available).toBeGreaterThanOrEqual(1);
});

test("a worker that died while idle is replaced by the next session", async () => {
  const { started, spy } = watchedWorkers();
  try {
    // More threads than any pool that is kept, so that at least one is started now.
    (await wasm.create(problem, { threads: 5 })).dispose();
    await started[started.length - 1].terminate();
    using session = await wasm.create(problem, { threads: 5 });
    expect(session.threads).toBe(5);
    const losses = await session.run(session.load(patterns), order);
    expect(losses.every(Number.isFinite)).toBe(true);
  } finally {
    spy.mockRestore();
  }
});

test("where workers can't be started a session learns here, the same bits", async () => {
  class Refused {
    constructor() {
      throw new Error("no more threads");
    }
  }
  const wanted = (await learned(1)).parameters;
  const spy = workersOf(Refused);
  try {
    // More threads than any pool that is kept.
    const { used, parameters } = await learned(6);
    expect(used).toBe(1);
    expect(parameters).toEqual(wanted);
  } finally {
    spy.mockRestore();
  }
  expect((await learned(2)).used).toBe(2);
});

test("two instances of the kernels on one memory never take each other's packed operands", async () => {
  const runtime = await acquireRuntime(devicesWith(trainingKernels), true);
  const variant = variantOf(trainingKernels, true);
  const code = await kernelCode(trainingKernels, variant);
  const instances = [runtime.device, deviceOf(code, runtime.device.memory, variant)];
  let turn = 0;
  const alternating = {
    ...runtime,
    get device() {
      return instances[turn % 2];
    },
  };
  const session = new MemorySession(problem, alternating, { threads: 2, inWorkers: true }, () =>
    releaseRuntime(runtime),
  );
  using alone = await wasm.create(problem, { threads: 1 });
  const [mine, others] = [session.load(patterns), alone.load(patterns)];
  const rows = order.slice(0, 67);
  for (turn = 0; turn < 4; turn++) {
    expect(session.gradient(mine, rows)).toBe(alone.gradient(others, rows));
    expect(session.gradients).toEqual(alone.gradients);
    for (const of of [session, alone]) of.parameters.set(of.parameters.map((value) => value * 1.5));
  }
  session.dispose();
});

test("a worker that dies ends the run with an error instead of a hang, and the next session learns again", async () => {
  const { started, spy } = watchedWorkers();
  try {
    // More threads than any pool that is kept, so that at least one is started now.
    const session = await wasm.create(problem, { threads: 7 });
    const loaded = session.load(patterns);
    const long = Uint32Array.from({ length: 2000 * rows }, (_, i) => i % rows);
    const running = Promise.resolve(session.run(loaded, long));
    const outcome = expect(running).rejects.toThrow(RunFailedError);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await started[started.length - 1].terminate();
    await outcome;
    session.dispose();
  } finally {
    spy.mockRestore();
  }
  expect((await learned(2)).losses.every(Number.isFinite)).toBe(true);
});
