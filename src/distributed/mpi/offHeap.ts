/**
 * Bytes whose address MPI may keep: no garbage collection moves them. V8 keeps small arrays among its objects, unless they are made from a
 * buffer.
 */
export function offHeap(bytes: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new ArrayBuffer(bytes));
}

/** Whole numbers of 32 bits, of which MPI's arguments are, kept so too. */
export function offHeapInts(count: number): Int32Array<ArrayBuffer> {
  return new Int32Array(new ArrayBuffer(4 * count));
}
