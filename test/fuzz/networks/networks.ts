/**
 * Networks of seeds for the fuzzer: machine code, for each instruction set of the processor and on one to three threads, must give the
 * bits of the engine wasm, and those what the reference computes.
 */
import { completeProblem, type Engine } from "../../../src/engines/engine.ts";
import { wasm } from "../../../src/engines/wasm/wasm.ts";
import { GradusError } from "../../../src/errors.ts";
import { type Random, random } from "../../../src/random.ts";
import { type ConformanceCase, type Deviation, deviations, deviationText } from "../../conformance/conform.ts";
import { isas, nativeWith } from "../../nativeIsas.ts";
import type { Driver } from "../driver.ts";
import { drawnCase } from "./drawnCase.ts";
import { judgement } from "./judgement.ts";

/**
 * Standard deviations of inputs, of which products underflow, are subnormal, or overflow: the bits of those are compared, too. The
 * reference is compared at 1, because float64 has numbers where float32 has 0.
 */
const SIZES = [1, 1, 1, 1e-12, 1e-20, 1e-30, 1e-38, 1e12];

export class NetworkDriver implements Driver {
  /** Computing for longer is no reason to end: the reference rounds some ten times where a case is off. */
  readonly longest = 300_000;
  /** `measured`: cases for which the reference rounded; `refused`: those whose numbers don't stay finite. */
  readonly counts = { inputs: 0, threads: 0, measured: 0, refused: 0 };

  async run(seed: number): Promise<string | undefined> {
    const draw = random(seed, "networks");
    const caseOf = validCase(`seed ${seed}`, draw);
    this.counts.inputs++;
    const threads = 1 + draw.integer(3);
    const sized = { ...caseOf, size: SIZES[draw.integer(SIZES.length)] };
    const wrong = (await this.#wrongBits(sized, threads)) ?? (await this.#wrongNumbers(caseOf));
    return wrong && `${wrong}\n${JSON.stringify(sized)}`;
  }

  async stop(): Promise<void> {}

  /** Machine code beside WebAssembly. */
  async #wrongBits(caseOf: ConformanceCase, threads: number): Promise<string | undefined> {
    this.counts.threads += threads > 1 ? 1 : 0;
    for (const isa of isas) {
      const found = await outcome(onThreads(nativeWith(isa), threads), wasm, caseOf);
      if (typeof found === "string") return this.#sameRefusal(isa, threads, caseOf, found);
      if (found.length > 0) return `${isa}, ${threads} threads, not the bits of wasm: ${deviationText(found[0])}`;
    }
    return undefined;
  }

  /** One of both refused: each must, with the same words. */
  async #sameRefusal(
    isa: string,
    threads: number,
    caseOf: ConformanceCase,
    found: string,
  ): Promise<string | undefined> {
    const own = await outcome(onThreads(nativeWith(isa), threads), undefined, caseOf);
    const others = await outcome(wasm, undefined, caseOf);
    return own === others ? undefined : `${isa}, ${threads} threads, refused otherwise than by wasm: ${found}`;
  }

  /** WebAssembly beside the reference. */
  async #wrongNumbers(caseOf: ConformanceCase): Promise<string | undefined> {
    const { wrong, isMeasured, isRefused } = await judgement(wasm, caseOf);
    if (isMeasured) this.counts.measured++;
    if (isRefused) this.counts.refused++;
    return wrong && `wasm, beside the reference: ${deviationText(wrong)}`;
  }
}

/** @throws {Error} a draw that is no problem: not a `GradusError`, which would pass for a refusal */
function validCase(name: string, draw: Random): ConformanceCase {
  try {
    const caseOf = drawnCase(name, draw);
    completeProblem(caseOf.problem);
    return caseOf;
  } catch (error) {
    throw new Error(`${name} draws no problem`, { cause: error });
  }
}

const onThreads = (engine: Engine, threads: number): Engine => ({
  ...engine,
  create: (problem, options) => engine.create(problem, { ...options, threads }),
});

/** What differs; or the error, in words, of a case that one of both refuses. @param oracle the engine itself when absent */
async function outcome(
  engine: Engine,
  oracle: Engine | undefined,
  caseOf: ConformanceCase,
): Promise<Deviation[] | string> {
  try {
    return await deviations(engine, oracle ?? engine, caseOf);
  } catch (error) {
    if (error instanceof GradusError) return error.message;
    throw error;
  }
}
