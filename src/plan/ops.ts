/**
 * The operations that programs are made of: one table, from which follow their words, the constants that kernels read them by,
 * and the check that a plan is well formed.
 *
 * An operation is [code, length, arguments…], each argument in the order in which it stands in its entry. Those of a plan have
 * fields of the arguments' names; extents follow from the shapes of its regions, and `own` arguments are the engine's. The
 * parts of the table are in `ops/`, so that an app that predicts alone needn't carry the rest. Knows no engine.
 */
import type { OperationEntry } from "./ops/entry.ts";
import { forwardOperations } from "./ops/forward.ts";
import { trainingOperations } from "./ops/training.ts";
import type { Operation } from "./plan.ts";

/** The operations of a plan. */
export const operations = { ...forwardOperations, ...trainingOperations } as const satisfies {
  readonly [Op in Operation as Op["op"]]: OperationEntry;
};
