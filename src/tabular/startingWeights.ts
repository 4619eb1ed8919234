/**
 * The starting weights of a network: drawn by its seed, then scaled to its training rows.
 *
 * Drawing the weights of a large network takes seconds, and a plan that measures the pace draws them before the network that is
 * trained: they are kept until then. The bits are the same.
 */
import type { Engine, EngineOptions, Numbers, Problem, Session } from "../engines/engine.ts";
import { initialParameters } from "../network/parameters.ts";
import { random } from "../random.ts";
import { initialFromData } from "../reference/initialFromData.ts";
import type { Clock } from "../training/chunkTimer.ts";
import type { Fold } from "./fold.ts";

/** What decides a network's starting weights. */
interface NetworkSetup {
  readonly fold: Fold;
  readonly problem: Problem;
}

/** What was drawn for a course whose network has yet to be trained. */
const drawn = new WeakMap<NetworkSetup, Float64Array>();

/** A session to measure, whose weights are drawn but not scaled. */
export async function openPilot(setup: NetworkSetup, engine: Engine, options: EngineOptions): Promise<Session> {
  const { network, seed } = setup.problem;
  const parameters = drawn.get(setup) ?? initialParameters(network, seed);
  drawn.set(setup, parameters);
  return await engine.create(setup.problem, { ...options, parameters });
}

/** Hands on what was drawn for a course to another one, where that draws the same. */
export function handOver(from: NetworkSetup, to: NetworkSetup): void {
  const parameters = drawn.get(from);
  if (from === to || parameters === undefined) return;
  drawn.delete(from);
  const drawing = ({ problem }: NetworkSetup): string => JSON.stringify([problem.network, problem.seed]);
  if (drawing(from) === drawing(to)) drawn.set(to, parameters);
}

/** A session with the network's starting weights. @param parameters others, where the network has learned before */
export async function openSession(
  setup: NetworkSetup,
  engine: Engine,
  options: EngineOptions,
  parameters: Numbers = startingWeights(setup),
): Promise<Session> {
  return await engine.create(setup.problem, { ...options, parameters });
}

function startingWeights(setup: NetworkSetup): Float64Array {
  const { network, seed } = setup.problem;
  const kept = drawn.get(setup);
  drawn.delete(setup);
  return initialFromData(network, setup.fold.training.patterns.inputs, seed, kept);
}

/** So many rows tell how long scaling takes. */
const TIMED = 8;

/** Seconds that scaling the drawn weights to so many rows takes, a row. */
export function secondsPerScaledRow(setup: NetworkSetup, clock: Clock): number {
  const { network, seed } = setup.problem;
  const { inputs } = setup.fold.training.patterns;
  const sample = inputs.slice(0, TIMED * network.inputs);
  const parameters = drawn.get(setup)?.slice() ?? initialParameters(network, seed);
  const began = clock.now();
  initialFromData(network, sample, seed, parameters);
  return (clock.now() - began) / 1000 / (sample.length / network.inputs);
}

/** So many draws tell how long one takes, the fastest of some times: the first ones run before their code is compiled. */
const DRAWN = 10_000;
const TIMES = 5;

/** Seconds that drawing a weight takes. */
export function secondsPerWeight(clock: Clock): number {
  const { normal } = random(0, "pace");
  let least = Number.POSITIVE_INFINITY;
  for (let time = 0; time < TIMES; time++) {
    const began = clock.now();
    for (let draw = 0; draw < DRAWN; draw++) normal();
    least = Math.min(least, clock.now() - began);
  }
  return least / 1000 / DRAWN;
}
