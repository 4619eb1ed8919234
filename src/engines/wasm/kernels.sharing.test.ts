/** How threads share out work: everything once, whatever the shares, and shares that follow the cores' speeds. */
import { expect, test } from "vitest";
import { instantiateKernels } from "../../../test/instantiateKernels.ts";
import { placesOf } from "../../plan/ops/places.ts";
import { random } from "../../random.ts";
import { barrierBytes, writeBarrier } from "../memory/control.ts";
import { LINE_BYTES, shareWords } from "../memory/layouts.ts";

const { memory, exports } = instantiateKernels();
const BARRIER = 65536;
const SHARES = BARRIER + LINE_BYTES;
const COUNTERS = BARRIER + 8192;

/** Where each thread's share ends, in 65536ths. */
function ends(threads: number): number[] {
  const shareOf = (thread: number) => new Int32Array(memory.buffer, SHARES + LINE_BYTES * thread, shareWords.length);
  return Array.from({ length: threads }, (_, thread) => shareOf(thread)[placesOf(shareWords).end]);
}

function widths(threads: number): number[] {
  return ends(threads).map((end, thread, all) => end - (all[thread - 1] ?? 0));
}

/** Threads take parts in a random order until nothing is left. @returns by whom each thing was taken */
function takeAll(count: number, least: number, threads: number, draw: ReturnType<typeof random>): number[] {
  new Int32Array(memory.buffer, COUNTERS, threads).fill(0);
  const takers = new Array<number>(count).fill(-1);
  const atWork = Array.from({ length: threads }, (_, thread) => thread);
  while (atWork.length > 0) {
    const at = draw.integer(atWork.length);
    const part: bigint = exports.nextPart(SHARES, COUNTERS, count, least, atWork[at], threads);
    const [from, to] = [Number(part & 0xffffffffn), Number(part >> 32n)];
    if (from === to) atWork.splice(at, 1);
    for (let i = from; i < to; i++) {
      expect(takers[i], `${i} of ${count} is taken once`).toBe(-1);
      takers[i] = atWork[at];
    }
  }
  return takers;
}

test("all that there is is taken, and once, for any sizes and shares", () => {
  const draw = random(7, "shares");
  for (let turn = 0; turn < 400; turn++) {
    const threads = 1 + draw.integer(6);
    writeBarrier(memory.buffer, BARRIER, threads, 8);
    for (let meeting = draw.integer(60); meeting > 0; meeting--) {
      exports.noteWait(SHARES, draw.integer(threads), draw.integer(100_000));
      exports.followSpeeds(SHARES, threads);
    }
    expect(takeAll(draw.integer(300), [1, 12, 24][turn % 3], threads, draw)).not.toContain(-1);
  }
});

test("even shares at first: each thread takes its own when all are equally fast", () => {
  writeBarrier(memory.buffer, BARRIER, 2, 2);
  expect(barrierBytes(2)).toBe(64 + 2 * 64);
  new Int32Array(memory.buffer, COUNTERS, 2).fill(0);
  const parts = [0, 1].map((thread) => exports.nextPart(SHARES, COUNTERS, 256, 12, thread, 2) as bigint);
  expect(parts).toEqual([108n << 32n, ((128n + 108n) << 32n) | 128n]);
});

test("who waits gets more, who is waited for less, down to a quarter of an even share", () => {
  writeBarrier(memory.buffer, BARRIER, 3, 8);
  exports.noteWait(SHARES, 1, 50_000);
  exports.followSpeeds(SHARES, 3);
  const [first, second, third] = widths(3);
  expect(second).toBeGreaterThan(21_845);
  expect(first).toBeLessThan(21_845);
  expect(third).toBeLessThan(21_845);
  exports.followSpeeds(SHARES, 3);
  expect(widths(3), "what was waited is forgotten").toEqual([first, second, third]);
  for (let meeting = 0; meeting < 1000; meeting++) {
    exports.noteWait(SHARES, 1, 50_000);
    exports.followSpeeds(SHARES, 3);
  }
  expect(ends(3)[2]).toBe(65536);
  expect(Math.min(...widths(3))).toBeGreaterThan(65536 / 4 / 3 - 600);
});

test("shares stay where nobody waits notably longer than the others", () => {
  writeBarrier(memory.buffer, BARRIER, 2, 2);
  exports.noteWait(SHARES, 0, 1000);
  exports.followSpeeds(SHARES, 2);
  expect(ends(2)).toEqual([32768, 65536]);
});
