/**
 * Stands in the lab's build for src/reference/reference.ts where the library names its engines: a first visit computes by the
 * kernels, and fetches the reference engine only where they cannot be.
 */
import type { Engine } from "../../src/engines/engine.ts";

const late = async (): Promise<Engine> => (await import("../../src/reference/reference.ts")).reference;

export const reference = {
  name: "reference",
  precision: "float64",
  create: async (problem, options) => (await late()).create(problem, options),
  predictor: async (network, parameters) => (await late()).predictor(network, parameters),
} as const satisfies Engine;
