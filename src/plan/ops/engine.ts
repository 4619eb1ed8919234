/** The operations that an engine puts between a plan's: they move rows and share out work. A part of the table of `ops.ts`. */
import { extent, own, read, write, writeIfGiven } from "./argument.ts";
import type { OperationEntry } from "./entry.ts";

export const engineOperations = {
  end: { code: 0, shared: "once", arguments: {} },
  /** All threads wait for one another, and so many counters go back to 0. */
  barrier: { code: 1, shared: "once", arguments: { counters: own, count: own } },
  /** The patterns of the batch, from where they were loaded. */
  gather: {
    code: 2,
    shared: "rows",
    arguments: { inputs: write("B", "I"), desired: writeIfGiven("B", "D"), sampleWeights: writeIfGiven("B") },
  },
  "sum-loss": { code: 6, shared: "once", arguments: {} },
  /** The rows at hand, to where a run wants its outputs. */
  emit: { code: 13, shared: "rows", arguments: { output: read("B", "O"), width: extent("O") } },
  /** So many units, or the batch's rows where they are 0; how many bytes of operations, and the least of a part. */
  share: { code: 15, shared: "once", arguments: { counters: own, units: own, skipped: own, least: own } },
  /** So many bytes back, for the next part. */
  again: { code: 16, shared: "once", arguments: { bytes: own } },
} as const satisfies Readonly<Record<string, OperationEntry>>;
