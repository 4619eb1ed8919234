import { expect, test } from "vitest";
import { dividedFiles, type FilePart, wholeFiles } from "./divideFiles.ts";

const shown = (parts: readonly FilePart[]): string[] =>
  parts.map(({ file, rank, at, from, to }) => `${rank}: file ${file} part ${at}, ${from} to ${to}`);

test("the bytes of all files are divided evenly, in their order", () => {
  expect(shown(dividedFiles([100], 3))).toEqual([
    "0: file 0 part 0, 0 to 33",
    "1: file 0 part 1, 33 to 66",
    "2: file 0 part 2, 66 to 100",
  ]);
  // 25 bytes each: 20 + 5, then 25 of the 55 that are left of the second file, …
  expect(shown(dividedFiles([20, 60, 20], 4))).toEqual([
    "0: file 0 part 0, 0 to 20",
    "0: file 1 part 0, 0 to 5",
    "1: file 1 part 1, 5 to 30",
    "2: file 1 part 2, 30 to 55",
    "3: file 1 part 3, 55 to 60",
    "3: file 2 part 0, 0 to 20",
  ]);
});

test("files of nearly one size stay whole, of nearly as many bytes for each rank", () => {
  expect(shown(dividedFiles([1000, 1020, 985], 3))).toEqual([
    "0: file 0 part 0, 0 to 1000",
    "1: file 1 part 0, 0 to 1020",
    "2: file 2 part 0, 0 to 985",
  ]);
});

test("files without bytes, and fewer bytes than ranks, are read once", () => {
  expect(shown(dividedFiles([0, 0], 2))).toEqual(["1: file 0 part 0, 0 to 0", "1: file 1 part 0, 0 to 0"]);
  expect(shown(dividedFiles([2, 0], 4))).toEqual([
    "1: file 0 part 0, 0 to 1",
    "3: file 0 part 1, 1 to 2",
    "3: file 1 part 0, 0 to 0",
  ]);
});

test("whole files: every rank has one, and ranks have about equal bytes", () => {
  const ranksOf = (sizes: number[], ranks: number): number[] => wholeFiles(sizes, ranks).map(({ rank }) => rank);
  expect(ranksOf([10, 10, 10, 10, 10, 10], 3)).toEqual([0, 0, 1, 1, 2, 2]);
  expect(ranksOf([100, 1, 1, 1], 4)).toEqual([0, 1, 2, 3]);
  expect(ranksOf([1, 1, 1, 100], 2)).toEqual([0, 0, 0, 1]);
  expect(ranksOf([0, 0, 0], 2)).toEqual([0, 0, 1]);
});
