/**
 * Waiting for an exchange with other ranks, and finding out whom it waits for.
 *
 * MPI has no time limits: a call that waits for a rank that hangs waits for ever. So every exchange is one that is polled. A rank that has
 * polled in vain for a while reports to a few ranks, the observers, which exchange it waits in; at the time limit the first observer names
 * the ranks that haven't reported that they have come as far, and ends the job. Knows nothing of what is exchanged.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { type Collective, memberText, ranksText } from "../collective.ts";
import type { Mpi } from "./library.ts";
import { offHeap, offHeapInts } from "./offHeap.ts";

/** So long a rank only polls: ranks on cores of their own come within that. In milliseconds, as the next ones. */
const POLLING = 1;
/** Then it sleeps so long each time: a rank that shares its core gives it to those that compute. */
const NAP = 0.1;
/** After so long it reports. */
const MOST_SILENT = 2000;
/** An observer ends the job so much later than the one before it, so that one message is printed. */
const APART = 500;
/** A longer stretch from one poll to the next is no waiting: the machine slept, or its clock was set. */
const LONGEST_STRETCH = 1000;

const OBSERVERS = 8;
const TAG = 4711;
/** A report: rank, number of the exchange, bytes of its name, and the name. */
const HEAD = 12;
const REPORT_BYTES = 96;

interface Report {
  readonly number: number;
  readonly what: string;
}

/** The part of a collective that waiting needs. */
type Waiter = Pick<Collective, "rank" | "size" | "members" | "abort">;

export class Waiting {
  readonly #mpi: Mpi;
  readonly #waiter: () => Waiter;
  readonly #limit: number;
  readonly #yieldCore: (() => unknown) | undefined;
  readonly #addressOf: (view: ArrayBufferView) => bigint;
  readonly #cell = new Int32Array(new SharedArrayBuffer(4));
  readonly #flag = offHeapInts(1);
  readonly #status = offHeap(64);
  /** The last report of each rank. */
  readonly #reports = new Map<number, Report>();
  /** What was sent must stay where it is; nobody waits until it has arrived. */
  readonly #sent: Uint8Array[] = [];

  /**
   * @param waiter who waits, asked for when there is a report to write
   * @param limit milliseconds
   * @param system gives the core to another process, and says where bytes lie
   */
  constructor(
    mpi: Mpi,
    waiter: () => Waiter,
    limit: number,
    system: { readonly yieldCore: (() => unknown) | undefined; readonly addressOf: (view: ArrayBufferView) => bigint },
  ) {
    this.#mpi = mpi;
    this.#waiter = waiter;
    this.#limit = limit;
    this.#yieldCore = system.yieldCore;
    this.#addressOf = system.addressOf;
  }

  /**
   * Polls until an exchange has ended; ends the job at the time limit.
   *
   * @param poll whether it has ended
   * @param number of the exchange: all ranks make the same ones in the same order
   * @param what it is, for the message
   */
  until(poll: () => boolean, number: number, what: string): void {
    let waited = 0;
    let last = performance.now();
    let isReported = false;
    while (!poll()) {
      const now = performance.now();
      waited += Math.min(Math.max(now - last, 0), LONGEST_STRETCH);
      last = now;
      if (waited < POLLING) this.#yieldCore?.();
      else Atomics.wait(this.#cell, 0, 0, NAP);
      if (waited < Math.min(MOST_SILENT, this.#limit / 2)) continue;
      if (!isReported) this.#report({ number, what });
      isReported = true;
      this.#receive();
      const { rank } = this.#waiter();
      if (waited > this.#limit + APART * Math.min(rank, OBSERVERS)) this.#giveUp({ number, what });
    }
  }

  /**
   * Polls while other threads work, with a nap each time: they need the core.
   *
   * @param poll whether all has ended
   */
  async during<Result>(work: Promise<Result>, poll: () => boolean): Promise<Result> {
    let isOver = false;
    const over = (): void => {
      isOver = true;
    };
    work.then(over, over);
    await nextTurn();
    while (!isOver && !poll()) {
      Atomics.wait(this.#cell, 0, 0, NAP);
      await nextTurn();
    }
    return work;
  }

  #report(report: Report): void {
    const { rank, size } = this.#waiter();
    this.#reports.set(rank, report);
    const bytes = offHeap(REPORT_BYTES);
    const { written } = new TextEncoder().encodeInto(report.what, bytes.subarray(HEAD));
    new Int32Array(bytes.buffer, 0, 3).set([rank, report.number, written]);
    this.#sent.push(bytes);
    for (let observer = 0; observer < Math.min(size, OBSERVERS); observer++) {
      if (observer === rank) continue;
      const request = offHeap(8);
      this.#sent.push(request);
      const { bytes: type, world } = this.#mpi.handles;
      this.#mpi.call(
        "MPI_Isend",
        this.#addressOf(bytes),
        REPORT_BYTES,
        type,
        observer,
        TAG,
        world,
        this.#addressOf(request),
      );
    }
  }

  /** Takes the reports that have arrived. */
  #receive(): void {
    const { handles, call } = this.#mpi;
    const [flag, status] = [this.#addressOf(this.#flag), this.#addressOf(this.#status)];
    for (;;) {
      call("MPI_Iprobe", handles.anySource, TAG, handles.world, flag, status);
      if (this.#flag[0] === 0) return;
      const bytes = offHeap(REPORT_BYTES);
      const from = this.#addressOf(bytes);
      call("MPI_Recv", from, REPORT_BYTES, handles.bytes, handles.anySource, TAG, handles.world, status);
      const [rank, number, length] = new Int32Array(bytes.buffer, 0, 3);
      const what = new TextDecoder().decode(bytes.subarray(HEAD, HEAD + length));
      this.#reports.set(rank, { number, what });
    }
  }

  #giveUp({ number, what }: Report): never {
    const waiter = this.#waiter();
    const { rank, size, members } = waiter;
    const seconds = Math.round(this.#limit / 100) / 10;
    const hasNews = rank < OBSERVERS;
    const late = members.filter((member) => (this.#reports.get(member.rank)?.number ?? -1) < number);
    const begun = `After ${seconds} s of waiting in ${what}, `;
    if (!hasNews || late.length === size) return waiter.abort(`${begun}no other rank has reported.`);
    if (late.length > 0) {
      const waiting = members.filter((member) => !late.includes(member)).map((member) => member.rank);
      const first = late.slice(0, 8).map(memberText).join(", ");
      const more = late.length > 8 ? ` and ${late.length - 8} more` : "";
      return waiter.abort(
        `${begun}${first}${more} ${late.length === 1 ? "has" : "have"} not come, for which ${ranksText(waiting)} ` +
          `${waiting.length === 1 ? "waits" : "wait"}: it hangs, was stopped, or does something longer than the time limit.`,
      );
    }
    const others = members.filter((member) => {
      const at = this.#reports.get(member.rank);
      return at?.number === number && at.what !== what;
    });
    if (others.length > 0) {
      const [other] = others;
      const where = this.#reports.get(other.rank)?.what;
      return waiter.abort(
        `${begun}${memberText(other)} was found waiting in ${where}: all ranks have to make the same calls.`,
      );
    }
    return waiter.abort(`${begun}all ranks have come and the exchange does not end: messages between them are lost.`);
  }
}
