/**
 * Products in machine code, where an engine has it for the processor at hand: a function outside that works on the same memory.
 *
 * The kernels of WebAssembly are as they are without it. Knows nothing of what the code does.
 */

/** @param words the arguments, as `productArguments` of engines/native/kernels/product.ts names them */
// @ts-ignore: decorator
@external("env", "product")
declare function product(words: usize): void;

let panelBytes: i32 = 0;
let mostDepth: i32 = 0;
let mostColumns: i32 = 0;
let wide: i32 = 0;

let leastProduct: i32 = 0;
/** Of the arguments, at the head of the scratch. */
const HEAD: i32 = 64;

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
  return HEAD + panelBytes + 4 * min(k, mostDepth) * columns;
}

/** C = from ± A·B. Strides in bytes. */
export function machineProduct(
  m: i32, n: i32, k: i32, a: usize, aRow: i32, aCol: i32, b: usize, bRow: i32, bCol: i32, c: usize, cRow: i32,
  from: usize, fromRow: i32, negate: i32, scratch: usize,
): void {
  store<i32>(scratch, m);
  store<i32>(scratch, n, 4);
  store<i32>(scratch, k, 8);
  store<usize>(scratch, a, 12);
  store<i32>(scratch, aRow, 16);
  store<i32>(scratch, aCol, 20);
  store<usize>(scratch, b, 24);
  store<i32>(scratch, bRow, 28);
  store<i32>(scratch, bCol, 32);
  store<usize>(scratch, c, 36);
  store<i32>(scratch, cRow, 40);
  store<usize>(scratch, from, 44);
  store<i32>(scratch, fromRow, 48);
  store<u32>(scratch, negate ? 0x80000000 : 0, 52);
  store<usize>(scratch, scratch + HEAD, 56);
  if (TRAINING) product(scratch);
}
