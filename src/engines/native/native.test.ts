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

describe.each(isas)("machine code for %s", (isa) => {
  const { create } = nativeWith(isa);

  /** Losses, parameters, gradients and predictions after three batches. */
  async function bitsOf(make: Engine["create"], caseOf: ConformanceCase, threads: number): Promise<number[]> {
    const problem = completeProblem(caseOf.problem);
    const drawn = drawPatterns(problem, caseOf, random(3, "bits"));
    using session = await make(problem, { threads });
    using loaded = session.load(drawn);
    const rows = Uint32Array.from({ length: 3 * problem.batchSize }, (_, i) => (7 * i) % caseOf.patterns);
    const losses = await session.run(loaded, rows);
    const { parameters, gradients } = session;
    return [...losses, ...parameters, ...gradients, ...(await session.predict(drawn.inputs))];
  }

  test("every case has the bits of the engine wasm", async () => {
    for (const caseOf of conformanceCases) {
      expect(await bitsOf(create, caseOf, 1), caseOf.name).toEqual(await bitsOf(wasm.create, caseOf, 1));
    }
  }, 60_000);

  test.each(sharedCases)("and on any number of threads: $name", async (caseOf) => {
    const alone = await bitsOf(wasm.create, caseOf, 1);
    for (const threads of [1, 2, 3]) expect(await bitsOf(create, caseOf, threads), `${threads} threads`).toEqual(alone);
  });

  test("and the sign of what is 0, where products underflow, on any number of threads", async () => {
    const tiny = { ...small("underflow", { network: networkOf(33, dense(40), dense(17)) }), size: 1e-30 };
    const alone = await bitsOf(wasm.create, tiny, 1);
    for (const threads of [1, 2, 3]) expect(await bitsOf(create, tiny, threads), `${threads} threads`).toEqual(alone);
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
