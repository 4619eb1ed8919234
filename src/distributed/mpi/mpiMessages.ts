/**
 * Messages by MPI: each a head, which has the sender and the length, and then the bytes. Both are sent and received without waiting.
 *
 * A head arrives as it is probed: it is short enough to be sent at once. Bytes may travel only when both sides poll.
 */
import type { Arrived, Messages } from "../messages.ts";
import type { Mpi } from "./library.ts";
import { offHeap, offHeapInts } from "./offHeap.ts";

const HEAD_TAG = 4712;
const BYTES_TAG = 4713;
/** Of a head: the sender as a number of 32 bits, then the length as one of float64. */
const HEAD = 16;
/** MPI counts in 32 bits. */
const MOST_AT_ONCE = 2 ** 30;

/** An exchange with what must not be freed before it has ended. */
interface Open {
  readonly request: Uint8Array;
  readonly bytes: Uint8Array;
}

interface Arriving extends Arrived {
  /** Those that are still to come. */
  parts: Open[];
}

export class MpiMessages implements Messages {
  readonly #mpi: Mpi;
  readonly #rank: number;
  readonly #addressOf: (view: ArrayBufferView) => bigint;
  readonly #flag = offHeapInts(1);
  readonly #status = offHeap(64);
  #sent: Open[] = [];
  /** The message whose bytes are arriving. */
  #arriving: Arriving | undefined;

  constructor(mpi: Mpi, rank: number, addressOf: (view: ArrayBufferView) => bigint) {
    this.#mpi = mpi;
    this.#rank = rank;
    this.#addressOf = addressOf;
  }

  send(to: number, bytes: Uint8Array): void {
    const head = offHeap(HEAD);
    const view = new DataView(head.buffer);
    view.setInt32(0, this.#rank, true);
    view.setFloat64(8, bytes.length, true);
    const copy = offHeap(bytes.length);
    copy.set(bytes);
    this.#sent.push(this.#begin("MPI_Isend", head, to, HEAD_TAG));
    for (const part of partsOf(copy)) this.#sent.push(this.#begin("MPI_Isend", part, to, BYTES_TAG));
  }

  receive(): Arrived | undefined {
    this.#sent = this.#sent.filter((open) => !this.#hasEnded(open));
    this.#arriving ??= this.#probe();
    if (this.#arriving === undefined) return undefined;
    this.#arriving.parts = this.#arriving.parts.filter((open) => !this.#hasEnded(open));
    if (this.#arriving.parts.length > 0) return undefined;
    const { from, bytes } = this.#arriving;
    this.#arriving = undefined;
    return { from, bytes };
  }

  get isBusy(): boolean {
    return this.#arriving !== undefined || this.#sent.length > 0;
  }

  /** Takes a head, if one is there, and begins to receive what it announces. */
  #probe(): Arriving | undefined {
    const { handles, call } = this.#mpi;
    const [flag, status] = [this.#addressOf(this.#flag), this.#addressOf(this.#status)];
    call("MPI_Iprobe", handles.anySource, HEAD_TAG, handles.world, flag, status);
    if (this.#flag[0] === 0) return undefined;
    const head = offHeap(HEAD);
    call("MPI_Recv", this.#addressOf(head), HEAD, handles.bytes, handles.anySource, HEAD_TAG, handles.world, status);
    const view = new DataView(head.buffer);
    const from = view.getInt32(0, true);
    const bytes = offHeap(view.getFloat64(8, true));
    return { from, bytes, parts: partsOf(bytes).map((part) => this.#begin("MPI_Irecv", part, from, BYTES_TAG)) };
  }

  #begin(name: "MPI_Isend" | "MPI_Irecv", bytes: Uint8Array, other: number, tag: number): Open {
    const request = offHeap(8);
    const { bytes: type, world } = this.#mpi.handles;
    this.#mpi.call(name, this.#addressOf(bytes), bytes.length, type, other, tag, world, this.#addressOf(request));
    return { request, bytes };
  }

  #hasEnded({ request }: Open): boolean {
    this.#mpi.call("MPI_Test", ...[request, this.#flag, this.#status].map(this.#addressOf));
    return this.#flag[0] !== 0;
  }
}

/** Views of as many bytes as travel at once. */
function partsOf(bytes: Uint8Array): Uint8Array[] {
  const count = Math.ceil(bytes.length / MOST_AT_ONCE);
  return Array.from({ length: count }, (_, at) => bytes.subarray(at * MOST_AT_ONCE, (at + 1) * MOST_AT_ONCE));
}
