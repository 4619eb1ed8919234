/**
 * The matrix products against float64, in the three shapes of backpropagation; bits across tiles, parts and predictRow.
 *
 * Operands lie between NaNs with gaps in their rows: reading outside shows in the result, writing outside in the memory.
 */
import { describe, expect, test } from "vitest";
import { instantiateKernels } from "../../../test/instantiateKernels.ts";
import { activations } from "../../network/activations.ts";
import { kindOf } from "../../plan/words.ts";
import { random } from "../../random.ts";
import { supportsRelaxedSimd } from "./kernelModule.ts";

type Shape = "forward" | "pullBack" | "gradient";
const shapes: readonly Shape[] = ["forward", "pullBack", "gradient"];
const oddSizes = [1, 3, 17, 31, 127];
/** Rounding a sum of k products costs at most k · 2⁻²⁴ of Σ|terms|, and far less by chance. */
const TOLERANCE = 1e-6;
const START = { zero: 0, bias: 1, sums: 2 } as const;
const GAP = 5;

interface Product {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly shape: Shape;
  readonly start: keyof typeof START;
  readonly negate: boolean;
}

const builds = [{ relaxed: false }, ...(supportsRelaxedSimd() ? [{ relaxed: true }] : [])];

describe.each(builds)("products, relaxed SIMD $relaxed", ({ relaxed }) => {
  const { memory, exports } = instantiateKernels({ relaxed });
  const heap = 65536 / 4; // above the data of the kernels themselves
  const floats = new Float32Array(memory.buffer, 4 * heap);
  const words = new Uint32Array(memory.buffer, 4 * heap);
  const draw = random(3, "products");

  /** A matrix in row-major order with `stride` numbers from row to row, NaN before, behind and between. */
  function place(at: number, rows: number, columns: number, stride: number): number {
    floats.fill(Number.NaN, at, at + GAP + rows * stride + GAP);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) floats[at + GAP + i * stride + j] = 2 * draw.uniform() - 1;
    }
    return at + GAP;
  }

  /** The first word of [from, to) that is no longer as before; −1: none. */
  function firstChange(before: Uint32Array, from: number, to: number): number {
    for (let at = from; at < to; at++) if (words[at] !== before[at]) return at;
    return -1;
  }

  /** Computes one product with each tile. @returns C, and the largest |C − float64| as a share of Σ|terms| */
  function multiply({ m, n, k, shape, start, negate }: Product): { worst: number; tilesAgree: boolean } {
    const [aRows, aColumns] = shape === "gradient" ? [k, m] : [m, k];
    const [bRows, bColumns] = shape === "forward" ? [n, k] : [k, n];
    const [aStride, bStride, cStride] = [aColumns + GAP, bColumns + GAP, n + GAP];
    const a = place(1, aRows, aColumns, aStride);
    const b = place(a + aRows * aStride + GAP, bRows, bColumns, bStride);
    const bias = place(b + bRows * bStride + GAP, 1, n, n);
    const c = place(bias + n + GAP, m, n, cStride);
    const scratch = Math.ceil((c + m * cStride + GAP) / 4) * 4;
    const end = scratch + exports.gemmScratch(m, n, k) / 4;
    const before = words.slice(0, end + GAP);
    const [aRow, aCol] = shape === "gradient" ? [1, aStride] : [aStride, 1];
    const [bRow, bCol] = shape === "forward" ? [1, bStride] : [bStride, 1];
    const byte = (index: number): number => 4 * (heap + index);

    const results = [0, 1].map((tile) => {
      words.set(before);
      exports.setTile(tile);
      exports.gemm(
        ...[m, n, k, byte(a), aRow, aCol, byte(b), bRow, bCol, byte(c), cStride],
        ...[START[start], byte(bias), Number(negate), byte(scratch)],
      );
      const result = words.slice(c, c + m * cStride);
      for (let i = 0; i < m; i++) words.set(before.subarray(c + i * cStride, c + i * cStride + n), c + i * cStride);
      expect(firstChange(before, 0, scratch), "nothing but C and the scratch is written").toBe(-1);
      expect(firstChange(before, end, end + GAP), "the scratch is kept to").toBe(-1);
      return result;
    });

    const found = new Float32Array(results[0].buffer);
    let worst = 0;
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let sum = start === "bias" ? floats[bias + j] : start === "sums" ? floats[c + i * cStride + j] : 0;
        let size = Math.abs(sum);
        for (let p = 0; p < k; p++) {
          const term = floats[a + i * aRow + p * aCol] * floats[b + p * bRow + j * bCol];
          sum += negate ? -term : term;
          size += Math.abs(term);
        }
        const error = Math.abs(found[i * cStride + j] - sum) / size;
        if (!(error <= worst)) worst = error; // so that NaN counts
      }
    }
    return { worst, tilesAgree: results[0].every((word, at) => word === results[1][at]) };
  }

  test.each(shapes)("%s agrees with float64 for odd sizes, and the tiles to the bit", (shape) => {
    let which = 0;
    for (const m of oddSizes) {
      for (const n of oddSizes) {
        for (const k of oddSizes) {
          which++;
          const start = (["zero", "bias", "sums"] as const)[which % 3];
          const product: Product = { m, n, k, shape, start, negate: which % 2 === 0 };
          const { worst, tilesAgree } = multiply(product);
          expect(worst, JSON.stringify(product)).toBeLessThan(TOLERANCE);
          expect(tilesAgree, JSON.stringify(product)).toBe(true);
        }
      }
    }
  });

  test.each(shapes)("%s agrees with float64 across the blocks of k, columns and rows", (shape) => {
    for (const [m, n, k] of [
      [101, 389, 33],
      [14, 30, 641],
      [100, 50, 330],
    ]) {
      for (const start of ["zero", "bias", "sums"] as const) {
        for (const negate of [false, true]) {
          const product: Product = { m, n, k, shape, start, negate };
          const { worst, tilesAgree } = multiply(product);
          expect(worst, JSON.stringify(product)).toBeLessThan(TOLERANCE);
          expect(tilesAgree, JSON.stringify(product)).toBe(true);
        }
      }
    }
  });

  test.each(shapes)("%s in parts has the bits of the whole", (shape) => {
    const [m, n, k] = [37, 29, 400];
    const [a, b, whole, parts] = [0, 40_000, 80_000, 90_000];
    for (let i = 0; i < whole; i++) floats[i] = 2 * draw.uniform() - 1;
    const [aRow, aCol] = shape === "gradient" ? [1, m] : [k, 1];
    const [bRow, bCol] = shape === "forward" ? [1, k] : [n, 1];
    const byte = (index: number): number => 4 * (heap + index);
    const part = (to: number, [i0, i1]: number[], [j0, j1]: number[]): void => {
      exports.gemm(
        ...[i1 - i0, j1 - j0, k, byte(a + i0 * aRow), aRow, aCol, byte(b + j0 * bCol), bRow, bCol],
        ...[byte(to + i0 * n + j0), n, 0, 0, 0, byte(100_000)],
      );
    };
    part(whole, [0, m], [0, n]);
    for (const rows of [
      [0, 1],
      [1, 3],
      [3, 20],
      [20, 37],
    ])
      for (const columns of [
        [0, 2],
        [2, 29],
      ])
        part(parts, rows, columns);
    expect(words.slice(parts, parts + m * n)).toEqual(words.slice(whole, whole + m * n));
  });

  test.each([
    { shape: "pullBack", n: 29, k: 400 },
    { shape: "pullBack", n: 390, k: 330 },
    { shape: "gradient", n: 50, k: 67 },
  ] as const)("$shape with B kept packed, n $n, k $k, has the same bits, and B is read once", ({ shape, n, k }) => {
    const m = 37;
    const [a, b, plain, found, scratch] = [0, 40_000, 190_000, 210_000, 230_000];
    for (let i = 0; i < plain; i++) floats[i] = 2 * draw.uniform() - 1;
    const kept = scratch + exports.gemmScratch(m, n, k) / 4;
    const end = kept + exports.gemmKept(n, k) / 4;
    words.fill(0, kept, end);
    words.fill(7, end, end + GAP);
    const [aRow, aCol] = shape === "gradient" ? [1, m] : [k, 1];
    const byte = (index: number): number => 4 * (heap + index);
    const multiply = (to: number, from: number, until: number, place: number): void => {
      exports.gemm(
        ...[until - from, n, k, byte(a + from * aRow), aRow, aCol, byte(b), n, 1, byte(to + from * n), n],
        ...[0, 0, 0, byte(scratch), place],
      );
    };
    multiply(plain, 0, m, 0);
    multiply(found, 0, 13, byte(kept));
    floats.fill(Number.NaN, b, b + n * k);
    multiply(found, 13, 20, byte(kept));
    multiply(found, 20, m, byte(kept));
    expect(words.slice(found, found + m * n)).toEqual(words.slice(plain, plain + m * n));
    expect(words[kept], "it says that it is packed").toBe(1);
    expect(words.slice(end, end + GAP), "the room is kept to").toEqual(new Uint32Array(GAP).fill(7));
  });

  test("a negated product of zeros is 0, not −0", () => {
    floats.fill(0, 0, 100);
    const at = 4 * heap;
    exports.gemm(3, 5, 4, at, 1, 3, at + 64, 5, 1, at + 200, 5, 0, 0, 1, at + 400);
    expect(Object.is(floats[50], 0)).toBe(true);
  });

  test("one row through packed weights has the bits of the product, and nothing beyond is written", () => {
    for (const n of [1, 3, 4, 10, 16, 17, 31, 33, 64, 127]) {
      for (const k of [1, 3, 17, 127]) {
        const weights = place(1, 1, n * k, n * k);
        const bias = place(weights + n * k + GAP, 1, n, n);
        const x = place(bias + n + GAP, 1, k, k);
        const y = place(x + k + GAP, 1, n, n);
        const packed = Math.ceil((y + n + GAP) / 4) * 4;
        const byte = (index: number): number => 4 * (heap + index);
        exports.gemm(1, n, k, byte(x), k, 1, byte(weights), 1, k, byte(y), n, 1, byte(bias), 0, byte(packed));
        const product = words.slice(y, y + n);
        const end = packed + exports.packedWeightsSize(n, k) / 4;
        floats.fill(Number.NaN, y, end + GAP);
        const before = words.slice(0, end + GAP);
        exports.packWeights(n, k, byte(weights), byte(bias), byte(packed));
        exports.predictRow(n, k, byte(x), byte(packed), byte(y), kindOf(activations, "identity"));
        expect(words.slice(y, y + n), `${n} units, ${k} inputs`).toEqual(product);
        words.set(before.subarray(y, y + n), y);
        expect(firstChange(before, 0, packed)).toBe(-1);
        expect(firstChange(before, end, end + GAP)).toBe(-1);
      }
    }
  });

  test("the products for one pattern have the bits of those for many, and nothing beyond is written", () => {
    const copies = 7; // the same pattern so often that `gemm` takes another way
    for (const m of [1, 3, 4, 10, 16, 33]) {
      for (const k of [1, 2, 4, 7, 31]) {
        const weights = place(1, m, k, k);
        const bias = place(weights + m * k + GAP, 1, m, m);
        const x = place(bias + m + GAP, copies, k, k);
        const delta = place(x + copies * k + GAP, copies, m, m);
        for (let copy = 1; copy < copies; copy++) {
          floats.copyWithin(x + copy * k, x, x + k);
          floats.copyWithin(delta + copy * m, delta, delta + m);
        }
        const many = place(delta + copies * m + GAP, copies, m * k + m, m * k + m);
        const one = place(many + copies * (m * k + m) + GAP, 1, m * k + m, m * k + m);
        const scratch = Math.ceil((one + m * k + m + GAP) / 4) * 4;
        const byte = (index: number): number => 4 * (heap + index);
        const sees = (length: number, which: string): void => {
          expect(words.slice(one, one + length), `${which}, ${m} units, ${k} inputs`).toEqual(
            words.slice(many, many + length),
          );
          expect(floats[one - 1]).toBeNaN();
          expect(floats[one + length]).toBeNaN();
          floats.fill(Number.NaN, one, one + length);
        };
        floats.fill(Number.NaN, one, one + m * k + m);

        exports.gemm(
          ...[copies, m, k, byte(x), k, 1, byte(weights), 1, k, byte(many), m],
          ...[1, byte(bias), 0, byte(scratch)],
        );
        exports.forwardOne(m, k, byte(x), byte(weights), k, byte(bias), byte(one));
        sees(m, "forward");
        exports.gemm(copies, k, m, byte(delta), m, 1, byte(weights), k, 1, byte(many), k, 0, 0, 0, byte(scratch));
        exports.pullBackOne(k, m, byte(delta), byte(weights), byte(one));
        sees(k, "pull-back");
        exports.gemm(m, k, 1, byte(delta), 1, m, byte(x), k, 1, byte(many), k, 0, 0, 1, byte(scratch));
        exports.gradientOne(m, k, byte(delta), byte(x), byte(one));
        sees(m * k, "gradient");
      }
    }
  });

  test("column sums add float32 by float32 down each column", () => {
    for (const rows of [1, 2, 17]) {
      for (const columns of [1, 3, 4, 7, 16, 19, 39]) {
        const stride = columns + GAP;
        const a = place(1, rows, columns, stride);
        const out = place(a + rows * stride + GAP, 1, columns, columns);
        for (const negate of [0, 1]) {
          exports.columnSums(rows, columns, 4 * (heap + a), stride, 4 * (heap + out), negate);
          for (let j = 0; j < columns; j++) {
            let sum = 0;
            for (let i = 0; i < rows; i++) sum = Math.fround(sum + floats[a + i * stride + j]);
            expect(floats[out + j]).toBe(negate ? 0 - sum : sum);
          }
          expect(floats[out - 1]).toBeNaN();
          expect(floats[out + columns]).toBeNaN();
        }
      }
    }
  });
});
