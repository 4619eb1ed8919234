/** Numbers as a page shows them: as many digits as a reader takes in, the same on every machine. */

import { escaped } from "../../htmlText.ts";

/** Four digits that count, whole numbers whole: 4201.754 → "4202", 0.0123456 → "0.01235". */
export function shownNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const rounded = Number.isInteger(value) && Math.abs(value) < 1e7 ? value : Number(value.toPrecision(4));
  // The largest numbers round to one that no number holds.
  if (!Number.isFinite(rounded)) return powerOfTen(value, 3).replace("-", "−");
  const size = Math.abs(rounded);
  const written = size !== 0 && (size >= 1e7 || size < 1e-4) ? powerOfTen(rounded) : String(rounded);
  return written.replace("-", "−");
}

function powerOfTen(value: number, decimals?: number): string {
  const [digits, exponent] = value.toExponential(decimals).split("e");
  return `${digits}·10${[...exponent.replace("+", "")].map((digit) => superscripts[digit]).join("")}`;
}

const superscripts: Readonly<Record<string, string>> = {
  "-": "⁻",
  ...Object.fromEntries([..."⁰¹²³⁴⁵⁶⁷⁸⁹"].map((superscript, digit) => [String(digit), superscript])),
};

/** A share as percent, with a space that does not break: 0.98765 → "98.8 %"; what is not quite nothing or all does not look so. */
export function shownShare(share: number): string {
  if (share > 0 && share < 0.0005) return "< 0.1\u00a0%";
  if (share < 1 && share > 0.9995) return "> 99.9\u00a0%";
  return `${Number((share * 100).toFixed(1))}\u00a0%`;
}

/** A share as whole percent, of an axis. */
export const percent = (share: number): string => `${Math.round(share * 100)}\u00a0%`;

/** A share as HTML, a dash where there is none. */
export const shareOrNone = (share: number | null): string => (share === null ? "–" : escaped(shownShare(share)));

/** A count with its thousands apart: 12345 → "12,345". */
export function shownCount(count: number): string {
  if (!Number.isInteger(count)) return shownNumber(count); // a sum of weights
  return thousandsApart(String(count));
}

/** As `shownNumber`, with its thousands apart, such as a metric or a number of an axis: 45967.2 → "45,970". */
export function shownAmount(value: number): string {
  return shownNumber(value).replace(/\d{4,}$/, (digits, at: number, whole: string) =>
    /^−?$/.test(whole.slice(0, at)) ? thousandsApart(digits) : digits,
  );
}

/** A value of a column, with its thousands apart from five digits on: a year stays "2024", 58372 → "58,372". */
export function shownValue(value: number): string {
  return Math.abs(value) < 9999.5 ? shownNumber(value) : shownAmount(value);
}

function thousandsApart(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ",");
}

/** An instant as date, with its time of day unless that is midnight: "2024-05-01", "2024-05-01 12:30". */
export function shownDate(milliseconds: number): string {
  const instant = new Date(milliseconds);
  if (Number.isNaN(instant.getTime())) return String(milliseconds);
  const [date, time] = instant.toISOString().split("T");
  return time.startsWith("00:00:00.000") ? date : `${date} ${time.slice(0, 5)}`;
}
