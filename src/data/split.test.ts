import fc from "fast-check";
import { expect, test } from "vitest";
import { DataError, DescriptionError } from "../errors.ts";
import { foldRows, splitRows } from "./split.ts";

const options = { testFraction: 0.2, validationFraction: 0.2, seed: 1 };

test("a split is a partition with ascending parts of the sizes asked for", () => {
  const { training, validation, test } = splitRows(100, options);
  expect([training.length, validation.length, test.length]).toEqual([60, 20, 20]);
  for (const part of [training, validation, test]) expect(part).toEqual(part.slice().sort());
  expect([...training, ...validation, ...test].sort((a, b) => a - b)).toEqual([...Array(100).keys()]);
});

test("the same seed gives the same split and another seed another", () => {
  expect(splitRows(50, options)).toEqual(splitRows(50, options));
  expect(splitRows(50, { ...options, seed: 2 })).not.toEqual(splitRows(50, options));
});

test("every part keeps the classes' shares", () => {
  // 70, 20 and 10 rows: a fifth of each is 14, 4 and 2.
  const strata = Uint8Array.from({ length: 100 }, (_, row) => (row < 70 ? 0 : row < 90 ? 1 : 2));
  const split = splitRows(100, { ...options, strata });
  const counts = (rows: Uint32Array): number[] =>
    [0, 1, 2].map((label) => rows.filter((row) => strata[row] === label).length);
  expect(counts(split.test)).toEqual([14, 4, 2]);
  expect(counts(split.validation)).toEqual([14, 4, 2]);
  expect(counts(split.training)).toEqual([42, 12, 6]);
});

test("without test rows, or without validation rows, the others take all", () => {
  expect(splitRows(10, { ...options, testFraction: 0 }).test).toHaveLength(0);
  expect(splitRows(10, { ...options, testFraction: 0 }).training).toHaveLength(8);
  expect(splitRows(10, { ...options, validationFraction: 0 }).validation).toHaveLength(0);
});

test("a class of two rows keeps one to learn from", () => {
  const strata = [0, 0, 0, 0, 0, 0, 1, 1, 2, 2];
  const { training } = splitRows(10, { ...options, strata });
  expect(new Set([...training].map((row) => strata[row])).size).toBe(3);
});

test("any split is a stratified partition with a training row of every class", () => {
  const cases = fc.record({
    strata: fc.array(fc.nat(4), { minLength: 5, maxLength: 60 }),
    testFraction: fc.double({ min: 0, max: 0.45, noNaN: true }),
    validationFraction: fc.double({ min: 0, max: 0.45, noNaN: true }),
    seed: fc.nat(),
  });
  fc.assert(
    fc.property(cases, ({ strata, ...rest }) => {
      const n = strata.length;
      const classes = [...new Set(strata)];
      const heldOut = [rest.testFraction, rest.validationFraction].map((f) =>
        f === 0 ? 0 : Math.max(1, Math.round(n * f)),
      );
      if (n - classes.length < heldOut[0] + heldOut[1]) {
        expect(() => splitRows(n, { ...rest, strata })).toThrow(DataError);
        return;
      }
      const split = splitRows(n, { ...rest, strata });
      expect([...split.training, ...split.validation, ...split.test].sort((a, b) => a - b)).toEqual([...strata.keys()]);
      expect([split.test.length, split.validation.length]).toEqual(heldOut);
      const inPart = (part: Uint32Array, label: number): number => part.filter((row) => strata[row] === label).length;
      for (const label of classes) {
        expect(inPart(split.training, label)).toBeGreaterThan(0);
        // A class gets its quota, rounded either way, unless another could not spare its own.
        const count = strata.filter((other) => other === label).length;
        if (classes.every((other) => strata.filter((o) => o === other).length > 5)) {
          expect(Math.abs(inPart(split.test, label) - (heldOut[0] * count) / n)).toBeLessThan(1);
        }
      }
    }),
    { seed: 1, numRuns: 300 },
  );
});

test("too few rows are refused with the number that is enough", () => {
  expect(() => splitRows(2, options)).toThrow(
    new DataError(
      "Too few rows to split into training, validation and test: found 2, expected at least 3. " +
        "Add rows, or use smaller fractions; to train on all rows: testFraction: 0, validationFraction: 0.",
    ),
  );
  // Three classes keep a training row each; of 7 rows 4 (3.5) would test and 1 would validate, of 8 four and two, of 9 five.
  const strata = [0, 0, 1, 1, 2];
  const refused = (): unknown => splitRows(5, { ...options, strata, testFraction: 0.5 });
  expect(refused).toThrow(/found 5, expected at least 10 with at least one training row of each of the 3 classes/);
});

test("a number of rows that is refused names the first one that is enough", () => {
  for (const classes of [1, 3, 10, 40]) {
    for (const fraction of [0.05, 0.2, 0.33, 0.45]) {
      const fractions = { testFraction: fraction, validationFraction: fraction, seed: 0 };
      const split = (rows: number) =>
        splitRows(rows, { ...fractions, strata: Array.from({ length: rows }, (_, row) => row % classes) });
      let message = "";
      try {
        split(classes);
      } catch (error) {
        message = (error as Error).message;
      }
      const enough = Number(/expected at least (\d+)/.exec(message)?.[1]);
      expect(() => split(enough)).not.toThrow();
      expect(() => split(enough - 1)).toThrow(`expected at least ${enough}`);
    }
  }
});

test("without test and validation rows any number of rows is enough", () => {
  for (const rows of [1, 2, 4]) {
    const split = splitRows(rows, {
      testFraction: 0,
      validationFraction: 0,
      seed: 1,
      strata: [0, 1, 2, 3].slice(0, rows),
    });
    expect(split.training).toHaveLength(rows);
  }
});

test("fractions out of range are refused", () => {
  expect(() => splitRows(10, { ...options, testFraction: 1 })).toThrow(DescriptionError);
  expect(() => splitRows(10, { ...options, testFraction: -0.1 })).toThrow(
    "Expected testFraction to be at least 0 and below 1, found -0.1.",
  );
  expect(() => splitRows(10, { ...options, validationFraction: Number.NaN })).toThrow(/validationFraction/);
  expect(() => splitRows(10, { ...options, testFraction: 0.5, validationFraction: 0.5 })).toThrow(/sum to less than 1/);
});

test("folds are a partition whose sizes, and whose rows of each class, differ by at most one", () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(3), { minLength: 7, maxLength: 60 }),
      fc.integer({ min: 2, max: 7 }),
      (strata, folds) => {
        const parts = foldRows(strata.length, { folds, seed: 3, strata });
        expect(parts).toHaveLength(folds);
        expect(parts.flatMap((part) => [...part]).sort((a, b) => a - b)).toEqual([...strata.keys()]);
        const spread = (counts: number[]): number => Math.max(...counts) - Math.min(...counts);
        expect(spread(parts.map((part) => part.length))).toBeLessThanOrEqual(1);
        for (const label of new Set(strata)) {
          expect(spread(parts.map((part) => part.filter((row) => strata[row] === label).length))).toBeLessThanOrEqual(
            1,
          );
        }
      },
    ),
    { seed: 1 },
  );
});

test("the seed decides the folds, and rows too few for them are refused", () => {
  expect(foldRows(20, { folds: 3, seed: 1 })).toEqual(foldRows(20, { folds: 3, seed: 1 }));
  expect(foldRows(20, { folds: 3, seed: 1 })).not.toEqual(foldRows(20, { folds: 3, seed: 2 }));
  expect(() => foldRows(4, { folds: 5, seed: 1 })).toThrow(DataError);
  expect(() => foldRows(4, { folds: 5, seed: 1 })).toThrow("Too few rows for 5 folds: found 4");
  expect(() => foldRows(4, { folds: 1, seed: 1 })).toThrow(DescriptionError);
});

const patients = Array.from({ length: 60 }, (_, row) => `patient ${row % 12}`);

test("groups named by texts are kept together, in parts of about the sizes asked for", () => {
  const split = splitRows(60, { ...options, groups: patients });
  const groupsOf = (part: Uint32Array): Set<string> => new Set(Array.from(part, (row) => patients[row]));
  const parts = [split.training, split.validation, split.test];
  // Twelve groups of 5 rows: a fifth of them is 2 or 3 groups.
  expect(parts.map((part) => part.length)).toEqual([40, 10, 10]);
  expect(parts.flatMap((part) => [...groupsOf(part)])).toHaveLength(12);
  expect(splitRows(60, { ...options, groups: patients.map((name) => Number(name.slice(8))) })).toEqual(split);
  expect(foldRows(60, { folds: 3, seed: 1, groups: patients }).map((fold) => groupsOf(fold).size)).toEqual([4, 4, 4]);
});

test("a class that one group alone has is a training class", () => {
  const groups = [0, 0, 1, 1, 2, 2, 3, 3];
  const strata = [0, 0, 0, 0, 0, 0, 1, 1];
  const { training } = splitRows(8, { testFraction: 0.25, validationFraction: 0.25, seed: 4, groups, strata });
  expect([...training]).toEqual(expect.arrayContaining([6, 7]));
});

test("too few groups, a row without a group and lists of another length are refused", () => {
  const split = (groups: unknown, strata?: unknown) => () =>
    splitRows(4, { ...options, groups, strata } as Parameters<typeof splitRows>[1]);
  expect(split([0, 0, 0, 0])).toThrow(/no group is left for the test rows.*testFraction: 0\.$/);
  expect(split(["a", "a", "b", "b"])).toThrow(/no group is left for the validation rows/);
  expect(split(["a", "a", undefined, "b"])).toThrow(DescriptionError);
  expect(split([1, 2])).toThrow("Expected 4 groups, one for each row, found 2.");
  expect(split(undefined, [0, 1])).toThrow("Expected 4 strata, one for each row, found 2.");
});
