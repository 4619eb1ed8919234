/** Products in machine code beside sums in float64, of random shapes. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isas } from "../../../../test/nativeIsas.ts";
import { type ProductShape, placeProduct, productShapes, worstError } from "../../../../test/productOperands.ts";
import { machineCalls } from "../../memory/layouts.ts";
import { createMemory } from "../../wasm/kernelModule.ts";
import { koffi } from "../foreign.ts";
import { machineCode } from "../machineCode.ts";

interface Shape extends ProductShape {
  /** Blocks, in the smallest there are: 16 p, and a panel of columns. */
  readonly runs: number;
  readonly panels: number;
}

const shapes = fc.record({
  ...productShapes(40, 150),
  runs: fc.integer({ min: 1, max: 20 }),
  panels: fc.integer({ min: 1, max: 16 }),
}) satisfies fc.Arbitrary<Shape>;

describe.each(isas)("products for %s", (name) => {
  const { machine, blocks } = machineCode(name);
  const memory = createMemory(400 * 65536, { shared: false });
  const begin = Number(koffi().address(new Uint8Array(memory.buffer)));
  const WORDS = 1024;
  const SCRATCH = 4096;
  const { panel, wide } = blocks;
  const [MOST_DEPTH, MOST_COLUMNS] = [16 * 20, wide * 16];
  const PANELS = SCRATCH + panel * MOST_DEPTH + 1024;
  const FREE = PANELS + 4 * MOST_DEPTH * MOST_COLUMNS;

  test("are the sums, and write nothing else", () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        expect(worstOf(shape)).toBeLessThan(2e-5);
      }),
      { numRuns: 400 },
    );
  });

  test("a sum of terms too small for float32 is +0 where it is subtracted, and has their sign where it isn't", () => {
    const shape = { m: 40, n: 2 * wide + 3, k: 3, aByColumns: true, bByColumns: false, from: "zero" } as const;
    for (const [negated, factor, zero] of [
      [true, 1e-30, 0],
      [true, -1e-30, 0],
      [false, 1e-30, 0],
      [false, -1e-30, -0],
    ] as const) {
      const placed = placeProduct(memory.buffer, FREE, { ...shape, negated });
      const { a, b, c } = placed.operands;
      a.values.fill(1e-30);
      b.values.fill(factor);
      c.values.fill(1);
      call({ ...placed.words, depth: 16, columns: 2 * wide, taken: 0 });
      const found = new Set(c.values.filter((value) => value !== 1).map((value) => 1 / value));
      expect([...found]).toEqual([1 / zero]);
    }
  });

  function call(given: Record<string, number>): void {
    const code = Object.keys(machineCalls).indexOf("product");
    const words: Record<string, number> = { code, scratch: SCRATCH, panels: PANELS, ...given };
    new Uint32Array(memory.buffer, WORDS).set(machineCalls.product.map((argument) => words[argument]));
    machine(begin, WORDS);
  }

  /** The largest error, relative to the sum of the terms' sizes; infinite where a number beside C was written. */
  function worstOf(shape: Shape): number {
    const placed = placeProduct(memory.buffer, FREE, shape);
    const { b, c } = placed.operands;
    for (const { at, values } of Object.values(placed.operands))
      for (let i = 0; i < values.length; i++) values[i] = Math.sin(1.7 * i + at / 4);
    const before = c.values.slice();
    const taken = shape.negated ? b.at : 0;
    call({ ...placed.words, depth: 16 * shape.runs, columns: wide * shape.panels, taken });
    return worstError(shape, placed, before, 1e-3);
  }
});
