/**
 * Plain decimal numbers from the characters of a text, at a fraction of the time that a string for each would take.
 *
 * Every other notation is `numberForms.ts`'s business, and JSON's.
 */

/** A number of more digits may not be exact. */
const MOST_DIGITS = 15;
const POWERS_OF_TEN = Array.from({ length: MOST_DIGITS + 1 }, (_, exponent) => 10 ** exponent);

const SPACE = 0x20;
const DOT = 0x2e;
const MINUS = 0x2d;
const ZERO = 0x30;

/** What `plainNumber` gives where the text is no plain number; those are all finite. */
export const OTHER = Number.POSITIVE_INFINITY;

/**
 * The number that part of a text is: digits with no leading zero, perhaps a sign before and a fraction behind them, 15
 * digits at most, so that the quotient of two exact numbers is the nearest to it.
 *
 * @returns NaN where there is nothing but spaces; `OTHER` for every other text
 */
export function plainNumber(text: string, from: number, to: number): number {
  let start = from;
  let end = to;
  while (start < end && text.charCodeAt(start) === SPACE) start++;
  while (end > start && text.charCodeAt(end - 1) === SPACE) end--;
  if (start === end) return Number.NaN;
  const negative = text.charCodeAt(start) === MINUS;
  const first = negative ? start + 1 : start;
  let mantissa = 0;
  let dot = -1;
  let at = first;
  for (; at < end; at++) {
    const digit = text.charCodeAt(at) - ZERO;
    if (digit >= 0 && digit <= 9) mantissa = 10 * mantissa + digit;
    else if (digit === DOT - ZERO && dot < 0) dot = at;
    else return OTHER;
  }
  const whole = (dot < 0 ? end : dot) - first;
  const fraction = dot < 0 ? 0 : end - dot - 1;
  const leadingZero = whole > 1 && text.charCodeAt(first) === ZERO;
  if (whole === 0 || leadingZero || (dot >= 0 && fraction === 0) || whole + fraction > MOST_DIGITS) return OTHER;
  const value = mantissa / POWERS_OF_TEN[fraction];
  return negative ? -value : value;
}

/** How many zeros end the fraction of a plain number's text, which are no part of the number: 2 of "1.00". */
export function zerosOfFraction(text: string, from: number, to: number): number {
  let end = to;
  while (end > from && text.charCodeAt(end - 1) === SPACE) end--;
  let at = end - 1;
  while (at >= from && text.charCodeAt(at) === ZERO) at--;
  const zeros = end - 1 - at;
  if (zeros === 0) return 0;
  while (at >= from && text.charCodeAt(at) !== DOT) at--;
  return at < from ? 0 : zeros;
}

/** The text of a number that `plainNumber` read. @param zeros as `zerosOfFraction` found them */
export function plainText(value: number, zeros: number): string {
  const sign = Object.is(value, -0) ? "-" : "";
  const shortest = String(value);
  const [digits, exponent] = shortest.split("e-");
  // Small numbers as 1.5e-7, whose last digit is the eighth behind the point.
  const behind = (digits.split(".")[1]?.length ?? 0) + Number(exponent);
  const text = exponent === undefined ? shortest : value.toFixed(behind);
  const point = zeros > 0 && !text.includes(".") ? "." : "";
  return `${sign}${text}${point}${"0".repeat(zeros)}`;
}
