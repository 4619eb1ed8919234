/**
 * What the cases of the conformance suite have in common: a small network, few patterns, a rate that is safe.
 *
 * Knows no engine.
 */

import type { ProblemOptions } from "../../src/engines/engine.ts";
import { dense, type Layer } from "../../src/network/layers.ts";
import { type Network, validateNetwork } from "../../src/network/network.ts";
import type { Optimizer } from "../../src/optimizers/optimizers.ts";
import type { ConformanceCase } from "./conform.ts";

/** A network that ends in a dense layer. */
export function networkOf(inputs: number, ...layers: readonly Layer[]): Network {
  const last = layers[layers.length - 1];
  return validateNetwork({ inputs, layers, outputs: last.kind === "dense" ? last.units : 0 });
}

/** 5 inputs, 17 hidden neurons, 3 outputs: the network of the cases that ask for something else. */
const smallNetwork = networkOf(5, dense(17, { activation: "tanh" }), dense(3));
/** A rate at which ten steps move the parameters and none runs away. */
const sgd: Optimizer = { name: "sgd", learningRate: 0.05 };

/** A case of 11 patterns in batches of 4 on the small network, but for what it sets itself. */
export function small(
  name: string,
  own: Partial<ProblemOptions>,
  rest: Partial<Omit<ConformanceCase, "name" | "problem">> = {},
): ConformanceCase {
  const problem: ProblemOptions = {
    network: smallNetwork,
    loss: "meanSquaredError",
    optimizer: sgd,
    batchSize: 4,
    seed: 1,
    ...own,
  };
  return { name, problem, patterns: 11, ...rest };
}
