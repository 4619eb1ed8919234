/** What the lines of a training's report say of their figures. */
import { expect, test } from "vitest";
import { calibrationEffect } from "./report.ts";

test("a calibration that makes the error larger is called worse, and one that changes nothing shown says so", () => {
  expect(calibrationEffect({ before: 0.08532, after: 0.08619 })).toBe(
    "the expected calibration error rises from 0.08532 to 0.08619: calibration made it worse there (--no-calibrate leaves calibration out)",
  );
  expect(calibrationEffect({ before: 0.2573, after: 0.05863 })).toBe(
    "the expected calibration error falls from 0.2573 to 0.05863",
  );
  expect(calibrationEffect({ before: 0.085, after: 0.085 })).toBe("the expected calibration error stays 0.085");
});
