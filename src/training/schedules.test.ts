import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type CompleteSchedule,
  completeSchedule,
  type Progress,
  type Schedule,
  type ScheduleName,
  scheduleFactor,
  schedules,
} from "./schedules.ts";

/** Ten epochs of four steps. */
const at = (step: number): Progress => ({ step, steps: 40, stepsPerEpoch: 4 });
const factors = (schedule: Schedule, ...steps: number[]): number[] =>
  steps.map((step) => scheduleFactor(completeSchedule(schedule), at(step)));

test("a constant schedule leaves the rate as it is", () => {
  expect(factors({ name: "constant" }, 0, 1, 39)).toEqual([1, 1, 1]);
});

test("a step schedule multiplies the rate at the first step of every such epoch", () => {
  // Every 2 epochs are 8 steps: ⌊7/8⌋ = 0, ⌊8/8⌋ = 1, ⌊17/8⌋ = 2.
  expect(factors({ name: "step", every: 2, factor: 0.5 }, 0, 7, 8, 17)).toEqual([1, 1, 0.5, 0.25]);
});

test("an exponential schedule multiplies the rate by its factor over an epoch, a little at every step", () => {
  const [start, half, one, two] = factors({ name: "exponential", factor: 0.25 }, 0, 2, 4, 8);
  expect([start, half, one, two]).toEqual([1, 0.5, 0.25, 0.0625]); // ¼^(2/4) = ½
});

test("a cosine schedule falls from 1 to its floor, halfway in the middle", () => {
  const [start, quarter, middle, last] = factors({ name: "cosine" }, 0, 10, 20, 39);
  expect(start).toBe(1);
  expect(quarter).toBeCloseTo((1 + Math.SQRT1_2) / 2, 15); // cos(π/4) = √½
  expect(middle).toBeCloseTo(0.5, 15);
  expect(last).toBeCloseTo((1 + Math.cos((39 / 40) * Math.PI)) / 2, 15);
  expect(factors({ name: "cosine", floor: 0.2 }, 20)[0]).toBeCloseTo(0.6, 15); // 0.2 + 0.8 · ½
});

test("coslog4 is 0 at 0, 1/15, 3/15 and 7/15 of the steps, and 1 in the middle of each wave", () => {
  const factorAt = (step: number): number =>
    scheduleFactor(completeSchedule("coslog4"), { step, steps: 15, stepsPerEpoch: 1 });
  for (const zero of [0, 1, 3, 7, 15]) expect(factorAt(zero)).toBeCloseTo(0, 14);
  // log₂(1 + 15 s/S) = ½ at 15 s/S = √2 − 1, and a wave later wherever 1 + 15 s/S doubles.
  for (const wave of [1, 2, 4, 8]) expect(factorAt(wave * Math.SQRT2 - 1)).toBeCloseTo(1, 14);
  expect(factorAt(2)).toBeCloseTo((1 - Math.cos(2 * Math.PI * Math.log2(3))) / 2, 14);
});

test("flatCos stays at 1 for half of the steps and then falls to 0", () => {
  const [start, before, middle, threeQuarters] = factors({ name: "flatCos" }, 0, 19, 20, 30);
  expect([start, before, middle]).toEqual([1, 1, 1]); // ½ (1 + cos 0) = 1
  expect(threeQuarters).toBeCloseTo(0.5, 15); // ½ (1 + cos(π/2))
  expect(factors({ name: "flatCos" }, 39)[0]).toBeCloseTo((1 + Math.cos(0.95 * Math.PI)) / 2, 15);
  expect(factors({ name: "flatCos" }, 40)[0]).toBe(0);
});

test("a warm-up climbs linearly from the first step and then leaves the schedule alone", () => {
  const warm: Schedule = { name: "constant", warmup: { epochs: 1 } };
  expect(factors(warm, 0, 1, 2, 3, 4)).toEqual([0.25, 0.5, 0.75, 1, 1]);
  expect(factors({ name: "constant", warmup: { fraction: 0.1 } }, 0, 1, 2, 3, 4)).toEqual([0.25, 0.5, 0.75, 1, 1]);
});

test("a warm-up multiplies the schedule that runs underneath", () => {
  const step: Schedule = { name: "step", every: 1, factor: 0.5 };
  // Two epochs of warm-up are 8 steps; step 5 lies in the second epoch: 6/8 · ½.
  expect(factors({ ...step, warmup: { epochs: 2 } }, 5)).toEqual([0.375]);
});

test("a name alone is a schedule with its defaults", () => {
  expect(completeSchedule("step")).toEqual({ name: "step", every: 30, factor: 0.1, warmup: { epochs: 0 } });
  expect(completeSchedule({ name: "cosine", floor: undefined })).toEqual(completeSchedule("cosine"));
});

test("every schedule survives JSON, starts at 1, or at 0 to climb, stays within 0 and 1, and has its formula", () => {
  for (const name of Object.keys(schedules) as ScheduleName[]) {
    const schedule = completeSchedule(name);
    expect(JSON.parse(JSON.stringify(schedule)) as CompleteSchedule).toEqual(schedule);
    expect(scheduleFactor(schedule, at(0))).toBe(name === "coslog4" ? 0 : 1);
    expect(schedules[name].formula.text).not.toBe("");
    expect(schedules[name].formula.latex).not.toBe("");
  }
  fc.assert(
    fc.property(
      fc.constantFrom(...(Object.keys(schedules) as ScheduleName[])),
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 1, max: 50 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (name, epochs, stepsPerEpoch, fraction, share) => {
        const steps = epochs * stepsPerEpoch;
        const schedule = completeSchedule({ name, warmup: { fraction } });
        const factor = scheduleFactor(schedule, { step: Math.floor(share * steps), steps, stepsPerEpoch });
        return factor >= 0 && factor <= 1;
      },
    ),
  );
});

test("a wrong description is refused with what was expected", () => {
  const complete = (schedule: unknown) => () => completeSchedule(schedule as Schedule);
  expect(complete("cosin")).toThrow('Unknown schedule "cosin". Did you mean "cosine"?');
  expect(complete({ name: "cosine", every: 3 })).toThrow("The cosine schedule has no every. It takes: floor, warmup.");
  expect(complete({ name: "step", every: 1.5 })).toThrow(
    "The step schedule: expected every to be a whole number of at least 1, found 1.5.",
  );
  expect(complete({ name: "exponential", factor: Number.NaN })).toThrow("above 0 and finite, found NaN.");
  expect(complete({ name: "cosine", floor: "0" })).toThrow('at least 0 and at most 1, found "0".');
  expect(complete({ name: "constant", warmup: 5 })).toThrow(
    "expected warmup to be { epochs } or { fraction }, found 5.",
  );
  expect(complete({ name: "constant", warmup: { epochs: 1, fraction: 1 } })).toThrow("{ epochs } or { fraction }");
  expect(complete({ name: "constant", warmup: { fraction: 2 } })).toThrow(
    "The constant schedule: expected the warm-up's fraction to be at least 0 and at most 1, found 2.",
  );
});
