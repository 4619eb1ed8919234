/** Kernels on a memory of their own, at once: for tests and measurements, which call them by name. */

import { type DeviceMemory, PAGE_BYTES } from "../src/engines/memory/device.ts";
import { trainingKernels } from "../src/engines/wasm/generated/trainingKernels.ts";
import { createMemory, instantiate, kernelBytes, supportsRelaxedSimd } from "../src/engines/wasm/kernelModule.ts";
import { webAssembly } from "../src/engines/wasm/webAssembly.ts";
import { GradusError } from "../src/errors.ts";

export interface KernelOptions {
  readonly relaxed?: boolean;
  /** What kernels call for machine code. @param memory where it begins, for functions outside */
  readonly machine?: (memory: Uint8Array, words: number) => void;
}

/** Every export by its name. */
export function instantiateKernels({ relaxed = supportsRelaxedSimd(), machine }: KernelOptions = {}): {
  memory: DeviceMemory;
  // biome-ignore lint/complexity/noBannedTypes: tests call kernels by name with their own numbers
  exports: Record<string, Function>;
} {
  if (webAssembly === undefined) throw new GradusError("This runtime has no WebAssembly.");
  const memory = createMemory(64 * PAGE_BYTES, { shared: false });
  const code = new webAssembly.Module(kernelBytes(trainingKernels, { relaxed, shared: false }));
  const call = (words: number): void => machine?.(new Uint8Array(memory.buffer), words);
  // biome-ignore lint/complexity/noBannedTypes: as above
  return { memory, exports: instantiate(code, memory, call) as unknown as Record<string, Function> };
}
