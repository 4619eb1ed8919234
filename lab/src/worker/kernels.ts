/**
 * The kernels of this worker, from files: the one variant that the browser runs is fetched, not four in the scripts. The
 * build leaves those in the scripts out, so that a program which makes sessions awaits `kernels` first. The addresses
 * stand here as literals because the build replaces each by that of its copy.
 */
import { loadKernels } from "gradus";

/** There, or why not: then the engine reference computes. */
export const kernels: Promise<void> = loadKernels({
  plain: new URL("gradus/kernels/training/plain.wasm", import.meta.url),
  relaxed: new URL("gradus/kernels/training/relaxed.wasm", import.meta.url),
}).catch(() => {}); // the reason is that of the engine's report
