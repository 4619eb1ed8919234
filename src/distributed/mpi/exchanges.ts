/**
 * The exchanges of MPI that are used, each begun and polled. The arrays stay where they are until an exchange has ended, and so do the
 * counts that MPI reads meanwhile: a closure holds them. Knows nothing of waiting.
 */
import type { Summed } from "../collective.ts";
import { type Handle, handleIn, type Mpi } from "./library.ts";
import { offHeap, offHeapInts } from "./offHeap.ts";

/**
 * So many bytes each rank sends at a time at the least in a ring, whose 2 (p − 1) messages wait for one another: 10 Gbit/s carry these in 13 µs, about
 * a message's latency. Of fewer, each rank sends what every other needs at once.
 */
const LEAST_OF_RING = 2 ** 14;

/** @returns whether the exchange has ended */
export type Poll = () => boolean;

/** A part of an array: the first number and how many. */
export interface Part {
  readonly from: number;
  readonly count: number;
}

export class Exchanges {
  readonly #mpi: Mpi;
  readonly #addressOf: (view: ArrayBufferView) => bigint;
  readonly #rank: number;
  readonly #size: number;
  /** Where the second halves of sums in order meet: ranks begin them when their first halves end, which other exchanges may come between. */
  readonly #halves: Handle;
  /** Sums in order whose second half has not begun, in the order in which they began: their second halves begin so too, as on all ranks. */
  readonly #waiting: Poll[] = [];

  constructor(mpi: Mpi, { rank, size }: { rank: number; size: number }, addressOf: (view: ArrayBufferView) => bigint) {
    this.#mpi = mpi;
    this.#addressOf = addressOf;
    this.#rank = rank;
    this.#size = size;
    this.#halves = this.copyOfAll();
  }

  /** @param group the ranks that meet: all, or a copy of all, whose exchanges are not taken for those of others */
  barrier(group = this.#mpi.handles.world): Poll {
    return this.#begin((request) => this.#mpi.call("MPI_Ibarrier", group, request));
  }

  /** A copy of the group of all ranks. */
  copyOfAll(): Handle {
    const { world } = this.#mpi.handles;
    const copy = offHeap(8);
    this.#mpi.call("MPI_Comm_dup", world, this.#addressOf(copy));
    return handleIn(copy, world);
  }

  broadcast(values: Uint8Array | Summed, from: number): Poll {
    const { call, handles } = this.#mpi;
    const [address, type] = [this.#addressOf(values), this.#typeOf(values)];
    return this.#begin(
      (request) => call("MPI_Ibcast", address, values.length, type, from, handles.world, request),
      values,
    );
  }

  /** In an order that MPI chooses. */
  sum(values: Summed): Poll {
    const { call, handles, sumsInRing } = this.#mpi;
    if (sumsInRing && values.byteLength / this.#size < LEAST_OF_RING) return this.sumInOrder(values);
    const [address, type] = [this.#addressOf(values), this.#typeOf(values)];
    const { inPlace, sum, world } = handles;
    return this.#begin(
      (request) => call("MPI_Iallreduce", inPlace, address, values.length, type, sum, world, request),
      values,
    );
  }

  /**
   * The same, each sum made in the order of the ranks, in float64: every rank gets the numbers of all for its own part of the array,
   * adds them up and gives all the sums. As many bytes travel as in the usual algorithms.
   */
  sumInOrder(values: Summed): Poll {
    const parts = partsOf(values.length, this.#size);
    const own = parts[this.#rank];
    const pieces =
      values instanceof Float32Array
        ? new Float32Array(this.#size * own.count)
        : new Float64Array(this.#size * own.count);
    const first = this.#toOwners(values, parts, pieces);
    let second: Poll | undefined;
    const begin: Poll = () => {
      if (!first()) return false;
      const { from, count } = own;
      const byRank = parts.map((_, rank) => pieces.subarray(rank * count, (rank + 1) * count));
      sumPieces(byRank, values.subarray(from, from + count));
      second = this.gather(values, parts, this.#halves);
      return true;
    };
    this.#waiting.push(begin);
    return () => {
      while (this.#waiting.length > 0 && this.#waiting[0]()) this.#waiting.shift();
      return second?.() ?? false;
    };
  }

  /** Every rank's part of an array, to all. The own part is there already. @param group the ranks that meet */
  gather(values: Uint8Array | Summed, parts: readonly Part[], group = this.#mpi.handles.world): Poll {
    const { call, handles } = this.#mpi;
    const { inPlace } = handles;
    const [counts, places] = listsOf(parts);
    const [address, type] = [this.#addressOf(values), this.#typeOf(values)];
    return this.#begin(
      (request) =>
        call(
          "MPI_Iallgatherv",
          inPlace,
          0,
          type,
          address,
          this.#addressOf(counts),
          this.#addressOf(places),
          type,
          group,
          request,
        ),
      values,
      counts,
      places,
    );
  }

  #toOwners(values: Summed, parts: readonly Part[], pieces: Summed): Poll {
    const { call, handles } = this.#mpi;
    const type = this.#typeOf(values);
    const [counts, places] = listsOf(parts);
    const { count } = parts[this.#rank];
    const [ownCounts, ownPlaces] = listsOf(parts.map((_, rank) => ({ from: rank * count, count })));
    const held = [values, counts, places, pieces, ownCounts, ownPlaces];
    const [from, fromCounts, fromPlaces, to, toCounts, toPlaces] = held.map(this.#addressOf);
    const sent = [from, fromCounts, fromPlaces, type];
    const received = [to, toCounts, toPlaces, type];
    return this.#begin((request) => call("MPI_Ialltoallv", ...sent, ...received, handles.world, request), ...held);
  }

  /** @param held what must not be freed before the exchange has ended */
  #begin(begin: (request: bigint) => void, ...held: readonly ArrayBufferView[]): Poll {
    const flag = offHeapInts(1);
    const [request, status] = [offHeap(8), offHeap(64)];
    const places = [request, flag, status].map(this.#addressOf);
    begin(places[0]);
    let waitsFor: readonly ArrayBufferView[] | undefined = [...held, request, flag, status];
    return () => {
      if (waitsFor === undefined) return true;
      this.#mpi.call("MPI_Test", ...places);
      if (flag[0] !== 0) waitsFor = undefined;
      return flag[0] !== 0;
    };
  }

  #typeOf(values: Uint8Array | Summed): Handle {
    const { bytes, float32, float64 } = this.#mpi.handles;
    if (values instanceof Uint8Array) return bytes;
    return values instanceof Float32Array ? float32 : float64;
  }
}

/** An array cut into a part for each rank, as even as can be. */
export function partsOf(length: number, ranks: number): Part[] {
  const at = (rank: number): number => Math.floor((length * rank) / ranks);
  return Array.from({ length: ranks }, (_, rank) => ({ from: at(rank), count: at(rank + 1) - at(rank) }));
}

/**
 * The sum of each number, in the order of the pieces, in float64.
 *
 * @param pieces of each rank [N]
 * @param sums [N]; may be one of the pieces
 */
export function sumPieces(pieces: readonly Summed[], sums: Summed): void {
  const totals = Float64Array.from(pieces[0]);
  for (const piece of pieces.slice(1)) {
    for (let i = 0; i < totals.length; i++) totals[i] += piece[i];
  }
  sums.set(totals);
}

/** Counts and places, as MPI reads them. */
function listsOf(parts: readonly Part[]): [Int32Array, Int32Array] {
  const list = (numberOf: (part: Part) => number): Int32Array => {
    const numbers = offHeapInts(parts.length);
    numbers.set(parts.map(numberOf));
    return numbers;
  };
  return [list(({ count }) => count), list(({ from }) => from)];
}
