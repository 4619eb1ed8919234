/**
 * Which kernels run: those that `loadKernels` was given, or those that the bundle holds.
 *
 * Holds what was loaded. Knows nothing of how files are read.
 */
import type { WasmModule } from "./webAssembly.ts";

/** What kernels are for: training, and prediction too; or prediction alone. */
export type Purpose = "training" | "prediction";

export interface Variant {
  /** Whether multiplications and additions are fused, rounding once. */
  readonly relaxed: boolean;
  /** Whether threads share the memory. */
  readonly shared: boolean;
}

/** Kernels from files. */
export interface LoadedKernels {
  /** Whether multiplications and additions are fused. */
  readonly relaxed: boolean;
  /** Whether there is a file for threads that share memory. */
  readonly shared: boolean;
  /** Their code, fetched and compiled when first asked for. */
  code(variant: Pick<Variant, "shared">): Promise<WasmModule>;
}

/** `false`, as a constant that a bundler defines, leaves the base64 kernels out of the bundle. */
declare const GRADUS_EMBEDDED_KERNELS: boolean | undefined;

const loaded = new Map<Purpose, LoadedKernels>();

/** Why the last attempt to load kernels failed. */
let failure: string | undefined;

/** From now on sessions and predictors use these; the bundle's own where undefined. */
export function setLoaded(purpose: Purpose, kernels: LoadedKernels | undefined): void {
  failure = undefined;
  if (kernels === undefined) loaded.delete(purpose);
  else loaded.set(purpose, kernels);
}

export function rememberFailure(reason: string): void {
  failure = reason;
}

/** The loaded kernels that serve a purpose; those for training predict too. */
export function loadedFor(purpose: Purpose): LoadedKernels | undefined {
  return loaded.get(purpose) ?? loaded.get("training");
}

/** Why there are no kernels for a purpose, a clause; undefined where there are. */
export function whyNotGiven(purpose: Purpose): string | undefined {
  const isEmbedded = typeof GRADUS_EMBEDDED_KERNELS === "undefined" || GRADUS_EMBEDDED_KERNELS;
  if (isEmbedded || loadedFor(purpose) !== undefined) return undefined;
  if (failure !== undefined) return failure;
  if (loaded.size > 0)
    return "the kernels that were loaded only predict; give loadKernels those of gradus/kernels/training/";
  return "this bundle holds no kernels (GRADUS_EMBEDDED_KERNELS is false); call loadKernels first";
}

/** Why the kernels for a purpose can't work in several threads, a clause; undefined where they can. */
export function whyNotShared(purpose: Purpose): string | undefined {
  const kernels = loadedFor(purpose);
  if (kernels === undefined || kernels.shared) return undefined;
  return `loadKernels was given no ${kernels.relaxed ? "relaxedShared" : "plainShared"}, the kernels for several threads`;
}
