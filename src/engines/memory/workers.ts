/**
 * Workers, in Node and in browsers alike: whether they can be started here and share memory, and starting one.
 *
 * Knows nothing of what they run.
 */
import { GradusError } from "../../errors.ts";
import type { Devices, WorkerCode } from "./device.ts";
import { builtin } from "./nodeModule.ts";
import { nodeWorkerSource, webWorkerSource } from "./workerSource.ts";

/** What both kinds of worker offer, brought to one form. */
export interface Worker {
  post(message: object): void;
  /** Keeps the process alive while a run is under way; only Node tells the difference. */
  ref(): void;
  unref(): void;
  terminate(): void;
}

export interface WorkerEvents {
  message(answer: Answer): void;
  /** It cannot go on: a fault in it, or it was ended. */
  died(reason: string): void;
}

/** What a worker says when it is ready, and the last thread to be through after a run. */
interface Answer {
  readonly ready: boolean;
  /** Whether a thread gave up at a barrier. */
  readonly givenUp: boolean;
  /** The stamp of its code when it is ready. */
  readonly stamp?: string;
}

interface NodeWorker {
  on(event: string, listener: (value: never) => void): void;
  postMessage(message: object): void;
  ref(): void;
  unref(): void;
  terminate(): Promise<number>;
}

interface NodeThreads {
  readonly Worker: new (source: string, options: { eval: true }) => NodeWorker;
}

interface WebWorker {
  onmessage: ((event: { readonly data: Answer }) => void) | null;
  onerror: ((event: { readonly message?: string }) => void) | null;
  postMessage(message: object): void;
  terminate(): void;
}

/** The little of a browser's globals that starting a worker takes. */
interface WebGlobals {
  readonly Worker?: new (url: unknown) => WebWorker;
  readonly URL: { createObjectURL(blob: unknown): string; revokeObjectURL(url: string): void };
  readonly Blob: new (parts: readonly string[], options: { type: string }) => unknown;
  readonly crossOriginIsolated?: boolean;
  readonly navigator?: { readonly hardwareConcurrency?: number };
  readonly trustedTypes?: { createPolicy(name: string, rules: TrustedRules): TrustedRules };
}

interface TrustedRules {
  createScriptURL(url: string): unknown;
}

const web = globalThis as unknown as WebGlobals;

/** A worker that is fetched and has not answered for so long never will: it is something else. */
const LONGEST_START = 30_000; // milliseconds

/** Why a page's workers could not be started when it was tried. */
let refused: string | undefined;

/** The address of a page's own copy of gradus/kernels/worker.js. */
let workerFile: string | undefined;

/** From now on a page's workers are started from this file; from a blob: where undefined. */
export function useWorkerFile(address: string | undefined): void {
  workerFile = address;
  refused = undefined;
}

/** Remembers that a page's workers can't be started: its policy stays what it is. Elsewhere the next session tries again. */
export function rememberNoThreads(reason: string): void {
  if (builtin<NodeThreads>("node:worker_threads") !== undefined) return;
  refused = `workers cannot be started; ${remedyFor(reason)} (${reason})`;
}

function remedyFor(reason: string): string {
  if (/trusted/i.test(reason)) return "the page requires Trusted Types, and its trusted-types needs the policy gradus";
  if (/loadKernels|gradus\/kernels/.test(reason)) return "a file that loadKernels was given is not right";
  if (workerFile !== undefined) {
    return `${workerFile} needs to be gradus/kernels/worker.js of the page's origin, allowed by worker-src of its Content-Security-Policy and served with its header COEP`;
  }
  return "a page needs blob: in worker-src of its Content-Security-Policy, or a worker's file: loadKernels({ worker })";
}

/** Why threads cannot share memory here; undefined where they can, as far as was tried. */
export function whyNoThreads(devices: Devices): string | undefined {
  const why = devices.whyNotShared();
  if (why !== undefined) return why;
  if (refused !== undefined) return refused;
  if (builtin<NodeThreads>("node:worker_threads") !== undefined) return undefined;
  if (web.Worker === undefined) return "this runtime has no workers";
  if (!web.crossOriginIsolated)
    return "the page is not cross-origin isolated (headers COOP and COEP), so memory cannot be shared";
  return undefined;
}

/** How many threads an engine can use here. */
export function availableThreads(devices: Devices): number {
  return whyNoThreads(devices) === undefined ? coreCount() : 1;
}

/** How many threads this machine runs at once, whether they can share memory or not. */
export function coreCount(): number {
  const os = builtin<{ availableParallelism?(): number; cpus(): readonly unknown[] }>("node:os");
  return os?.availableParallelism?.() ?? os?.cpus().length ?? web.navigator?.hardwareConcurrency ?? 1;
}

export function startWorker(code: WorkerCode, events: WorkerEvents): Worker {
  const node = builtin<NodeThreads>("node:worker_threads");
  return node === undefined ? startWebWorker(code, events) : startNodeWorker(node, code, events);
}

function startNodeWorker({ Worker }: NodeThreads, code: WorkerCode, events: WorkerEvents): Worker {
  const worker = new Worker(nodeWorkerSource(code), { eval: true });
  worker.on("message", (answer: Answer) => events.message(answer));
  worker.on("error", (error: Error) => events.died(error.message));
  worker.on("exit", (code: number) => events.died(`it ended with code ${code}`));
  worker.unref();
  return {
    post: (message) => worker.postMessage(message),
    ref: () => worker.ref(),
    unref: () => worker.unref(),
    terminate: () => void worker.terminate(),
  };
}

function startWebWorker(code: WorkerCode, events: WorkerEvents): Worker {
  if (web.Worker === undefined) throw new GradusError("This runtime has no workers. Use one thread.");
  const blob =
    workerFile === undefined
      ? web.URL.createObjectURL(new web.Blob([webWorkerSource(code)], { type: "text/javascript" }))
      : undefined;
  const worker = new web.Worker(trusted(blob ?? workerFile ?? ""));
  const timer = setTimeout(() => events.died("it did not start within 30 s"), LONGEST_START);
  let isKnown = false;
  worker.onmessage = ({ data }) => {
    clearTimeout(timer);
    if (blob !== undefined) web.URL.revokeObjectURL(blob);
    isKnown ||= data?.stamp === code.stamp;
    if (isKnown) events.message(data);
    else events.died("it is not gradus/kernels/worker.js of this version");
  };
  worker.onerror = ({ message }) => {
    clearTimeout(timer);
    events.died(message || "it could not be started");
  };
  return {
    post: (message) => worker.postMessage(message),
    ref: () => {},
    unref: () => {},
    terminate: () => {
      clearTimeout(timer);
      worker.terminate();
    },
  };
}

let policy: TrustedRules | undefined;

/** An address as pages take it that require Trusted Types; as it is where the page has no such policy or refuses one. */
function trusted(address: string): unknown {
  try {
    policy ??= web.trustedTypes?.createPolicy("gradus", { createScriptURL: (url) => url });
    return policy?.createScriptURL(address) ?? address;
  } catch {
    return address; // a page that requires them refuses it, and its reason is remembered
  }
}
