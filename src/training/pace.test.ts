import { expect, test } from "vitest";
import { type Clock, Pace } from "./pace.ts";

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

function chunk(pace: Pace, clock: { time: number }, millisecondsPerStep: number): number {
  const { steps } = pace;
  pace.beginChunk();
  clock.time += steps * millisecondsPerStep;
  pace.endChunk(steps);
  return steps;
}

test("chunks grow at most eightfold until they take about 60 ms", () => {
  const clock = handClock();
  const pace = new Pace(clock);
  pace.start();
  const sizes = Array.from({ length: 6 }, () => chunk(pace, clock, 0.1));
  expect(sizes).toEqual([1, 8, 64, 512, 600, 600]); // 60 ms / 0.1 ms
});

test("chunks shrink at once when steps become slow, down to one step", () => {
  const clock = handClock();
  const pace = new Pace(clock);
  pace.start();
  for (let i = 0; i < 5; i++) chunk(pace, clock, 0.1);
  chunk(pace, clock, 1);
  expect(pace.steps).toBe(60);
  chunk(pace, clock, 1000);
  expect(pace.steps).toBe(1);
});

test("a clock too coarse to show any time keeps chunks bounded", () => {
  const clock = handClock();
  const pace = new Pace(clock);
  pace.start();
  for (let i = 0; i < 20; i++) chunk(pace, clock, 0);
  expect(pace.steps).toBe(2 ** 20);
});

test("the event loop has its turn every 50 ms and not more often", async () => {
  const clock = handClock();
  const pace = new Pace(clock);
  pace.start();
  for (let i = 0; i < 100; i++) {
    clock.time += 10;
    if (pace.pauseDue) await pace.pause();
  }
  expect(clock.pauses).toBe(20);
});

test("progress is due a tenth of a second after the last was told", () => {
  const clock = handClock();
  const pace = new Pace(clock);
  clock.time = 500;
  pace.start();
  clock.time = 599;
  expect(pace.progressDue).toBe(false);
  clock.time = 600;
  expect(pace.progressDue).toBe(true);
  pace.sentProgress();
  expect(pace.progressDue).toBe(false);
  expect(pace.seconds).toBe(0.1);
});

test("timers run while a computation pauses on the system's clock", async () => {
  let fired = false;
  setTimeout(() => {
    fired = true;
  }, 1);
  const pace = new Pace();
  pace.start();
  const began = performance.now();
  while (!fired && performance.now() - began < 2000) {
    while (performance.now() - began < 60); // 60 ms without a break
    if (pace.pauseDue) await pace.pause();
  }
  expect(fired).toBe(true);
});
