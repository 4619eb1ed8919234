/** Two models on the same rows. */
import { expect, test } from "vitest";
import { compareClasses } from "./comparison.ts";
import { compareClassModels, compareLabelModels, compareNumberModels } from "./modelComparison.ts";

const rows = 100;
const classes = Array.from({ length: rows }, (_, row) => row % 2);

/** Predictions that are certain of the true class in the rows where `isRight`, else of the other one. */
function answering(isRight: (row: number) => boolean) {
  const probabilities = classes.flatMap((truth, row) => {
    const first = isRight(row) === (truth === 0) ? 0.9 : 0.1;
    return [first, 1 - first];
  });
  return { probabilities, classes };
}

const [good, bad] = [answering((row) => row >= 10), answering((row) => row >= 40)];

test.each(["accuracy", "balancedAccuracy", "logLoss"] as const)(
  "by %s a model that is right in 30 rows more of 100 is better, and the other one is worse by as much",
  (measure) => {
    const found = compareClassModels(measure, [good, bad], {});
    const swapped = compareClassModels(measure, [bad, good], {});
    expect([found.conclusion, swapped.conclusion]).toEqual(["better", "worse"]);
    expect([swapped.model, swapped.baseline]).toEqual([found.baseline, found.model]);
    expect(swapped.difference).toBeCloseTo(-found.difference, 12);
    expect(swapped.interval?.map((bound) => -bound).reverse()).toEqual(
      found.interval?.map((bound) => expect.closeTo(bound, 12)),
    );
    const shares = [0.9, 0.6, 0.3].map((share) => expect.closeTo(share, 12));
    if (measure !== "logLoss") expect([found.model, found.baseline, found.difference]).toEqual(shares);
    // ln 9 a row, in 30 of 100 rows.
    else expect(found.difference).toBeCloseTo(0.3 * Math.log(9), 12);
    expect(compareClassModels(measure, [good, good], {})).toMatchObject({ conclusion: "undecided", difference: 0 });
  },
);

test("by accuracy the interval of the difference is that of Bonett and Price for paired shares", () => {
  const [low, high] = compareClassModels("accuracy", [good, bad], {}).interval ?? [];
  // Wins 30, losses 0: (31 − 1)/102 ± t √((31 + 1)/102 − (30/102)²)/√102, t the 97.5 % point of Student's t with 100 degrees: 1.984.
  const [centre, radius] = [30 / 102, (1.984 * Math.sqrt(32 / 102 - (30 / 102) ** 2)) / Math.sqrt(102)];
  expect([low, high]).toEqual([expect.closeTo(centre - radius, 3), expect.closeTo(centre + radius, 3)]);
});

test("beside a constant answer it finds what the verdict finds beside the baseline", () => {
  const constant = { probabilities: classes.flatMap(() => [0.6, 0.4]), classes };
  const { conclusion, ...verdict } = compareClasses({ measure: "accuracy", ...good, shares: [0.6, 0.4] });
  expect(compareClassModels("accuracy", [good, constant], {})).toEqual({ conclusion, ...verdict });
});

test("rows of one group count as one: thirty rows of one patient don't decide", () => {
  const groups = classes.map((_, row) => (row >= 10 && row < 40 ? rows : row));
  for (const measure of ["accuracy", "balancedAccuracy", "logLoss"] as const) {
    expect(compareClassModels(measure, [good, bad], { groups })).toMatchObject({ conclusion: "undecided", groups: 71 });
  }
});

test("equal weights change nothing, and unequal ones widen the interval", () => {
  const width = ({ interval: [low, high] = [0, 0] }: { interval?: readonly [number, number] }) => high - low;
  for (const measure of ["accuracy", "balancedAccuracy", "logLoss"] as const) {
    const plain = compareClassModels(measure, [good, bad], {});
    const equal = compareClassModels(measure, [good, bad], { sampleWeights: classes.map(() => 2) });
    expect(equal.conclusion).toBe(plain.conclusion);
    expect(equal.interval).toEqual(plain.interval?.map((bound) => expect.closeTo(bound, 10)));
    const sampleWeights = classes.map((_, row) => (row % 10 < 2 ? 20 : 1));
    expect(width(compareClassModels(measure, [good, bad], { sampleWeights }))).toBeGreaterThan(1.5 * width(plain));
  }
});

test("models of numbers are compared by the squared error, and one without any error is better than one with errors", () => {
  const observed = Array.from({ length: 40 }, (_, row) => row);
  const off = (by: number) => observed.map((value, row) => value + (row % 2 ? by : -by) * (1 + (row % 5) / 10));
  const compared = (own: number[], other: number[]) =>
    compareNumberModels([own, other], { observed, deviations: [11.5] });
  const found = compared(off(1), off(2));
  expect(found.conclusion).toBe("better");
  expect(found.difference).toBeCloseTo(0.75, 12); // 1 − 1²/2²
  expect(found.baseline).toBeCloseTo(2 * found.model, 12);
  expect(compared(off(2), off(1)).conclusion).toBe("worse");
  expect(compared(observed, off(1)).conclusion).toBe("better");
  expect(compared(off(1), observed).conclusion).toBe("worse");
  expect(compared(off(1), off(1))).toMatchObject({ conclusion: "undecided", difference: 0 });
});

test.each(["hammingLoss", "balancedAccuracy", "logLoss"] as const)("models of labels are compared by %s", (measure) => {
  const flags = classes.flatMap((yes) => [yes, 1 - yes]);
  const answers = (isRight: (row: number) => boolean) =>
    flags.map((yes, at) => (isRight(Math.floor(at / 2)) === (yes === 1) ? 0.9 : 0.1));
  const both = [answers((row) => row >= 10), answers((row) => row >= 40)] as const;
  const found = compareLabelModels(measure, both, { flags, labels: 2 });
  expect(found.conclusion).toBe("better");
  expect(found.difference).toBeCloseTo(measure === "logLoss" ? 0.3 * Math.log(9) : 0.3, 12);
  expect(compareLabelModels(measure, [both[0], both[0]], { flags, labels: 2 }).conclusion).toBe("undecided");
});
