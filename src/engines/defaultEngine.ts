/** Which engines there are, best first, and which one runs here without a trial. Knows their names, and no engine. */

import { whyNoBlas, whyNoNative } from "./native/conditions.ts";
import { whyNoMemory } from "./wasm/device.ts";
import { whyNoKernels } from "./wasm/kernelModule.ts";
import type { Purpose } from "./wasm/loadedKernels.ts";

export type EngineName = "wasm" | "native" | "blas" | "reference";

/** By name, why an engine can't be the default here, as far as that can be known at once; undefined where it can. */
const reasons = {
  wasm: (purpose) => whyNoKernels(purpose) ?? whyNoMemory(),
  native: (purpose) => whyNoNative() ?? whyNoKernels(purpose) ?? whyNoMemory(),
  blas: (purpose) => whyNoKernels(purpose) ?? whyNoMemory() ?? whyNoBlas(),
  reference: () => undefined,
} as const satisfies Record<EngineName, (purpose: Purpose) => string | undefined>;

/** The names that `engine` options take, best first, but that `blas` is used where it is named alone: its bits depend on the library. */
export const engineNames: readonly EngineName[] = ["native", "wasm", "blas", "reference"];

/** What runs where no engine is named and `native` doesn't run, or isn't worth a trial. */
const usual: readonly EngineName[] = ["wasm", "reference"];

/** Why an engine can't be the default here, as far as that can be known at once; undefined where it can. */
export function whyNot(name: EngineName, purpose: Purpose = "training"): string | undefined {
  return reasons[name](purpose);
}

/** The best engine that runs here without a trial. */
export function defaultName(purpose: Purpose = "training"): EngineName {
  return usual.find((name) => whyNot(name, purpose) === undefined) ?? "reference";
}
