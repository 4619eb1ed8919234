/** The engine blas where even the smallest product is one of the library: beside the reference, and alone, apart and in a worker. */
import { describe, expect, test } from "vitest";
import { drawPatterns } from "../../../../test/conformance/conform.ts";
import { sharedCases } from "../../../../test/conformance/conformanceCases.ts";
import { engineSuite } from "../../../../test/conformance/engineSuite.ts";
import { random } from "../../../random.ts";
import { completeProblem } from "../../engine.ts";
import type { Devices } from "../../memory/device.ts";
import { trainingKernels } from "../../wasm/generated/trainingKernels.ts";
import { blasConditions, blasWith } from "./blas.ts";
import { createBlasDevice } from "./device.ts";

const { available, reason } = await blasConditions();
if (!available) console.log(`skipped: the engine blas: ${reason}`);

const devices: Devices = {
  source: () => devices,
  whyNotShared: () => undefined,
  create: (shared) => createBlasDevice(trainingKernels, shared, { least: 1 }),
};
const engine = blasWith(devices);

describe.skipIf(!available)("every product by the library", () => {
  engineSuite(engine, { threads: true });

  test.each(sharedCases)("a session apart, in a worker, has the bits of one here: $name", async (caseOf) => {
    const problem = completeProblem(caseOf.problem);
    const drawn = drawPatterns(problem, caseOf, random(3, "apart"));
    const bits = async (apart: boolean): Promise<number[]> => {
      using session = await engine.create(problem, { apart });
      using loaded = session.load(drawn);
      const losses = await session.run(
        loaded,
        Uint32Array.from({ length: 200 }, (_, i) => (7 * i) % caseOf.patterns),
      );
      return [...losses, ...session.parameters];
    };
    const [here, apart, again] = [await bits(false), ...(await Promise.all([bits(true), bits(true)]))];
    expect(apart).toEqual(here);
    expect(again).toEqual(here);
  });
});

test("the threads that a session may have are checked, and one is used", async () => {
  const problem = completeProblem(sharedCases[0].problem);
  expect(engine.parallelism(problem).useful).toBe(1);
  await expect(engine.create(problem, { threads: 0 })).rejects.toThrow(/threads/);
});
