/**
 * The operations that programs are made of: one table, from which follow their words, the constants that kernels read them by,
 * and the check that a plan is well formed.
 *
 * An operation is [code, length, arguments…], each argument in the order in which it stands in its entry. Those of a plan have
 * fields of the arguments' names; extents follow from the shapes of its regions, and `own` arguments are the engine's. The
 * operations of layers stand with their lowerings, the others in `ops/`. Knows no engine.
 */
import { layerOperations } from "./lower/lower.ts";
import type { Entries } from "./ops/entry.ts";
import { trainingOperations } from "./ops/training.ts";
import type { Operation } from "./plan.ts";

/** The operations of a plan. */
export const operations = { ...layerOperations, ...trainingOperations } as const satisfies Entries<Operation>;
