/**
 * The generator: the same numbers everywhere, spread as they should be, and streams that know nothing of each other.
 *
 * The figures called known were made by a separate implementation, in Python, from the sources that `random.ts` names.
 * Chi-square bounds are the distribution's 99.9 % points; the draws are seeded, so a test passes always or never.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mix32, type Random, random } from "./random.ts";

const take = <T>(n: number, draw: () => T): T[] => Array.from({ length: n }, draw);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Σ (observed − expected)²/expected over counts that should all be equal. */
function chiSquare(counts: ArrayLike<number>): number {
  const all = Array.from(counts);
  const expected = mean(all);
  return all.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

/** Pearson's correlation of two equally long rows of numbers. */
function correlation(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  const product = mean(a.map((value, i) => (value - meanA) * (b[i] - meanB)));
  const deviation = (values: readonly number[], m: number) => Math.sqrt(mean(values.map((value) => (value - m) ** 2)));
  return product / (deviation(a, meanA) * deviation(b, meanB));
}

describe("the same seed and stream give the known numbers", () => {
  test.each<[Random, number[]]>([
    [random(0), [670508317, 2089275259, 1540223157, 3226201113]],
    [random(42), [1136955352, 348398212, 2727374129, 84130580]],
    [random(2 ** 32 + 1), [1222741426, 2018650730, 4208352417, 2892992187]],
    [random(Number.MAX_SAFE_INTEGER), [2806374758, 2590756170, 389185405, 667270727]],
    [random(7, "shuffle", 3), [2084326395, 26158470, 734149504, 2141167913]],
    [random(7, "zwölf", 0), [385522618, 225672835, 1341273353, 2893537433]],
  ])("stream %#", (generator, known) => {
    expect(take(4, generator.uint32)).toEqual(known);
  });

  test("in [0, 1), normal, and as a permutation", () => {
    expect(take(3, random(42).uniform)).toEqual([0.264718041428311, 0.6350162701278044, 0.6845851690607457]);
    const normals = [-0.5185544695713207, 1.5109744095161637, -0.7034199585972726];
    for (const [i, value] of take(3, random(42).normal).entries()) expect(value).toBeCloseTo(normals[i], 14);
    expect([...random(42).permutation(10)]).toEqual([5, 0, 7, 8, 3, 6, 9, 1, 4, 2]);
  });

  test("mixed by triple32", () => {
    expect([0, 1, 2, 0xffffffff].map(mix32)).toEqual([0, 0x42741d6, 0xf1dfe8e9, 0x127f588f]);
  });
});

describe("streams", () => {
  test("differ by seed, by the seed's high bits, by word, by counter and by where words end", () => {
    const streams = [
      random(0),
      random(1),
      random(2 ** 32),
      random(2 ** 32 + 1),
      random(-1),
      random(0, ""),
      random(0, "a"),
      random(0, "b"),
      random(0, "ab"),
      random(0, "a", "b"),
      random(0, 0),
      random(0, 1),
      random(0, 0, 0),
      random(0, 97), // the code of "a"
      random(0, "a", 1),
      random(0, 1, "a"),
      random(0, "a", 11),
      random(0, "a", 1, 1),
    ];
    const firsts = streams.map((stream) => take(2, stream.uint32).join());
    expect(new Set(firsts).size).toBe(streams.length);
  });

  test("do not depend on what was drawn from others", () => {
    const alone = take(5, random(3, "shuffle", 1).uint32);
    const other = random(3, "shuffle", 0);
    take(1000, other.uint32);
    expect(take(5, random(3, "shuffle", 1).uint32)).toEqual(alone);
  });

  test("are uncorrelated between neighbouring counters and neighbouring seeds", () => {
    const n = 10_000;
    const pairs = [
      [random(1, "shuffle", 0), random(1, "shuffle", 1)],
      [random(1, "shuffle", 0), random(2, "shuffle", 0)],
      [random(1, "initialise", 0), random(1, "initialise", 1)],
    ];
    // The correlation of independent rows has standard deviation 1/√n = 0.01.
    for (const [a, b] of pairs)
      expect(Math.abs(correlation(take(n, a.uniform), take(n, b.uniform)))).toBeLessThan(0.033);
  });

  test("start evenly: the first draws of many streams fill [0, 1)", () => {
    const counts = new Uint32Array(16);
    for (let counter = 0; counter < 16_000; counter++) counts[Math.floor(random(5, "x", counter).uniform() * 16)]++;
    expect(chiSquare(counts)).toBeLessThan(37.7); // 15 degrees of freedom
  });
});

describe("draws are spread as they should be", () => {
  test("uniform: each of 64 cells, and each of 64 cells of consecutive pairs", () => {
    const { uniform } = random(11);
    const single = new Uint32Array(64);
    const pairs = new Uint32Array(64);
    for (let i = 0; i < 64_000; i++) {
      const [a, b] = [uniform(), uniform()];
      single[Math.floor(a * 64)]++;
      pairs[8 * Math.floor(a * 8) + Math.floor(b * 8)]++;
    }
    expect(chiSquare(single)).toBeLessThan(103.4); // 63 degrees of freedom
    expect(chiSquare(pairs)).toBeLessThan(103.4);
  });

  test("every bit of uint32 is 1 half of the time", () => {
    const draws = take(20_000, random(12).uint32);
    for (let bit = 0; bit < 32; bit++) {
      const ones = draws.filter((draw) => (draw >>> bit) & 1).length;
      expect(Math.abs(ones / draws.length - 0.5), `bit ${bit}`).toBeLessThan(0.0125); // 3.5 standard deviations
    }
  });

  test("uniform uses its low bits: 53 of them", () => {
    const { uniform } = random(13);
    const low = take(1000, () => (uniform() * 2 ** 53) % 2);
    expect(Math.abs(mean(low) - 0.5)).toBeLessThan(0.06);
  });

  test("normal: mean 0, variance 1, no skew, the tails of a normal", () => {
    const draws = take(50_000, random(14).normal);
    expect(Math.abs(mean(draws))).toBeLessThan(0.016); // 3.5/√n
    expect(Math.abs(mean(draws.map((x) => x ** 2)) - 1)).toBeLessThan(0.022); // 3.5 √(2/n)
    expect(Math.abs(mean(draws.map((x) => x ** 3)))).toBeLessThan(0.061); // 3.5 √(15/n)
    expect(Math.abs(mean(draws.map((x) => x ** 4)) - 3)).toBeLessThan(0.154); // 3.5 √(96/n)
    const beyond2 = draws.filter((x) => Math.abs(x) > 2).length / draws.length;
    expect(Math.abs(beyond2 - 0.0455)).toBeLessThan(0.0033);
    expect(draws.every(Number.isFinite)).toBe(true);
  });

  test("integer: every value below the limit as often as every other", () => {
    const { integer } = random(15);
    const counts = new Uint32Array(7);
    for (let i = 0; i < 70_000; i++) counts[integer(7)]++;
    expect(chiSquare(counts)).toBeLessThan(22.5); // 6 degrees of freedom
  });

  test("integer rejects what would favour small values: limit 3 · 2³⁰ has as many in each third", () => {
    // Without rejection the first third would come up half of the time.
    const { integer } = random(16);
    const counts = new Uint32Array(3);
    for (let i = 0; i < 30_000; i++) counts[Math.floor(integer(3 * 2 ** 30) / 2 ** 30)]++;
    expect(chiSquare(counts)).toBeLessThan(13.8); // 2 degrees of freedom
  });

  test("integer of any limit stays below it", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 32 - 1 }), fc.maxSafeInteger(), (limit, seed) => {
        const drawn = random(seed).integer(limit);
        expect(Number.isInteger(drawn) && drawn >= 0 && drawn < limit).toBe(true);
      }),
      { seed: 1 },
    );
    expect(random(0).integer(2 ** 32)).toBe(random(0).uint32());
  });
});

describe("permutations", () => {
  test("hold every integer once", () => {
    fc.assert(
      fc.property(fc.nat(300), fc.nat(), (n, seed) => {
        expect([...random(seed).permutation(n)].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
      }),
      { seed: 1 },
    );
  });

  test("of four are each as likely as the others", () => {
    const generator = random(17);
    const counts = new Map<string, number>();
    for (let i = 0; i < 24_000; i++) {
      const order = generator.permutation(4).join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    expect(chiSquare([...counts.values()])).toBeLessThan(49.7); // 23 degrees of freedom
  });
});
