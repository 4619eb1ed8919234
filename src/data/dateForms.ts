/**
 * How dates are written: the order of day, month and year and what stands between them; a time may follow each form.
 *
 * Pure functions of texts. A form is named by a pattern as "DD/MM/YYYY" or "MMM DD YYYY"; ISO 8601 has no name here and is
 * what no form means. Everything is UTC unless a text names its zone.
 */

const DATE = /(?<year>\d{4}|[+-]\d{6})-(?<month>\d\d)(?:-(?<day>\d\d))?/.source;
const TIME = /(?<hour>\d{1,2}):(?<minute>\d\d)(?::(?<second>\d\d)(?:[.,](?<fraction>\d{1,9}))?)?/.source;
const ZONE = /(?<zone>Z|(?<zoneSign>[+-])(?<zoneHour>\d\d):?(?<zoneMinute>\d\d)?)?/.source;
const ISO_TIME = TIME.replace("{1,2}", "{2}");
const INSTANT = new RegExp(`^(?:${DATE}(?:[T ]${ISO_TIME}${ZONE})?)$`, "i");
const TIME_OF_DAY = new RegExp(`^${ISO_TIME}$`);

/** Blanks of any kind, but no line break: a date is on one line. */
const BLANK = "[^\\S\\r\\n]";

export const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const MONTH_NAME =
  "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?";

const tokens: Readonly<Record<string, string>> = {
  YYYY: "(?<year>\\d{4})",
  YY: "(?<shortYear>\\d{2})",
  MMM: `(?<name>${MONTH_NAME})\\.?`,
  MM: "(?<month>\\d{1,2})",
  M: "(?<month>\\d{1,2})",
  DD: "(?<day>\\d{1,2})(?:st|nd|rd|th)?",
  D: "(?<day>\\d{1,2})(?:st|nd|rd|th)?",
};

/** The forms that are looked for in a column, in their order; those of one line differ in what is day and month. */
export const knownForms: readonly (readonly string[])[] = [
  ["YYYY/MM/DD"],
  ["YYYY.MM.DD"],
  ["YYYY-MM-DD"],
  ["DD/MM/YYYY", "MM/DD/YYYY"],
  ["DD.MM.YYYY", "MM.DD.YYYY"],
  ["DD-MM-YYYY", "MM-DD-YYYY"],
  ["DD/MM/YY", "MM/DD/YY"],
  ["DD MMM YYYY"],
  ["MMM DD YYYY"],
  ["DD MMM YY"],
];

/**
 * A reader of trimmed texts: milliseconds since 1970-01-01T00:00Z; NaN for what is no date of the form, or a day or hour
 * that does not exist. Without a form: an ISO 8601 date, date and time, or time of day, which counts from 1970-01-01.
 */
export function dateReader(form?: string): (text: string) => number {
  const known = readers.get(form);
  if (known !== undefined) return known;
  const made = newReader(datePatterns(form));
  readers.set(form, made);
  return made;
}

/** What a date in a form looks like: the first pattern that a text fits gives its parts as named groups. */
export function datePatterns(form?: string): readonly RegExp[] {
  return form === undefined ? [INSTANT, TIME_OF_DAY] : [patternOf(form)];
}

/** A pattern costs more to make than to use on a small table. */
const readers = new Map<string | undefined, (text: string) => number>();

function newReader(patterns: readonly RegExp[]): (text: string) => number {
  return (text) => {
    for (const pattern of patterns) {
      const parts = pattern.exec(text)?.groups;
      if (parts !== undefined) return instantOf(parts);
    }
    return Number.NaN;
  };
}

/** Whether a text that is a date names the zone of its time. */
export function namesZone(text: string): boolean {
  return text.includes(":") && /(?:z|[+-]\d\d:?(?:\d\d)?)$/i.test(text.slice(-6));
}

/** Whether a time is the beginning of a day, as a date without a time is: it has no zone. */
export function isDay(time: number): boolean {
  return time % 86_400_000 === 0;
}

/** Whether a form names a year, a month and a day, each once, and nothing that is unknown. */
export function isDateForm(form: string): boolean {
  const { words, separators } = partsOf(form);
  const kinds = words.map((word) => word[0]).sort();
  return (
    kinds.join("") === "DMY" && words.every((word) => Object.hasOwn(tokens, word)) && /^[/.\-, ]*$/.test(separators)
  );
}

const EXAMPLE: Readonly<Record<string, string>> = {
  YYYY: "2024",
  YY: "24",
  MMM: "Jan",
  MM: "01",
  M: "1",
  DD: "31",
  D: "31",
};

/** What a date is written like: the 31st of January 2024 in a form, by default ISO 8601. */
export function exampleDate(form = "YYYY-MM-DD"): string {
  return partsOf(form).date.replace(/[A-Za-z]+/g, (word) => EXAMPLE[word]);
}

/** A time in a form has no meaning: one may follow each date. */
function partsOf(form: string): { words: string[]; separators: string; date: string } {
  const date = form.replace(/[T ]*HH?:mm(:ss)?$/, "");
  return { words: date.match(/[A-Za-z]+/g) ?? [], separators: date.replace(/[A-Za-z]+/g, ""), date };
}

function patternOf(form: string): RegExp {
  const { date } = partsOf(form);
  const source = date.replace(/[A-Za-z]+|[^A-Za-z]+/g, (part) => {
    if (/[A-Za-z]/.test(part)) return tokens[part] ?? "(?!)";
    return /^[ ,]+$/.test(part) ? `(?:${BLANK}|[,.-])+` : part.replace(/[.\-/]/g, "\\$&");
  });
  return new RegExp(`^${source}(?:[T ,]+${TIME}(?:${BLANK}*(?<half>[ap])\\.?m\\.?)?${ZONE})?$`, "i");
}

function instantOf(parts: Readonly<Record<string, string | undefined>>): number {
  const [hour, minute, second] = [hourOf(parts), Number(parts.minute ?? 0), Number(parts.second ?? 0)];
  if (!(hour <= 23) || minute > 59 || second > 59) return Number.NaN;
  const month =
    parts.name === undefined ? Number(parts.month ?? 1) : 1 + MONTHS.indexOf(parts.name.slice(0, 3).toLowerCase());
  const day = Number(parts.day ?? 1);
  const date = new Date(0);
  date.setUTCFullYear(yearOf(parts), month - 1, day);
  // A month 13 or a 30th of February would have moved on to another month.
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return Number.NaN;
  const offset = Number(parts.zoneHour ?? 0) * 60 + Number(parts.zoneMinute ?? 0);
  const minutes = hour * 60 + minute - (parts.zoneSign === "-" ? -offset : offset);
  return date.getTime() + minutes * 60_000 + second * 1000 + Number(`0.${parts.fraction ?? 0}`) * 1000;
}

/** Two digits are a year from 1970 to 2069. */
function yearOf({ year, shortYear }: Readonly<Record<string, string | undefined>>): number {
  if (shortYear === undefined) return Number(year ?? 1970);
  return Number(shortYear) + (Number(shortYear) >= 70 ? 1900 : 2000);
}

/** The hour of the day; NaN for an hour that its half of the day does not have. */
function hourOf({ hour, half }: Readonly<Record<string, string | undefined>>): number {
  const given = Number(hour ?? 0);
  if (half === undefined) return given;
  if (given < 1 || given > 12) return Number.NaN;
  return (given % 12) + (half.toLowerCase() === "p" ? 12 : 0);
}
