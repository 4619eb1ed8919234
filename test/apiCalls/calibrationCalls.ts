/** Good calls of metrics, temperatures and conformal intervals. */
import * as gradus from "../../src/node.ts";
import type { Calls } from "./call.ts";

export function calibrationCalls(): Calls {
  const probabilities = [0.5, 0.5, 0.25, 0.75];
  const score = { loss: { name: "crossEntropy" }, outputs: 2, desired: new Float32Array([0, 1]) };
  return {
    scoreFor: { run: gradus.scoreFor, args: ["accuracy", score], open: [1], options: [1] },
    "scoreFor.of": {
      run: (outputs) => gradus.scoreFor("accuracy", score as gradus.ScoreOptions).of(outputs),
      args: [[1, 0, 0, 1]],
      open: [0],
    },
    reliability: { run: gradus.reliability, args: [probabilities, [0, 1], 2, 10], open: [0, 1] },
    fitTemperature: { run: gradus.fitTemperature, args: [probabilities, [0, 1], 2], open: [0, 1] },
    logitsOf: { run: gradus.logitsOf, args: [probabilities], open: [0] },
    softmax: { run: gradus.softmax, args: [probabilities, 2], open: [0] },
    withTemperature: { run: gradus.withTemperature, args: [probabilities, 2, 1.5], open: [0] },
    fitConformal: { run: gradus.fitConformal, args: [[1, 2, 3]], open: [0] },
    conformalRadius: { run: gradus.conformalRadius, args: [{ rows: 3, residuals: [1, 2, 3] }, 0.5], open: [0] },
    coverageOf: { run: gradus.coverageOf, args: [[1, 2, 3], 2], open: [0] },
    multilabelMetrics: { run: gradus.multilabelMetrics, args: [[0.9, 0.2, 0.4, 0.7], [1, 0, 0, 1], 2], open: [0, 1] },
    classificationMetrics: { run: gradus.classificationMetrics, args: [probabilities, [0, 1], 2], open: [0, 1] },
    quantileMetrics: {
      run: gradus.quantileMetrics,
      args: [
        [1, 3, 2, 4],
        [2, 5],
        [0.1, 0.9],
      ],
      open: [0, 1, 2],
    },
    regressionMetrics: { run: gradus.regressionMetrics, args: [[1, 2], [2, 2], 1], open: [0, 1] },
  };
}
