/**
 * Functions in machine code, where an engine has them for the processor at hand: they work on the same memory.
 *
 * The kernels of WebAssembly are as they are without them. Knows nothing of what the code does.
 */
import { ProductCall } from "./constants";
import { toTake } from "./ownership";

/** @param words the address of a call: the words of `machineCalls` in `memory/layouts.ts` */
@external("env", "machine")
declare function machine(words: usize): void;

/** Where this thread's words of a call lie; 0 where no machine code can be called. */
export let call: usize = 0;
let isThere: bool = false;
let leastProduct: i64 = 0;
let leastWork: i64 = 0;
let panelBytes: i32 = 0;
let mostDepth: i32 = 0;
let mostPacked: i32 = 0;
let wide: i32 = 0;

/** So much work is never there. */
const NEVER: i32 = -1;

/**
 * From now on machine code is called.
 *
 * @param product multiplications of a product: below, the call would take longer
 * @param least operations of the other functions; `NEVER`: products are all there is
 * @param panel a product's scratch: bytes that a panel of A has for each p
 * @param depth most p that are packed at a time, a multiple of `DEPTH_STEP`
 * @param columns most columns of B that are packed at a time with so many p, and more with fewer; a multiple of `width`
 * @param width columns of a panel of B
 */
export function useMachineCode(product: i32, least: i32, panel: i32, depth: i32, columns: i32, width: i32): void {
  isThere = true;
  leastProduct = product;
  leastWork = least == NEVER ? i64.MAX_VALUE : least;
  panelBytes = panel;
  mostDepth = depth;
  mostPacked = depth * columns;
  wide = width;
}

/** Whether there is any. */
@inline
export function hasMachineCode(): bool {
  return isThere;
}

/** @param words `CALL_BYTES` of this thread for the calls that follow; 0: there are none */
export function callWith(words: usize): void {
  if (TRAINING) call = isThere ? words : 0;
}

/** Whether a product is one for machine code. */
@inline
export function isProductForMachine(m: i32, n: i32, k: i32): bool {
  return TRAINING && call != 0 && <i64>m * n * k >= leastProduct;
}

/** Whether so many operations of another function are worth a call. */
@inline
export function isForMachine(work: i64): bool {
  return TRAINING && call != 0 && work >= leastWork;
}

/** Calls the function of that number, whose other words are there. */
@inline
export function callMachine(code: usize): void {
  store<usize>(call, code);
  if (TRAINING) machine(call);
}

/** Runs of p are multiples of the widest vector. */
const DEPTH_STEP: i32 = 16;
/** Rows of A that are copied lie a line of the cache further apart than their numbers. */
const BETWEEN_ROWS: i32 = 1024;

/** The size of blocks, as few as there must be and nearly equal: a multiple of `step`. 0 where nothing is packed. */
@inline
function blockOf(all: i32, most: i32, step: i32): i32 {
  if (most == 0) return 0;
  const blocks = (all + most - 1) / most;
  return ((all + blocks - 1) / blocks + step - 1) / step * step;
}

/** Bytes of a panel of A. */
@inline
function panelOf(depth: i32): i32 {
  return panelBytes * depth + BETWEEN_ROWS;
}

/** Bytes of scratch that a product takes, and all smaller. */
export function machineScratch(n: i32, k: i32): i32 {
  if (!isThere) return 0;
  const depth = min((k + DEPTH_STEP - 1) / DEPTH_STEP * DEPTH_STEP, mostDepth);
  return depth == 0 ? 0 : panelOf(depth) + 4 * depth * min((n + wide - 1) / wide * wide, mostPacked / depth + 1);
}

/** C = from ± A·B. Strides in bytes. */
export function machineProduct(
  m: i32, n: i32, k: i32, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32, bCol: i32, c: usize, cRow: i32,
  from: usize, fromRow: i32, negate: i32, scratch: usize,
): void {
  store<i32>(call, m, ProductCall.m);
  store<i32>(call, n, ProductCall.n);
  store<i32>(call, k, ProductCall.k);
  store<usize>(call, a, ProductCall.a);
  store<i32>(call, aRow, ProductCall.aRow);
  store<i32>(call, aCol, ProductCall.aColumn);
  store<usize>(call, b, ProductCall.b);
  store<i32>(call, bRow, ProductCall.bRow);
  store<i32>(call, bCol, ProductCall.bColumn);
  store<usize>(call, c, ProductCall.c);
  store<i32>(call, cRow, ProductCall.cRow);
  store<usize>(call, from, ProductCall.from);
  store<i32>(call, fromRow, ProductCall.fromRow);
  store<u32>(call, negate ? 0x80000000 : 0, ProductCall.sign);
  const depth = blockOf(k, mostDepth, DEPTH_STEP);
  store<usize>(call, scratch, ProductCall.scratch);
  store<usize>(call, scratch + panelOf(depth), ProductCall.panels);
  store<i32>(call, depth, ProductCall.depth);
  store<i32>(call, depth == 0 ? 0 : blockOf(n, mostPacked / depth / wide * wide, wide), ProductCall.columns);
  store<usize>(call, toTake(), ProductCall.taken);
  callMachine(ProductCall.code);
}
