/**
 * Products in machine code, where an engine has it for the processor at hand: a function outside that works on the same memory.
 *
 * The kernels of WebAssembly are as they are without it. Knows nothing of what the code does.
 */

import { ProductWords } from "./constants";

/** @param words the address of the arguments: `ProductWords` */
@external("env", "product")
declare function product(words: usize): void;

let panelBytes: i32 = 0;
let mostDepth: i32 = 0;
let mostColumns: i32 = 0;
let wide: i32 = 0;
let leastProduct: i32 = 0;

/**
 * From now on `product` is called.
 *
 * @param least multiplications of a product: below, the call would take longer
 * @param panel bytes of A's panel; 0: it is not there
 */
export function useMachineCode(least: i32, panel: i32, depth: i32, columns: i32, width: i32): void {
  leastProduct = least;
  panelBytes = panel;
  mostDepth = depth;
  mostColumns = columns;
  wide = width;
}

/** Whether such a product is one for machine code. */
@inline
export function isForMachine(m: i32, n: i32, k: i32): bool {
  return TRAINING && panelBytes > 0 && <i64>m * n * k >= leastProduct;
}

/** Bytes of scratch that it takes then. */
export function machineScratch(n: i32, k: i32): i32 {
  if (panelBytes == 0) return 0;
  const columns = (min(n, mostColumns) + wide - 1) / wide * wide;
  return <i32>ProductWords.bytes + panelBytes + 4 * min(k, mostDepth) * columns;
}

/** C = from ± A·B. Strides in bytes. */
export function machineProduct(
  m: i32, n: i32, k: i32, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32, bCol: i32, c: usize, cRow: i32,
  from: usize, fromRow: i32, negate: i32, scratch: usize,
): void {
  store<i32>(scratch, m, ProductWords.m);
  store<i32>(scratch, n, ProductWords.n);
  store<i32>(scratch, k, ProductWords.k);
  store<usize>(scratch, a, ProductWords.a);
  store<i32>(scratch, aRow, ProductWords.aRow);
  store<i32>(scratch, aCol, ProductWords.aColumn);
  store<usize>(scratch, b, ProductWords.b);
  store<i32>(scratch, bRow, ProductWords.bRow);
  store<i32>(scratch, bCol, ProductWords.bColumn);
  store<usize>(scratch, c, ProductWords.c);
  store<i32>(scratch, cRow, ProductWords.cRow);
  store<usize>(scratch, from, ProductWords.from);
  store<i32>(scratch, fromRow, ProductWords.fromRow);
  store<u32>(scratch, negate ? 0x80000000 : 0, ProductWords.sign);
  store<usize>(scratch, scratch + ProductWords.bytes, ProductWords.scratch);
  if (TRAINING) product(scratch);
}
