/// <reference lib="esnext.disposable" preserve="true" />
/**
 * The contract of processes that train one network together: who they are, and what they exchange.
 *
 * Every process (rank) makes the same calls in the same order, as in MPI. Knows nothing of networks and of how numbers travel.
 */

/** Numbers that are added up over all ranks. A view of a session's memory is reduced where it lies. */
export type Summed = Float32Array | Float64Array;

/** Where a rank runs, for messages. */
export interface RankProcess {
  readonly rank: number;
  readonly host: string;
  /** The number of its process there. */
  readonly process: number;
}

/** An exchange that is under way. The numbers that it is about may be neither read nor written until it has ended. */
export interface Pending {
  /** Moves the exchange on. @returns whether it has ended */
  poll(): boolean;
  /** Returns when it has ended. */
  wait(): void;
}

export interface ReduceOptions {
  /**
   * Whether each sum is made in the order of the ranks, so that its bits depend on the numbers and the number of ranks alone: not on
   * messages' times, on how ranks lie on machines or on the library. The collective's own choice when absent.
   */
  readonly deterministic?: boolean;
  /** What it is, for messages of a rank that waits: "the gradient of step 12". */
  readonly what?: string;
}

export interface Collective extends Disposable {
  /** What ranks are joined by: "Open MPI 4.1.4"; "one process". */
  readonly name: string;
  /** This process, from 0. */
  readonly rank: number;
  /** How many processes there are. */
  readonly size: number;
  /** All of them, by rank. */
  readonly members: readonly RankProcess[];
  /** Whether sums go through memory that all ranks share: the cores themselves carry the numbers. false when absent. */
  readonly sharesMemory?: boolean;

  /** Copies the bytes of one rank's array to all others' arrays, which must be as long. @param from that rank; 0 when absent */
  broadcast(values: Uint8Array | Summed, from?: number): void;

  /** Adds up the arrays of all ranks, which must be of one type and length: each then holds the sum, the same bits everywhere. */
  allReduce(values: Summed, options?: ReduceOptions): void;

  /** The same as an exchange that goes on while this rank computes, whenever it is polled. */
  startAllReduce(values: Summed, options?: ReduceOptions): Pending;

  /** Awaits what other threads compute, and moves exchanges on meanwhile. @returns its result, whether those have ended or not */
  during<Result>(work: Promise<Result>, pending: readonly Pending[]): Promise<Result>;

  /** The bytes of every rank, in the order of the ranks: few, of any lengths. @param what for messages of a rank that waits */
  allGather(bytes: Uint8Array, what?: string): Uint8Array[];

  /** Returns when every rank has called it. */
  barrier(what?: string): void;

  /** Ends all ranks: prints the reason with this rank and where it runs, and does not return. The exit code is not 0. */
  abort(reason: string): never;

  /** Leaves, when every rank does: no call may follow. A process that ends otherwise ends all others. */
  dispose(): void;
}

/** The numbers of every rank, in the order of the ranks. @param values few, of any number */
export function gatherNumbers(collective: Collective, values: ArrayLike<number>, what?: string): Float64Array[] {
  const own = Float64Array.from(values);
  const all = collective.allGather(new Uint8Array(own.buffer), what);
  return all.map((bytes) => new Float64Array(bytes.slice().buffer));
}

/** Data of every rank, in the order of the ranks, little of each. @param own plain data; numbers are finite */
export function gatherData<Data>(collective: Collective, own: Data, what?: string): Data[] {
  const all = collective.allGather(new TextEncoder().encode(JSON.stringify(own)), what);
  return all.map((bytes) => JSON.parse(new TextDecoder().decode(bytes)) as Data);
}

/** "rank 2 (node7, process 4711)" */
export function memberText({ rank, host, process }: RankProcess): string {
  return `rank ${rank} (${host}, process ${process})`;
}

/** "ranks 0, 1 and 5"; of many the first ones and how many more. */
export function ranksText(ranks: readonly number[]): string {
  const most = 8;
  const shown = ranks.slice(0, most).map(String);
  const last = ranks.length > most ? `${ranks.length - most} more` : shown.pop();
  return `rank${ranks.length === 1 ? "" : "s"} ${shown.length === 0 ? last : `${shown.join(", ")} and ${last}`}`;
}
