/**
 * Patterns for a gradient check where no data is at hand: normal inputs and targets, or codes, classes and flags by chance.
 * A gradient that is right is right at any patterns.
 */
import type { Patterns, Problem } from "../../engines/engine.ts";
import { type DesiredKind, desiredWidth, lossOf } from "../../network/losses.ts";
import type { Network } from "../../network/network.ts";
import { random } from "../../random.ts";

/** @returns inputs [rows, I] and desired responses [rows, D], float32; the same seed draws the same */
export function drawPatterns({ network, loss }: Problem, rows: number, seed: number): Patterns {
  const draws = random(seed, "check patterns");
  const draw: Readonly<Record<DesiredKind, () => number>> = {
    values: draws.normal,
    class: () => draws.integer(network.outputs),
    flags: () => draws.integer(2),
  };
  const cardinalities = codesOf(network);
  const drawInput = (column: number): number => {
    const cardinality = cardinalities.get(column);
    return cardinality === undefined ? draws.normal() : draws.integer(cardinality);
  };
  return {
    inputs: Float32Array.from({ length: rows * network.inputs }, (_, at) => drawInput(at % network.inputs)),
    desired: Float32Array.from({ length: rows * desiredWidth(loss, network.outputs) }, draw[lossOf(loss).desired]),
  };
}

/** How many codes each input has that the first layer embeds. */
function codesOf({ layers: [first] }: Network): ReadonlyMap<number, number> {
  const columns = first.kind === "embedding" ? first.columns : [];
  return new Map(columns.map(({ column, cardinality }) => [column, cardinality]));
}
