/**
 * A memory with the kernels on it, and the arena that shares the memory out.
 *
 * A runtime serves one session or predictor at a time. Those that are given back are kept for the next: a WebAssembly memory
 * reserves gigabytes of addresses, which a thousand models must not.
 */
import { OutOfMemoryError } from "../../errors.ts";
import { Arena } from "./arena.ts";
import {
  createMemory,
  instantiate,
  type KernelBuild,
  type KernelExports,
  kernelCode,
  variantOf,
} from "./kernelModule.ts";
import { type LoadedKernels, loadedFor, type Variant } from "./loadedKernels.ts";
import { ThreadPool } from "./threads.ts";
import { PAGE_BYTES, type WasmMemory } from "./webAssembly.ts";
import { rememberNoThreads } from "./workers.ts";

export interface Runtime {
  /** Present where the memory is shared. */
  readonly threads: ThreadPool | undefined;
  /** Where its kernels are from: what was loaded from files, or a build in the bundle. */
  readonly source: LoadedKernels | KernelBuild;
  readonly variant: Variant;
  readonly memory: WasmMemory;
  readonly kernels: KernelExports;
  readonly arena: Arena;
}

/** Larger memories are left to the garbage collector instead of being kept. */
const MOST_KEPT_BYTES = 256 * 2 ** 20;
const MOST_KEPT = 4;
const START_PAGES = 16;

const idle: Runtime[] = [];

/** A memory that was taken to see whether one can be had, until the first runtime takes it over. */
let tried: WasmMemory | undefined;
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

/** A runtime nobody uses, with this build of the kernels. @throws {GradusError} where they can't run */
export async function acquireRuntime(build: KernelBuild, shared: boolean): Promise<Runtime> {
  const source = loadedFor(build.purpose) ?? build;
  const kept = takeIdle(source, shared);
  if (kept !== undefined) return kept;
  const variant = variantOf(build, shared);
  const code = await kernelCode(build, variant);
  const memory = takeMemory(variant);
  const kernels = instantiate(code, memory);
  const threads = shared ? new ThreadPool(code, memory) : undefined;
  return { threads, source, variant, memory, kernels, arena: new Arena(memory, kernels.heapBase()) };
}

/** @throws {OutOfMemoryError} */
function takeMemory({ shared }: Variant): WasmMemory {
  if (shared) return createMemory(START_PAGES * PAGE_BYTES, { shared });
  const memory = tried ?? createMemory(START_PAGES * PAGE_BYTES, { shared });
  tried = undefined;
  wasHad = true;
  return memory;
}

/** An idle runtime whose workers are all alive; those with dead ones are given up. */
function takeIdle(source: Runtime["source"], shared: boolean): Runtime | undefined {
  for (;;) {
    const at = idle.findIndex((runtime) => runtime.source === source && runtime.variant.shared === shared);
    if (at < 0) return undefined;
    const [runtime] = idle.splice(at, 1);
    if (runtime.threads?.sound ?? true) return runtime;
    runtime.threads?.dispose();
  }
}

/** Gives a runtime back; every block of its arena must have been released. */
export function releaseRuntime(runtime: Runtime): void {
  const { threads, memory } = runtime;
  const sound = threads?.sound ?? true;
  if (sound && idle.length < MOST_KEPT && memory.buffer.byteLength <= MOST_KEPT_BYTES) idle.push(runtime);
  else threads?.dispose();
}

/** A runtime whose workers have started; undefined where they can't be, and its user must do without. */
export async function acquireThreads(build: KernelBuild, threads: number): Promise<Runtime | undefined> {
  let runtime: Runtime | undefined;
  try {
    runtime = await acquireRuntime(build, true);
    await runtime.threads?.start(threads);
    return runtime;
  } catch (error) {
    // A worker's death has its bare reason as its cause: no training ended here.
    const { cause, message } = error instanceof Error ? error : { cause: undefined, message: String(error) };
    rememberNoThreads(typeof cause === "string" ? cause : message);
    runtime?.threads?.dispose();
    return undefined;
  }
}
