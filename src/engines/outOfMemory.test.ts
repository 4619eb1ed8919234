/**
 * What is larger than a WebAssembly memory, or than any array: refused with the bytes wanted, and the engine goes on.
 */
import { describe, expect, test } from "vitest";
import { enginesHere } from "../../test/enginesHere.ts";
import { OutOfMemoryError } from "../errors.ts";
import { dense, embedding, periodic } from "../network/layers.ts";
import { network } from "../network/network.ts";
import { completeProblem, type Session } from "./engine.ts";
import { engineOf } from "./factory.ts";

const small = completeProblem({ network: network({ inputs: 2, layers: [dense(1)] }), loss: "halfSquaredError" });
const huge = network({ inputs: 16_383, layers: [dense(16_383)] });

/** What an act throws. */
async function errorOf(act: () => unknown): Promise<unknown> {
  try {
    return await act();
  } catch (error) {
    return error;
  }
}

test("a network larger than a WebAssembly memory is refused with its size, and the next session learns", async () => {
  const problem = completeProblem({ network: huge, loss: "halfSquaredError", optimizer: "adam" });
  for (let again = 0; again < 3; again++) {
    const error = await errorOf(() => engineOf("wasm").create(problem));
    expect(error).toBeInstanceOf(OutOfMemoryError);
    expect((error as OutOfMemoryError).bytes).toBeGreaterThan(4e9);
    expect((error as OutOfMemoryError).message).toMatch(
      /^Out of memory: .* needs \d\S* GB \(\d+ bytes\), more than available/,
    );
  }
  using session = (await engineOf("wasm").create(small)) as Session;
  expect(Number.isFinite(await session.learn([1, 2], [1]))).toBe(true);
});

test("a batch larger than a WebAssembly memory is refused with its size", async () => {
  const problem = completeProblem({ ...described(), batchSize: 1e12 });
  const error = await errorOf(() => engineOf("wasm").create(problem));
  expect(error).toBeInstanceOf(OutOfMemoryError);
  expect((error as OutOfMemoryError).bytes).toBeGreaterThan(1e13);
});

test("an embedding of more categories than float32 counts is refused", () => {
  const codes = embedding([{ column: 0, cardinality: 2 ** 24 + 1 }], { dimension: 1 });
  expect(() => network({ inputs: 1, layers: [codes, dense(1)] })).toThrow(
    /cardinality of column 0 to be at most 16777216, found 16777217/,
  );
});

describe.each(enginesHere)("the engine %s", (name) => {
  /** 70,000 outputs for 70,000 rows are more than an array holds. */
  const many = 70_000;
  const wide = network({ inputs: 1, layers: [dense(many)] });
  const rows = new Float32Array(many);

  test("a step of more signals than there is memory for is refused with their size, and a smaller one is made", async () => {
    const batch = completeProblem({ network: wide, loss: "crossEntropy", batchSize: name === "reference" ? many : 1 });
    using session = (await engineOf(name).create(batch)) as Session;
    const loaded = session.load({ inputs: Float32Array.of(1), desired: Float32Array.of(0) });
    const error = await errorOf(async () =>
      name === "reference"
        ? await session.run(loaded, new Uint32Array(many))
        : await engineOf(name).create(completeProblem({ network: wide, loss: "crossEntropy", batchSize: many })),
    );
    expect(error).toBeInstanceOf(OutOfMemoryError);
    expect((error as OutOfMemoryError).bytes).toBeGreaterThan(1.9e10);
    expect((await session.run(loaded, Uint32Array.of(0))).every(Number.isFinite)).toBe(true);
  });

  test("a prediction of more outputs than there is memory for is refused with their size", async () => {
    using session = (await engineOf(name).create(completeProblem({ network: wide, loss: "crossEntropy" }))) as Session;
    using predictor = await engineOf(name).predictor(wide, new Float32Array(2 * many));
    for (const predict of [
      () => session.predict(rows),
      () => session.activations(rows),
      () => predictor.predict(rows),
      () => predictor.predictBatch(rows),
    ]) {
      const error = await errorOf(predict);
      expect(error).toBeInstanceOf(OutOfMemoryError);
      expect((error as OutOfMemoryError).bytes).toBeGreaterThan(1.9e10);
    }
    expect(predictor.predict([1])).toHaveLength(many);
  });

  test("a network of very many periodic and embedded columns learns and predicts", async () => {
    const [numbers, codes] = [5000, 5000];
    const columns = Array.from({ length: codes }, (_, i) => ({ column: numbers + i, cardinality: 2 }));
    const own = network({
      inputs: numbers + codes,
      layers: [
        embedding(columns, { dimension: 1 }),
        periodic(
          Array.from({ length: numbers }, (_, i) => i),
          { frequencies: 1, units: 1 },
        ),
        dense(1),
      ],
    });
    using session = (await engineOf(name).create(
      completeProblem({ network: own, loss: "halfSquaredError" }),
    )) as Session;
    const inputs = new Float32Array(numbers + codes).fill(1);
    const loss = await session.learn(inputs, [0]);
    expect(loss).toBeGreaterThan(0);
    using predictor = await engineOf(name).predictor(own, session.parameters.slice());
    expect(predictor.predict(inputs)[0]).toBeCloseTo((await session.predict(inputs))[0], 4);
  });
});

function described() {
  return { network: small.network, loss: "halfSquaredError" } as const;
}
