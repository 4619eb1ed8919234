import { expect, test } from "vitest";
import { createSession } from "../engines/factory.ts";
import { DataError, ShapeError } from "../errors.ts";
import { dense } from "../network/layers.ts";
import { network } from "../network/network.ts";
import { classificationMetrics } from "./classificationMetrics.ts";
import { softmax } from "./softmax.ts";

test("logits of a session become probabilities, row by row, and the metrics take them", async () => {
  using session = await createSession({
    network: network({ inputs: 1, layers: [dense(2)] }),
    loss: "softmaxCrossEntropy",
    parameters: [1, -1, 0, 0], // z = (x, −x)
  });
  const logits = await session.predict([0, 0.5, -1000]);
  expect(() => classificationMetrics(logits, [0, 0, 1], 2)).toThrow("take their softmax first, softmax(outputs, 2).");
  const probabilities = softmax(logits, 2);
  // e^0.5 / (e^0.5 + e^−0.5) = 1 / (1 + e^−1) = 0.731; a large logit does not overflow.
  expect([...probabilities].map((p) => Number(p.toFixed(3)))).toEqual([0.5, 0.5, 0.731, 0.269, 0, 1]);
  expect(classificationMetrics(probabilities, [0, 0, 1], 2).accuracy).toBe(1);
});

test("softmax refuses logits that are no whole rows or not finite", () => {
  expect(() => softmax([1, 2, 3], 2)).toThrow(ShapeError);
  expect(() => softmax([1, Number.NaN], 2)).toThrow(
    new DataError("Expected finite logits, found NaN in row 0, class 1."),
  );
  expect(() => softmax([1, 2], 0)).toThrow(/classCount/);
});
