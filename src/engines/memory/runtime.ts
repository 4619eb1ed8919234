/**
 * A device, with the arena that shares its memory out and the threads that work on it.
 *
 * A runtime serves one session or predictor at a time. Those that are given back are kept for the next: a WebAssembly memory
 * reserves gigabytes of addresses, which a thousand models must not.
 */
import { Arena } from "./arena.ts";
import type { Device, Devices } from "./device.ts";
import { ThreadPool } from "./threads.ts";
import { rememberNoThreads } from "./workers.ts";

export interface Runtime {
  readonly device: Device;
  readonly arena: Arena;
  /** Present where the memory is shared. */
  readonly threads: ThreadPool | undefined;
  /** What the device was made from: `Devices.source`. */
  readonly source: object;
}

/** Larger memories are left to the garbage collector instead of being kept. */
const MOST_KEPT_BYTES = 256 * 2 ** 20;
const MOST_KEPT = 4;

const idle: Runtime[] = [];

/** A runtime nobody uses, with one of these devices. @throws {GradusError} where they can't run */
export async function acquireRuntime(devices: Devices, shared: boolean): Promise<Runtime> {
  const source = devices.source();
  return takeIdle(source, shared) ?? runtimeOf(await devices.create(shared), source);
}

/** A runtime of a device that nobody else uses. */
export function runtimeOf(device: Device, source: object = device): Runtime {
  const { worker, memory, engine } = device;
  return { device, arena: new Arena(device), threads: worker && new ThreadPool(engine, worker, memory), source };
}

/** An idle runtime whose workers are all alive; those with dead ones are given up. */
function takeIdle(source: object, shared: boolean): Runtime | undefined {
  for (;;) {
    const at = idle.findIndex((runtime) => runtime.source === source && (runtime.threads !== undefined) === shared);
    if (at < 0) return undefined;
    const [runtime] = idle.splice(at, 1);
    if (runtime.threads?.sound ?? true) return runtime;
    runtime.threads?.dispose();
  }
}

/** Gives a runtime back; every block of its arena must have been released. */
export function releaseRuntime(runtime: Runtime): void {
  const { threads, device } = runtime;
  const sound = threads?.sound ?? true;
  if (sound && idle.length < MOST_KEPT && device.memory.buffer.byteLength <= MOST_KEPT_BYTES) idle.push(runtime);
  else threads?.dispose();
}

/** A runtime whose workers have started; undefined where they can't be, and its user must do without. */
export async function acquireThreads(devices: Devices, threads: number): Promise<Runtime | undefined> {
  let runtime: Runtime | undefined;
  try {
    runtime = await acquireRuntime(devices, true);
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
