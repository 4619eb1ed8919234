/**
 * Products by bf16 terms in machine code, where a session asks for them and its batches are learned from.
 *
 * Whether a product is one of them depends on the whole batch, not on a thread's part: the bits are the same for any number of threads.
 * Knows nothing of what the code does.
 */
import { learns } from "./batch";
import { Bf16, Bf16ProductCall } from "./constants";
import { call, callMachine } from "./machineCode";

/** bf16 for each float32; 0: there are no such products. */
let terms: i32 = 0;
let leastWork: i64 = 0;
let leastSide: i32 = 0;
let mostDepth: i32 = 0;
let blockBytes: i32 = 0;

/**
 * From now on products of batches that are learned from are computed so.
 *
 * @param count bf16 for each float32, 1 or 2
 * @param work multiplications of a product: below, float32 is as fast
 * @param side the least of its three sizes
 * @param depth most k that are packed at a time, a multiple of a step
 * @param block most bytes of the operand that lies packed
 */
export function useBf16(count: i32, work: i32, side: i32, depth: i32, block: i32): void {
  terms = count;
  leastWork = work;
  leastSide = side;
  mostDepth = depth;
  blockBytes = block;
}

/** Whether the products of a layer with a batch are computed so. */
export function isBf16(rows: i32, units: i32, inputs: i32): bool {
  if (!TRAINING || terms == 0 || !learns || call == 0) return false;
  return min(rows, min(units, inputs)) >= leastSide && <i64>rows * units * inputs >= leastWork;
}

/** Runs of k of nearly equal length, in whole steps. */
@inline
function depthOf(k: i32): i32 {
  const runs = (k + mostDepth - 1) / mostDepth;
  return ((k + runs - 1) / runs + Bf16.step - 1) / Bf16.step * Bf16.step;
}

@inline
function panelOf(depth: i32): i32 {
  return (depth / Bf16.step) * terms * Bf16.stepBytes;
}

/** Panels of a block, of an operand of so many lines. */
@inline
function panelsOf(lines: i32, depth: i32): i32 {
  return min((lines + Bf16.panel - 1) / Bf16.panel, max(1, blockBytes / panelOf(depth)));
}

/** Bytes of scratch that a product takes, and all smaller: of k up to a run, its panels; beyond, those of the longest run. */
export function bf16Scratch(m: i32, n: i32, k: i32): i32 {
  if (terms == 0) return 0;
  const depth = min((k + Bf16.step - 1) / Bf16.step * Bf16.step, mostDepth);
  const lines = (min(m, n) + Bf16.panel - 1) / Bf16.panel;
  return Bf16.edgeBytes + panelOf(depth) + min(lines * panelOf(depth), max(blockBytes, panelOf(depth))) + ALIGNED;
}

/** Tiles are read line by line of the cache. */
const ALIGNED: i32 = 64;

/** C = from ± A·B. Strides count numbers, as in `gemm`. @param from where each row's sums begin; 0: from 0 */
export function bf16Product(
  m: i32, n: i32, k: i32, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32, bCol: i32, c: usize, cRow: i32,
  from: usize, negate: i32, scratch: usize,
): void {
  store<i32>(call, terms - 1, Bf16ProductCall.kind);
  store<i32>(call, m, Bf16ProductCall.m);
  store<i32>(call, n, Bf16ProductCall.n);
  store<i32>(call, k, Bf16ProductCall.k);
  store<usize>(call, a, Bf16ProductCall.a);
  store<i32>(call, 4 * aRow, Bf16ProductCall.aRow);
  store<i32>(call, 4 * aCol, Bf16ProductCall.aColumn);
  store<usize>(call, b, Bf16ProductCall.b);
  store<i32>(call, 4 * bRow, Bf16ProductCall.bRow);
  store<i32>(call, 4 * bCol, Bf16ProductCall.bColumn);
  store<usize>(call, c, Bf16ProductCall.c);
  store<i32>(call, 4 * cRow, Bf16ProductCall.cRow);
  store<usize>(call, from, Bf16ProductCall.from);
  store<i32>(call, 0, Bf16ProductCall.fromRow);
  store<u32>(call, negate ? 0x80000000 : 0, Bf16ProductCall.sign);
  store<usize>(call, (scratch + ALIGNED - 1) & ~<usize>(ALIGNED - 1), Bf16ProductCall.scratch);
  const depth = depthOf(k);
  store<i32>(call, depth, Bf16ProductCall.depth);
  store<i32>(call, Bf16.panel * panelsOf(min(m, n), depth), Bf16ProductCall.lines);
  callMachine(Bf16ProductCall.code);
}
