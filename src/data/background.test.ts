import { expect, test } from "vitest";
import { meanInputs } from "./background.ts";

test("the background is the mean of each input", () => {
  expect(meanInputs(Float32Array.of(1, 10, 0, 2, 20, 1, 6, 30, 1), 3)).toEqual([3, 20, 0.6666667]);
});
