/**
 * Text as values: what a number, a truth value, a date and a missing value look like when they are written.
 *
 * Pure functions of one cell's text; which cells a column has, and what to do with those that do not read, is
 * `conversion.ts` and `inference.ts`.
 */

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const INFINITE = /^([+-]?)inf(?:inity)?$/i;

/** A decimal number, in the language's own notation; infinite when it says so or is too large; NaN when it is none. */
export function readNumber(text: string): number {
  const trimmed = text.trim();
  if (NUMBER.test(trimmed)) return Number(trimmed);
  const infinite = INFINITE.exec(trimmed);
  if (infinite === null) return Number.NaN;
  return infinite[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/** true or false, in any case; undefined when it is neither. */
export function readBoolean(text: string): boolean | undefined {
  const word = text.trim().toLowerCase();
  if (word === "true") return true;
  return word === "false" ? false : undefined;
}

const DATE = /(?<year>\d{4}|[+-]\d{6})-(?<month>\d\d)(?:-(?<day>\d\d))?/.source;
const TIME = /(?<hour>\d\d):(?<minute>\d\d)(?::(?<second>\d\d)(?:[.,](?<fraction>\d{1,9}))?)?/.source;
const ZONE = /(?<zone>Z|(?<zoneSign>[+-])(?<zoneHour>\d\d):?(?<zoneMinute>\d\d)?)?/.source;
const INSTANT = new RegExp(`^(?:${DATE}(?:[T ]${TIME}${ZONE})?)$`, "i");
const TIME_OF_DAY = new RegExp(`^${TIME}$`);

/**
 * An ISO 8601 date, date and time, or time of day. Without a zone it is taken as UTC, so that the machine's own zone
 * never changes a result; a time of day counts from 1970-01-01.
 *
 * @returns milliseconds since 1970-01-01T00:00Z; NaN when it is none or names a day or hour that does not exist
 */
export function readDate(text: string): number {
  const trimmed = text.trim();
  const parts = (INSTANT.exec(trimmed) ?? TIME_OF_DAY.exec(trimmed))?.groups;
  if (parts === undefined) return Number.NaN;
  const [month, day] = [Number(parts.month ?? 1), Number(parts.day ?? 1)];
  const [hour, minute, second] = [Number(parts.hour ?? 0), Number(parts.minute ?? 0), Number(parts.second ?? 0)];
  if (hour > 23 || minute > 59 || second > 59) return Number.NaN;
  const date = new Date(0);
  date.setUTCFullYear(Number(parts.year ?? 1970), month - 1, day);
  // A month 13 or a 30th of February would have moved on to another month.
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return Number.NaN;
  const offset = Number(parts.zoneHour ?? 0) * 60 + Number(parts.zoneMinute ?? 0);
  const minutes = hour * 60 + minute - (parts.zoneSign === "-" ? -offset : offset);
  return date.getTime() + minutes * 60_000 + second * 1000 + Number(`0.${parts.fraction ?? 0}`) * 1000;
}

const MISSING = /^(?:na|n\/a|#n\/a|nan|null|none|nil|-|\?)?$/i;

/** Whether a text in a column of numbers, truth values or dates only says that there is no value. */
export function saysMissing(text: string): boolean {
  return MISSING.test(text.trim());
}
