/**
 * Threads that run programs together on one shared memory: workers, in Node and in browsers alike.
 *
 * A pool stays while its memory does; its workers sleep between runs and do not keep a process alive. The caller's own
 * thread waits for a message and stays free. A worker that dies ends the run with an error: those who wait for it at a
 * barrier are made to stop.
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

/** What a worker says when it is ready, and the last thread to be through after a run. */
interface Answer {
  readonly ready: boolean;
  /** Whether a thread gave up at a barrier. */
  readonly givenUp: boolean;
}

/** The most threads of a pool: there is a word for each to be woken by. */
export const MOST_THREADS = 256;

// The words that a pool's threads share: how many are still at work, how many run, whether one gave up; then for each
// thread the address of the control block to run, 0 while there is none. The worker's source below has the same places.
const AT_WORK = 0;
const RUNNING = 1;
const GIVEN_UP = 2;
const ORDERS = 3;

/**
 * All that a worker knows: put the code on the memory, then sleep until there is something to run.
 *
 * The first thread wakes the others, rather than the caller all of them: a scheduler puts a woken thread on the core that
 * it finds idle, and by then the caller's core is. Woken together, one run in five began 2 ms late with two threads on one
 * core. Asleep on a word in memory, a thread is also woken sooner than by a message.
 */
const WORKER_SOURCE = `
  listen(({ code, memory, words, thread }) => {
    const { run } = new WebAssembly.Instance(code, { env: { memory, abort() {} } }).exports;
    const order = ${ORDERS} + thread;
    answer({ ready: true, givenUp: false });
    for (;;) {
      Atomics.wait(words, order, 0);
      const control = Atomics.exchange(words, order, 0);
      if (control === 0) continue;
      if (thread === 0) {
        for (let other = 1; other < words[${RUNNING}]; other++) {
          Atomics.store(words, ${ORDERS} + other, control);
          Atomics.notify(words, ${ORDERS} + other);
        }
      }
      if (run(control, thread) !== 0) Atomics.store(words, ${GIVEN_UP}, 1);
      if (Atomics.sub(words, ${AT_WORK}, 1) === 1) answer({ ready: false, givenUp: Atomics.load(words, ${GIVEN_UP}) !== 0 });
    }
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

/** Why a page's workers could not be started when it was tried. */
let refused: string | undefined;

/** Remembers that a page's workers can't be started: its policy stays what it is. Elsewhere the next session tries again. */
export function rememberNoThreads(reason: string): void {
  if (builtin<NodeThreads>("node:worker_threads") !== undefined) return;
  refused = `workers cannot be started; a page needs blob: in worker-src of its Content-Security-Policy (${reason})`;
}

/** Why threads cannot share memory here; undefined where they can, as far as was tried. */
export function whyNoThreads(): string | undefined {
  if (refused !== undefined) return refused;
  if (builtin<NodeThreads>("node:worker_threads") !== undefined) return undefined;
  if (web.Worker === undefined) return "this runtime has no workers";
  if (!web.crossOriginIsolated)
    return "the page is not cross-origin isolated (headers COOP and COEP), so memory cannot be shared";
  return undefined;
}

/** How many threads an engine can use here. */
export function availableThreads(): number {
  return whyNoThreads() === undefined ? coreCount() : 1;
}

/** How many threads this machine runs at once, whether they can share memory or not. */
export function coreCount(): number {
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

/** A worker, and when it is ready to run. */
interface Started {
  readonly worker: Worker;
  readonly ready: Promise<void>;
  readonly fail: (error: Error) => void;
}

/** The run that is under way. */
interface Running {
  readonly barrier: number;
  resolve(): void;
  reject(error: Error): void;
}

export class ThreadPool {
  readonly #code: WasmModule;
  readonly #memory: WasmMemory;
  readonly #workers: Started[] = [];
  readonly #words = new Int32Array(new SharedArrayBuffer(4 * (ORDERS + MOST_THREADS)));
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
   * Starts so many workers where they aren't yet.
   *
   * @throws {RunFailedError} one can't be started
   */
  async start(threads: number): Promise<void> {
    while (this.#workers.length < threads) this.#start();
    if (this.#death !== undefined) throw died(this.#death);
    await Promise.all(this.#workers.map(({ ready }) => ready));
  }

  /**
   * Runs what the control block says on so many threads, at most `MOST_THREADS`.
   *
   * @param barrier the address of the barrier that the threads meet at
   * @throws {RunFailedError} a worker died; the session's numbers are then those of an unfinished step
   */
  run(control: number, barrier: number, threads: number): Promise<void> {
    while (this.#workers.length < threads) this.#start();
    return new Promise<void>((resolve, reject) => {
      if (this.#death !== undefined) return reject(died(this.#death));
      this.#running = { barrier, resolve, reject };
      this.#workers[0].worker.ref();
      this.#words.set([threads, threads, 0]);
      Atomics.store(this.#words, ORDERS, control);
      Atomics.notify(this.#words, ORDERS);
    });
  }

  dispose(): void {
    this.#death ??= "the pool was disposed";
    for (const { worker } of this.#workers) worker.terminate();
    this.#workers.length = 0;
  }

  #start(): void {
    const { promise: ready, resolve, reject: fail } = promiseParts();
    const worker = startWorker({
      message: (answer) => (answer.ready ? setReady() : this.#answered(answer.givenUp)),
      died: (reason) => this.#died(reason),
    });
    const setReady = (): void => {
      worker.unref();
      resolve();
    };
    ready.catch(() => {}); // its caller handles the rejection
    this.#workers.push({ worker, ready, fail });
    worker.ref(); // until it is ready: who waits for it may be all that keeps the process alive
    worker.post({ code: this.#code, memory: this.#memory, words: this.#words, thread: this.#workers.length - 1 });
  }

  #answered(givenUp: boolean): void {
    this.#workers[0]?.worker.unref();
    // Threads give up because another one died, and its death is what the caller hears of.
    if (givenUp) return;
    this.#running?.resolve();
    this.#running = undefined;
  }

  #died(reason: string): void {
    if (this.#death !== undefined) return;
    this.#death = reason;
    for (const { fail } of this.#workers) fail(died(reason));
    const running = this.#running;
    this.#running = undefined;
    if (running === undefined) return;
    // The barrier's third word: those who wait give up.
    Atomics.store(new Int32Array(this.#memory.buffer, running.barrier, 4), 2, 1);
    running.reject(died(reason));
  }
}

function promiseParts(): { promise: Promise<void>; resolve: () => void; reject: (error: Error) => void } {
  let parts = { resolve: () => {}, reject: (_error: Error) => {} };
  const promise = new Promise<void>((resolve, reject) => {
    parts = { resolve, reject };
  });
  return { promise, ...parts };
}

function died(reason: string): RunFailedError {
  return new RunFailedError(
    `A thread of the engine wasm stopped (${reason}), so the training ended. Train again, or use one thread (threads: 1).`,
  );
}
