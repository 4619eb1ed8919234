/**
 * How the operations of a program are shared out among threads: in pieces of work, which are repeated for one part of the rows or
 * units after the other until all is taken. Knows nothing of phases and of where regions lie.
 */
import { engineOperations } from "../../plan/ops/engine.ts";
import type { OperationEntry } from "../../plan/ops/entry.ts";
import type { Operation, Region } from "../../plan/plan.ts";
import { touched } from "../../plan/touched.ts";
import { type AddressOf, extentsOf, type Fields, type Own, operationWords, ownWords } from "../../plan/words.ts";

/** Operations that threads share out together. */
export interface Piece {
  readonly words: readonly number[];
  /** Which pieces next to each other are one: all rows of the batch go through together, a layer's units likewise. */
  readonly group: string;
  /** How many units are shared out; 0 for the batch's rows, undefined where nothing is. */
  readonly units: number | undefined;
  /** Whether an operand must be packed for each part anew. */
  readonly packs: boolean;
}

/**
 * The least that is taken at a time, rows or units. Where an operand must be packed for each part anew, smaller parts cost more than
 * waiting for the last one does: there it is a quarter of a thread's share, so that a thread nearly always takes its own in one. A
 * multiple of 4 and 6 fills the tiles.
 */
const LEAST_PART = { packed: 12, unpacked: 24 } as const;

function leastPart(packs: boolean, count: number, threads: number): number {
  return packs ? Math.max(LEAST_PART.unpacked, Math.ceil(count / threads / 4)) : LEAST_PART.packed;
}

const ROWS = "rows";

/** @param entry of the operation in its table @param own what the engine adds to it */
export function pieceOf(entry: OperationEntry, operation: Operation, addressOf: AddressOf, own: Own = {}): Piece {
  const fields = { ...operation };
  const words = operationWords(entry, fields, addressOf, own);
  const { shared } = entry;
  const packs = own.packed === 0;
  if (shared === "rows") return { words, group: ROWS, units: 0, packs };
  if (shared === "once" || !("layer" in operation)) return onceOf(words);
  return { words, group: `layer ${operation.layer}`, units: unitsOf(entry, fields), packs };
}

/** How many units an operation's work is shared out by. */
function unitsOf(entry: OperationEntry, fields: Fields): number | undefined {
  if (entry.units !== undefined) return extentsOf(entry.arguments, fields).get(entry.units);
  return touched(entry, fields).writes[0].shape[0];
}

/** What every thread does by itself. */
export function onceOf(words: readonly number[]): Piece {
  return { words, group: "once", units: undefined, packs: false };
}

/** The patterns of the batch to where the plan reads them. */
export function gatherOf(regions: Readonly<Partial<Record<"x" | "d" | "w", Region>>>, addressOf: AddressOf): Piece {
  const fields = { inputs: regions.x, desired: regions.d, sampleWeights: regions.w };
  return { words: operationWords(engineOperations.gather, fields, addressOf), group: ROWS, units: 0, packs: false };
}

/** The outputs of the rows at hand to where the run wants them. */
export function emitOf(output: Region, addressOf: AddressOf): Piece {
  return { words: operationWords(engineOperations.emit, { output }, addressOf), group: ROWS, units: 0, packs: false };
}

/** Where the counters of a program's pieces lie: one for each thread and piece, 0 whenever all threads have met. */
export interface Counters {
  readonly address: number;
  readonly count: number;
  readonly threads: number;
  /** How many rows a batch has. */
  readonly rows: number;
}

/** All threads wait for one another, and the counters go back to 0. */
export function meeting({ address, count }: Counters): Piece {
  return onceOf(ownWords(engineOperations.barrier, { counters: address, count }));
}

/** A program of pieces, one after the other; at its end all threads meet. */
export function programOf(pieces: readonly Piece[], counters: Counters): Int32Array {
  const words: number[] = [];
  let counter = 0;
  for (const piece of joined([...pieces, meeting(counters)])) {
    words.push(...(piece.units === undefined ? piece.words : sharedWords(piece, piece.units, counters, counter++)));
  }
  return Int32Array.from([...words, ...ownWords(engineOperations.end)]);
}

/** Pieces next to each other that are shared out alike, as one. */
function joined(pieces: readonly Piece[]): Piece[] {
  const all: Piece[] = [];
  for (const piece of pieces) {
    const before = all.at(-1);
    const isOne = before?.units !== undefined && before.group === piece.group && before.units === piece.units;
    if (isOne) {
      all[all.length - 1] = { ...before, words: [...before.words, ...piece.words], packs: before.packs || piece.packs };
    } else all.push(piece);
  }
  return all;
}

/** Work that is repeated for one part after the other until all is taken; a thread that finds nothing left goes on after it. */
function sharedWords(
  { words, packs }: Piece,
  units: number,
  { address, threads, rows }: Counters,
  counter: number,
): number[] {
  const counters = address + 4 * threads * counter;
  const least = leastPart(packs, units === 0 ? rows : units, threads);
  const share = (skipped: number): number[] => ownWords(engineOperations.share, { counters, units, skipped, least });
  const again = ownWords(engineOperations.again, { bytes: 4 * (share(0).length + words.length) });
  return [...share(4 * (words.length + again.length)), ...words, ...again];
}
