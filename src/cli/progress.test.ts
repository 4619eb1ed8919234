import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { FitEvent } from "../node.ts";
import { progressView } from "./progress.ts";
import { terminalOn } from "./terminal.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

/** An epoch of ten that has ended, at so many seconds. */
function epoch(number: number, epochs = 10): FitEvent {
  return {
    event: "epoch",
    epoch: number,
    epochs,
    step: number,
    trainingLoss: 1 / number,
    learningRate: 0.1,
    best: true,
    validationLoss: 0.5,
    score: { name: "balancedAccuracy", value: 0.75 },
    fraction: number / epochs,
    seconds: number,
    secondsLeft: epochs - number,
  };
}

/** The lines of a view without a terminal. */
function plainLines(networks: number): { view: ReturnType<typeof progressView>; lines: string[] } {
  const lines: string[] = [];
  const note = (line: string): void => void lines.push(line.trim());
  return { view: progressView(terminalOn({ out: note, note, screen: undefined }), networks), lines };
}

test("without a terminal, a short training of five networks prints its first epoch and a line for each network", () => {
  const { view, lines } = plainLines(5);
  for (let number = 1; number <= 10; number++) {
    vi.advanceTimersByTime(100);
    for (let network = 0; network < 5; network++) view.show(epoch(number), network);
  }
  view.close();
  expect(lines.map((line) => line.replace(/ {2}loss.*/, ""))).toEqual([
    "network 1/5  epoch 1/10",
    ...[1, 2, 3, 4, 5].map((network) => `network ${network}/5  epoch 10/10`),
  ]);
});

test("without a terminal, a long training prints a line every 15 seconds, whichever network it is about", () => {
  const { view, lines } = plainLines(2);
  for (let number = 1; number <= 100; number++) {
    vi.advanceTimersByTime(1000);
    view.show(epoch(number, 1000), number % 2);
  }
  expect(lines).toHaveLength(1 + 6);
});

test("a network that ended before its last epoch has its line when training ends", () => {
  const { view, lines } = plainLines(1);
  view.show(epoch(1), 0);
  view.show(epoch(2), 0);
  view.show(epoch(3), 0);
  view.close();
  expect(lines).toEqual([
    "epoch 1/10  loss 1  validation loss 0.5  balanced accuracy 0.75  9 s left",
    "epoch 3/10  loss 0.3333  validation loss 0.5  balanced accuracy 0.75  7 s left",
  ]);
});

test("the time left of several networks is that of all of them", () => {
  const { view, lines } = plainLines(2);
  vi.advanceTimersByTime(4000);
  view.show(epoch(5), 0); // a quarter of all in 4 s
  expect(lines[0]).toMatch(/12 s left$/);
});

test("the time left of several networks is not told from the first steps", () => {
  const { view, lines } = plainLines(2);
  vi.advanceTimersByTime(4000);
  view.show(epoch(1, 100), 0);
  expect(lines[0]).toMatch(/accuracy 0.75$/);
});
