import { expect, test } from "vitest";
import { labelStrata } from "./labelTarget.ts";
import { tableFromColumns } from "./rows.ts";
import { splitRows } from "./split.ts";
import { encodeTarget, fitTarget } from "./target.ts";

test("no and yes are known by their words, whichever comes first in the alphabet; else the second is yes, with a note", () => {
  const table = tableFromColumns({ ja: ["ja", "nein"], kind: ["spam", "ham"], on: [true, false] });
  const { target, warnings } = fitTarget(table, ["ja", "kind", "on"]);
  expect(target.task === "multilabel" && target.labels.map(({ classes }) => classes)).toEqual([
    ["nein", "ja"],
    ["ham", "spam"],
    [false, true],
  ]);
  expect([...encodeTarget(target, table)]).toEqual([1, 1, 1, 0, 0, 0]);
  expect(warnings.map(({ code, columns }) => [code, columns])).toEqual([["yes-guessed", ["kind"]]]);
  expect(warnings[0].message).toMatch(/"spam" is read as yes and "ham" as no/);
});

test("numbers beside labels of text are refused, numbers of 0 and 1 are not", () => {
  const table = tableFromColumns({ flag: [0, 1, 0], size: [1.5, 2, 3], sure: ["yes", "no", "no"] });
  expect(() => fitTarget(table, ["sure", "size"])).toThrow(
    /"size" holds numbers, and "sure" has the values "yes", "no"/,
  );
  expect(fitTarget(table, ["sure", "flag"]).target.task).toBe("multilabel");
  // All are numbers: learned as such, but not in silence.
  const { target, warnings } = fitTarget(table, ["flag", "size"]);
  expect(target.task).toBe("regression");
  expect(warnings[0].message).toMatch(
    /"flag" has only the numbers 0 and 1.*treated as numbers, as the other targets are/,
  );
});

test("a label of one value or of three is refused", () => {
  const table = tableFromColumns({ one: ["yes", "yes", "yes"], three: ["a", "b", "c"], sure: ["yes", "no", "no"] });
  expect(() => fitTarget(table, ["one", "sure"])).toThrow(/every row has the same class, "yes", in the target "one"/);
  expect(() => fitTarget(table, ["three", "sure"], { task: "multilabel" })).toThrow(
    /the target "three" must be a label with two values, but has more: "a", "b", "c"\. Choose columns of two values/,
  );
});

test("parts keep the share of each combination of labels, and rare ones by their rarest label", () => {
  const flags = Array.from({ length: 100 }, (_, row) => [
    row % 2,
    Number(row % 10 === 0),
    Number(row === 7 || row === 8),
  ]);
  const strata = labelStrata(flags.flat(), 3);
  const { test: held, training } = splitRows(100, { testFraction: 0.2, validationFraction: 0, seed: 1, strata });
  const count = (rows: Uint32Array, label: number) => [...rows].filter((row) => flags[row][label] === 1).length;
  expect([count(held, 0), count(held, 1)]).toEqual([10, 2]);
  expect(count(training, 2)).toBeGreaterThanOrEqual(1);
});
