/**
 * How numbers are written: the decimal sign, what stands between groups of three digits, a currency or per cent sign.
 *
 * Pure functions of texts. Which form a column has is found from all of its texts; a text that fits another form is no
 * number of that column.
 */
import type { Reading } from "./table.ts";

export type NumberForm = Pick<Reading, "decimal" | "thousands" | "unit">;

const INFINITE = /^([+-]?)inf(?:inity)?$/i;
const SPACES = "[ \\u00a0\\u202f\\u2009]";
const separators = { ",": ",", ".": "\\.", " ": SPACES, "'": "['’]" } as const;
const CURRENCY = /\p{Sc}/u;

/** The forms that a text may have, the plainest first. */
const forms: readonly NumberForm[] = [
  {},
  { decimal: "," },
  { thousands: "," },
  { thousands: ".", decimal: "," },
  { thousands: " " },
  { thousands: " ", decimal: "," },
  { thousands: "'" },
  { thousands: "'", decimal: "," },
];

/**
 * A reader of trimmed texts in a form: the number, infinite where it is written so or is too large, NaN where it is none.
 * Without a form: the language's own notation.
 */
export function numberReader(form: NumberForm): (text: string) => number {
  const { decimal = ".", thousands = "", unit = "" } = form;
  const key = `${decimal}${thousands}|${unit}`;
  const known = readers.get(key);
  if (known !== undefined) return known;
  const made = newReader(form);
  readers.set(key, made);
  return made;
}

/** A pattern costs more to make than to use on a small table. */
const readers = new Map<string, (text: string) => number>();

/** What a number in a form looks like, with the groups sign, digits and inner, a sign behind a currency; and what stands between thousands. */
export function numberPattern(form: NumberForm): { readonly pattern: RegExp; readonly separator: RegExp | undefined } {
  const separator = form.thousands === undefined ? undefined : new RegExp(separators[form.thousands], "g");
  return { pattern: patternOf(form), separator };
}

function newReader(form: NumberForm): (text: string) => number {
  const { pattern, separator } = numberPattern(form);
  return (text) => {
    const parts = pattern.exec(text)?.groups;
    if (parts === undefined) {
      const infinite = INFINITE.exec(text);
      return infinite === null ? Number.NaN : Number(`${infinite[1]}Infinity`);
    }
    let digits = parts.digits;
    if (separator) digits = digits.replace(separator, "");
    if (form.decimal) digits = digits.replace(",", ".");
    return /[-−]/.test((parts.sign ?? "") + (parts.inner ?? "")) ? -Number(digits) : Number(digits);
  };
}

function patternOf({ decimal, thousands, unit }: NumberForm): RegExp {
  const point = separators[decimal ?? "."];
  const whole = thousands ? `(?:[1-9]\\d{0,2}(?:${separators[thousands]}\\d{3})+|\\d+)` : "\\d+";
  const digits = `(?<digits>(?:${whole}(?:${point}\\d*)?|${point}\\d+)(?:e[+-]?\\d+)?)`;
  const sign = "(?<sign>[+\\-−])?";
  if (unit === undefined) return new RegExp(`^${sign}${digits}$`, "i");
  if (unit === "%") return new RegExp(`^${sign}${digits}${SPACES}*%$`, "i");
  const currency = `(?:${SPACES}*${unit.replace("$", "\\$")}${SPACES}*)?`;
  return new RegExp(`^${sign}${currency}(?<inner>[+\\-−])?${digits}${currency}$`, "i");
}

/** The sign next to numbers that a text shows; undefined when it shows none. */
export function unitOf(text: string): string | undefined {
  return text.endsWith("%") ? "%" : CURRENCY.exec(text)?.[0];
}

/** The forms that are worth trying on a column, in their order. @param decimal the decimal sign, where it is known */
export function formsToTry(unit: string | undefined, decimal: "." | "," | undefined): NumberForm[] {
  return forms
    .filter((form) => decimal === undefined || (form.decimal ?? ".") === decimal)
    .map((form) => ({ ...form, ...(unit !== undefined && { unit }) }));
}

/** The decimal sign that a text surely has in the form it is read by: one that more or fewer than three digits follow. */
export function decimalSignIn(text: string): "." | "," | undefined {
  const sign = /^[^.,]*([.,])\d*(?:e[+-]?\d+)?\D*$/i.exec(text);
  if (sign === null) return undefined;
  const digits = /[.,](\d*)/.exec(text)?.[1].length;
  const leading = /(\d*)[.,]/.exec(text)?.[1] ?? "";
  const mayBeGroup = digits === 3 && /^[1-9]\d{0,2}$/.test(leading);
  return mayBeGroup ? undefined : (sign[1] as "." | ",");
}

/** Whether a text is a whole number that begins with 0 as codes do: 05432. */
export function hasLeadingZeros(text: string): boolean {
  return /^[+-]?0\d+$/.test(text);
}

/** Whether a text is a whole number in plain digits. */
export function isWhole(text: string): boolean {
  return /^[+-]?\d+$/.test(text);
}
