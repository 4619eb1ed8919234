import { expect, test } from "vitest";
import { effectRows, importanceExtent, pageSeconds } from "./pageWork.ts";

const narrow = { columns: 8, parameters: 200_000 };
const wide = { columns: 5000, parameters: 5_700_000 };

test("every column of a usual model is shuffled often, and of a model of thousands a few", () => {
  expect(importanceExtent(narrow)).toEqual({ columns: 8, repeats: 5, rows: 1247 });
  expect(importanceExtent(wide)).toEqual({ columns: 20, repeats: 2, rows: 50 });
  expect([effectRows(narrow), effectRows(wide)]).toEqual([300, 20]);
});

test("who says how often, or by how many rows, has every column shuffled", () => {
  expect(importanceExtent(wide, { repeats: 1 })).toMatchObject({ columns: 5000, repeats: 1 });
});

test("a page takes the time of its predictions, and a second", () => {
  // 41 evaluations on 100 rows, 96 values of effects in 100 rows and the 100 rows themselves, at 1 ms a prediction.
  const network = { parameters: 200_000, answering: 1e-3 };
  const encoding = (8 * 100) / (2 * 200_000);
  expect(pageSeconds(narrow, 100, network)).toBeCloseTo(1 + (4100 + 9600 + 100) * 1e-3 * (1 + encoding), 9);
});
