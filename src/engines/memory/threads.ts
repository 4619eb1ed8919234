/**
 * Threads that run programs together on one shared memory: workers, in Node and in browsers alike.
 *
 * A pool stays while its memory does; its workers sleep between runs and do not keep a process alive. The caller's own
 * thread waits for a message and stays free. A worker that dies ends the run with an error: those who wait for it at a
 * barrier are made to stop.
 */
import { RunFailedError } from "../../errors.ts";
import { inOrder, placesOf } from "../../plan/ops/places.ts";
import type { DeviceMemory, WorkerCode } from "./device.ts";
import { barrierWords, poolWords } from "./layouts.ts";
import { ORDERS } from "./workerSource.ts";
import { startWorker, type Worker } from "./workers.ts";

/** The most threads of a pool: there is a word for each to be woken by. */
export const MOST_THREADS = 256;

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
  readonly #engine: string;
  readonly #code: WorkerCode;
  readonly #memory: DeviceMemory;
  readonly #workers: Started[] = [];
  readonly #words = new Int32Array(new SharedArrayBuffer(4 * (ORDERS + MOST_THREADS)));
  #running: Running | undefined;
  #death: string | undefined;

  /** @param engine its name, for messages @param memory shared */
  constructor(engine: string, code: WorkerCode, memory: DeviceMemory) {
    this.#engine = engine;
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
    if (this.#death !== undefined) throw this.#stopped(this.#death);
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
      if (this.#death !== undefined) return reject(this.#stopped(this.#death));
      this.#running = { barrier, resolve, reject };
      this.#workers[0].worker.ref();
      this.#words.set(inOrder(poolWords, { atWork: threads, running: threads, givenUp: 0 }));
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
    const worker = startWorker(this.#code, {
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
    worker.post({ code: this.#code.code, memory: this.#memory, words: this.#words, thread: this.#workers.length - 1 });
  }

  #answered(givenUp: boolean): void {
    this.#workers[0]?.worker.unref();
    // Threads give up because another one died, and the caller gets the error of that one.
    if (givenUp) return;
    this.#running?.resolve();
    this.#running = undefined;
  }

  #died(reason: string): void {
    if (this.#death !== undefined) return;
    this.#death = reason;
    for (const { fail } of this.#workers) fail(this.#stopped(reason));
    const running = this.#running;
    this.#running = undefined;
    if (running === undefined) return;
    // Those who wait give up.
    Atomics.store(
      new Int32Array(this.#memory.buffer, running.barrier, barrierWords.length),
      placesOf(barrierWords).givenUp,
      1,
    );
    running.reject(this.#stopped(reason));
  }

  #stopped(reason: string): RunFailedError {
    return new RunFailedError(
      `A thread of the engine ${this.#engine} stopped (${reason}), so the training ended. Train again, or use one thread (threads: 1).`,
      { cause: reason },
    );
  }
}

function promiseParts(): { promise: Promise<void>; resolve: () => void; reject: (error: Error) => void } {
  let parts = { resolve: () => {}, reject: (_error: Error) => {} };
  const promise = new Promise<void>((resolve, reject) => {
    parts = { resolve, reject };
  });
  return { promise, ...parts };
}
