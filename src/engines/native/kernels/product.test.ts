/** Products in machine code beside sums in float64, of random shapes. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isas } from "../../../../test/nativeIsas.ts";
import { machineCalls } from "../../memory/layouts.ts";
import { createMemory } from "../../wasm/kernelModule.ts";
import { koffi } from "../foreign.ts";
import { machineCode } from "../machineCode.ts";

/** How A and B lie: by rows or by columns of each. */
interface Shape {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly aByColumns: boolean;
  readonly bByColumns: boolean;
  readonly negated: boolean;
  readonly from: "zero" | "row" | "c";
  /** Blocks, in the smallest there are: 16 p, and a panel of columns. */
  readonly runs: number;
  readonly panels: number;
}

const size = (most: number) =>
  fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 40 }) }, fc.integer({ min: 1, max: most }));

const shapes = fc.record({
  m: size(150),
  n: size(1100),
  k: size(700),
  aByColumns: fc.boolean(),
  bByColumns: fc.boolean(),
  negated: fc.boolean(),
  from: fc.constantFrom("zero", "row", "c"),
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
  }, 120_000);

  /** The largest error, relative to the sum of the terms' sizes; infinite where a number beside C was written. */
  function worstOf({ m, n, k, aByColumns, bByColumns, negated, from, runs, panels }: Shape): number {
    const all = new Float32Array(memory.buffer);
    let top = FREE / 4;
    const place = (length: number): { readonly at: number; readonly values: Float32Array } => {
      const at = top;
      top += length + 16;
      const values = all.subarray(at, at + length);
      for (let i = 0; i < length; i++) values[i] = Math.sin(1.7 * i + at);
      return { at: 4 * at, values };
    };
    const [a, b, row] = [place(m * k), place(k * n), place(n)];
    const edge = 5;
    const c = place(m * (n + edge)); // rows of C lie apart
    const before = c.values.slice();
    const cRow = 4 * (n + edge);
    const [aRow, aColumn] = aByColumns ? [4, 4 * m] : [4 * k, 4];
    const [bRow, bColumn] = bByColumns ? [4, 4 * k] : [4 * n, 4];
    const starts = { zero: [0, 0], row: [row.at, 0], c: [c.at, cRow] }[from];
    const words: Record<(typeof machineCalls.product)[number], number> = {
      ...{
        code: Object.keys(machineCalls).indexOf("product"),
        m,
        n,
        k,
        a: a.at,
        aRow,
        aColumn,
        b: b.at,
        bRow,
        bColumn,
        c: c.at,
        cRow,
      },
      ...{ from: starts[0], fromRow: starts[1], sign: negated ? 2 ** 31 : 0, scratch: SCRATCH },
      ...{ panels: PANELS, depth: 16 * runs, columns: wide * panels, taken: negated ? b.at : 0 },
    };
    new Uint32Array(memory.buffer, WORDS).set(machineCalls.product.map((argument) => words[argument]));
    machine(begin, WORDS);
    let worst = 0;
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n + edge; j++) {
        const at = i * (n + edge) + j;
        if (j >= n) {
          if (c.values[at] !== before[at]) return Number.POSITIVE_INFINITY;
          continue;
        }
        let sum = { zero: 0, row: row.values[j], c: before[at] }[from];
        let size = Math.abs(sum) + 1e-3;
        for (let p = 0; p < k; p++) {
          const term = a.values[(i * aRow + p * aColumn) / 4] * b.values[(p * bRow + j * bColumn) / 4];
          sum += negated ? -term : term;
          size += Math.abs(term);
        }
        worst = Math.max(worst, Math.abs(c.values[at] - sum) / size);
      }
    }
    return worst;
  }
});
