/** What failed to begin is tried again the next time it is asked for: no rejected promise is kept. */
import { expect, test, vi } from "vitest";
import { OutOfMemoryError } from "../../errors.ts";
import { dense } from "../../network/layers.ts";
import { network } from "../../network/network.ts";
import { completeProblem, type Session } from "../engine.ts";
import { devicesWith } from "../wasm/device.ts";
import { trainingKernels } from "../wasm/generated/trainingKernels.ts";
import { kernelCode } from "../wasm/kernelModule.ts";
import { wasm } from "../wasm/wasm.ts";
import { createPredictor } from "./predictor.ts";
import { acquireRuntime, releaseRuntime } from "./runtime.ts";

test("kernels whose compilation was rejected are compiled again by the next session, and then once", async () => {
  const api = (globalThis as unknown as { WebAssembly: { compile(bytes: Uint8Array): Promise<unknown> } }).WebAssembly;
  const compile = vi.spyOn(api, "compile").mockRejectedValueOnce(new Error("too many at once"));
  const variant = { relaxed: false, shared: true };
  await expect(kernelCode(trainingKernels, variant)).rejects.toThrow("too many at once");
  const code = await kernelCode(trainingKernels, variant);
  expect(await kernelCode(trainingKernels, variant)).toBe(code);
  expect(compile).toHaveBeenCalledTimes(2);
  compile.mockRestore();
});

test("a predictor that could not make ready for many rows tries again the next time, and then once", async () => {
  const own = network({ inputs: 2, layers: [dense(1)] });
  const parameters = Float32Array.of(1, 2, 3);
  const open = vi
    .fn(
      async () =>
        (await wasm.create(completeProblem({ network: own, loss: "halfSquaredError" }), { parameters })) as Session,
    )
    .mockRejectedValueOnce(new Error("no memory now"));
  using predictor = createPredictor(
    own,
    parameters,
    await acquireRuntime(devicesWith(trainingKernels), false),
    releaseRuntime,
    open,
  );
  const rows = new Float32Array(200).fill(1);
  await expect(predictor.predictBatch(rows)).rejects.toThrow("no memory now");
  expect(await predictor.predictBatch(rows)).toEqual(predictor.predict(rows));
  expect(await predictor.predictBatch(rows)).toEqual(predictor.predict(rows));
  expect(open).toHaveBeenCalledTimes(2);
});

const refusal = () => new OutOfMemoryError("the engine wasm reserves addresses for", 2 ** 32);

test("where no memory is left to make ready for many rows, they are predicted one by one, and the next call tries again", async () => {
  const own = network({ inputs: 2, layers: [dense(1)] });
  const runtime = await acquireRuntime(devicesWith(trainingKernels), false);
  const open = vi.fn(() => Promise.reject(refusal()));
  using predictor = createPredictor(own, Float32Array.of(1, 2, 3), runtime, releaseRuntime, open);
  const rows = new Float32Array(200).fill(1);
  expect(await predictor.predictBatch(rows)).toEqual(new Float32Array(100).fill(6));
  await predictor.predictBatch(rows);
  expect(open).toHaveBeenCalledTimes(2);
});

test("where these many rows find no memory, they are predicted one by one", async () => {
  const own = network({ inputs: 2, layers: [dense(1)] });
  const runtime = await acquireRuntime(devicesWith(trainingKernels), false);
  const refuse = vi.fn(() => {
    throw refusal();
  });
  const open = () => Promise.resolve({ predict: refuse, dispose: () => {} });
  using predictor = createPredictor(own, Float32Array.of(1, 2, 3), runtime, releaseRuntime, open);
  expect(await predictor.predictBatch(new Float32Array(200).fill(1))).toEqual(new Float32Array(100).fill(6));
  expect(refuse).toHaveBeenCalledOnce();
});

test("a predictor that was disposed while memory was refused says what was refused", async () => {
  const own = network({ inputs: 2, layers: [dense(1)] });
  const runtime = await acquireRuntime(devicesWith(trainingKernels), false);
  const open = () => Promise.reject(refusal());
  const predictor = createPredictor(own, Float32Array.of(1, 2, 3), runtime, releaseRuntime, open);
  const answer = predictor.predictBatch(new Float32Array(200));
  predictor.dispose();
  await expect(answer).rejects.toThrow(OutOfMemoryError);
});
