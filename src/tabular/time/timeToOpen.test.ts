import { expect, test } from "vitest";
import { requireTimeToOpen } from "./timeToOpen.ts";

test("a network that can't be made before the time is up isn't begun, and the error says how long it would take", () => {
  // Three times 0.1 µs for each of 100 million parameters: 30 s.
  const large = { parameters: 100_000_000, drawing: 1e-7 };
  expect(() => requireTimeToOpen(large, { seconds: 20, left: 14 })).toThrow(
    "The time of 20 s is too short: 6 s have passed, and creating a network of 100000000 parameters takes about 30 s before its first step. Give more time (time: 110)",
  );
  expect(() => requireTimeToOpen(large, { seconds: 60, left: 40 })).not.toThrow();
});

test("a small network is begun though the time is over: it learns for a moment", () => {
  expect(() => requireTimeToOpen({ parameters: 300_000, drawing: 1e-6 }, { seconds: 1, left: -4 })).not.toThrow();
});
