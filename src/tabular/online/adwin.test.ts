import { expect, test } from "vitest";
import { ModelFileError } from "../../errors.ts";
import { random } from "../../random.ts";
import { Adwin, type Change } from "./adwin.ts";

/** Errors that are 1 with a probability and else 0. @returns the changes, by the number of the error */
function changesOf(adwin: Adwin, probability: (at: number) => number, errors: number): Map<number, Change> {
  const uniform = random(5, "errors");
  const changes = new Map<number, Change>();
  for (let at = 1; at <= errors; at++) {
    const change = adwin.add(uniform.uniform() < probability(at) ? 1 : 0);
    if (change !== undefined) changes.set(at, change);
  }
  return changes;
}

test("finds that errors have become more frequent, soon after they did, and nothing before", () => {
  const changes = changesOf(new Adwin(), (at) => (at <= 5000 ? 0.1 : 0.3), 10_000);
  const [[at, change]] = changes;
  expect(at).toBeGreaterThan(5000);
  expect(at).toBeLessThan(5400);
  expect(change.since).toBeGreaterThan(change.before);
  expect(change.before).toBeCloseTo(0.1, 1);
});

test("its window grows while nothing changes, its memory with the logarithm", () => {
  const adwin = new Adwin();
  expect(changesOf(adwin, () => 0.2, 50_000).size).toBe(0);
  const { width, total, variation, buckets } = adwin.state;
  expect(width).toBe(50_000);
  expect(buckets.length).toBeLessThan(16);
  const mean = total / width;
  // Of zeros and ones: Σ (e − p)² = n p (1 − p).
  expect(variation).toBeCloseTo(width * mean * (1 - mean), 6);
  expect(mean).toBeCloseTo(0.2, 2);
});

test("goes on from its state as if it had never stopped", () => {
  const whole = new Adwin();
  let parts = new Adwin();
  const uniform = random(6, "errors");
  for (let at = 0; at < 4000; at++) {
    const error = uniform.uniform() * (at < 2000 ? 0.3 : 1);
    if (at % 777 === 0) parts = new Adwin(JSON.parse(JSON.stringify(parts.state)));
    expect(parts.add(error)).toEqual(whole.add(error));
  }
  expect(parts.state).toEqual(whole.state);
});

test("refuses a window that no stream leads to", () => {
  const adwin = new Adwin();
  adwin.add(1);
  for (const wrong of [{ width: 2 }, { seen: 0 }, { buckets: [[[1, 0]], []] as const }]) {
    expect(() => new Adwin({ ...adwin.state, ...wrong })).toThrow(ModelFileError);
  }
});
