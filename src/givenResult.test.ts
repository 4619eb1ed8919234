/** Which errors become one that names a part of a result, and which stay as they are. */
import { expect, test } from "vitest";
import { DescriptionError } from "./errors.ts";
import { readResults } from "./givenResult.ts";

/** The error of the runtime that an act ends in. */
function errorOf(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}

const endless = (): number => 1 + endless();

test.each([
  ["a text longer than any may be", () => "ab".repeat(2 ** 30)],
  ["too many calls within each other", endless],
  ["memory that is refused", () => new ArrayBuffer(Number.MAX_SAFE_INTEGER)],
] as const)("%s is not said to be a change of the result that was read", (_, act) => {
  const error = errorOf(() => readResults("makePlan", { plan: { steps: 1 } }, ({ plan }) => [plan.steps, act()]));
  expect(error).toBeInstanceOf(RangeError);
  expect((error as Error).message).toBe((errorOf(act) as Error).message);
});

test("a part that was replaced by a number out of range is named", () => {
  const read = (): string => readResults("makePlan", { plan: { digits: -1 } }, ({ plan }) => (1).toFixed(plan.digits));
  expect(read).toThrow(DescriptionError);
  expect(read).toThrow("Expected the plan that makePlan gives, unchanged, found -1 as plan.digits.");
});
