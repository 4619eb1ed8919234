/** Kernels on a memory of their own, at once: for tests and measurements, which call them by name. */
import { GradusError } from "../../errors.ts";
import { type DeviceMemory, PAGE_BYTES } from "../memory/device.ts";
import { trainingKernels } from "./generated/trainingKernels.ts";
import { createMemory, instantiate, kernelBytes, supportsRelaxedSimd } from "./kernelModule.ts";
import { webAssembly } from "./webAssembly.ts";

/** Every export by its name. */
export function instantiateKernels({ relaxed = supportsRelaxedSimd() }: { readonly relaxed?: boolean } = {}): {
  memory: DeviceMemory;
  // biome-ignore lint/complexity/noBannedTypes: tests call kernels by name with their own numbers
  exports: Record<string, Function>;
} {
  if (webAssembly === undefined) throw new GradusError("This runtime has no WebAssembly.");
  const memory = createMemory(64 * PAGE_BYTES, { shared: false });
  const code = new webAssembly.Module(kernelBytes(trainingKernels, { relaxed, shared: false }));
  // biome-ignore lint/complexity/noBannedTypes: as above
  return { memory, exports: instantiate(code, memory) as unknown as Record<string, Function> };
}
