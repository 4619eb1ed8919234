/** Sessions that learn in the precisions high and fast. */
import { describe, expect, test } from "vitest";
import { hasTileUnit } from "../../../test/tileUnit.ts";
import { dense } from "../../network/layers/dense.ts";
import { network } from "../../network/network.ts";
import { random } from "../../random.ts";
import { reference } from "../../reference/reference.ts";
import { completeProblem } from "../engine.ts";
import { createSession } from "../factory.ts";
import { wasm } from "../wasm/wasm.ts";
import type { Cpu } from "./cpu.ts";
import type { Koffi } from "./foreign.ts";
import { avx2, avx512 } from "./kernels/isa.ts";
import { native } from "./native.ts";
import { requireTileUnit } from "./tileUnit.ts";

const cpu: Cpu = {
  name: "A processor",
  avx2: true,
  avx512: true,
  amx: true,
  caches: { first: 49152, second: 2 ** 21 },
};
const answering = (answer: number): Koffi => ({ load: () => ({ func: () => () => answer }) }) as unknown as Koffi;

describe("the tile unit", () => {
  test.each([
    [
      { ...cpu, amx: false },
      avx512,
      "need a processor with AMX for bf16, which A processor lacks. Leave precision out",
    ],
    [cpu, avx2, "need AVX-512, which GRADUS_CPU leaves out. Leave precision out"],
    [cpu, avx512, "The system does not let this process use the processor's tile unit (arch_prctl refused)"],
  ])("is refused with the reason", (of, isa, message) => {
    expect(() => requireTileUnit(of, isa, answering(-1))).toThrow(message);
  });

  test("other engines name what they lack", async () => {
    const problem = completeProblem({ network: network({ inputs: 1, layers: [dense(1)] }), loss: "halfSquaredError" });
    await expect(wasm.create(problem, { precision: "high" })).rejects.toThrow(
      "The engine wasm does not have the precision high: it computes in float32. Use the engine native on a processor with AMX",
    );
    expect(() => reference.create(problem, { precision: "float32" })).toThrow("it computes in float64");
    const { network: one, loss } = problem;
    await expect(createSession({ network: one, loss, engine: "wasm", precision: "hihg" as "high" })).rejects.toThrow(
      /precision "hihg".*high/,
    );
  });
});

describe.skipIf(!hasTileUnit)("a session of precision", () => {
  const problem = completeProblem({
    network: network({
      inputs: 70,
      layers: [dense(150, { activation: "tanh" }), dense(90, { activation: "relu" }), dense(3)],
    }),
    loss: "crossEntropy",
    optimizer: { name: "adam", learningRate: 0.01 },
    batchSize: 100,
    seed: 5,
  });
  const { normal } = random(1, "tiles");
  const inputs = Float32Array.from({ length: 170 * 70 }, normal);
  const desired = Float32Array.from({ length: 170 }, (_, row) => row % 3);
  const rows = Uint32Array.from({ length: 340 }, (_, n) => (7 * n) % 170);

  async function learned(precision: "float32" | "high" | "fast", threads: number) {
    using session = await native.create(problem, { threads, precision });
    expect(session).toMatchObject({ engine: "native", precision });
    using patterns = session.load({ inputs, desired });
    const loss = await session.gradient(patterns, rows.subarray(0, 100));
    const gradients = session.gradients.slice();
    const untrained = [await session.evaluate(patterns), ...(await session.predict(inputs))];
    const losses = [...(await session.run(patterns, rows))];
    return { loss, gradients, untrained, losses, parameters: session.parameters.slice() };
  }

  const distance = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
    let [apart, length] = [0, 0];
    for (let i = 0; i < a.length; i++) {
      apart += (a[i] - b[i]) ** 2;
      length += b[i] ** 2;
    }
    return Math.sqrt(apart / length);
  };

  test.each([
    ["high", 1e-6, 3e-5],
    ["fast", 1e-3, 3e-2],
  ] as const)(
    "%s: gradients near those of float32, evaluation and prediction the same bits",
    async (name, least, most) => {
      const [own, exact] = [await learned(name, 1), await learned("float32", 1)];
      expect(distance(own.gradients, exact.gradients)).toBeGreaterThan(least / 10);
      expect(distance(own.gradients, exact.gradients)).toBeLessThan(most);
      expect(Math.abs(own.loss - exact.loss)).toBeLessThan(most);
      expect(own.untrained).toEqual(exact.untrained);
      expect(own.losses.at(-1)).toBeCloseTo(exact.losses.at(-1) ?? 0, 1);
    },
  );

  test.each(["high", "fast"] as const)("%s: the same bits for any number of threads", async (name) => {
    const alone = await learned(name, 1);
    for (const threads of [2, 3]) expect(await learned(name, threads)).toEqual(alone);
  });
});
