import { expect, test } from "vitest";
import { random } from "../random.ts";
import { compareClasses, compareNumbers } from "./comparison.ts";

const GROUPS = 12;
const EACH = 20;
const TABLES = 60;
const { uniform, normal } = random(5, "guesses in groups");
const groups = Float64Array.from({ length: GROUPS * EACH }, (_, row) => Math.floor(row / EACH));

/** For how many tables with uninformative predictions the model is called better. @param better of one table */
function sharesOf(better: (grouped: { readonly groups?: Float64Array }) => boolean[]): { own: number; rows: number } {
  let [own, rows] = [0, 0];
  for (let table = 0; table < TABLES; table++) {
    const [byGroups, byRows] = better({ groups });
    if (byGroups) own++;
    if (byRows) rows++;
  }
  return { own: own / TABLES, rows: rows / TABLES };
}

test.each(["accuracy", "balancedAccuracy", "logLoss"] as const)(
  "guesses that go with the group are hardly ever called better by %s, as they would be if rows were independent",
  (measure) => {
    const { own, rows } = sharesOf((grouped) => {
      const classes = new Float64Array(groups.length);
      const probabilities = new Float64Array(2 * groups.length);
      for (let group = 0; group < GROUPS; group++) {
        const [label, guess] = [uniform() < 0.5 ? 0 : 1, uniform()];
        for (let row = group * EACH; row < (group + 1) * EACH; row++) {
          classes[row] = uniform() < 0.9 ? label : 1 - label;
          const p = Math.min(0.9, Math.max(0.1, guess + 0.1 * normal()));
          probabilities.set([1 - p, p], 2 * row);
        }
      }
      const question = { measure, probabilities, classes, shares: [0.5001, 0.4999] };
      return [{ ...question, ...grouped }, question].map((asked) => compareClasses(asked).conclusion === "better");
    });
    expect(own).toBeLessThanOrEqual(0.05);
    expect(rows).toBeGreaterThan(own);
  },
);

test("guessed numbers that go with the group are hardly ever called better than the mean", () => {
  const { own, rows } = sharesOf((grouped) => {
    const observed = new Float64Array(groups.length);
    const predicted = new Float64Array(groups.length);
    for (let group = 0; group < GROUPS; group++) {
      const [effect, guess] = [normal(), 0.5 * normal()];
      for (let row = group * EACH; row < (group + 1) * EACH; row++) {
        observed[row] = effect + 0.3 * normal();
        predicted[row] = guess + 0.1 * normal();
      }
    }
    const question = { predicted, observed, means: [0], deviations: [1] };
    return [{ ...question, ...grouped }, question].map((asked) => compareNumbers(asked).conclusion === "better");
  });
  expect(own).toBeLessThanOrEqual(0.025);
  expect(rows).toBeGreaterThan(own);
});
