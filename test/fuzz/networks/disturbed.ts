/**
 * The reference with parameters and gradients that are off by what float32 rounds: how far its numbers move says how well a case
 * determines them.
 *
 * A sum that lies on the kink of an activation falls on either side of it in float32, and an update that divides by a tiny gradient
 * goes either way: no tolerance that is fixed tells those from faults.
 */
import type { Engine, LoadedPatterns, Numbers, Problem, RunOptions, Session } from "../../../src/engines/engine.ts";
import { type Random, random } from "../../../src/random.ts";
import { reference } from "../../../src/reference/reference.ts";

/** Relative: 8 of float32's 2⁻²⁴, for sums of some hundred terms. */
const AMPLITUDE = 2 ** -21;
/** The part of the largest gradient of all tensors that gradients near 0 are disturbed by at least: as `conform.ts` measures them. */
const FLOOR = 0.01;

/** @param seed of the disturbances */
export function disturbed(seed: number): Engine {
  const draw = random(seed, "disturbed");
  return {
    name: "reference, disturbed",
    precision: "float64",
    create: <Inputs extends number, Outputs extends number>(problem: Problem<Inputs, Outputs>) =>
      disturbedSession(reference.create(problem) as Session<Inputs, Outputs>, draw),
    predictor: (network, parameters) => reference.predictor(network, disturbances(parameters, 0, draw, parameters)),
  };
}

/** A disturbance for each number, relative to it or to a floor. @param from what they are added to; nothing when absent */
function disturbances(numbers: Numbers, floor: number, draw: Random, from?: Numbers): Float64Array {
  const all = new Float64Array(numbers.length);
  for (let i = 0; i < all.length; i++) {
    const scale = Math.max(Math.abs(numbers[i]), floor);
    all[i] = (from?.[i] ?? 0) + AMPLITUDE * scale * (draw.uint32() / 2 ** 31 - 1);
  }
  return all;
}

function add(to: Numbers, numbers: Numbers, sign: number): void {
  for (let i = 0; i < to.length; i++) to[i] += sign * numbers[i];
}

function disturbedSession<Inputs extends number, Outputs extends number>(
  session: Session<Inputs, Outputs>,
  draw: Random,
): Session<Inputs, Outputs> {
  /** Works with other parameters, and goes back by the difference: running statistics may have moved meanwhile. */
  const apart = async <T>(work: () => T | Promise<T>): Promise<T> => {
    const moved = disturbances(session.parameters, 0, draw);
    add(session.parameters, moved, 1);
    try {
      return await work();
    } finally {
      add(session.parameters, moved, -1);
    }
  };
  const disturbGradients = (): void => {
    const { gradients, layout } = session;
    const least = FLOOR * largestOf(gradients);
    for (const { offset, length, rate } of layout.tensors) {
      if (rate === 0) continue; // frozen
      const own = gradients.subarray(offset, offset + length);
      add(own, disturbances(own, Math.max(least, FLOOR * largestOf(own)), draw), 1);
    }
  };
  const gradient = async (patterns: LoadedPatterns, rows: ArrayLike<number>, factor?: number): Promise<number> => {
    const loss = await apart(() => session.gradient(patterns, rows, factor));
    disturbGradients();
    return loss;
  };
  const run = async (patterns: LoadedPatterns, rows: ArrayLike<number>, options: RunOptions = {}) => {
    const { batchSize = session.problem.batchSize, rateFactors, decayFactors, dropoutFactors } = options;
    const losses = new Float64Array(Math.ceil(rows.length / batchSize));
    for (let s = 0; s < losses.length; s++) {
      const batch = Array.from(rows).slice(s * batchSize, (s + 1) * batchSize);
      losses[s] = await gradient(patterns, batch, dropoutFactors?.[s]);
      await session.update(rateFactors?.[s], decayFactors?.[s]);
    }
    return losses;
  };
  const changed: Partial<Session<Inputs, Outputs>> = {
    gradient,
    run,
    learn: async (inputs, desired) => (await run(session.load({ inputs, desired }), [0]))[0],
    evaluate: (patterns, rows) => apart(() => session.evaluate(patterns, rows)),
    predict: (inputs) => apart(() => session.predict(inputs)),
    activations: (inputs) => apart(() => session.activations(inputs)),
  };
  return new Proxy(session, {
    get: (target, name) => {
      const value = Reflect.get(changed, name) ?? Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
    set: (target, name, value) => Reflect.set(target, name, value, target),
  });
}

function largestOf(numbers: Numbers): number {
  let largest = 0;
  for (const value of numbers) largest = Math.max(largest, Math.abs(value));
  return largest;
}
