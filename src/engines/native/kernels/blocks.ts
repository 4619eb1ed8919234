/** The blocks of a product: as much of A and of B as the caches hold. Knows nothing of the code that works on them. */
import { BF16 } from "../../memory/layouts.ts";
import { LEAST_BF16 } from "../bf16Least.ts";
import type { Cpu } from "../cpu.ts";
import type { Terms } from "./bf16Packing.ts";
import type { Isa } from "./isa.ts";
import { tileColumns, tileRows } from "./tileShape.ts";

export interface Blocks {
  /** Bytes that a panel of A has for each p. */
  readonly panel: number;
  /** The most p of a run, and the most columns of B that are packed at a time with so many; shorter runs have more columns. */
  readonly depth: number;
  readonly columns: number;
  /** Columns of a panel of B: a tile's. */
  readonly wide: number;
}

/** What a processor has at least that has these instructions, where it doesn't say. */
const LEAST = { first: 32 * 1024, second: 256 * 1024 };

/** Longer runs gain nothing. */
const LONGEST = 512;

/**
 * A tile's rows of A take at most three fifths of the first cache, and the panels of B half of the second: the rest is for what passes
 * through. Runs are multiples of a vector of 16 numbers, and columns of a panel.
 */
export function blocksOf(isa: Isa, caches: Cpu["caches"]): Blocks {
  const [first, second] = [Math.max(caches.first, LEAST.first), Math.max(caches.second, LEAST.second)];
  const wide = tileColumns(isa);
  const depth = Math.min(LONGEST, multiple((0.6 * first) / (4 * tileRows(isa)), 16));
  const columns = multiple(second / 2 / (4 * depth), wide);
  return { panel: isa.bytes, depth, columns, wide };
}

/** What the kernels are told of products by bf16 terms, in the order of `useBf16`. */
export type Bf16Limits = readonly [terms: number, work: number, side: number, depth: number, block: number];

/**
 * A panel, which all calls of a row of tiles read, takes at most the first cache, and a block half of the second: the rest is for what passes
 * through.
 */
export function bf16Limits(terms: Terms, caches: Cpu["caches"]): Bf16Limits {
  const [first, second] = [Math.max(caches.first, LEAST.first), Math.max(caches.second, LEAST.second)];
  const depth = Math.min(LONGEST, multiple(first / (terms * (BF16.stepBytes / BF16.step)), BF16.step));
  return [terms, LEAST_BF16.work, LEAST_BF16.side, depth, second / 2];
}

const multiple = (most: number, step: number): number => Math.floor(most / step) * step;
