import { expect, test } from "vitest";
import { fewestRows, pilotRows } from "./sampleSizes.ts";

const flights = { training: 1_920_000, validation: 480_000, test: 600_000 };

test("the pace is measured on rows that hold so many values, however many columns there are", () => {
  expect(pilotRows(flights, 4)).toEqual({ training: 8000, validation: 2000, test: 1000 });
  expect(pilotRows({ training: 1280, validation: 320, test: 400 }, 5000)).toEqual({
    training: 200,
    validation: 50,
    test: 25,
  });
  expect(pilotRows({ training: 12_800, validation: 3200, test: 4000 }, 500)).toEqual({
    training: 2000,
    validation: 500,
    test: 250,
  });
});

test("where a sample would hardly be smaller, the pace is measured on all rows", () => {
  expect(pilotRows({ training: 96, validation: 24, test: 30 }, 5000)).toBeUndefined();
  expect(pilotRows({ training: 12_800, validation: 3200, test: 2000 }, 20)).toBeUndefined();
});

test("the fewest rows that are used hold as many values where there are thousands of columns", () => {
  expect(fewestRows(4)).toEqual({ training: 1000, validation: 1000, test: 2000 });
  expect(fewestRows(100_000)).toEqual({ training: 200, validation: 60, test: 100 });
});
