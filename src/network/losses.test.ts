/**
 * Every loss against values calculated by hand, and its derivative against differences of its values.
 *
 * The differences walk over the table; a loss without examples below fails.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { centralDifference, REACH, relativeError } from "../../test/centralDifferences.ts";
import { DescriptionError, ShapeError } from "../errors.ts";
import { softmax } from "./activations.ts";
import { numberOf } from "./expression/compiled.ts";
import { desiredWidth, type Loss, type LossName, losses, lossOf, patternScale } from "./losses.ts";

const names = Object.keys(losses) as LossName[];
const value = (loss: Loss, y: readonly number[], d: readonly number[]): number => lossOf(loss).value(y, d, loss);
const derivative = (loss: Loss, y: readonly number[], d: readonly number[]): number[] => [
  ...lossOf(loss).derivative(y, d, loss),
];
function expectNumbers(found: readonly number[], expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length);
  for (const [i, number] of expected.entries()) expect(found[i]).toBeCloseTo(number, 14);
}

/** Losses with options, and outputs y and desired responses d to try them on. */
const examples: Readonly<Record<LossName, { losses: readonly Loss[]; desired: readonly (readonly number[])[] }>> = {
  halfSquaredError: { losses: [{ name: "halfSquaredError" }], desired: [[0, 1, -2]] },
  meanSquaredError: { losses: [{ name: "meanSquaredError" }], desired: [[0, 1, -2]] },
  meanAbsoluteError: { losses: [{ name: "meanAbsoluteError" }], desired: [[0, 1, -2]] },
  quantile: {
    losses: [
      { name: "quantile" },
      { name: "quantile", quantiles: [0.9] },
      { name: "quantile", quantiles: [0.1, 0.5, 0.9] },
    ],
    desired: [[0, 1, -2]],
  },
  huber: {
    losses: [{ name: "huber" }, { name: "huber", delta: 0.4 }, { name: "huber", delta: 9 }],
    desired: [[0, 1, -2]],
  },
  crossEntropy: {
    losses: [
      { name: "crossEntropy" },
      { name: "crossEntropy", labelSmoothing: 0.2 },
      { name: "crossEntropy", classWeights: [0.5, 2, 0] },
      { name: "crossEntropy", labelSmoothing: 0.2, classWeights: [0.5, 2, 0] },
    ],
    desired: [[0], [1], [2]],
  },
  binaryCrossEntropy: {
    losses: [
      { name: "binaryCrossEntropy" },
      { name: "binaryCrossEntropy", labelSmoothing: 0.2 },
      { name: "binaryCrossEntropy", classWeights: [0.5, 2, 0] },
      { name: "binaryCrossEntropy", labelSmoothing: 0.2, classWeights: [0.5, 2, 0] },
    ],
    desired: [
      [0, 1, 1],
      [1, 0, 0.3],
    ],
  },
};
const outputs: readonly (readonly number[])[] = [
  [0.15, -0.7, 2.2],
  [-3, 0.05, 0.6],
  [7, -6, 4],
];

describe.each(names)("%s", (name) => {
  test("has the derivative of its value in every output", () => {
    for (const loss of examples[name].losses) {
      for (const d of examples[name].desired) {
        for (const y of outputs) {
          const found = derivative(loss, y, d);
          for (const [k, output] of y.entries()) {
            const bend = loss.name === "huber" ? Math.abs(Math.abs(d[k] - output) - (loss.delta ?? 1)) : 1;
            expect(bend, "the example's distance from huber's bend").toBeGreaterThan(4 * REACH);
            const quotient = centralDifference((moved) => value(loss, y.with(k, moved), d), output);
            const place = `${JSON.stringify(loss)} at y = ${y}, d = ${d}, output ${k}`;
            expect(relativeError(found[k], quotient, 1e-3), place).toBeLessThan(1e-8);
          }
        }
      }
    }
  });

  test("stays finite for outputs of ±800", () => {
    for (const loss of examples[name].losses) {
      for (const d of examples[name].desired) {
        for (const y of [
          [800, -800, 0],
          [-800, -800, -800],
          [800, 800, 800],
        ]) {
          expect(Number.isFinite(value(loss, y, d)), JSON.stringify(loss)).toBe(true);
          expect(derivative(loss, y, d).every(Number.isFinite), JSON.stringify(loss)).toBe(true);
        }
      }
    }
  });

  test("is NaN, not silent, where an output is NaN", () => {
    for (const loss of examples[name].losses)
      expect(value(loss, [0, Number.NaN, 0], examples[name].desired[0])).toBeNaN();
  });

  test("has its formula's value, and in its shorter form without class weights the same numbers", () => {
    for (const loss of examples[name].losses) {
      const { expressions, unweighted = expressions, scope } = lossOf(loss);
      const forms = "classWeights" in loss ? [expressions] : [expressions, unweighted];
      for (const d of examples[name].desired) {
        for (const y of outputs) {
          const letters = scope(y, d, loss);
          for (const form of forms) {
            expect(
              relativeError(numberOf(form.value, letters), value(loss, y, d), 1e-3),
              JSON.stringify(loss),
            ).toBeLessThan(1e-9);
            const slopes = y.map((_, k) => numberOf(form.derivative, { ...letters, k }));
            for (const [k, each] of derivative(loss, y, d).entries()) expect(slopes[k]).toBeCloseTo(each, 14);
          }
        }
      }
    }
  });

  test("gives a batch the bits that its patterns have one by one", () => {
    for (const loss of examples[name].losses) {
      const { desired } = examples[name];
      const targets = outputs.map((_, n) => desired[n % desired.length].slice(0, desiredWidth(loss, 3)));
      const found = lossOf(loss).batch(Float64Array.from(outputs.flat()), Float64Array.from(targets.flat()), 3, loss);
      expect([...found.values]).toEqual(outputs.map((y, n) => value(loss, y, targets[n])));
      expect([...found.derivative]).toEqual(outputs.flatMap((y, n) => derivative(loss, y, targets[n])));
    }
  });

  test("shows its formulas as text and as LaTeX", () => {
    const { formula, derivativeFormula } = lossOf({ name });
    for (const { text, latex } of [formula, derivativeFormula]) {
      expect(text).toContain("=");
      expect(latex.split("{").length, "opening braces").toBe(latex.split("}").length);
    }
  });
});

describe("by hand, with y = (1, 2, 4) and d = (0, 2, 1), so e = (−1, 0, −3)", () => {
  const y = [1, 2, 4];
  const d = [0, 2, 1];

  test("halfSquaredError sums ½ e²: ½ (1 + 0 + 9) = 5, and its derivative is −e", () => {
    expect(value({ name: "halfSquaredError" }, y, d)).toBe(5);
    expectNumbers(derivative({ name: "halfSquaredError" }, y, d), [1, 0, 3]);
  });

  test("meanSquaredError averages e² over the outputs, (1 + 0 + 9)/3, and so does its derivative, −2e/3", () => {
    expect(value({ name: "meanSquaredError" }, y, d)).toBeCloseTo(10 / 3, 14);
    expectNumbers(derivative({ name: "meanSquaredError" }, y, d), [2 / 3, 0, 2]);
  });

  test("huber with δ = 2 is quadratic for −1 and linear for −3: (½ + 0 + 2 (3 − 1))/3 = 1.5", () => {
    expect(value({ name: "huber", delta: 2 }, y, d)).toBeCloseTo(1.5, 14);
    expectNumbers(derivative({ name: "huber", delta: 2 }, y, d), [1 / 3, 0, 2 / 3]);
  });

  test("huber's two branches meet at δ, in value and in derivative", () => {
    for (const delta of [0.3, 1, 2]) {
      const at = (e: number) => [
        value({ name: "huber", delta }, [0], [e]),
        ...derivative({ name: "huber", delta }, [0], [e]),
      ];
      const [before, after] = [at(delta * (1 - 1e-12)), at(delta * (1 + 1e-12))];
      for (const i of [0, 1]) expect(before[i]).toBeCloseTo(after[i], 10);
    }
  });

  test("huber without a delta has δ = 1", () => {
    expect(value({ name: "huber" }, y, d)).toBe(value({ name: "huber", delta: 1 }, y, d));
  });
});

describe("crossEntropy by hand, with logits (ln 1, ln 2, ln 5), so p = (1, 2, 5)/8", () => {
  const y = [0, Math.log(2), Math.log(5)];

  test("is −ln p of the class: −ln ⅝ for the third, and its derivative is p − d", () => {
    expect(value({ name: "crossEntropy" }, y, [2])).toBeCloseTo(Math.log(8 / 5), 14);
    expectNumbers(derivative({ name: "crossEntropy" }, y, [2]), [1 / 8, 2 / 8, -3 / 8]);
  });

  test("smoothed by 0.3, the target is (0.1, 0.1, 0.8)", () => {
    const loss: Loss = { name: "crossEntropy", labelSmoothing: 0.3 };
    expect(value(loss, y, [2])).toBeCloseTo(0.1 * Math.log(8) + 0.1 * Math.log(4) + 0.8 * Math.log(8 / 5), 14);
    expectNumbers(derivative(loss, y, [2]), [1 / 8 - 0.1, 2 / 8 - 0.1, 5 / 8 - 0.8]);
  });

  test("a class weight multiplies its class's term, smoothed or not", () => {
    const classWeights = [2, 3, 4];
    expect(value({ name: "crossEntropy", classWeights }, y, [1])).toBeCloseTo(3 * Math.log(4), 14);
    expectNumbers(derivative({ name: "crossEntropy", classWeights }, y, [1]), [3 / 8, 6 / 8 - 3, 15 / 8]);
    // t = (2 · 0.1, 3 · 0.1, 4 · 0.8) = (0.2, 0.3, 3.2), Σ t = 3.7.
    const loss: Loss = { name: "crossEntropy", classWeights, labelSmoothing: 0.3 };
    expect(value(loss, y, [2])).toBeCloseTo(0.2 * Math.log(8) + 0.3 * Math.log(4) + 3.2 * Math.log(8 / 5), 14);
    expectNumbers(derivative(loss, y, [2]), [3.7 / 8 - 0.2, 7.4 / 8 - 0.3, 18.5 / 8 - 3.2]);
  });

  test("its response is softmax", () => {
    expect(losses.crossEntropy.response(y)).toEqual(softmax(y));
  });
});

describe("binaryCrossEntropy by hand, with logits (0, ln 3), so p = (½, ¾)", () => {
  const y = [0, Math.log(3)];

  test("averages −ln p of the flags over the outputs, and its derivative is (p − d)/M", () => {
    expect(value({ name: "binaryCrossEntropy" }, y, [1, 0])).toBeCloseTo((Math.log(2) + Math.log(4)) / 2, 14);
    expectNumbers(derivative({ name: "binaryCrossEntropy" }, y, [1, 0]), [-1 / 4, 3 / 8]);
  });

  test("smoothed by 0.2, the flags 1 and 0 are 0.9 and 0.1", () => {
    const loss: Loss = { name: "binaryCrossEntropy", labelSmoothing: 0.2 };
    const second = 0.1 * Math.log(4 / 3) + 0.9 * Math.log(4);
    expect(value(loss, y, [1, 0])).toBeCloseTo((Math.log(2) + second) / 2, 14);
    expectNumbers(derivative(loss, y, [1, 0]), [(0.5 - 0.9) / 2, (0.75 - 0.1) / 2]);
  });

  test("a class weight multiplies the term of a flag of 1 and leaves that of 0 alone", () => {
    const loss: Loss = { name: "binaryCrossEntropy", classWeights: [3, 5] };
    expect(value(loss, y, [1, 0])).toBeCloseTo((3 * Math.log(2) + Math.log(4)) / 2, 14);
    expectNumbers(derivative(loss, y, [1, 0]), [-3 / 4, 3 / 8]);
  });

  test("its response is the logistic", () => {
    expectNumbers([...losses.binaryCrossEntropy.response(y)], [0.5, 0.75]);
    expectNumbers([...losses.binaryCrossEntropy.response([-800, 800])], [0, 1]);
  });

  test("with one output it is crossEntropy of two classes with the same difference of logits", () => {
    fc.assert(
      fc.property(fc.double({ min: -50, max: 50, noNaN: true }), fc.constantFrom(0, 1), (logit, flag) => {
        const one = value({ name: "binaryCrossEntropy" }, [logit], [flag]);
        expect(value({ name: "crossEntropy" }, [0, logit], [flag])).toBeCloseTo(one, 12);
      }),
      { seed: 1 },
    );
  });
});

describe("quantile, with the quantiles 0.1, 0.5 and 0.9", () => {
  const loss: Loss = { name: "quantile", quantiles: [0.1, 0.5, 0.9] };

  test("by hand, with y = (1, 2, 4) and d = 2, so e = (1, 0, −2): (0.1 · 1 + 0 + (1 − 0.9) · 2)/3 = 0.1", () => {
    expect(value(loss, [1, 2, 4], [2])).toBeCloseTo(0.1, 14);
    expectNumbers(derivative(loss, [1, 2, 4], [2]), [-0.1 / 3, 0, 0.1 / 3]);
  });

  test("each number of the target has an output for each quantile, side by side", () => {
    const both = value(loss, [1, 2, 4, -3, 0, 5], [2, 1]);
    expect(both).toBeCloseTo((value(loss, [1, 2, 4], [2]) + value(loss, [-3, 0, 5], [1])) / 2, 14);
  });

  test("is the mean of scikit-learn's mean_pinball_loss of the quantiles", () => {
    // scikit-learn 1.9.1: mean_pinball_loss([2, 0.5], [y[0][k], y[1][k]], alpha=quantiles[k])
    const pinball = [0.125, 0.1875, 0.1];
    const rows = [value(loss, [1, 2.5, 4], [2]), value(loss, [-1, 0.25, 0.5], [0.5])];
    expect((rows[0] + rows[1]) / 2).toBeCloseTo((pinball[0] + pinball[1] + pinball[2]) / 3, 14);
  });

  test("has PyTorch's gradient", () => {
    // PyTorch 2.15.0, float64: torch.maximum(tau * e, (tau - 1) * e).mean(dim=1).sum().backward(), e = d − y
    expectNumbers(derivative(loss, [1, 2.5, 4], [2]), [-0.1 / 3, 0.5 / 3, 0.1 / 3]);
    expectNumbers(derivative(loss, [-1, 0.25, 0.5], [0.75]), [-0.1 / 3, -0.5 / 3, -0.9 / 3]);
  });

  test("of one constant is least at the quantile of the targets", () => {
    const targets = Array.from({ length: 101 }, (_, i) => i);
    for (const tau of [0.1, 0.5, 0.9]) {
      const total = (y: number): number =>
        targets.reduce((sum, d) => sum + value({ name: "quantile", quantiles: [tau] }, [y], [d]), 0);
      const least = targets.reduce((best, y) => (total(y) < total(best) ? y : best));
      expect(least).toBeCloseTo(100 * tau, 10);
    }
  });

  test("refuses a number of outputs that the quantiles don't divide", () => {
    const validate = () => lossOf(loss).validate?.(loss, 4);
    expect(validate).toThrow(ShapeError);
    expect(validate).toThrow("Expected a multiple of 3 outputs");
  });
});

test("the loss alone owns 1/B: a pattern of weight w enters a batch of B with w/B", () => {
  expect(patternScale(4)).toBe(0.25);
  expect(patternScale(4, 3)).toBe(0.75);
  expect(patternScale(1, 0)).toBe(0);
});

test("a class is one number, values and flags are one an output, or one for the outputs of all quantiles", () => {
  const widths = Object.fromEntries(names.map((name) => [name, desiredWidth({ name }, 3)]));
  expect(widths).toEqual({
    halfSquaredError: 3,
    meanSquaredError: 3,
    huber: 3,
    crossEntropy: 1,
    binaryCrossEntropy: 3,
    meanAbsoluteError: 3,
    quantile: 3,
  });
  expect(desiredWidth({ name: "quantile", quantiles: [0.1, 0.5, 0.9] }, 6)).toBe(2);
});

test("where the outputs are values, they are their own response", () => {
  for (const name of ["halfSquaredError", "meanSquaredError", "huber"] as const) {
    expect([...losses[name].response([1, -2])]).toEqual([1, -2]);
  }
});

describe("options out of range", () => {
  const bad: readonly (readonly [Loss, number, string])[] = [
    [{ name: "huber", delta: 0 }, 1, "Expected huber's delta to be above 0 and finite, found 0."],
    [{ name: "quantile", quantiles: [] }, 1, "Expected quantiles to be at least one, found []."],
    [{ name: "quantile", quantiles: [0, 0.5] }, 2, "Expected each quantile to be above 0 and below 1, found 0."],
    [
      { name: "quantile", quantiles: [0.9, 0.1] },
      2,
      "Expected quantiles to be in ascending order, each once, found [0.9,0.1].",
    ],
    [{ name: "huber", delta: Number.NaN }, 1, "Expected huber's delta to be above 0 and finite, found NaN."],
    [
      { name: "crossEntropy" },
      1,
      "Expected the number of outputs for crossEntropy to be at least 2, one for each class, found 1.",
    ],
    [{ name: "crossEntropy", labelSmoothing: 1 }, 2, "Expected labelSmoothing to be at least 0 and below 1, found 1."],
    [
      { name: "binaryCrossEntropy", labelSmoothing: -0.1 },
      2,
      "Expected labelSmoothing to be at least 0 and below 1, found -0.1.",
    ],
    [
      { name: "crossEntropy", classWeights: [1, -1] },
      2,
      "Expected each class weight to be finite and at least 0, found -1.",
    ],
    [
      { name: "binaryCrossEntropy", classWeights: [Number.POSITIVE_INFINITY] },
      1,
      "Expected each class weight to be finite and at least 0, found Infinity.",
    ],
  ];
  test.each(bad)("%o", (loss, count, message) => {
    expect(() => lossOf(loss).validate?.(loss, count)).toThrow(new DescriptionError(message));
  });

  test("class weights of another number than the outputs", () => {
    const classes: Loss = { name: "crossEntropy", classWeights: [1, 1] };
    const flags: Loss = { name: "binaryCrossEntropy", classWeights: [1, 1] };
    expect(() => lossOf(classes).validate?.(classes, 3)).toThrow(
      new ShapeError("Expected 3 classWeights, one for each class, found 2."),
    );
    expect(() => lossOf(flags).validate?.(flags, 3)).toThrow(
      new ShapeError("Expected 3 classWeights, one for each output, found 2."),
    );
  });

  test("what is in range passes", () => {
    for (const name of names) {
      for (const loss of examples[name].losses) expect(() => lossOf(loss).validate?.(loss, 3)).not.toThrow();
    }
  });
});

test("the mean absolute error of two outputs is the mean of their sizes, and its derivative their signs over 2", () => {
  // |1 − 3| = 2 and |5 − 4| = 1, so (2 + 1)/2; y is above d in the first and below it in the second
  expect(lossOf({ name: "meanAbsoluteError" }).value([3, 4], [1, 5], { name: "meanAbsoluteError" })).toBe(1.5);
  expect(derivative({ name: "meanAbsoluteError" }, [3, 4], [1, 5])).toEqual([0.5, -0.5]);
  expect(derivative({ name: "meanAbsoluteError" }, [3, 4], [3, 4])).toEqual([0, 0]);
});
