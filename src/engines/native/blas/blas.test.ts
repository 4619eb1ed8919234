/** The engine blas where even the smallest product is one of the library: alone, apart and in a worker. The conformance suite has it beside the reference. */
import { describe, expect, test } from "vitest";
import { blasForAll as engine } from "../../../../test/blasForAll.ts";
import { drawPatterns } from "../../../../test/conformance/conform.ts";
import { sharedCases } from "../../../../test/conformance/conformanceCases.ts";
import { random } from "../../../random.ts";
import { completeProblem } from "../../engine.ts";
import { blasConditions } from "./blas.ts";

const { available, reason } = await blasConditions();
if (!available) console.log(`skipped: the engine blas: ${reason}`);

describe.skipIf(!available)("every product by the library", () => {
  test.each(sharedCases)("a session apart, in a worker, learns what one here learns: $name", async (caseOf) => {
    const problem = completeProblem(caseOf.problem);
    const drawn = drawPatterns(problem, caseOf, random(3, "apart"));
    const learned = async (apart: boolean): Promise<number[]> => {
      using session = await engine.create(problem, { apart });
      using loaded = session.load(drawn);
      const losses = await session.run(
        loaded,
        Uint32Array.from({ length: 200 }, (_, i) => (7 * i) % caseOf.patterns),
      );
      return [...losses, ...session.parameters];
    };
    const [here, ...inWorkers] = [await learned(false), ...(await Promise.all([learned(true), learned(true)]))];
    // Not to the bit: a BLAS does not promise that, and OpenBLAS 0.3.21 was seen to differ in the seventh digit.
    for (const there of inWorkers) {
      const largest = Math.max(...here.map(Math.abs));
      expect(there).toHaveLength(here.length);
      for (const [i, value] of there.entries()) expect(Math.abs(value - here[i])).toBeLessThan(1e-3 * largest);
    }
  });
});

test("the threads that a session may have are checked, and one is used", async () => {
  const problem = completeProblem(sharedCases[0].problem);
  expect(engine.parallelism(problem).useful).toBe(1);
  expect(engine.sharesSteps).toBe(false);
  await expect(engine.create(problem, { threads: 0 })).rejects.toThrow(/threads/);
});
