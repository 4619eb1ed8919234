/**
 * The collective of the ranks that mpirun, srun or another launcher of MPI has started. Node alone.
 *
 * MPI is called from this thread alone. Whoever doesn't leave in order ends all: a rank that throws, exits or is told to stop would leave
 * the others waiting.
 */
import { writeSync } from "node:fs";
import { hostname } from "node:os";
import { environment } from "../../engines/memory/nodeModule.ts";
import { koffi } from "../../engines/native/foreign.ts";
import { GradusError, requireThat } from "../../errors.ts";
import { boolean, type Kinds, number, requireOptions } from "../../kinds.ts";
import { version } from "../../version.ts";
import {
  type Collective,
  gatherData,
  gatherNumbers,
  memberText,
  type Pending,
  type RankProcess,
  type ReduceOptions,
  type Summed,
} from "../collective.ts";
import type { Messages } from "../messages.ts";
import { beforeJoining, untilAllHaveBegun } from "./beginning.ts";
import { Exchanges, type Poll, partsOf } from "./exchanges.ts";
import { findMpi, type Handle, type Mpi, requireSize } from "./library.ts";
import { MpiMessages } from "./mpiMessages.ts";
import { offHeap, offHeapInts } from "./offHeap.ts";
import { shareMemory } from "./sharedMemory.ts";
import { SharedSums, type System, sharedBytes } from "./sharedSums.ts";
import { Waiting } from "./waiting.ts";

export interface MpiOptions {
  /** So many seconds a rank waits for others before the job is ended with the names of those that haven't come: 300 when absent. */
  readonly timeout?: number;
  /** Whether sums are made in the order of the ranks, so that the same number of ranks gives the same bits everywhere: false when absent. */
  readonly deterministic?: boolean;
}

const optionKinds = { timeout: number, deterministic: boolean } as const satisfies Kinds<MpiOptions>;

/** So long a launcher has to read the reason of an end. */
const MILLISECONDS_TO_PRINT = 200;
/** Milliseconds by which a rank that fails ends the job later than the rank before it, and so many ranks at the most. */
const APART = 1000;
const MOST_APART = 4;

let joined: MpiCollective | undefined;

/**
 * Joins the ranks that were started together; a process that was started by itself is the only rank. A process joins once: later calls
 * return the same collective, with the options of the first.
 *
 * @throws {GradusError} where koffi or MPI is missing, with what to install; where the MPI that was found is not the launcher's; where
 * ranks have different versions of gradus; once it was left
 * @throws {DescriptionError} a wrong option
 *
 * @example
 * // mpirun -n 2 node program.mjs: every rank runs this program, and learns from rows of its own.
 * import { joinMpi } from "gradus/distributed";
 * import { createSession, dense, fit, network } from "gradus/network";
 *
 * using ranks = joinMpi();
 * using session = await createSession({
 *   network: network({ inputs: 1, layers: [dense(1)] }),
 *   loss: "meanSquaredError",
 *   optimizer: { name: "adam", learningRate: 0.1 },
 *   batchSize: 16,
 *   collective: ranks,
 * });
 * const inputs = Float32Array.from({ length: 8 }, (_, row) => (row * ranks.size + ranks.rank) / (8 * ranks.size));
 * const { history } = await fit(session, { training: { inputs, desired: inputs.map((x) => 2 * x + 1) }, epochs: 300 });
 * if (ranks.rank === 0) console.log(history.at(-1)?.trainingLoss);
 * await session.predict([4]); // [9.0]
 */
export function joinMpi(options: MpiOptions = {}): Collective {
  return join(beforeJoining(() => complete(options)));
}

function complete(options: MpiOptions): Required<MpiOptions> {
  requireOptions(options, optionKinds, "joinMpi");
  const { timeout = 300, deterministic = false } = options;
  requireThat("the timeout", timeout, timeout > 0 && timeout < Number.POSITIVE_INFINITY, "seconds, above 0");
  return { timeout, deterministic };
}

/** The same, with messages from one rank to another. @throws {GradusError} as `joinMpi` */
export function joinWithMessages(timeout: number): { readonly collective: Collective; readonly messages: Messages } {
  const collective = join({ timeout, deterministic: false });
  return { collective, messages: collective.messages() };
}

function join(options: Required<MpiOptions>): MpiCollective {
  joined ??= new MpiCollective(beforeJoining(findMpi), options);
  joined.requireJoined();
  return joined;
}

/** A function of the system's C library; undefined where it has none. */
function ofSystem(declaration: string): ((...values: readonly unknown[]) => unknown) | undefined {
  try {
    return koffi("").load(null).func(declaration);
  } catch {
    return undefined;
  }
}

class MpiCollective implements Collective {
  readonly name: string;
  readonly rank: number;
  readonly size: number;
  readonly members: readonly RankProcess[];
  readonly #mpi: Mpi;
  readonly #deterministic: boolean;
  readonly #waiting: Waiting;
  readonly #exchanges: Exchanges;
  /** Where all ranks are on one machine. */
  readonly #shared: SharedSums | undefined;
  /** Where ranks meet at the end: one that comes too early is not taken for one that comes to another exchange. */
  readonly #end: Handle;
  /** Exchanges begun. */
  #begun = 0;
  #hasLeft = false;
  /** What nobody has caught. Node would print it after the process's end has been heard of, which is too late. */
  #fault: Error | undefined;

  constructor(mpi: Mpi, { timeout, deterministic }: Required<MpiOptions>) {
    this.#mpi = mpi;
    this.#deterministic = deterministic;
    this.name = mpi.title;
    const { world, errorsReturn } = mpi.handles;
    const addressOf = (view: ArrayBufferView): bigint => koffi("").address(view);
    const number = offHeapInts(1);
    const place = addressOf(number);
    // 0, MPI_THREAD_SINGLE: no other thread of this process calls it.
    untilAllHaveBegun(timeout, () => mpi.call("MPI_Init_thread", 0, 0, 0, place));
    process.on("uncaughtExceptionMonitor", (error) => {
      this.#fault = error;
    });
    process.on("exit", (code) => this.#exited(code));
    mpi.call("MPI_Comm_set_errhandler", world, errorsReturn);
    mpi.call("MPI_Comm_rank", world, place);
    [this.rank] = number;
    mpi.call("MPI_Comm_size", world, place);
    [this.size] = number;
    const system = { yieldCore: ofSystem("int sched_yield()"), addressOf };
    this.#waiting = new Waiting(mpi, () => this, 1000 * timeout, system);
    this.#exchanges = new Exchanges(mpi, this, addressOf);
    this.#end = this.#exchanges.copyOfAll();
    this.members = [...Array(this.size).keys()].map((rank) => ({ rank, host: "unknown", process: 0 }));
    try {
      requireSize(this.size, this.name);
      this.members = this.#introduce();
      this.#shared = this.#shareMemory(system);
    } catch (error) {
      // All ranks find the same fault.
      this.#leave();
      throw error;
    }
  }

  get sharesMemory(): boolean {
    return this.#shared !== undefined;
  }

  broadcast(values: Uint8Array | Summed, from = 0): void {
    this.#do("the broadcast", () => this.#exchanges.broadcast(values, from));
  }

  allReduce(values: Summed, options: ReduceOptions = {}): void {
    this.startAllReduce(values, options).wait();
  }

  startAllReduce(
    values: Summed,
    { deterministic = this.#deterministic, what = "the sum" }: ReduceOptions = {},
  ): Pending {
    this.requireJoined();
    return this.#pending(this.#sum(values, deterministic), what);
  }

  during<Result>(work: Promise<Result>, pending: readonly Pending[]): Promise<Result> {
    return this.#waiting.during(work, () => pending.every((exchange) => exchange.poll()));
  }

  allGather(bytes: Uint8Array, what = "the gathering"): Uint8Array[] {
    const lengths = new Float64Array(new ArrayBuffer(8 * this.size));
    lengths[this.rank] = bytes.length;
    this.#do(what, () => this.#exchanges.gather(lengths, partsOf(this.size, this.size)));
    let from = 0;
    const parts = Array.from(lengths, (count) => {
      from += count;
      return { from: from - count, count };
    });
    const all = offHeap(from);
    all.set(bytes, parts[this.rank].from);
    this.#do(what, () => this.#exchanges.gather(all, parts));
    return parts.map((part) => all.subarray(part.from, part.from + part.count));
  }

  barrier(what = "the barrier"): void {
    this.#do(what, () => this.#exchanges.barrier());
  }

  messages(): Messages {
    return new MpiMessages(this.#mpi, this.rank, (view) => koffi("").address(view));
  }

  abort(reason: string): never {
    this.#hasLeft = true;
    writeSync(2, `gradus: ${memberText(this.members[this.rank])} of ${this.size} ends the job. ${reason}\n`);
    // MPICH's launcher loses what it hasn't read when it ends all.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, MILLISECONDS_TO_PRINT);
    this.#mpi.call("MPI_Abort", this.#mpi.handles.world, 1);
    process.exit(1);
  }

  dispose(): void {
    if (this.#hasLeft) return;
    // MPI_Finalize waits for all without a limit.
    this.#do("the end", () => this.#exchanges.barrier(this.#end));
    this.#leave();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** @throws {GradusError} once it was left: MPI starts once a process */
  requireJoined(): void {
    if (this.#hasLeft)
      throw new GradusError("This process has left MPI, which starts once a process. Leave it at the end.");
  }

  /** Who everybody is. @throws {GradusError} ranks of different versions */
  #introduce(): RankProcess[] {
    const own = { host: hostname(), process: process.pid, version };
    const all = gatherData(this, own, "the beginning").map((member, rank) => ({ rank, ...member }));
    const other = all.find((member) => member.version !== all[0].version);
    if (other !== undefined) {
      throw new GradusError(
        `Expected one version of gradus on all ranks, found ${all[0].version} on ${memberText(all[0])} and ${other.version} on ${memberText(other)}. Install the same one everywhere.`,
      );
    }
    return all.map(({ rank, host, process: number }) => ({ rank, host, process: number }));
  }

  #sum(values: Summed, inOrder: boolean): Poll {
    if (this.#shared !== undefined) return this.#shared.sum(values, inOrder);
    return inOrder ? this.#exchanges.sumInOrder(values) : this.#exchanges.sum(values);
  }

  /** What adds up in shared memory; undefined where ranks are on several machines, or on any of them the user doesn't want it. */
  #shareMemory(system: Omit<System, "copy">): SharedSums | undefined {
    const copy = ofSystem("intptr_t memcpy(intptr_t to, intptr_t from, size_t bytes)");
    const isWanted = this.size > 1 && copy !== undefined && environment("GRADUS_MPI_SHARED_MEMORY") !== "0";
    const onAll = (isSo: boolean): boolean =>
      gatherNumbers(this, [Number(isSo)], "the beginning").every(([is]) => is === 1);
    if (!onAll(isWanted) || copy === undefined) return undefined;
    const memory = shareMemory(this.#mpi, this.size, sharedBytes(this.size));
    const sums = memory && new SharedSums(this.#mpi, this, memory, { ...system, copy });
    return onAll(sums !== undefined) ? sums : undefined;
  }

  #do(what: string, begin: () => Poll): void {
    this.requireJoined();
    this.#pending(begin(), what).wait();
  }

  #pending(poll: Poll, what: string): Pending {
    const number = ++this.#begun;
    // Ranks that wait for this one in a sum can't go on before it has given them its numbers.
    const pollAll: Poll = () => {
      this.#shared?.advance();
      return poll();
    };
    return { poll: pollAll, wait: () => this.#waiting.until(pollAll, number, what) };
  }

  #leave(): void {
    this.#hasLeft = true;
    this.#shared?.free();
    this.#mpi.call("MPI_Finalize");
  }

  /** A process that ends while it belongs to the others: those would wait for it for ever. */
  #exited(code: number): void {
    if (this.#hasLeft) return;
    if (code === 0) {
      this.dispose();
      return;
    }
    // What all ranks throw is to be printed once: the first to end ends the others.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, APART * Math.min(this.rank, MOST_APART));
    this.abort(this.#fault === undefined ? `It ended with exit code ${code}.` : faultText(this.#fault));
  }
}

/** A user's mistake by its message, anything else with its stack, as Node prints it. */
function faultText(fault: unknown): string {
  if (fault instanceof GradusError) return `${fault.name}: ${fault.message}`;
  return fault instanceof Error ? (fault.stack ?? String(fault)) : `It threw ${String(fault)}.`;
}
