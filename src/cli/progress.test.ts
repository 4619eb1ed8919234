import { PassThrough } from "node:stream";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { FitEvent } from "../node.ts";
import { progressView } from "./progress.ts";
import { terminalOn } from "./terminal.ts";
import { displayWidth } from "./textWidth.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance", "setTimeout", "clearTimeout", "Date"] }));
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

test("without a terminal, a short training of five networks prints a line for each network", () => {
  const { view, lines } = plainLines(5);
  for (let number = 1; number <= 10; number++) {
    vi.advanceTimersByTime(100);
    for (let network = 0; network < 5; network++) view.show(epoch(number), network);
  }
  view.close();
  expect(lines.map((line) => line.replace(/ {2}loss.*/, ""))).toEqual(
    [1, 2, 3, 4, 5].map((network) => `network ${network}/5  epoch 10/10`),
  );
});

test("without a terminal, a long training prints a line a minute, whichever network it is about", () => {
  const { view, lines } = plainLines(2);
  for (let number = 1; number <= 200; number++) {
    vi.advanceTimersByTime(1000);
    view.show(epoch(number, 1000), number % 2);
  }
  expect(lines).toHaveLength(3);
});

test("a network that ended before its last epoch has its line when training ends", () => {
  const { view, lines } = plainLines(1);
  for (let number = 1; number <= 3; number++) view.show(epoch(number), 0);
  view.close();
  expect(lines).toEqual(["epoch 3/10  loss 0.3333  validation loss 0.5  balanced accuracy 0.75"]);
});

/** Milliseconds in which what is shown is drawn. */
const DRAWN = 250;

/** The times left that a view on a terminal of 80 columns shows, of epochs that end at these seconds. */
function timesLeft(ends: readonly number[], networks: number, endsAt?: number): string[] {
  const { view, shown } = onScreen(networks, endsAt);
  let now = 0;
  const left = ends.map((end, at) => {
    vi.advanceTimersByTime(1000 * (end - now));
    now = end + DRAWN / 1000;
    view.show(epoch(at + 1, 20), 0);
    vi.advanceTimersByTime(DRAWN);
    return /(\d[^ ]* (?:s|min)(?: \d+ s)?) left/.exec(shown())?.[1] ?? "";
  });
  view.close();
  return left;
}

/** A view on a terminal, and what its last line is. */
function onScreen(networks: number, endsAt?: number, columns = 80) {
  let last = "";
  const stream = Object.assign(new PassThrough(), {
    isTTY: true,
    columns,
    cursorTo: () => true,
    clearLine: () => true,
  });
  stream.on("data", (text) => {
    if (String(text).includes("epoch")) last = String(text);
  });
  const note = (): void => undefined;
  const screen = stream as unknown as NodeJS.WriteStream;
  const view = progressView(terminalOn({ out: note, note, screen }), networks, endsAt);
  return { view, shown: () => last };
}

test("the time left is that of all networks together, and of --time where that ends sooner", () => {
  // One epoch a second: 20 of the first of two networks are half of the work.
  expect(timesLeft([1, 2, 3, 4], 2)[3]).toBe("36 s");
  expect(timesLeft([1, 2, 3, 4], 1)[3]).toBe("16 s");
  expect(timesLeft([1, 2, 3, 4], 1, performance.now() / 1000 + 10)[3]).toBe("6 s");
});

test("an estimate is shown once it has settled, and from then on", () => {
  // The first epoch waits for the engine; then one a second.
  const left = timesLeft([10, 11, 12, 13, 14, 15, 16, 20, 24, 28, 32, 36, 40], 1);
  expect(left.slice(0, 3)).toEqual(["", "", ""]);
  const first = left.findIndex((text) => text !== "");
  expect(first).toBeGreaterThan(3);
  expect(left.slice(first)).not.toContain("");
});

test("the bar and its words fit into 80 columns and into 40, whatever the names and numbers", () => {
  for (const columns of [80, 40]) {
    const { view, shown } = onScreen(12, undefined, columns);
    for (let number = 1; number <= 6; number++) {
      vi.advanceTimersByTime(60_000);
      view.show({ ...epoch(number, 1000), trainingLoss: -1.2345e-12, validationLoss: -1.2345e-12 } as FitEvent, 11);
      vi.advanceTimersByTime(DRAWN);
      const line = shown().replaceAll(ESCAPES, "").trimEnd();
      expect(displayWidth(line)).toBeLessThan(columns);
      expect(line).toContain("epoch ");
      if (columns === 80) expect(line).toContain("network 12/12");
    }
    view.close();
  }
});

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken away
const ESCAPES = /\u001b\[[?\d;]*[A-Za-z]/g;
