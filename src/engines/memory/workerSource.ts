/**
 * The source of the workers that run programs on a device: in Node, and in a page from a blob: or from a file.
 *
 * Knows nothing of who starts them.
 */
import { placesOf } from "../../plan/ops/places.ts";
import type { WorkerCode } from "./device.ts";
import { poolWords } from "./layouts.ts";

const { atWork, running, givenUp } = placesOf(poolWords);
/** Where the words of the threads begin, behind those of the pool: the address of the control block to run, 0 while there is none. */
export const ORDERS = poolWords.length;

/**
 * All that a worker does: put the device's code on the memory, then sleep until there is something to run.
 *
 * The first thread wakes the others, rather than the caller all of them: a scheduler puts a woken thread on the core that
 * it finds idle, and by then the caller's core is. Woken together, one run in five began 2 ms late with two threads on one
 * core. Asleep on a word in memory, a thread is also woken sooner than by a message.
 */
const workerSource = ({ source, stamp }: Source): string => `
  const start = ${source};
  listen(({ code, memory, words, thread }) => {
    const run = start(code, memory);
    const order = ${ORDERS} + thread;
    answer({ ready: true, givenUp: false, stamp: "${stamp}" });
    for (;;) {
      Atomics.wait(words, order, 0);
      const control = Atomics.exchange(words, order, 0);
      if (control === 0) continue;
      if (thread === 0) {
        for (let other = 1; other < words[${running}]; other++) {
          Atomics.store(words, ${ORDERS} + other, control);
          Atomics.notify(words, ${ORDERS} + other);
        }
      }
      if (run(control, thread) !== 0) Atomics.store(words, ${givenUp}, 1);
      if (Atomics.sub(words, ${atWork}, 1) === 1) answer({ ready: false, givenUp: Atomics.load(words, ${givenUp}) !== 0 });
    }
  });`;

type Source = Pick<WorkerCode, "source" | "stamp">;

export const nodeWorkerSource = (code: Source): string => `
  const { parentPort } = require("node:worker_threads");
  const listen = (heard) => parentPort.on("message", heard);
  const answer = (message) => parentPort.postMessage(message);${workerSource(code)}`;

export const webWorkerSource = (code: Source): string => `
  const listen = (heard) => { self.onmessage = ({ data }) => heard(data); };
  const answer = (message) => self.postMessage(message);${workerSource(code)}`;
