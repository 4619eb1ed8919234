/** The kernels of layer normalisation against plain loops in float64. Knows nothing of plans. */
import { describe, expect, test } from "vitest";
import { bitsOf, expectClose, KernelArena } from "../../../test/kernelArena.ts";
import { random } from "../../random.ts";
import { supportsRelaxedSimd } from "./kernelModule.ts";

const ROWS = 7;
const EPSILON = 1e-5;
const draws = random(1, "layer norm");
const normals = (count: number, around = 0): Float32Array =>
  Float32Array.from({ length: count }, () => around + draws.normal());
const meanOf = (values: readonly number[]): number => values.reduce((all, own) => all + own, 0) / values.length;

/** x̂ and r of a row. */
function normalised(row: Float32Array) {
  const x = [...row];
  const mean = meanOf(x);
  const r = 1 / Math.sqrt(meanOf(x.map((own) => (own - mean) ** 2)) + EPSILON);
  return { hat: x.map((own) => (own - mean) * r), r };
}

describe.each(supportsRelaxedSimd() ? [true, false] : [false])("fused multiply-add %s:", (relaxed) => {
  const arena = new KernelArena({ relaxed });
  const filled = (count: number): Float32Array => arena.float32(new Float32Array(count).fill(Number.NaN));

  test.each([1, 2, 3, 4, 5, 17, 64, 131])("layer normalisation of %i signals, around 0 and far from it", (width) => {
    for (const around of [0, 1000]) {
      arena.clear();
      const x = arena.float32(normals(ROWS * width, around));
      const [s, b] = [arena.float32(normals(width)), arena.float32(normals(width))];
      const [y, kept, inverses] = [filled(ROWS * width), filled(ROWS * width), filled(ROWS)];
      arena.call("layerNormRows", x, s, b, y, kept, inverses, ROWS, width, EPSILON);
      const row = (of: Float32Array, n: number): Float32Array => of.subarray(n * width, (n + 1) * width);
      const rows = Array.from({ length: ROWS }, (_, n) => normalised(row(x, n)));
      const at = (i: number) => ({ n: Math.floor(i / width), a: i % width });
      expectClose(
        kept,
        (i) => rows[at(i).n].hat[at(i).a],
        (expected) => 3e-7 * (1 + Math.abs(expected)),
      );
      expectClose(
        inverses,
        (n) => rows[n].r,
        (expected) => 3e-7 * expected,
      );
      expectClose(
        y,
        (i) => s[at(i).a] * rows[at(i).n].hat[at(i).a] + b[at(i).a],
        () => 3e-6,
      );

      const delta = arena.float32(normals(ROWS * width));
      const to = filled(ROWS * width);
      arena.call("layerNormBack", delta, s, kept, inverses, to, ROWS, width);
      const back = rows.flatMap(({ hat, r }, n) => {
        const g = [...row(delta, n)].map((own, a) => own * s[a]);
        const [mean, along] = [meanOf(g), meanOf(g.map((own, a) => own * hat[a]))];
        return g.map((own, a) => r * (own - mean - hat[a] * along));
      });
      expectClose(
        to,
        (i) => back[i],
        () => 2e-5 * Math.max(...rows.map(({ r }) => r)),
      );
    }
  });

  test("a row alone, with nothing kept, has the bits that it has among others", () => {
    for (const width of [1, 3, 4, 17]) {
      arena.clear();
      const x = arena.float32(normals(ROWS * width));
      const [s, b] = [arena.float32(normals(width)), arena.float32(normals(width))];
      const [y, kept, alone] = [filled(ROWS * width), filled(ROWS * width), filled(width)];
      arena.call("layerNormRows", x, s, b, y, kept, filled(ROWS), ROWS, width, EPSILON);
      for (let n = 0; n < ROWS; n++) {
        arena.call("layerNormRows", x.subarray(n * width), s, b, alone, 0, 0, 1, width, EPSILON);
        expect(bitsOf(alone)).toEqual(bitsOf(y.slice(n * width, (n + 1) * width)));
      }
    }
  });
});
