/** How much of the machine a network's work is worth: how many threads it can feed. */
import type { Network } from "../../network/network.ts";
import { parameterLayout } from "../../network/parameters.ts";
import type { Devices } from "./device.ts";
import { acquireRuntime, acquireThreads, type Runtime } from "./runtime.ts";
import { MOST_THREADS } from "./threads.ts";
import { availableThreads, whyNoThreads } from "./workers.ts";

/**
 * A step of fewer multiplications per thread than this stays on fewer threads: it takes some 30 µs, and meeting costs
 * a few.
 */
const LEAST_WORK = 500_000;

/** A network, and how many examples go through it at a time. */
interface Work {
  readonly network: Network;
  readonly batchSize: number;
}

/** How many threads a step can feed. Each weight is multiplied about three times a row; tables are looked up. */
export function usefulThreads({ network, batchSize }: Work): number {
  const multiplied = parameterLayout(network).tensors.filter(({ layer }) => network.layers[layer].kind !== "embedding");
  const work = 3 * batchSize * multiplied.reduce((sum, { length }) => sum + length, 0);
  return Math.max(1, Math.floor(work / LEAST_WORK));
}

/** Where work is to be done. */
export interface Workplace {
  readonly runtime: Runtime;
  readonly threads: number;
  /** Whether workers do what takes long. */
  readonly inWorkers: boolean;
}

/**
 * A runtime with threads of its own where there is work for several and they can be started.
 *
 * @param threads the most
 * @param apart whether even one thread is to be a worker
 */
export async function workplaceFor(
  devices: Devices,
  work: Work,
  {
    threads = availableThreads(devices),
    apart = false,
  }: { readonly threads?: number | undefined; readonly apart?: boolean } = {},
): Promise<Workplace> {
  const possible = whyNoThreads(devices) === undefined;
  const used = possible ? Math.min(threads, usefulThreads(work), MOST_THREADS) : 1;
  const shared = possible && (apart || used > 1) ? await acquireThreads(devices, used) : undefined;
  if (shared !== undefined) return { runtime: shared, threads: used, inWorkers: true };
  return { runtime: await acquireRuntime(devices, false), threads: 1, inWorkers: false };
}
