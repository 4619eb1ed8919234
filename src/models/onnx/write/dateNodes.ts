/**
 * The cycles of a date as nodes: where an instant stands in its year, month, week or day, as sine and cosine, all in UTC.
 *
 * Whole numbers in float64 throughout, so that nothing rounds before the angle. Source of the calendar: Hinnant 2013,
 * "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
 */
import type { DatePart } from "../../../data/encoding.ts";
import type { Arithmetic } from "./arithmetic.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
/** Days from 0000-03-01, where a year of this calendar begins, to 1970-01-01. */
const EPOCH = 719_468;
/** 400 years, 100, 4 and 1, in days. */
const [ERA, CENTURY, LEAP_CYCLE, YEAR] = [146_097, 36_524, 1_461, 365];

/** @param time milliseconds since 1970-01-01T00:00Z, [N, 1] float64. @returns sine and cosine, [N, 1] float64 each */
export function dateParts(number: Arithmetic, time: string, part: Exclude<DatePart, "time">): [string, string] {
  const angle = number.multiply(share(number, time, part), 2 * Math.PI);
  return [number.apply("Sin", angle), number.apply("Cos", angle)];
}

/** From 0 to 1. */
function share(number: Arithmetic, time: string, part: Exclude<DatePart, "time">): string {
  const { divide, floor, add } = number;
  if (part === "hour") return divide(floor(divide(remainder(number, time, DAY), MINUTE)), 24 * 60);
  const day = floor(divide(time, DAY));
  if (part === "dayOfWeek") return divide(remainder(number, add(day, 4), 7), 7); // 1970-01-01 was a Thursday
  const { month, dayOfMonth } = calendar(number, day);
  return part === "month" ? divide(month, 12) : divide(dayOfMonth, 31);
}

/** a − n ⌊a/n⌋, which is never negative. */
function remainder({ subtract, multiply, floor, divide }: Arithmetic, a: string, n: number): string {
  return subtract(a, multiply(floor(divide(a, n)), n));
}

/** Month from 0 and day of the month from 0. @param day since 1970-01-01 */
function calendar(number: Arithmetic, day: string): { month: string; dayOfMonth: string } {
  const { add, subtract, multiply, divide, floor, choose, greater } = number;
  const whole = (a: string, n: number): string => floor(divide(a, n));
  const dayOfEra = remainder(number, add(day, EPOCH), ERA);
  // (d − d/1460 + d/36524 − d/146096) / 365
  const leaps = add(subtract(dayOfEra, whole(dayOfEra, LEAP_CYCLE - 1)), whole(dayOfEra, CENTURY));
  const yearOfEra = whole(subtract(leaps, whole(dayOfEra, ERA - 1)), YEAR);
  // d − (365 y + y/4 − y/100)
  const before = subtract(add(multiply(yearOfEra, YEAR), whole(yearOfEra, 4)), whole(yearOfEra, 100));
  const dayOfYear = subtract(dayOfEra, before);
  // Months from March, of 153 days in five.
  const fromMarch = whole(add(multiply(dayOfYear, 5), 2), 153);
  const dayOfMonth = subtract(dayOfYear, whole(add(multiply(fromMarch, 153), 2), 5));
  return { month: choose(greater(fromMarch, 9), subtract(fromMarch, 10), add(fromMarch, 2)), dayOfMonth };
}
