/** Operands of a product in a memory, for tests of machine code: how they lie, what a call is told of them, and how far off the sums are. */
import fc from "fast-check";

/** Sizes, and how A and B lie: by rows or by columns of each. */
export interface ProductShape {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly aByColumns: boolean;
  readonly bByColumns: boolean;
  readonly negated: boolean;
  readonly from: "zero" | "row" | "c";
}

const mostly = (usual: number, most: number) =>
  fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: usual }) }, fc.integer({ min: 1, max: most }));

/** Shapes of at most `usual` rows, columns and p in nine of ten draws each, and at most `rows`, 1,100 and 700. */
export const productShapes = (usual: number, rows: number) =>
  ({
    m: mostly(usual, rows),
    n: mostly(usual, 1100),
    k: mostly(usual, 700),
    aByColumns: fc.boolean(),
    bByColumns: fc.boolean(),
    negated: fc.boolean(),
    from: fc.constantFrom("zero", "row", "c"),
  }) satisfies { [Name in keyof ProductShape]: fc.Arbitrary<ProductShape[Name]> };

/** Between rows of C lie so many numbers that must stay as they are. */
export const EDGE = 5;

type PlacedProduct = ReturnType<typeof placeProduct>;

/** The operands of a product in a memory, from a byte on, one behind the other. */
export function placeProduct(memory: ArrayBufferLike, first: number, shape: ProductShape) {
  const { m, n, k, aByColumns, bByColumns, negated, from } = shape;
  const all = new Float32Array(memory);
  let top = first / 4;
  const place = (length: number): { readonly at: number; readonly values: Float32Array } => {
    const at = top;
    top += length + 16;
    return { at: 4 * at, values: all.subarray(at, at + length) };
  };
  const [a, b, row, c] = [m * k, k * n, n, m * (n + EDGE)].map(place);
  const cRow = 4 * (n + EDGE);
  const [aRow, aColumn] = aByColumns ? [4, 4 * m] : [4 * k, 4];
  const [bRow, bColumn] = bByColumns ? [4, 4 * k] : [4 * n, 4];
  const starts = { zero: [0, 0], row: [row.at, 0], c: [c.at, cRow] }[from];
  return {
    operands: { a, b, row, c },
    words: {
      ...{ m, n, k, a: a.at, aRow, aColumn, b: b.at, bRow, bColumn, c: c.at, cRow },
      ...{ from: starts[0], fromRow: starts[1], sign: negated ? 2 ** 31 : 0 },
    },
    /** A[i, p] · B[p, j] */
    term: (i: number, j: number, p: number): number =>
      a.values[(i * aRow + p * aColumn) / 4] * b.values[(p * bRow + j * bColumn) / 4],
  };
}

/**
 * The largest error of C, relative to the sum of the terms' sizes and `least`; infinite where a number beside C was written.
 *
 * @param before C before the product
 */
export function worstError(
  { m, n, k, negated, from }: ProductShape,
  { operands, term }: PlacedProduct,
  before: Float32Array,
  least: number,
): number {
  const [c, row] = [operands.c.values, operands.row.values];
  let worst = 0;
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n + EDGE; j++) {
      const at = i * (n + EDGE) + j;
      if (j >= n) {
        if (c[at] !== before[at]) return Number.POSITIVE_INFINITY;
        continue;
      }
      let sum = { zero: 0, row: row[j], c: before[at] }[from];
      let size = Math.abs(sum) + least;
      for (let p = 0; p < k; p++) {
        sum += negated ? -term(i, j, p) : term(i, j, p);
        size += Math.abs(term(i, j, p));
      }
      const error = Math.abs(c[at] - sum) / size;
      if (!(error <= worst)) worst = Number.isNaN(error) ? Number.POSITIVE_INFINITY : error;
    }
  }
  return worst;
}
