import { expect, test } from "vitest";
import { regressorDocument } from "../../../test/exampleModels.ts";
import type { RegressionTarget } from "../../data/encoding.ts";
import type { ModelDocument } from "../../models/document.ts";
import type { Model } from "../../models/model.ts";
import { calibrationReport } from "./calibrationReport.ts";

const target: RegressionTarget = { task: "regression", columns: ["y"], means: [0], deviations: [1] };

/** The report of intervals that so many calibration rows made, with the residuals 1, 2, …, on four test rows. */
function reported(rows: number) {
  const interval = { rows, residuals: [Array.from({ length: rows }, (_, row) => row + 1)] };
  const document: ModelDocument = { ...regressorDocument, target, interval };
  const responses = Float64Array.of(0, 0, 0, 0);
  const desired = Float64Array.of(1, -9, 10, 9);
  return calibrationReport({ document } as Model, { rows: 4, target, responses, desired });
}

test("nine calibration rows are enough for the 90 % intervals that a report shows, eight are not", () => {
  expect(reported(9)).toEqual({ coverage: 0.9, targets: [{ name: "y", radius: 9, covered: 3 / 4 }] });
  expect(reported(8)).toBeUndefined();
});
