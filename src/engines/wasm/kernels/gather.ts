/**
 * Rows of a matrix, picked by their indices into a batch that lies in one piece.
 *
 * Written in AssemblyScript. Knows nothing of what the numbers mean.
 */

/**
 * to[i] = source[rows[i]] for the rows i from `from` up to `from + count`.
 *
 * @param rows indices, u32
 * @param source [N, width]; @param to [B, width]
 */
export function gather(rows: usize, source: usize, width: i32, to: usize, from: i32, count: i32): void {
  const bytes = <usize>width << 2;
  const end = rows + (<usize>(from + count) << 2);
  rows += <usize>from << 2;
  to += <usize>from * bytes;
  while (rows < end) {
    copyRow(to, source + <usize>load<u32>(rows) * bytes, bytes);
    rows += 4;
    to += bytes;
  }
}

@inline
export function copyRow(to: usize, source: usize, bytes: usize): void {
  let at: usize = 0;
  while (at + 64 <= bytes) {
    v128.store(to + at, v128.load(source + at));
    v128.store(to + at, v128.load(source + at, 16), 16);
    v128.store(to + at, v128.load(source + at, 32), 32);
    v128.store(to + at, v128.load(source + at, 48), 48);
    at += 64;
  }
  while (at + 16 <= bytes) {
    v128.store(to + at, v128.load(source + at));
    at += 16;
  }
  while (at < bytes) {
    store<u32>(to + at, load<u32>(source + at));
    at += 4;
  }
}
