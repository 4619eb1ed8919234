import { expect, test } from "vitest";
import { MemberClock } from "./memberClock.ts";

/** A clock at 2 s of 20 s. */
const at = (now: { milliseconds: number }, leastSeconds = 1) =>
  new MemberClock({ deadline: 20_000, seconds: 20, afterwards: 3, leastSeconds }, { now: () => now.milliseconds });

test("a network that others follow gets its share of the time, and may take a little more", () => {
  const clock = at({ milliseconds: 2000 });
  // 17 − 2 = 15 s for three.
  expect(clock.endingOf(3)).toEqual({ planned: 7000, latest: 8500 });
  expect(clock.endingOf(1)).toEqual({ planned: 17_000, latest: 17_000 });
});

test("a network is not begun where it would learn hardly anything", () => {
  const now = { milliseconds: 2000 };
  const clock = at(now, 5);
  expect(clock.isTooLate(3)).toBe(false);
  expect(clock.isTooLate(4)).toBe(true);
  now.milliseconds = 13_000;
  expect(clock.isTooLate(1)).toBe(true);
});

test("time that is over before the first step is lengthened by a thirtieth, so that a network learns at all", () => {
  const late = at({ milliseconds: 30_000 });
  expect(late.endingOf(1).latest).toBeCloseTo(30_600, 9);
  expect(late.spentBefore).toBe(30);
  expect(at({ milliseconds: 2000 }).spentBefore).toBeUndefined();
});
