import { expect, test } from "vitest";
import { ChunkTimer, type Clock } from "./chunkTimer.ts";

/** A clock that a test moves by hand. */
function handClock(): Clock & { time: number; pauses: number } {
  return {
    time: 0,
    pauses: 0,
    now() {
      return this.time;
    },
    async pause() {
      this.pauses++;
    },
  };
}

function chunk(timer: ChunkTimer, clock: { time: number }, millisecondsPerStep: number): number {
  const { steps } = timer;
  timer.beginChunk();
  clock.time += steps * millisecondsPerStep;
  timer.endChunk(steps);
  return steps;
}

test("chunks grow at most eightfold until they take about 60 ms", () => {
  const clock = handClock();
  const timer = new ChunkTimer(clock);
  timer.start();
  const sizes = Array.from({ length: 6 }, () => chunk(timer, clock, 0.1));
  expect(sizes).toEqual([1, 8, 64, 512, 600, 600]); // 60 ms / 0.1 ms
});

test("chunks shrink at once when steps become slow, down to one step", () => {
  const clock = handClock();
  const timer = new ChunkTimer(clock);
  timer.start();
  for (let i = 0; i < 5; i++) chunk(timer, clock, 0.1);
  chunk(timer, clock, 1);
  expect(timer.steps).toBe(60);
  chunk(timer, clock, 1000);
  expect(timer.steps).toBe(1);
});

test("a clock too coarse to show any time keeps chunks bounded", () => {
  const clock = handClock();
  const timer = new ChunkTimer(clock);
  timer.start();
  for (let i = 0; i < 20; i++) chunk(timer, clock, 0);
  expect(timer.steps).toBe(2 ** 20);
});

test("the event loop has its turn every 50 ms and not more often", async () => {
  const clock = handClock();
  const timer = new ChunkTimer(clock);
  timer.start();
  for (let i = 0; i < 100; i++) {
    clock.time += 10;
    if (timer.pauseDue) await timer.pause();
  }
  expect(clock.pauses).toBe(20);
});

test("progress is due a tenth of a second after the last report", () => {
  const clock = handClock();
  const timer = new ChunkTimer(clock);
  clock.time = 500;
  timer.start();
  clock.time = 599;
  expect(timer.progressDue).toBe(false);
  clock.time = 600;
  expect(timer.progressDue).toBe(true);
  timer.sentProgress();
  expect(timer.progressDue).toBe(false);
  expect(timer.seconds).toBe(0.1);
});

test("timers run while a computation pauses on the system's clock", async () => {
  let fired = false;
  setTimeout(() => {
    fired = true;
  }, 1);
  const timer = new ChunkTimer();
  timer.start();
  const began = performance.now();
  while (!fired && performance.now() - began < 2000) {
    while (performance.now() - began < 60); // 60 ms without a break
    if (timer.pauseDue) await timer.pause();
  }
  expect(fired).toBe(true);
});
