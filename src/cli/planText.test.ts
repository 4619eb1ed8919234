import { expect, test } from "vitest";
import { expectedText, plannedText } from "./planText.ts";

test("the plan of a training with a time says whether it fills the time, or ends early and why", () => {
  const five = { folds: 5, ensemble: 1, epochs: 40 };
  expect(expectedText({ ...five, endsEarly: false })).toBe(
    "5 networks (5 folds), about 40 epochs each, as many as fit into the time",
  );
  expect(expectedText({ folds: 5, ensemble: 6, epochs: 512, endsEarly: true })).toBe(
    "30 networks (5 folds × 6), about 512 epochs each: more epochs would hardly help, so it ends before the time is up; to use the time, run gradus tune, or give a larger --ensemble",
  );
});

test("one epoch of one step is no plural", () => {
  const one = { epochs: 1, stepsPerEpoch: 1, passes: 1 };
  expect(plannedText({ folds: 1, ensemble: 1, networks: [one], ...one })).toBe(
    "Planned: 1 network × 1 epoch of 1 step.",
  );
});
