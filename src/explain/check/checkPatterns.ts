/**
 * Patterns for a gradient check where no data is at hand: normal inputs and targets, or codes, classes and flags by chance.
 * A gradient that is right is right at any patterns.
 */

import { type Patterns, type Problem, requireProblem } from "../../engines/engine.ts";
import { requireKind, whole } from "../../kinds.ts";
import { type DesiredKind, desiredWidth, lossOf } from "../../network/losses.ts";
import type { Network } from "../../network/network.ts";
import { random } from "../../random.ts";

/** Each is learned from many times, by the slowest of engines. */
const MOST_ROWS = 1e6;

/**
 * @returns inputs [rows, I] and desired responses [rows, D], float32; the same seed draws the same
 *
 * @example
 * import { drawPatterns } from "gradus/explain";
 * import { completeProblem, dense, network } from "gradus/network";
 *
 * const xor = network({ inputs: 2, layers: [dense(3, { activation: "tanh" }), dense(1)] });
 * const problem = completeProblem({ network: xor, loss: "binaryCrossEntropy" });
 * const patterns = drawPatterns(problem, 4, 1);
 * [patterns.inputs.length, patterns.desired.length]; // [8, 4]
 */
export function drawPatterns(problem: Problem, rows: number, seed: number): Patterns {
  requireProblem(problem);
  requireKind("drawPatterns' rows", rows, whole(1, MOST_ROWS));
  const { network, loss } = problem;
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
