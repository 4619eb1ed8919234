import { expect, test } from "vitest";
import { missingTest } from "./missingWords.ts";
import { readBoolean, readDate, readNumber } from "./reading.ts";

test("decimal numbers read as numbers, with or without spaces around them", () => {
  const cases: [string, number][] = [
    ["39.1", 39.1],
    [" -4 ", -4],
    ["+.5", 0.5],
    ["5.", 5],
    ["1e-3", 0.001],
    ["2E+2", 200],
    ["007", 7],
  ];
  for (const [text, value] of cases) expect(readNumber(text), text).toBe(value);
});

test("what is written otherwise is no number", () => {
  for (const text of ["", ".", "e5", "1,5", "1 2", "0x10", "abc", "12abc", "--1", "NaN"]) {
    expect(readNumber(text), text).toBeNaN();
  }
});

test("infinite and overflowing numbers read as infinite, for a caller to refuse", () => {
  for (const text of ["inf", "Infinity", "+INF", "1e999"])
    expect(readNumber(text), text).toBe(Number.POSITIVE_INFINITY);
  expect(readNumber("-infinity")).toBe(Number.NEGATIVE_INFINITY);
});

test("true and false read in any case, and nothing else does", () => {
  expect([readBoolean("TRUE"), readBoolean(" False")]).toEqual([true, false]);
  for (const text of ["yes", "1", "", "truth"]) expect(readBoolean(text), text).toBeUndefined();
});

test("ISO 8601 dates and times read as UTC unless they name a zone", () => {
  const cases: [string, string][] = [
    ["2024-10-13", "2024-10-13T00:00:00.000Z"],
    ["2024-10", "2024-10-01T00:00:00.000Z"],
    ["2024-02-29 18:30", "2024-02-29T18:30:00.000Z"],
    ["2024-10-13T18:30:15.250", "2024-10-13T18:30:15.250Z"],
    ["2024-10-13T18:30:15Z", "2024-10-13T18:30:15.000Z"],
    ["2024-10-13T18:30:15+02:00", "2024-10-13T16:30:15.000Z"],
    ["2024-10-13 18:30:15-0530", "2024-10-14T00:00:15.000Z"],
    ["+012024-10-13", "+012024-10-13T00:00:00.000Z"],
    ["0031-01-01", "0031-01-01T00:00:00.000Z"],
    ["06:45", "1970-01-01T06:45:00.000Z"],
    ["06:45:30.5", "1970-01-01T06:45:30.500Z"],
  ];
  for (const [text, iso] of cases) expect(new Date(readDate(text)).toISOString(), text).toBe(iso);
});

test("days and hours that do not exist are no dates, and neither are other notations", () => {
  const texts = [
    "2024-13-01",
    "2024-00-10",
    "2023-02-29",
    "2024-04-31",
    "25:00",
    "12:60",
    "13.10.2024",
    "2024",
    "20241013",
  ];
  for (const text of texts) expect(readDate(text), text).toBeNaN();
});

test("the usual marks for a missing value are known", () => {
  const saysMissing = missingTest({}, "number");
  for (const text of ["", "NA", "n/a", "NaN", "null", "None", "-", "?", "#N/A"]) {
    expect(saysMissing(text), text).toBe(true);
  }
  for (const text of ["0", "no", "nah", "missing"]) expect(saysMissing(text), text).toBe(false);
});
