/** The kernels for prediction alone beside all of them: the same bits, in every variant. */
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { difference } from "../../../scripts/difference.mjs";
import { conformanceCases } from "../../../test/conformance/conformanceCases.ts";
import type { Network } from "../../network/network.ts";
import { initialParameters } from "../../network/parameters.ts";
import { random } from "../../random.ts";
import { completeProblem } from "../engine.ts";
import { ManyRows } from "../memory/manyRows.ts";
import { createPredictor } from "../memory/predictor.ts";
import { acquireThreads, type Runtime, releaseRuntime, runtimeOf } from "../memory/runtime.ts";
import { deviceOf, devicesWith } from "./device.ts";
import { withDifference } from "./difference.ts";
import { predictionKernels } from "./generated/predictionKernels.ts";
import { trainingKernels } from "./generated/trainingKernels.ts";
import { createMemory, type KernelTexts, kernelBytes, kernelCode, supportsRelaxedSimd } from "./kernelModule.ts";
import { wasm } from "./wasm.ts";
import { wasmPrediction } from "./wasmPrediction.ts";

/** Networks of every kind of layer, activation and odd size, each once. */
const networks = [
  ...new Map(conformanceCases.map(({ problem }) => [JSON.stringify(problem.network), problem.network])).values(),
];

const variants = [false, true]
  .filter((relaxed) => !relaxed || supportsRelaxedSimd())
  .map((relaxed) => ({ relaxed, shared: false }));

/** Inputs that are codes for some columns and numbers for others: small whole numbers are both. */
function rowsFor({ inputs }: Network, rows: number): Float32Array {
  const draw = random(1, "rows");
  return Float32Array.from({ length: rows * inputs }, (_, i) =>
    i % 3 === 0 ? Math.floor(3 * draw.uniform()) : draw.normal(),
  );
}

/** A runtime of a build and a variant, which no pool keeps. */
async function runtimeWith(texts: KernelTexts, variant: { relaxed: boolean; shared: boolean }): Promise<Runtime> {
  return runtimeOf(deviceOf(await kernelCode(texts, variant), createMemory(2 ** 22, variant), variant));
}

let runtimes: readonly (readonly Runtime[])[] = [];
beforeAll(async () => {
  runtimes = await Promise.all(
    variants.map((variant) =>
      Promise.all([trainingKernels, predictionKernels].map((texts) => runtimeWith(texts, variant))),
    ),
  );
});

/** Each row alone, and all in batches. */
function predictions(network: Network, runtime: Runtime) {
  const parameters = Float32Array.from(initialParameters(network, 1));
  const inputs = rowsFor(network, 19);
  const unused = () => Promise.reject(new Error("not so many rows"));
  using predictor = createPredictor(network, parameters, runtime, () => {}, unused);
  const workplace = { runtime, threads: 1, inWorkers: false };
  using pass = new ManyRows(network, parameters, workplace, () => {});
  return { rows: predictor.predict(inputs), batches: pass.predict(inputs) };
}

test("every network predicts the same bits with the kernels for prediction alone, row by row and in batches", () => {
  for (const network of networks) {
    for (const [all, few] of runtimes) {
      const [expected, found] = [predictions(network, all), predictions(network, few)];
      expect(found, JSON.stringify(network)).toEqual(expected);
      expect(found.batches, JSON.stringify(network)).toEqual(found.rows);
    }
  }
});

test("what predicts many rows gives a session's bits, on one thread and on several", async () => {
  const own = networks.reduce((widest, network) =>
    initialParameters(network, 1).length > initialParameters(widest, 1).length ? network : widest,
  );
  const parameters = Float32Array.from(initialParameters(own, 1));
  const inputs = rowsFor(own, 700);
  const problem = completeProblem({ network: own, loss: "halfSquaredError", batchSize: 256 });
  using session = await wasm.create(problem, { parameters, threads: 1 });
  const expected = await session.predict(inputs);
  for (const { predictor } of [wasm, wasmPrediction]) {
    using ready = await predictor(own, parameters);
    expect(await ready.predictBatch(inputs)).toEqual(expected);
  }
  for (const threads of [1, 2, 3]) {
    const runtime = await acquireThreads(devicesWith(predictionKernels), threads);
    if (runtime === undefined) throw new Error("no threads here");
    const pass = new ManyRows(own, parameters, { runtime, threads, inWorkers: true }, releaseRuntime);
    expect(await Promise.all([pass.predict(inputs), pass.predict(inputs)])).toEqual([expected, expected]);
    pass.dispose();
  }
});

test("what predicts many rows and is disposed while it works ends its work, and then refuses more", async () => {
  const [own] = networks;
  const parameters = Float32Array.from(initialParameters(own, 1));
  const runtime = await acquireThreads(devicesWith(predictionKernels), 1);
  if (runtime === undefined) throw new Error("no threads here");
  let given = 0;
  const giveBack = (used: Runtime): void => {
    given += 1;
    releaseRuntime(used);
  };
  const pass = new ManyRows(own, parameters, { runtime, threads: 1, inWorkers: true }, giveBack);
  const running = pass.predict(rowsFor(own, 100));
  pass.dispose();
  expect(given).toBe(0);
  expect(await running).toHaveLength(100 * own.outputs);
  expect(given).toBe(1);
  expect(() => pass.predict(rowsFor(own, 1))).toThrow("disposed");
});

test("every variant of both builds is code that this runtime takes", () => {
  const { validate } = (globalThis as unknown as { WebAssembly: { validate(bytes: Uint8Array): boolean } }).WebAssembly;
  for (const texts of [trainingKernels, predictionKernels]) {
    for (const { relaxed } of variants) {
      for (const shared of [false, true]) expect(validate(kernelBytes(texts, { relaxed, shared }))).toBe(true);
    }
  }
});

test("a difference leads from any bytes to any others", () => {
  const bytes = fc.uint8Array({ maxLength: 60, max: 3 });
  fc.assert(
    fc.property(bytes, bytes, bytes, (a, b, c) => {
      const base = Uint8Array.from([...a, ...b, ...c]);
      const result = Uint8Array.from([...c, ...a, 7, ...b, ...b]);
      expect(withDifference(base, difference(base, result))).toEqual(result);
    }),
    { seed: 1, numRuns: 200 },
  );
});
