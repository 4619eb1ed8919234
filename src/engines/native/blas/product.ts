/**
 * A call's words of `machineCalls.product` as a call of a BLAS.
 *
 *   C = from ± A·B    as    C := from;  C := alpha · A·B + beta · C    alpha = ±1, beta = 0 where there is no `from`
 *
 * Knows nothing of where the library comes from.
 */
import type { DeviceMemory } from "../../memory/device.ts";

/** `cblas_sgemm`. */
export type Sgemm = (...values: readonly number[]) => void;

/**
 * What the kernels call instead of machine code. Workers are made from its source: it may name nothing outside itself.
 *
 * @param begin where the memory begins at the moment
 * @param places of the words, by name
 */
export function productBy(
  sgemm: Sgemm,
  memory: DeviceMemory,
  begin: () => number,
  places: Readonly<Record<string, number>>,
): (call: number) => void {
  const BY_ROWS = 101; // CblasRowMajor
  const AS_IT_IS = 111; // CblasNoTrans
  const TURNED = 112; // CblasTrans
  let words = new Int32Array(memory.buffer);
  let numbers = new Float32Array(memory.buffer);

  /** A BLAS ends the process where a leading dimension is too small. Where there is one row, any will do. */
  const leading = (stride: number, length: number, rows: number): number => {
    if (stride % 4 !== 0 || (rows > 1 && stride < 4 * length)) {
      throw new Error(`Expected rows at least ${4 * length} bytes apart, found ${stride}.`);
    }
    return Math.max(stride / 4, length, 1);
  };

  /** How an operand of so many rows and columns lies: whether it is turned, and how far its rows or columns lie apart. */
  const layout = (rows: number, columns: number, row: number, column: number): readonly [number, number] => {
    if (column === 4) return [AS_IT_IS, leading(row, columns, rows)];
    if (row === 4) return [TURNED, leading(column, rows, columns)];
    throw new Error(`Expected rows or columns without gaps, found numbers ${row} and ${column} bytes apart.`);
  };

  return (call) => {
    if (words.buffer !== memory.buffer) {
      words = new Int32Array(memory.buffer);
      numbers = new Float32Array(memory.buffer);
    }
    const head = call >>> 2;
    const word = (name: string): number => words[head + places[name]];
    const [m, n, k] = [word("m"), word("n"), word("k")];
    const [turnedA, lda] = layout(m, k, word("aRow"), word("aColumn"));
    const [turnedB, ldb] = layout(k, n, word("bRow"), word("bColumn"));
    const [c, from] = [word("c") >>> 0, word("from") >>> 0];
    const [cRow, fromRow] = [word("cRow"), word("fromRow")];
    const ldc = leading(cRow, n, m);
    if (from !== 0 && (from !== c || fromRow !== cRow)) {
      for (let i = 0; i < m; i++) {
        const start = (from + i * fromRow) / 4;
        numbers.copyWithin((c + i * cRow) / 4, start, start + n);
      }
    }
    const alpha = word("sign") === 0 ? 1 : -1;
    const beta = from === 0 ? 0 : 1;
    const start = begin();
    const [a, b] = [start + (word("a") >>> 0), start + (word("b") >>> 0)];
    sgemm(BY_ROWS, turnedA, turnedB, m, n, k, alpha, a, lda, b, ldb, beta, start + c, ldc);
  };
}
