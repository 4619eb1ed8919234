import { expect, test } from "vitest";
import { nothingFound } from "./nothingFound.ts";

const none = { trials: [], stopped: "time" } as const;

test("a search without time for a trial says how far the first came, and the time that does for a search", () => {
  // A tenth in 18 s, after 2 s of reading: a trial takes 180 s, and three of them with the reading 542 s.
  const { message } = nothingFound(none, { epochs: 10 }, { before: 2, interrupted: { fraction: 0.1, seconds: 18 } });
  expect(message).toBe(
    "The time was too short for one trial of 10 epochs: 10 % of the first was done in 18.0 s. Give more time (time: 542), or let trials have fewer epochs (option epochs).",
  );
});

test("one that made no step can't tell how long it would take", () => {
  const { message } = nothingFound(none, { epochs: 10 }, { before: 2, interrupted: { fraction: 0, seconds: 18 } });
  expect(message).toBe(
    "The time was too short for one trial of 10 epochs. Give more time, or let trials have fewer epochs (option epochs).",
  );
});
