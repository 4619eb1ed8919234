/** The WebAssembly device: the kernels on a memory, from the files that were loaded or from a build in the bundle. */
import { OutOfMemoryError } from "../../errors.ts";
import { type Device, type DeviceMemory, type Devices, PAGE_BYTES } from "../memory/device.ts";
import { createMemory, instantiate, type KernelBuild, kernelCode, variantOf } from "./kernelModule.ts";
import { loadedFor, type Variant, whyNotShared } from "./loadedKernels.ts";
import type { WasmModule } from "./webAssembly.ts";
import { wasmWorker } from "./worker.ts";

const START_PAGES = 16;

/** A memory that was taken to see whether one can be had, until the first device takes it over. */
let tried: DeviceMemory | undefined;
/** Whether a memory has been had: what comes later is a matter of how much is in use. */
let wasHad = false;

/** Why this process gets no memory for the kernels, a clause; undefined where it does. Tried, because addresses may be limited. */
export function whyNoMemory(): string | undefined {
  if (wasHad) return undefined;
  try {
    tried = createMemory(START_PAGES * PAGE_BYTES, { shared: false });
    wasHad = true;
    return undefined;
  } catch (error) {
    if (!(error instanceof OutOfMemoryError)) throw error;
    return `it reserves ${error.bytes / 2 ** 30} GB of addresses, and this process may not reserve so many (ulimit -v limits them)`;
  }
}

/** Devices with this build of the kernels, or with those that were loaded in its place. */
export function devicesWith(build: KernelBuild): Devices {
  return {
    source: () => loadedFor(build.purpose) ?? build,
    whyNotShared: () => whyNotShared(build.purpose),
    create: async (shared) => {
      const variant = variantOf(build, shared);
      const code = await kernelCode(build, variant);
      return deviceOf(code, takeMemory(variant), variant);
    },
  };
}

/** Compiled kernels on a memory. */
export function deviceOf(code: WasmModule, memory: DeviceMemory, { shared }: Pick<Variant, "shared">): Device {
  const kernels = instantiate(code, memory);
  const worker = shared ? { ...wasmWorker, code } : undefined;
  return { ...kernels, engine: "wasm", memory, start: kernels.heapBase(), worker };
}

/** @throws {OutOfMemoryError} */
function takeMemory({ shared }: Variant): DeviceMemory {
  if (shared) return createMemory(START_PAGES * PAGE_BYTES, { shared });
  const memory = tried ?? createMemory(START_PAGES * PAGE_BYTES, { shared });
  tried = undefined;
  wasHad = true;
  return memory;
}
