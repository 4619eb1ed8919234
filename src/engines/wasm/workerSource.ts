/**
 * The source of the workers that run programs: in Node, and in a page from a blob: or from gradus/kernels/worker.js.
 *
 * Knows nothing of who starts them.
 */
import { version } from "../../version.ts";
import { kernelStamp } from "./generated/kernelStamp.ts";

/** What a worker says it is, so that a file of another version is refused. */
export const WORKER_STAMP = `${version} ${kernelStamp}`;

// The words that a pool's threads share: how many are still at work, how many run, whether one gave up; then for each
// thread the address of the control block to run, 0 while there is none. The worker's source below has the same places.
const AT_WORK = 0;
const RUNNING = 1;
const GIVEN_UP = 2;
export const ORDERS = 3;

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
    answer({ ready: true, givenUp: false, stamp: "${WORKER_STAMP}" });
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
export const NODE_WORKER_SOURCE = `
  const { parentPort } = require("node:worker_threads");
  const listen = (heard) => parentPort.on("message", heard);
  const answer = (message) => parentPort.postMessage(message);${WORKER_SOURCE}`;
export const WEB_WORKER_SOURCE = `
  const listen = (heard) => { self.onmessage = ({ data }) => heard(data); };
  const answer = (message) => self.postMessage(message);${WORKER_SOURCE}`;
