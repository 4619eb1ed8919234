/**
 * Sums of ranks that are all on one machine, through memory that they share: nothing is sent.
 *
 * An array goes through in chunks that stay in the cores' caches. Each rank has slots for chunks there, and owns a part of every chunk. In each stage, which
 * begins when all ranks have ended the one before, a rank takes the sums of a chunk from their owners, adds up its own part of the next chunk, and gives its numbers of
 * the one after that. So ranks meet once a chunk, and three slots each are enough: no rank writes to a slot that another may still read. Arrays go
 * through one after the other, in the order in which their exchanges began. Knows nothing of how long others may take.
 */
import type { Summed } from "../collective.ts";
import { type Part, type Poll, partsOf, sumPieces } from "./exchanges.ts";
import type { Mpi } from "./library.ts";
import type { SharedMemory } from "./sharedMemory.ts";

/** Bytes of a chunk: a core's own cache has room for a rank's slots. */
const CHUNK = 2 ** 18;
/** Bytes of all slots together, at the most: a container has 64 MB of shared memory where nobody has asked for more. */
const MOST_BYTES = 2 ** 24;
const SLOTS = 3;
/** Bytes from a rank's count of stages to the next one's: they are in different lines of a cache, of which processors fetch two at a time. */
const APART = 128;
/** So many milliseconds a rank looks for others that are in the same stage, before its caller does something else. */
const PATIENCE = 0.1;
/** For the rest of that, which is most of it, it gives its core to others: they may have none. */
const YIELDING = 0.08;

/** What the system gives. */
export interface System {
  readonly addressOf: (view: ArrayBufferView) => bigint;
  readonly copy: (to: number, from: number, bytes: number) => unknown;
  /** Gives the core to another process. */
  readonly yieldCore: (() => unknown) | undefined;
}

/** An array that is being added up. */
interface Sum {
  readonly values: Summed;
  readonly address: number;
  readonly inOrder: boolean;
  /** The stage in which its first chunk is given; undefined before. */
  first: number | undefined;
  isOver: boolean;
}

/** A chunk of an array, and in which of each rank's slots it is. */
interface Chunk extends Part {
  readonly slot: number;
}

/** Bytes of shared memory that so many ranks need. */
export function sharedBytes(size: number): number {
  return APART * size + SLOTS * size * chunkBytes(size);
}

/** A multiple of 64, so that slots begin with a line of a cache. */
function chunkBytes(size: number): number {
  return Math.min(CHUNK, 64 * Math.floor(MOST_BYTES / SLOTS / size / 64));
}

export class SharedSums {
  readonly #mpi: Mpi;
  readonly #rank: number;
  readonly #size: number;
  /** All ranks but this one. */
  readonly #others: readonly number[];
  readonly #memory: SharedMemory;
  readonly #system: System;
  /** How many stages each rank has ended, modulo 2³². */
  readonly #stages: Int32Array;
  readonly #chunkBytes: number;
  readonly #waiting: Sum[] = [];
  /** How many this rank has ended. */
  #ended = 0;

  /** @param memory `sharedBytes`; no exchange may begin before all ranks have come so far */
  constructor(mpi: Mpi, { rank, size }: { rank: number; size: number }, memory: SharedMemory, system: System) {
    this.#mpi = mpi;
    this.#rank = rank;
    this.#size = size;
    this.#others = [...Array(size).keys()].filter((other) => other !== rank);
    this.#memory = memory;
    this.#system = system;
    this.#stages = new Int32Array(memory.buffer, 0, (APART / 4) * size);
    this.#chunkBytes = chunkBytes(size);
    this.#stages[(APART / 4) * rank] = 0;
  }

  /** All ranks call it, and none has an exchange under way. */
  free(): void {
    this.#memory.free();
  }

  /** @param inOrder whether each sum is made in the order of the ranks, in float64 */
  sum(values: Summed, inOrder: boolean): Poll {
    const address = Number(this.#system.addressOf(values));
    // Of two numbers there is one order, and their float64 sum, rounded, is their float32 sum.
    const sum: Sum = { values, address, inOrder: inOrder && this.#size > 2, first: undefined, isOver: false };
    if (values.length === 0) sum.isOver = true;
    else this.#waiting.push(sum);
    return () => {
      this.advance();
      return sum.isOver;
    };
  }

  /** Moves all exchanges on as far as the other ranks have come. */
  advance(): void {
    let patience = 0;
    while (this.#waiting.length > 0) {
      if (this.#othersHaveEnded()) {
        this.#stage(this.#waiting[0]);
        patience = performance.now() + PATIENCE;
      } else {
        const now = performance.now();
        if (now >= patience) return;
        if (now >= patience - YIELDING) this.#system.yieldCore?.();
      }
    }
  }

  /** Whether all ranks have ended as many stages as this one. */
  #othersHaveEnded(): boolean {
    for (let at = 0; at < this.#stages.length; at += APART / 4) {
      if (((Atomics.load(this.#stages, at) - this.#ended) | 0) < 0) return false;
    }
    return true;
  }

  #stage(sum: Sum): void {
    sum.first ??= this.#ended;
    const last = this.#chunkAt(sum, this.#ended - 2);
    const own = this.#chunkAt(sum, this.#ended - 1);
    const next = this.#chunkAt(sum, this.#ended);
    if (last !== undefined) this.#take(sum, last);
    if (own !== undefined) this.#addUp(sum, own);
    if (next !== undefined) this.#give(sum, next);
    if (own === undefined && next === undefined) {
      // The next array's first chunk can be given in this stage too.
      sum.isOver = true;
      this.#waiting.shift();
      return;
    }
    this.#ended += 1;
    Atomics.store(this.#stages, (APART / 4) * this.#rank, this.#ended | 0);
  }

  /** The chunk that is given in a stage; undefined where that is another array's. */
  #chunkAt({ values, first = 0 }: Sum, stage: number): Chunk | undefined {
    const most = this.#chunkBytes / values.BYTES_PER_ELEMENT;
    const from = most * (stage - first);
    if (from < 0 || from >= values.length) return undefined;
    return { slot: stage % SLOTS, from, count: Math.min(most, values.length - from) };
  }

  /** Where a number of a chunk lies in a rank's slot, in bytes from the beginning of the shared memory. */
  #offset(rank: number, { slot }: Chunk, { BYTES_PER_ELEMENT }: Summed, number: number): number {
    return APART * this.#size + (SLOTS * rank + slot) * this.#chunkBytes + BYTES_PER_ELEMENT * number;
  }

  /** Gives the others the numbers of their parts. */
  #give(sum: Sum, chunk: Chunk): void {
    const { from, count } = partsOf(chunk.count, this.#size)[this.#rank];
    this.#copyOut(sum, chunk, { from: 0, count: from });
    this.#copyOut(sum, chunk, { from: from + count, count: chunk.count - from - count });
  }

  /** Adds up the own part where it lies, and gives the others the sums. */
  #addUp(sum: Sum, chunk: Chunk): void {
    const { values, address, inOrder } = sum;
    const part = partsOf(chunk.count, this.#size)[this.#rank];
    const { count } = part;
    const first = chunk.from + part.from;
    const given = this.#others.map((rank) => this.#offset(rank, chunk, values, part.from));
    if (inOrder) {
      const { buffer } = this.#memory;
      const own = values.subarray(first, first + count);
      const others: Summed[] = given.map((offset) =>
        values instanceof Float32Array
          ? new Float32Array(buffer, offset, count)
          : new Float64Array(buffer, offset, count),
      );
      sumPieces(others.toSpliced(this.#rank, 0, own), own);
    } else {
      const { call, handles } = this.#mpi;
      const type = values instanceof Float32Array ? handles.float32 : handles.float64;
      const to = address + values.BYTES_PER_ELEMENT * first;
      for (const offset of given) {
        call("MPI_Reduce_local", this.#memory.address + offset, to, count, type, handles.sum);
      }
    }
    this.#copyOut(sum, chunk, part);
  }

  /** Takes the sums of the others' parts. */
  #take({ values, address }: Sum, chunk: Chunk): void {
    const bytes = values.BYTES_PER_ELEMENT;
    const parts = partsOf(chunk.count, this.#size);
    for (const owner of this.#others) {
      const { from, count } = parts[owner];
      const sums = this.#memory.address + this.#offset(owner, chunk, values, from);
      this.#system.copy(address + bytes * (chunk.from + from), sums, bytes * count);
    }
  }

  /** Copies a part of a chunk to this rank's slot. */
  #copyOut({ values, address }: Sum, chunk: Chunk, { from, count }: Part): void {
    const bytes = values.BYTES_PER_ELEMENT;
    const to = this.#memory.address + this.#offset(this.#rank, chunk, values, from);
    if (count > 0) this.#system.copy(to, address + bytes * (chunk.from + from), bytes * count);
  }
}
