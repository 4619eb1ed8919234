/**
 * Networks and batches larger than a WebAssembly memory: refused with the bytes wanted, and the engine goes on.
 */
import { expect, test } from "vitest";
import { OutOfMemoryError } from "../errors.ts";
import { dense, embedding } from "../network/layers.ts";
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
      /^Out of memory: .* needs \d\S* GB \(\d+ bytes\), more than there is/,
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

function described() {
  return { network: small.network, loss: "halfSquaredError" } as const;
}
