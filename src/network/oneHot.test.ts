/** One number for each class where a class index is expected is refused in words that say what to give instead. */
import { describe, expect, test } from "vitest";
import { completeProblem } from "../engines/engine.ts";
import { ShapeError } from "../errors.ts";
import { fitTemperature } from "../metrics/calibration/temperature.ts";
import { classificationMetrics } from "../metrics/classificationMetrics.ts";
import { scoreFor } from "../metrics/metricTable.ts";
import { error } from "../reference/backpropagation.ts";
import { reference } from "../reference/reference.ts";
import { dense } from "./layers.ts";
import { network } from "./network.ts";

const described = network({ inputs: 2, layers: [dense(3)] });
const inputs = [0, 1, 1, 0];
const outputs = Float64Array.of(0.6, 0.2, 0.2, 0.1, 0.8, 0.1);
const oneHot = Float64Array.of(1, 0, 0, 0, 1, 0);
const crossEntropy = { name: "crossEntropy" } as const;

describe("one-hot rows instead of class indices are recognized, with what to give instead", () => {
  const uses: Readonly<Record<string, () => unknown>> = {
    load: () =>
      reference.create(completeProblem({ network: described, loss: crossEntropy })).load({ inputs, desired: oneHot }),
    "derivation.error": () => error(crossEntropy, outputs, 2, { desired: oneHot }),
    scoreFor: () => scoreFor("accuracy", { loss: crossEntropy, outputs: 3, desired: oneHot }).of(outputs),
    classificationMetrics: () => classificationMetrics(outputs, oneHot, 3),
    fitTemperature: () => fitTemperature(outputs, oneHot, 3),
  };

  test.each(Object.keys(uses))("%s", (name) => {
    expect(uses[name]).toThrow(ShapeError);
    expect(uses[name]).toThrow(
      "to be class indices (0 to 2), one a row, found rows of 3 numbers that look one-hot. Give the index of the 1 in each row: [0, 1, 0] becomes 1.",
    );
  });
});

test("probabilities of the classes are no class indices either", () => {
  const session = reference.create(completeProblem({ network: described, loss: crossEntropy }));
  expect(() => session.load({ inputs, desired: outputs })).toThrow(
    "found rows of 3 numbers. Give the index of the right class in each row",
  );
});

test("a list that is neither class indices nor one-hot rows gets the error of its length", () => {
  const session = reference.create(completeProblem({ network: described, loss: crossEntropy }));
  expect(() => session.load({ inputs, desired: [0, 1, 2] })).toThrow("Expected inputs of 3 rows of 2 numbers, found 4");
});
