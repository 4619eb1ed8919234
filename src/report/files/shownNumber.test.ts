import { expect, test } from "vitest";
import { shownAmount, shownCount, shownDate, shownNumber, shownShare, shownValue } from "./shownNumber.ts";

test.each([
  [0, "0"],
  [4201.754, "4202"],
  [0.0123456, "0.01235"],
  [-3.5, "−3.5"],
  [1234567, "1234567"],
  [123456789, "1.235·10⁸"],
  [0.0000123, "1.23·10⁻⁵"],
  [Number.NaN, "NaN"],
  [-Number.MAX_VALUE, "−1.798·10³⁰⁸"],
])("%d is shown as %s", (value, shown) => expect(shownNumber(value)).toBe(shown));

test.each([
  [0, "0\u00a0%"],
  [1, "100\u00a0%"],
  [0.98765, "98.8\u00a0%"],
  [0.9999, "> 99.9\u00a0%"],
  [0.0001, "< 0.1\u00a0%"],
])("a share of %d is shown as %s", (value, shown) => expect(shownShare(value)).toBe(shown));

test("counts have their thousands apart, dates no time where there is none", () => {
  expect([shownCount(999), shownCount(1234567)]).toEqual(["999", "1,234,567"]);
  expect(shownDate(Date.UTC(2024, 4, 1))).toBe("2024-05-01");
  expect(shownDate(Date.UTC(2024, 4, 1, 12, 30))).toBe("2024-05-01 12:30");
  expect(shownDate(1e20)).toBe("100000000000000000000");
});

test.each([
  [400_000, "400,000"],
  [-50_000, "−50,000"],
  [0.3, "0.3"],
  [20_000_000, "2·10⁷"],
  [45_967.2, "45,970"],
  [1_234_567, "1,234,567"],
  [1234.5, "1,235"],
  [0.00012346, "0.0001235"],
])("the metric or tick %d is written %s, its thousands apart", (value, words) => {
  expect(shownAmount(value)).toBe(words);
});

test.each([
  [2024, "2024"],
  [58_372, "58,372"],
  [-10_000, "−10,000"],
  [0.12345, "0.1235"],
])("the value %d of a column is written %s: a year stays a year", (value, words) => {
  expect(shownValue(value)).toBe(words);
});
