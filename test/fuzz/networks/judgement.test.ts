/** The judgement of networks: it explains rounding, and no fault of a few percent. */
import { expect, test } from "vitest";
import type { Engine, Session } from "../../../src/engines/engine.ts";
import { wasm } from "../../../src/engines/wasm/wasm.ts";
import { random } from "../../../src/random.ts";
import { reference } from "../../../src/reference/reference.ts";
import { type ConformanceCase, deviations } from "../../conformance/conform.ts";
import { drawnCase } from "./drawnCase.ts";
import { judgement } from "./judgement.ts";
import { roundedReference } from "./rounded/roundedReference.ts";

const caseOf = (seed: number): ConformanceCase => drawnCase(`seed ${seed}`, random(seed, "networks"));

/** Its numbers are farther off than the tolerance: AdaGrad divides by small gradients of huber. */
const HARD = 20082;

test("rounding is no fault, where it goes farther than the tolerance", async () => {
  expect(await judgement(wasm, caseOf(HARD))).toEqual({ isMeasured: true, wrong: undefined });
});

/** An engine whose gradient of one weight is off by 3 percent. @param at the weight */
const faulty = (at: (gradients: Session["gradients"]) => number): Engine => ({
  ...wasm,
  create: async (problem, options) => {
    const session = await wasm.create(problem, options);
    const gradient: typeof session.gradient = async (...args) => {
      const loss = await session.gradient(...args);
      session.gradients[at(session.gradients)] *= 1.03;
      return loss;
    };
    return new Proxy(session, {
      get: (target, name) => {
        const value = name === "gradient" ? gradient : Reflect.get(target, name, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
      set: (target, name, value) => Reflect.set(target, name, value, target),
    });
  },
});

const largest = (gradients: ArrayLike<number>): number => {
  const sizes = Array.from(gradients, Math.abs);
  return sizes.indexOf(Math.max(...sizes));
};

test.each([4, HARD])("3 percent in one weight's gradient are a fault, seed %d", async (seed) => {
  const { wrong } = await judgement(faulty(largest), caseOf(seed));
  expect(wrong?.place).toMatch(/^gradient: gradients of /);
  expect(wrong?.error).toBeGreaterThan(0.02);
});

test("with errors of 0 the reference that rounds is the reference, and with float32's it is about so far off", async () => {
  const { reference: rounded, restart } = await roundedReference();
  restart(1, 0);
  expect(await deviations(rounded, reference, caseOf(5))).toEqual([]);
  restart(1, 2 ** -24);
  const errors = (await deviations(rounded, reference, caseOf(5))).map(({ error }) => error);
  expect(Math.max(...errors)).toBeGreaterThan(2 ** -26);
  expect(Math.max(...errors)).toBeLessThan(1e-4);
});
