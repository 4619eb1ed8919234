/**
 * Threads that run programs together on one shared memory: workers, in Node and in browsers alike.
 *
 * A pool stays while its memory does; its workers sleep between runs and do not keep a process alive. The caller's own
 * thread waits for a message and stays free. A worker that dies ends the run with an error: those who wait for it at a
 * barrier are told to give up.
 */
import { GradusError, RunFailedError } from "../../errors.ts";
import { builtin } from "./kernelModule.ts";
import type { WasmMemory, WasmModule } from "./webAssembly.ts";

/** What both kinds of worker offer, brought to one form. */
interface Worker {
  post(message: object): void;
  /** Keeps the process alive while a run is under way; only Node tells the difference. */
  ref(): void;
  unref(): void;
  terminate(): void;
}

interface WorkerEvents {
  message(answer: Answer): void;
  /** It cannot go on: a fault in it, or it was ended. */
  died(reason: string): void;
}

interface Answer {
  /** 0: done; 1: given up at a barrier. */
  readonly result: number;
}

/** All that a worker knows: put the code on the memory, then run what it is told to. */
const WORKER_SOURCE = `
  let run;
  listen((data) => {
    if (data.code) run = new WebAssembly.Instance(data.code, { env: { memory: data.memory, abort() {} } }).exports.run;
    else answer({ result: run(data.control, data.thread) });
  });`;
const NODE_WORKER_SOURCE = `
  const { parentPort } = require("node:worker_threads");
  const listen = (heard) => parentPort.on("message", heard);
  const answer = (message) => parentPort.postMessage(message);${WORKER_SOURCE}`;
const WEB_WORKER_SOURCE = `
  const listen = (heard) => { self.onmessage = ({ data }) => heard(data); };
  const answer = (message) => self.postMessage(message);${WORKER_SOURCE}`;

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
  readonly Worker?: new (url: string) => WebWorker;
  readonly URL: { createObjectURL(blob: unknown): string; revokeObjectURL(url: string): void };
  readonly Blob: new (parts: readonly string[], options: { type: string }) => unknown;
  readonly crossOriginIsolated?: boolean;
  readonly navigator?: { readonly hardwareConcurrency?: number };
}

const web = globalThis as unknown as WebGlobals;

/** Why threads cannot share memory here; undefined where they can. */
export function whyNoThreads(): string | undefined {
  if (builtin<NodeThreads>("node:worker_threads") !== undefined) return undefined;
  if (web.Worker === undefined) return "this runtime has no workers";
  if (!web.crossOriginIsolated)
    return "the page is not cross-origin isolated (headers COOP and COEP), so memory cannot be shared";
  return undefined;
}

/** How many threads this machine runs at once. */
export function availableThreads(): number {
  if (whyNoThreads() !== undefined) return 1;
  const os = builtin<{ availableParallelism?(): number; cpus(): readonly unknown[] }>("node:os");
  return os?.availableParallelism?.() ?? os?.cpus().length ?? web.navigator?.hardwareConcurrency ?? 1;
}

function startWorker(events: WorkerEvents): Worker {
  const node = builtin<NodeThreads>("node:worker_threads");
  return node === undefined ? startWebWorker(events) : startNodeWorker(node, events);
}

function startNodeWorker({ Worker }: NodeThreads, events: WorkerEvents): Worker {
  const worker = new Worker(NODE_WORKER_SOURCE, { eval: true });
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

function startWebWorker(events: WorkerEvents): Worker {
  if (web.Worker === undefined) throw new GradusError("This runtime has no workers. Use one thread.");
  const url = web.URL.createObjectURL(new web.Blob([WEB_WORKER_SOURCE], { type: "text/javascript" }));
  const worker = new web.Worker(url);
  worker.onmessage = ({ data }) => {
    web.URL.revokeObjectURL(url);
    events.message(data);
  };
  worker.onerror = ({ message }) => events.died(message ?? "it could not be started");
  return {
    post: (message) => worker.postMessage(message),
    ref: () => {},
    unref: () => {},
    terminate: () => worker.terminate(),
  };
}

/** The run that is under way. */
interface Running {
  left: number;
  givenUp: boolean;
  readonly barrier: number;
  resolve(): void;
  reject(error: Error): void;
}

export class ThreadPool {
  readonly #code: WasmModule;
  readonly #memory: WasmMemory;
  readonly #workers: Worker[] = [];
  #running: Running | undefined;
  #death: string | undefined;

  /** @param memory shared */
  constructor(code: WasmModule, memory: WasmMemory) {
    this.#code = code;
    this.#memory = memory;
  }

  /** Whether it can still be used: no worker has died. */
  get sound(): boolean {
    return this.#death === undefined;
  }

  /**
   * Runs what the control block says on so many threads.
   *
   * @param barrier the address of the barrier that the threads meet at
   * @throws {RunFailedError} a worker died; the session's numbers are then those of an unfinished step
   */
  run(control: number, barrier: number, threads: number): Promise<void> {
    while (this.#workers.length < threads) this.#start();
    return new Promise<void>((resolve, reject) => {
      if (this.#death !== undefined) return reject(died(this.#death));
      this.#running = { left: threads, givenUp: false, barrier, resolve, reject };
      for (const [thread, worker] of this.#workers.slice(0, threads).entries()) {
        worker.ref();
        worker.post({ control, thread });
      }
    });
  }

  dispose(): void {
    this.#death ??= "the pool was disposed";
    for (const worker of this.#workers) worker.terminate();
    this.#workers.length = 0;
  }

  #start(): void {
    const worker = startWorker({
      message: ({ result }) => this.#answered(worker, result),
      died: (reason) => this.#died(reason),
    });
    worker.post({ code: this.#code, memory: this.#memory });
    this.#workers.push(worker);
  }

  #answered(worker: Worker, result: number): void {
    worker.unref();
    const running = this.#running;
    if (running === undefined) return;
    running.left -= 1;
    running.givenUp ||= result !== 0;
    if (running.left > 0 || running.givenUp) return;
    this.#running = undefined;
    running.resolve();
  }

  #died(reason: string): void {
    if (this.#death !== undefined) return;
    this.#death = reason;
    const running = this.#running;
    this.#running = undefined;
    if (running === undefined) return;
    // The barrier's third word: those who wait give up.
    Atomics.store(new Int32Array(this.#memory.buffer, running.barrier, 4), 2, 1);
    running.reject(died(reason));
  }
}

function died(reason: string): RunFailedError {
  return new RunFailedError(
    `A thread of the engine wasm died (${reason}), and the training with it. Train again, or with one thread (threads: 1).`,
  );
}
