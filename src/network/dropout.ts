/**
 * Which signals a dropout layer silences: a pure function of seed, step, layer and position.
 *
 * Counter-based, so that every engine, on any number of threads and in any order, silences the same signals, and a
 * resumed run goes on as if never stopped. Salmon et al. 2011 argue for such generators; the mixer is `mix32`.
 */
import { mix32 } from "../random.ts";

/** The key of one layer at one step: the mask's value at a position depends on it and the position alone. */
export function dropoutKey(seed: number, step: number, layer: number): number {
  const folded = seed ^ mix32(Math.floor(seed / 2 ** 32) >>> 0); // all 53 bits of a seed count
  return mix32(mix32(mix32(folded) + step) + layer);
}

/**
 * The factor of the signal at a position: 0 when dropped, else 1/(1 − rate).
 *
 * @param position row in the batch × width + unit
 */
export function dropoutFactor(key: number, position: number, rate: number): number {
  const draw = mix32((position + 0x9e3779b9) ^ key);
  return draw < dropoutThreshold(rate) ? 0 : 1 / (1 - rate);
}

/** Draws below this are dropped: rate · 2³², rounded. */
export function dropoutThreshold(rate: number): number {
  return Math.round(rate * 2 ** 32);
}
