/**
 * Patterns for a gradient check where no data is at hand: normal inputs and targets, or classes and flags by chance.
 * A gradient that is right is right at any patterns.
 */
import type { Patterns, Problem } from "../../engines/engine.ts";
import { type DesiredKind, desiredWidth, lossOf } from "../../network/losses.ts";
import { random } from "../../random.ts";

/** @returns inputs [rows, I] and desired responses [rows, D], float32; the same seed draws the same */
export function drawPatterns({ network, loss }: Problem, rows: number, seed: number): Patterns {
  const draws = random(seed, "check patterns");
  const draw: Readonly<Record<DesiredKind, () => number>> = {
    values: draws.normal,
    class: () => draws.integer(network.outputs),
    flags: () => draws.integer(2),
  };
  return {
    inputs: Float32Array.from({ length: rows * network.inputs }, draws.normal),
    desired: Float32Array.from({ length: rows * desiredWidth(loss, network.outputs) }, draw[lossOf(loss).desired]),
  };
}
