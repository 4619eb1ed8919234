/** A linear network's quantiles beside those of scikit-learn's QuantileRegressor, and the metrics of both. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { quantileMetrics } from "../../src/entries/network.ts";
import { evaluate, type QuantileMetrics, type RegressionMetrics, train } from "../../src/node.ts";

interface Fitted {
  readonly level: number;
  /** NumPy's quantile of all rows. */
  readonly constant: number;
  readonly intercept: number;
  readonly slope: number;
  readonly pinball: number;
  readonly coverage: number;
}

const fixture: {
  readonly x: number[];
  readonly y: number[];
  readonly weights: number[];
  readonly unweighted: readonly Fitted[];
  readonly weighted: readonly Fitted[];
} = JSON.parse(readFileSync(new URL("quantiles.json", import.meta.url), "utf8"));

const levels = [0.1, 0.5, 0.9];
const { x, y, weights } = fixture;

/** As the encoder makes of the column, and the Python script too. */
function encodedX(): number[] {
  const sorted = [...x].sort((a, b) => a - b);
  const at = (share: number): number => {
    const place = share * (sorted.length - 1);
    const [below, above] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
    return below + (place % 1) * (above - below);
  };
  return x.map((value) => {
    const z = (value - at(0.5)) / (at(0.75) - at(0.25));
    return z / Math.sqrt(1 + (z / 3) ** 2);
  });
}

test.each([
  ["equal weights", fixture.unweighted, undefined],
  ["sample weights", fixture.weighted, weights],
] as const)("with %s, metrics of given quantiles are scikit-learn's", (_, fitted, sampleWeights) => {
  const z = encodedX();
  // A linear program's optimum passes through rows, which a rounding may leave on either side: counted as below.
  const predicted = z.flatMap((value) => fitted.map(({ intercept, slope }) => intercept + slope * value + 1e-9));
  const { pinball, perQuantile } = quantileMetrics(predicted, y, levels, { sampleWeights });
  for (const [at, expected] of fitted.entries()) {
    expect(perQuantile[at].pinball).toBeCloseTo(expected.pinball, 8);
    expect(perQuantile[at].coverage).toBeCloseTo(expected.coverage, 12);
  }
  expect(pinball).toBeCloseTo(fitted.reduce((sum, own) => sum + own.pinball, 0) / 3, 8);
});

test.each([
  ["equal weights", fixture.unweighted, {}],
  ["sample weights", fixture.weighted, { weights: "w" }],
] as const)(
  "with %s, a network without hidden layers learns the optimum of scikit-learn's linear program",
  async (_, fitted, counted) => {
    const table = x.map((value, row) => ({ x: value, y: y[row], w: weights[row] }));
    const { model } = await train({
      table,
      target: "y",
      quantiles: levels,
      features: ["x"],
      ...counted,
      recipe: "plain",
      hidden: [],
      optimizer: { name: "adam", learningRate: 0.02 },
      schedule: "cosine",
      epochs: 4000,
      batchSize: "all",
      testFraction: 0,
      validationFraction: 0,
    });
    const { target } = model.document;
    const constants = fitted.map(({ constant }) => constant);
    expect(target.task === "regression" && target.quantiles).toEqual({ levels, values: constants });
    const metrics = (await evaluate(model, table)).model as RegressionMetrics & Partial<QuantileMetrics>;
    for (const [at, expected] of fitted.entries()) {
      const { pinball, coverage } = metrics.perQuantile?.[at] ?? {};
      expect(pinball).toBeGreaterThan(expected.pinball * (1 - 1e-6)); // no line has less
      expect(pinball).toBeLessThan(expected.pinball * 1.001);
      expect(coverage).toBeCloseTo(expected.level, 1);
    }
  },
);
