/**
 * The list of trials: points of the space, drawn at random, each different from the others.
 *
 * A pure function of the space and the seed; a longer list begins with the shorter one. Source: Bergstra & Bengio,
 * "Random Search for Hyper-Parameter Optimization", 2012. Knows nothing of training.
 */

import { type Random, random } from "../random.ts";
import { rounded } from "../rounded.ts";
import type { Range, Space } from "./space.ts";
import type { Value, Values } from "./tunable.ts";

/** Draws in a row that may repeat earlier ones before the space counts as exhausted. */
const MOST_REPETITIONS = 200;

/** Trials that are drawn at the start, to learn whether the space has as many points as are asked for. */
const DRAWN_AT_ONCE = 1000;

/** Trials by number, drawn when they are asked for: a search that time or a signal ends needs few of very many. */
export class TrialList {
  readonly #space: Space;
  readonly #seed: number;
  /** Trial 0 has no values: it is the unchanged recipe, which the others have to beat. */
  readonly #drawn: Values[] = [{}];
  readonly #tried = new Set(["{}"]);
  #draws = 0;
  #length: number;

  /** @param count at least 1 */
  constructor(space: Space, count: number, seed: number) {
    this.#space = space;
    this.#seed = seed;
    this.#length = count;
    this.#drawTo(Math.min(count, DRAWN_AT_ONCE));
  }

  /** As many as were asked for; of a space with fewer points all of them, or nearly, as soon as that shows. */
  get length(): number {
    return this.#length;
  }

  get drawn(): readonly Values[] {
    return this.#drawn;
  }

  /** The values of a trial; undefined where the space has no more points. */
  at(trial: number): Values | undefined {
    this.#drawTo(Math.min(trial + 1, this.#length));
    return this.#drawn[trial];
  }

  #drawTo(count: number): void {
    let repetitions = 0;
    while (this.#drawn.length < count && repetitions < MOST_REPETITIONS) {
      const values = point(this.#space, this.#seed, this.#draws++);
      const text = JSON.stringify(values);
      repetitions = this.#tried.has(text) ? repetitions + 1 : 0;
      if (repetitions === 0) this.#drawn.push(values);
      this.#tried.add(text);
    }
    if (this.#drawn.length < count) this.#length = this.#drawn.length;
  }
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
  return Math.min(to, Math.max(from, rounded(drawn, 6)));
}
