/** A plan is right by itself: executed by plain loops in float64, with fusions and without, it learns what the reference learns. */
import { expect, test } from "vitest";
import { drawPatterns } from "../../test/conformance/conform.ts";
import { conformanceCases } from "../../test/conformance/conformanceCases.ts";
import { Execution, gather } from "../../test/planExecution.ts";
import { completeProblem } from "../engines/engine.ts";
import type { Network } from "../network/network.ts";
import { random } from "../random.ts";
import { reference } from "../reference/reference.ts";
import { packWeights } from "./fuseForward.ts";
import { makePlan } from "./makePlan.ts";

/** The largest difference of two arrays beside the largest number of the second. */
function distance(found: Float64Array, expected: ArrayLike<number>): number {
  const all = Array.from(expected);
  expect(found.length).toBe(all.length);
  const largest = Math.max(...all.map(Math.abs), Number.MIN_VALUE);
  return Math.max(...all.map((value, i) => Math.abs(found[i] - value))) / largest;
}

// The large ones add time and nothing else: plain loops have no blocks.
const chosen = conformanceCases.filter(({ name }) => !/127|150|300|64|over many|shared/.test(name));

const isDense = ({ layers }: Network): boolean => layers.every(({ kind }) => kind === "dense" || kind === "dropout");

/** What the executor finds by differences, which takes long, it knows to some ten digits. */
const toleranceOf = (network: Network): number => (isDense(network) ? 1e-12 : 1e-8);

const runs = chosen.flatMap((caseOf) => [
  { ...caseOf, fused: true, which: "the plan" },
  ...(isDense(caseOf.problem.network) ? [{ ...caseOf, fused: false, which: "the plan without fusions" }] : []),
]);

test.each(runs)("$name: three steps of $which are three steps of the reference", ({ fused, ...caseOf }) => {
  const problem = completeProblem(caseOf.problem);
  const tolerance = toleranceOf(problem.network);
  const draws = random(2, "plan", caseOf.name);
  const patterns = drawPatterns(problem, caseOf, draws);
  const session = reference.create(problem);
  const loaded = session.load(patterns);
  const plan = makePlan(problem, { fused });
  const memory = new Float64Array(plan.length);
  memory.set(session.parameters, plan.regions.parameters.offset);
  for (const count of [problem.batchSize, Math.ceil(problem.batchSize / 2), problem.batchSize]) {
    const rows = Uint32Array.from({ length: count }, () => draws.integer(caseOf.patterns));
    const execution = new Execution(problem, plan, memory, count, session.step);
    gather(execution, problem, patterns, rows);
    execution.run([...plan.forward, plan.loss, ...plan.backward, ...plan.gradient, ...plan.reduce]);
    const dataGradient = execution.whole(plan.regions.gradients).slice();
    execution.run([...plan.regularise, ...plan.update]);
    expect(execution.whole(plan.regions.gradients), "the data's gradient after the update").toEqual(dataGradient);
    const [loss] = session.run(loaded, rows);
    expect(Math.abs(execution.loss - loss)).toBeLessThan(tolerance * Math.max(1, loss));
    for (const name of ["gradients", "parameters", ...Object.keys(session.slots)]) {
      const expected = { ...session.slots, gradients: session.gradients, parameters: session.parameters }[name] ?? [];
      expect(distance(execution.whole(plan.regions[name]), expected), name).toBeLessThan(tolerance);
    }
    for (let layer = 0; layer < problem.network.layers.length; layer++) {
      const { localGradient } = session.signals(layer);
      const deltas = execution.whole(plan.regions[`δ${layer}`]).subarray(0, localGradient.length);
      expect(distance(deltas, localGradient), `δ${layer}`).toBeLessThan(tolerance);
    }
  }
  const execution = new Execution(problem, plan, memory, problem.batchSize, session.step);
  gather(execution, problem, patterns, new Uint32Array(problem.batchSize));
  execution.run(plan.predict);
  const outputs = execution.whole(plan.evaluation.output).slice();
  execution.run(packWeights(plan.predict));
  expect(execution.whole(plan.evaluation.output), "with packed weights").toEqual(outputs);
  execution.run([plan.evaluation]);
  expect(Math.abs(execution.loss - session.evaluate(loaded, new Uint32Array(problem.batchSize)))).toBeLessThan(
    tolerance,
  );
});
