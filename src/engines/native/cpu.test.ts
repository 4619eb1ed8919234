import { describe, expect, test } from "vitest";
import { type Answer, cpuOf, STATE } from "./cpu.ts";
import { isaOf } from "./machineCode.ts";

const word = (...places: readonly number[]): number => places.reduce((sum, place) => sum | (1 << place), 0);
const text = (letters: string): number =>
  [...letters].reduce((sum, letter, n) => sum | (letter.charCodeAt(0) << (8 * n)), 0);

/** A processor by its answers; 0 for what it doesn't say. */
function answering(answers: Readonly<Record<string, Answer>>) {
  return cpuOf((leaf, subleaf = 0) => answers[`${leaf >>> 0}/${subleaf}`] ?? answers[leaf >>> 0] ?? [0, 0, 0, 0]);
}

const haswell: Record<string, Answer> = {
  0: [13, text("Genu"), text("ntel"), text("ineI")],
  1: [0, 0, word(12, 27, 28), 0],
  "7/0": [0, word(5, 8), 0, 0],
  [STATE >>> 0]: [word(0, 1, 2), 0, 0, 0],
  "4/0": [1 | (1 << 5), (7 << 22) | 63, 63, 0], // 8 ways of 64 bytes, 64 sets
  "4/1": [2 | (1 << 5), (7 << 22) | 63, 63, 0],
  "4/2": [3 | (2 << 5), (7 << 22) | 63, 511, 0],
  2147483648: [0x80000004 | 0, 0, 0, 0],
  2147483650: [text("A pr"), text("oces"), text("sor "), text("  of")],
  2147483651: [text(" old"), 0, 0, 0],
};
const wide: Record<string, Answer> = {
  ...haswell,
  "7/0": [1, word(5, 8, 16, 17, 30, 31), 0, word(22, 24)],
  "7/1": [word(5), 0, 0, 0],
  [STATE >>> 0]: [word(0, 1, 2, 5, 6, 7, 17, 18), 0, 0, 0],
};

describe("a processor", () => {
  test("says its name, its instructions and its caches", () => {
    expect(answering(haswell)).toEqual({
      name: "A processor of old",
      avx2: true,
      avx512: false,
      amx: false,
      caches: { first: 32768, second: 262144 },
    });
    expect(answering(wide)).toMatchObject({ avx2: true, avx512: true, amx: true });
  });

  test("has no vectors that the system doesn't keep when it switches programs", () => {
    const kept = (...places: readonly number[]) => answering({ ...wide, [STATE >>> 0]: [word(...places), 0, 0, 0] });
    expect(kept(0, 1)).toMatchObject({ avx2: false, avx512: false, amx: false });
    expect(kept(0, 1, 2)).toMatchObject({ avx2: true, avx512: false, amx: false });
    expect(kept(0, 1, 2, 5, 6, 7)).toMatchObject({ avx2: true, avx512: true, amx: false });
  });

  test("has nothing where it answers nothing", () => {
    expect(answering({})).toEqual({
      name: "",
      avx2: false,
      avx512: false,
      amx: false,
      caches: { first: 0, second: 0 },
    });
  });
});

describe("the instruction set", () => {
  const [old, recent] = [answering(haswell), answering(wide)];

  test("is the widest, or the one that is asked for", () => {
    expect(isaOf(recent, undefined).name).toBe("avx512");
    expect(isaOf(recent, "avx2").name).toBe("avx2");
    expect(isaOf(old, undefined).name).toBe("avx2");
  });

  test.each([
    [old, "avx512", "The processor A processor of old lacks AVX-512, which GRADUS_CPU asks for."],
    [answering({}), undefined, "The processor  lacks AVX2 with fused multiply-add."],
    [recent, "sse", 'GRADUS_CPU is "sse". Expected avx2 or avx512.'],
  ])("is refused where it isn't there", (cpu, asked, message) => {
    expect(() => isaOf(cpu, asked)).toThrow(message);
  });
});
