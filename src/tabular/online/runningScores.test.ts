import { expect, test } from "vitest";
import type { Target } from "../../data/encoding.ts";
import { ModelFileError } from "../../errors.ts";
import { ScoreKeeper } from "./runningScores.ts";

const classes: Target = { task: "classification", column: "k", classes: ["a", "b"], shares: [0.75, 0.25] };
const numbers: Target = { task: "regression", columns: ["y"], means: [10], deviations: [2] };

test("scores classes beside shares that follow the rows", () => {
  const keeper = new ScoreKeeper(classes);
  expect(keeper.scores()).toBeUndefined();
  expect(keeper.add(Float64Array.of(0.2, 0.8), [1])).toBe(0);
  expect(keeper.scores()).toEqual({
    model: { accuracy: 1, logLoss: -Math.log(0.8) },
    baseline: { accuracy: 0, logLoss: -Math.log(0.25) },
  });
  expect(keeper.add(Float64Array.of(0.2, 0.8), [0])).toBe(1);
  // The row before counts 0.999; the shares have moved 0.001 of the way to it.
  expect(keeper.scores()?.model.accuracy).toBeCloseTo(0.999 / 1.999, 12);
  expect(keeper.state.prediction[1]).toBeCloseTo((0.25 + 0.001 * 0.75) * 0.999, 12);
});

test("scores numbers in their own unit, and gives an error of ½ at one deviation", () => {
  const keeper = new ScoreKeeper(numbers);
  expect(keeper.add(Float64Array.of(9), [11])).toBe(0.5);
  const { model, baseline } = keeper.scores() ?? {};
  expect(model).toEqual({ rmse: 2, mae: 2 });
  expect(baseline).toEqual({ rmse: 1, mae: 1 });
});

test("quantiles are scored by their pinball loss", () => {
  const target: Target = { ...numbers, quantiles: { levels: [0.1, 0.5, 0.9], values: [8, 10, 12] } };
  const keeper = new ScoreKeeper(target);
  keeper.add(Float64Array.of(8, 10, 12), [11]);
  // 0.1·3, 0.5·1 and 0.1·1
  expect(keeper.scores()?.model.pinball).toBeCloseTo(0.9 / 3, 12);
});

test("goes on from its state, and refuses that of another target", () => {
  const keeper = new ScoreKeeper(classes);
  keeper.add(Float64Array.of(0.4, 0.6), [0]);
  expect(new ScoreKeeper(classes, keeper.state).scores()).toEqual(keeper.scores());
  const labels: Target = { ...classes, classes: ["a", "b", "c"], shares: [0.5, 0.25, 0.25] };
  expect(() => new ScoreKeeper(labels, keeper.state)).toThrow(ModelFileError);
});
