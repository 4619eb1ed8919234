import { expect, test } from "vitest";
import { DataError, DescriptionError } from "../errors.ts";
import { foldByTime, splitByTime } from "./timeSplit.ts";

const fifths = { testFraction: 0.2, validationFraction: 0.2 };
const shuffled = [7, 2, 9, 0, 5, 3, 8, 1, 6, 4];
const timesOf = (rows: Uint32Array, times: readonly number[]): number[] => [...rows].map((row) => times[row]).sort();

test("the latest rows test, the latest of the others validate, and no row learned from is later", () => {
  const { training, validation, test } = splitByTime(shuffled, '"t"', fifths);
  expect(timesOf(test, shuffled)).toEqual([8, 9]);
  expect(timesOf(validation, shuffled)).toEqual([6, 7]);
  expect(timesOf(training, shuffled)).toEqual([0, 1, 2, 3, 4, 5]);
  for (const part of [training, validation, test]) expect(part).toEqual(part.slice().sort());
});

test("rows of the same time stay together, where a part's size is nearest to what was asked for", () => {
  const times = [1, 1, 1, 1, 2, 2, 2, 3, 3, 3]; // two rows are wanted for the test; three is nearer than none
  const { training, validation, test } = splitByTime(times, '"t"', fifths);
  expect([timesOf(training, times), timesOf(validation, times), timesOf(test, times)]).toEqual([
    [1, 1, 1, 1],
    [2, 2, 2],
    [3, 3, 3],
  ]);
});

test("a row without a time is learned from", () => {
  const times = [...shuffled, Number.NaN];
  expect(splitByTime(times, '"t"', fifths).training).toContain(10);
  for (const { training } of foldByTime(times, '"t"', 3)) expect(training).toContain(10);
});

test("parts that are not asked for have no rows", () => {
  const none = splitByTime(shuffled, '"t"', { testFraction: 0, validationFraction: 0 });
  expect([none.training.length, none.validation.length, none.test.length]).toEqual([10, 0, 0]);
  expect(splitByTime([1, 1, 1], '"t"', { testFraction: 0, validationFraction: 0 }).training).toHaveLength(3);
  expect(splitByTime(shuffled, '"t"', { testFraction: 0.5, validationFraction: 0 }).test).toHaveLength(5);
});

test("too few different times for the parts are refused", () => {
  expect(() => splitByTime([1, 1, 2, 2], '"t"', fifths)).toThrow(
    new DataError(
      'Too few different times in "t" for 3 parts: found 2, expected at least 3. ' +
        "Choose another column for option split, or use no test or validation rows: testFraction: 0, validationFraction: 0.",
    ),
  );
  expect(() => splitByTime([5, 5, 5], '"t"', { testFraction: 0.2, validationFraction: 0 })).toThrow(/found 1/);
  expect(() => splitByTime(shuffled, '"t"', { testFraction: 1, validationFraction: 0 })).toThrow(DescriptionError);
  expect(() => foldByTime([1, 2, 3], '"t"', 3)).toThrow(/for 3 folds: found 3 besides .* expected at least 4/);
});

test("folds by time are chained forward: each validates what comes after all that it learns from; the latest is the first", () => {
  const folds = foldByTime(shuffled, '"t"', 4);
  expect(folds.map(({ training, validation }) => [timesOf(training, shuffled), timesOf(validation, shuffled)])).toEqual(
    [
      [
        [0, 1, 2, 3, 4, 5, 6, 7],
        [8, 9],
      ],
      [
        [0, 1, 2, 3, 4, 5],
        [6, 7],
      ],
      [
        [0, 1, 2, 3],
        [4, 5],
      ],
      [
        [0, 1],
        [2, 3],
      ],
    ],
  );
});

test("folds by time find their blocks where most rows have one time", () => {
  const times = [1, 1, 1, 1, 1, 1, 1, 2, 3, 4];
  const sizes = foldByTime(times, '"t"', 3).map(({ validation }) => validation.length);
  expect(sizes).toEqual([1, 1, 1]);
});
