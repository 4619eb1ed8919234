/** Products on the tile unit beside sums in float64, of random shapes. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EDGE, type ProductShape, placeProduct, productShapes, worstError } from "../../../../test/productOperands.ts";
import { hasTileUnit } from "../../../../test/tileUnit.ts";
import { BF16, machineCalls } from "../../memory/layouts.ts";
import { createMemory } from "../../wasm/kernelModule.ts";
import { koffi } from "../foreign.ts";
import { machineCode } from "../machineCode.ts";
import type { Terms } from "./bf16Packing.ts";

interface Shape extends ProductShape {
  /** Blocks, in the smallest there are. */
  readonly steps: number;
  readonly panels: number;
}

const shapes = fc.record({
  ...productShapes(80, 300),
  steps: fc.integer({ min: 1, max: 20 }),
  panels: fc.integer({ min: 1, max: 12 }),
}) satisfies fc.Arbitrary<Shape>;

/** Of a + b·c: a, b within 2⁻⁸ᵗ of themselves, and the product of what is left out; float32's own sums besides. */
const BOUNDS: Readonly<Record<Terms, number>> = { 1: 2 ** -7 + 2 ** -15, 2: 3 * 2 ** -16 + 2e-5 };

describe.skipIf(!hasTileUnit).each([1, 2] as const)("products of %i bf16 terms", (terms) => {
  const code = hasTileUnit ? machineCode("avx512") : undefined;
  code?.make(new Set(["high", "fast"]));
  const memory = createMemory(600 * 65536, { shared: false });
  const begin = Number(koffi().address(new Uint8Array(memory.buffer)));
  const WORDS = 1024;
  const SCRATCH = 4096;
  const SCRATCH_BYTES = BF16.edgeBytes + 13 * 20 * terms * BF16.stepBytes;
  const FREE = SCRATCH + SCRATCH_BYTES;

  interface Operands {
    readonly a: Float32Array;
    readonly b: Float32Array;
    readonly row: Float32Array;
    readonly c: Float32Array;
  }

  /** @param fill puts numbers into operands before the product @returns the operands, C as it was, and a number of A·B's terms */
  function product(shape: Shape, fill: (operands: Operands) => void) {
    const placed = placeProduct(memory.buffer, FREE, shape);
    const [a, b, row, c] = (["a", "b", "row", "c"] as const).map((name) => placed.operands[name].values);
    fill({ a, b, row, c });
    const before = c.slice();
    const words: Record<(typeof machineCalls.bf16Product)[number], number> = {
      ...{ code: Object.keys(machineCalls).indexOf("bf16Product"), kind: terms - 1, ...placed.words },
      ...{ scratch: SCRATCH, depth: BF16.step * shape.steps, lines: BF16.panel * shape.panels },
    };
    new Uint32Array(memory.buffer, WORDS).set(machineCalls.bf16Product.map((argument) => words[argument]));
    code?.machine(begin, WORDS);
    return { placed, c, before, row, term: placed.term };
  }

  const mixed = (operands: Operands): void => {
    let n = 0;
    for (const values of Object.values(operands))
      for (let i = 0; i < values.length; i++) values[i] = Math.sin(1.7 * i * i + n++);
  };

  /** The largest error, relative to the sum of the terms' sizes; infinite where a number beside C was written. */
  function worstOf(shape: Shape): number {
    const { placed, before } = product(shape, mixed);
    return worstError(shape, placed, before, 1e-30);
  }

  test("are the sums within what the terms leave out, and write nothing else", () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        expect(worstOf(shape)).toBeLessThan(BOUNDS[terms]);
      }),
      { numRuns: 250 },
    );
  });

  const square: Shape = {
    ...{ m: 70, n: 50, k: 300, aByColumns: false, bByColumns: true, negated: false },
    ...{ from: "row", steps: 5, panels: 2 },
  };

  test("are mostly far nearer: errors average out", () => {
    const { c, row, term } = product({ ...square, k: 1000 }, mixed);
    let errors = 0;
    let sizes = 0;
    for (let i = 0; i < 70; i++) {
      for (let j = 0; j < 50; j++) {
        let [sum, size] = [row[j], 0];
        for (let p = 0; p < 1000; p++) {
          sum += term(i, j, p);
          size += Math.abs(term(i, j, p));
        }
        errors += (c[i * (50 + EDGE) + j] - sum) ** 2;
        sizes += size ** 2;
      }
    }
    expect(Math.sqrt(errors / sizes)).toBeLessThan(terms === 1 ? 2 ** -11 : 2 ** -19);
  });

  test("have the same bits for a part of the rows, and for other blocks of lines", () => {
    const whole = product(square, mixed).c.slice();
    const row = 50 + EDGE;
    for (const [m, panels] of [
      [70, 1],
      [37, 2],
      [1, 3],
    ]) {
      const part = product(square, mixed);
      expect(part.c).toEqual(whole);
      // The same operands lie there: only the first rows of A are multiplied.
      const cut = new Uint32Array(memory.buffer, WORDS, machineCalls.bf16Product.length);
      cut[machineCalls.bf16Product.indexOf("m")] = m;
      cut[machineCalls.bf16Product.indexOf("lines")] = BF16.panel * panels;
      part.c.fill(0);
      code?.machine(begin, WORDS);
      expect(part.c.subarray(0, m * row - EDGE).filter((_, at) => at % row < 50)).toEqual(
        whole.subarray(0, m * row - EDGE).filter((_, at) => at % row < 50),
      );
    }
  });

  test("a number that is no number, or infinite, spoils its row and no other, and is never lost", () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const { c } = product(square, (operands) => {
        mixed(operands);
        operands.a[3 * square.k + 7] = value;
      });
      for (let i = 0; i < square.m; i++) {
        const row = c.subarray(i * (50 + EDGE), i * (50 + EDGE) + 50);
        expect(row.every((found) => (i === 3 ? !Number.isFinite(found) : Number.isFinite(found)))).toBe(true);
      }
    }
  });

  test("subnormal numbers count as 0, and take no longer", () => {
    const { c, row } = product(square, (operands) => {
      mixed(operands);
      operands.a.fill(1e-40);
    });
    expect(c.subarray(0, 50)).toEqual(row);
  });
});
