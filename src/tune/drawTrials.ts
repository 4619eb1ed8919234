/**
 * The list of trials: points of the space, drawn at random, each different from the others.
 *
 * A pure function of the space and the seed; a longer list begins with the shorter one. Source: Bergstra & Bengio,
 * "Random Search for Hyper-Parameter Optimization", 2012. Knows nothing of training.
 */
import { type Random, random } from "../random.ts";
import type { Range, Space } from "./space.ts";
import type { Value, Values } from "./tunable.ts";

/** Draws in a row that may repeat earlier ones before the space counts as exhausted. */
const MOST_REPETITIONS = 200;

/**
 * The values of every trial. Trial 0 has none: it is the recipe as it stands, which the others have to beat.
 *
 * @param count at least 1; of a space with fewer points the list has them all, or nearly
 */
export function drawTrials(space: Space, count: number, seed: number): readonly Values[] {
  const trials: Values[] = [{}];
  const seen = new Set(["{}"]);
  let repetitions = 0;
  for (let draw = 0; trials.length < count && repetitions < MOST_REPETITIONS; draw++) {
    const values = point(space, seed, draw);
    const text = JSON.stringify(values);
    repetitions = seen.has(text) ? repetitions + 1 : 0;
    if (repetitions === 0) trials.push(values);
    seen.add(text);
  }
  return trials;
}

/** Every setting has a stream of its own: one more in the space changes none of the others' values. */
function point(space: Space, seed: number, draw: number): Values {
  const names = Object.keys(space).sort();
  return Object.fromEntries(names.map((name) => [name, value(space[name], random(seed, "tune", name, draw))]));
}

function value(range: Range, generator: Random): Value {
  if (range.type === "choice") return range.values[generator.integer(range.values.length)];
  const { from, to, log = false } = range;
  const u = generator.uniform();
  // A whole number k stands for [k, k + 1), so that both ends are as likely as the others.
  const end = range.type === "int" ? to + 1 : to;
  const drawn = log ? from * (end / from) ** u : from + u * (end - from);
  if (range.type === "int") return Math.min(to, Math.floor(drawn));
  // Six digits: powers may differ in their last bit between machines, and nobody reads more.
  return Math.min(to, Math.max(from, Number(drawn.toPrecision(6))));
}
