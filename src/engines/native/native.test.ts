/** The native engine where even the smallest product is one of machine code, for every instruction set that the processor has. */
import { describe, expect, test } from "vitest";
import { type ConformanceCase, drawPatterns } from "../../../test/conformance/conform.ts";
import { conformanceCases, sharedCases } from "../../../test/conformance/conformanceCases.ts";
import { networkOf, small } from "../../../test/conformance/smallCase.ts";
import { isas, nativeWith } from "../../../test/nativeIsas.ts";
import { dense } from "../../network/layers.ts";
import { random } from "../../random.ts";
import { completeProblem, type Engine } from "../engine.ts";
import { wasm } from "../wasm/wasm.ts";
import { native } from "./native.ts";

/** Losses, parameters, gradients and predictions after three batches. */
async function resultsOf(make: Engine["create"], caseOf: ConformanceCase, threads: number): Promise<Float64Array> {
  const problem = completeProblem(caseOf.problem);
  const drawn = drawPatterns(problem, caseOf, random(3, "bits"));
  using session = await make(problem, { threads });
  using loaded = session.load(drawn);
  const rows = Uint32Array.from({ length: 3 * problem.batchSize }, (_, i) => (7 * i) % caseOf.patterns);
  const losses = await session.run(loaded, rows);
  const { parameters, gradients } = session;
  return Float64Array.from([...losses, ...parameters, ...gradients, ...(await session.predict(drawn.inputs))]);
}

/** Holds the results of each instruction set, on so many threads each, against those of the engine wasm, which are computed once. */
async function expectBitsOfWasm(caseOf: ConformanceCase, allThreads: readonly number[]): Promise<void> {
  const expected = await resultsOf(wasm.create, caseOf, 1);
  for (const isa of isas) {
    for (const threads of allThreads) {
      const found = await resultsOf(nativeWith(isa).create, caseOf, threads);
      const place = `${caseOf.name}, ${isa}, ${threads} threads`;
      expect(found.length, place).toBe(expected.length);
      const at = found.findIndex((value, i) => !Object.is(value, expected[i]));
      expect(at === -1 ? "" : `number ${at}: found ${found[at]}, expected ${expected[at]}`, place).toBe("");
    }
  }
}

describe.skipIf(isas.length === 0)("machine code for each instruction set", () => {
  test("every case has the bits of the engine wasm", async () => {
    for (const caseOf of conformanceCases) await expectBitsOfWasm(caseOf, [1]);
  });

  test.each(sharedCases)("and on any number of threads: $name", (caseOf) => expectBitsOfWasm(caseOf, [2, 3]));

  test("and the sign of what is 0, where products underflow, on any number of threads", async () => {
    const tiny = { ...small("underflow", { network: networkOf(33, dense(40), dense(17)) }), size: 1e-30 };
    await expectBitsOfWasm(tiny, [1, 2, 3]);
  });
});

test.skipIf(isas.length === 0)(
  "the memory may move when it grows: many sessions after one another have their own numbers",
  async () => {
    const caseOf = sharedCases[0];
    const problem = completeProblem({ ...caseOf.problem, batchSize: 2000 });
    const drawn = drawPatterns(problem, { ...caseOf, patterns: 4000 }, random(3, "grown"));
    const losses: number[][] = [];
    for (const engine of [wasm, native]) {
      using session = await engine.create(problem, { threads: 1 });
      const loads = [session.load(drawn), session.load(drawn), session.load(drawn)];
      losses.push([
        ...(await session.run(
          loads[2],
          Uint32Array.from({ length: 4000 }, (_, i) => i),
        )),
      ]);
    }
    expect(losses[1]).toEqual(losses[0]);
  },
);
