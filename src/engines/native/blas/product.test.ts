/** Calls of products as calls of `cblas_sgemm`, by one that is written out here and by the system's: however operands lie, wherever sums begin. */
import { describe, expect, test } from "vitest";
import { placesOf } from "../../../plan/ops/places.ts";
import { random } from "../../../random.ts";
import { machineCalls } from "../../memory/layouts.ts";
import { productBy, type Sgemm } from "./product.ts";

const places = placesOf(machineCalls.product);
const BEGIN = 4096; // where the memory would begin outside
const memory = { buffer: new ArrayBuffer(65536), grow: () => {} };
const numbers = new Float32Array(memory.buffer);
const words = new Int32Array(memory.buffer);
const [A, B, C, FROM] = [4096, 16384, 32768, 49152];

/** cblas_sgemm by its definition, row-major. */
const sgemm: Sgemm = (order, transA, transB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc) => {
  expect(order).toBe(101);
  expect(lda).toBeGreaterThanOrEqual(transA === 112 ? m : k);
  expect(ldb).toBeGreaterThanOrEqual(transB === 112 ? k : n);
  expect(ldc).toBeGreaterThanOrEqual(n);
  const [atA, atB, atC] = [a, b, c].map((address) => (address - BEGIN) / 4);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let p = 0; p < k; p++) {
        sum +=
          numbers[atA + (transA === 112 ? p * lda + i : i * lda + p)] *
          numbers[atB + (transB === 112 ? j * ldb + p : p * ldb + j)];
      }
      const place = atC + i * ldc + j;
      numbers[place] = alpha * sum + (beta === 0 ? 0 : beta * numbers[place]);
    }
  }
};
const product = productBy(sgemm, memory, () => BEGIN, places);

/** Whole numbers, so that every sum is exact. */
const drawn = random(5, "blas products");
for (let n = A / 4; n < numbers.length; n++) numbers[n] = drawn.integer(9) - 4;

const operands = [1, 2, 5].flatMap((m) => [1, 3].flatMap((n) => [1, 2, 7].map((k) => ({ m, n, k }))));
const lies = ["by rows", "by columns"] as const;
const starts = ["nothing", "a bias", "what is there", "another matrix"] as const;

describe.each(operands)("[$m, $k] · [$k, $n]", ({ m, n, k }) => {
  test.each(lies.flatMap((a) => lies.flatMap((b) => starts.map((start) => ({ a, b, start })))))(
    "A $a, B $b, sums begin with $start",
    ({ a, b, start }) => {
      const gap = 3; // numbers between rows that are no part of the matrix
      const [aRow, aColumn] = a === "by rows" ? [4 * (k + gap), 4] : [4, 4 * (m + gap)];
      const [bRow, bColumn] = b === "by rows" ? [4 * (n + gap), 4] : [4, 4 * (k + gap)];
      const cRow = 4 * (n + gap);
      const [from, fromRow] = {
        nothing: [0, 0],
        "a bias": [FROM, 0],
        "what is there": [C, cRow],
        "another matrix": [FROM, 4 * n],
      }[start];
      for (const negative of [false, true]) {
        const at = (address: number): number => numbers[address / 4];
        const expected = Array.from({ length: m * n }, (_, e) => {
          const [i, j] = [Math.floor(e / n), e % n];
          let sum = 0;
          for (let p = 0; p < k; p++) sum += at(A + i * aRow + p * aColumn) * at(B + p * bRow + j * bColumn);
          return (from === 0 ? 0 : at(from + i * fromRow + 4 * j)) + (negative ? -sum : sum);
        });
        const given = {
          m,
          n,
          k,
          a: A,
          aRow,
          aColumn,
          b: B,
          bRow,
          bColumn,
          c: C,
          cRow,
          from,
          fromRow,
          sign: negative ? -(2 ** 31) : 0,
        };
        for (const [name, value] of Object.entries(given)) words[places[name as keyof typeof given]] = value;
        const between = numbers[C / 4 + n];
        product(0);
        expect(Array.from({ length: m * n }, (_, e) => at(C + Math.floor(e / n) * cRow + 4 * (e % n)))).toEqual(
          expected,
        );
        if (m > 1) expect(numbers[C / 4 + n]).toBe(between);
      }
    },
  );
});

test("rows that lie upon each other never reach the library, which would end the process", () => {
  const given = {
    m: 2,
    n: 2,
    k: 2,
    a: A,
    aRow: 4,
    aColumn: 8,
    b: B,
    bRow: 4,
    bColumn: 4,
    c: C,
    cRow: 8,
    from: 0,
    fromRow: 0,
    sign: 0,
  };
  for (const [name, value] of Object.entries(given)) words[places[name as keyof typeof given]] = value;
  expect(() => product(0)).toThrow("Expected rows at least 8 bytes apart, found 4.");
});
