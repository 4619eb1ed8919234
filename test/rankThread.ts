/** One rank of `rankThreads.ts`, in its thread: its collective, and the answers to its tasks. */
import { parentPort, workerData } from "node:worker_threads";
import type { Collective, Summed } from "../src/distributed/collective.ts";
import { oneProcess } from "../src/distributed/oneProcess.ts";

export interface RankAnswer {
  readonly answer?: unknown;
  readonly error?: { readonly name: string; readonly message: string };
}

/** Longer than that no rank computes between two exchanges. */
const LONGEST_WAIT = 60_000;
const HEAD = 64;

const { rank, size, shared, slot } = workerData as {
  rank: number;
  size: number;
  shared: SharedArrayBuffer;
  slot: number;
};
/** How many have come to the barrier, and how many barriers there were. */
const [COME, BARRIERS] = [0, 1];
const state = new Int32Array(shared, 0, 2);

function barrier(): void {
  const before = Atomics.load(state, BARRIERS);
  if (Atomics.add(state, COME, 1) === size - 1) {
    Atomics.store(state, COME, 0);
    Atomics.add(state, BARRIERS, 1);
    Atomics.notify(state, BARRIERS);
    return;
  }
  while (Atomics.load(state, BARRIERS) === before) {
    if (Atomics.wait(state, BARRIERS, before, LONGEST_WAIT) === "timed-out")
      throw new Error("Another rank has not come.");
  }
}

function allGather(bytes: Uint8Array): Uint8Array[] {
  if (bytes.length > slot - 4) throw new Error(`Expected at most ${slot - 4} bytes, found ${bytes.length}.`);
  new DataView(shared).setUint32(HEAD + rank * slot, bytes.length);
  new Uint8Array(shared, HEAD + rank * slot + 4, bytes.length).set(bytes);
  barrier();
  const all = Array.from({ length: size }, (_, from) => {
    const length = new DataView(shared).getUint32(HEAD + from * slot);
    return new Uint8Array(shared, HEAD + from * slot + 4, length).slice();
  });
  barrier();
  return all;
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Summed): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

function allReduce(values: Summed): void {
  const like = values instanceof Float32Array ? Float32Array : Float64Array;
  const all = allGather(bytesOf(values)).map((bytes) => new like(bytes.buffer as ArrayBuffer));
  for (let at = 0; at < values.length; at++) values[at] = all.reduce((sum, own) => sum + own[at], 0);
}

const collective: Collective = {
  ...oneProcess(),
  name: "threads",
  rank,
  size,
  members: Array.from({ length: size }, (_, of) => ({ rank: of, host: "here", process: of })),
  broadcast(values, from = 0) {
    const bytes = values instanceof Uint8Array ? values : bytesOf(values);
    bytes.set(allGather(bytes)[from]);
  },
  allReduce,
  startAllReduce(values) {
    allReduce(values);
    return { poll: () => true, wait: () => {} };
  },
  allGather,
  barrier,
};

/** Answers every task by a function, which all ranks run at the same time. An error is an answer: all ranks have to throw then. */
export function asRank<Part>(answer: (part: Part, ranks: Collective) => unknown): void {
  parentPort?.on("message", async (part: Part) => {
    let found: RankAnswer;
    try {
      found = { answer: await answer(part, collective) };
    } catch (error) {
      const { name, message } = error as Error;
      found = { error: { name, message } };
    }
    parentPort?.postMessage(found);
  });
}
