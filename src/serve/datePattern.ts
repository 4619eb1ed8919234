/**
 * A regular expression of the dates that a column takes, for a JSON Schema: only days that there are, 29 February in leap years.
 *
 * The grammar is that of `data/dateForms.ts`, written without named groups and flags, which schemas don't have, and with [0-9] for a
 * digit, because \\d is more than that in Python; it takes nothing that is refused there.
 */

/** Years, months and days that go together, as alternatives of digits. */
interface Days {
  readonly years: "any" | "leap";
  readonly months: readonly number[];
  readonly days: string;
}

const ALL = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
const FROM_29 = ALL.filter((month) => month !== 2);
const FROM_31 = [1, 3, 5, 7, 8, 10, 12];

const calendar: readonly Days[] = [
  { years: "any", months: ALL, days: "0[1-9]|1[0-9]|2[0-8]" },
  { years: "any", months: FROM_29, days: "29|30" },
  { years: "any", months: FROM_31, days: "31" },
  { years: "leap", months: [2], days: "29" },
];

/** Divisible by 4, of two digits; and not by 100 unless by 400, of four. */
const LEAP_OF_TWO = "(?:[02468][048]|[13579][26])";
const LEAP_OF_FOUR = "(?:[0-9][0-9](?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)";

/** "jan", "January", "SEPT": the names of months in any case. */
const NAMES = ["jan+uary", "feb+ruary", "mar+ch", "apr+il", "may", "jun+e", "jul+y", "aug+ust", "sep+t+ember"]
  .concat(["oct+ober", "nov+ember", "dec+ember"])
  .map((name) => {
    const [first, ...more] = name.split("+").map(anyCase);
    return first + more.reduceRight((rest, part) => `(?:${part}${rest})?`, "");
  });

function anyCase(text: string): string {
  return text.replace(/[a-z]/g, (letter) => `[${letter.toUpperCase()}${letter}]`);
}

const ORDINAL = "(?:[Ss][Tt]|[Nn][Dd]|[Rr][Dd]|[Tt][Hh])?";

const SECONDS = "(?::[0-5][0-9](?:[.,][0-9]{1,9})?)?";
const BLANKS = " *";
const ZONE = "(?:Z|[+-][0-9][0-9](?::?[0-9][0-9])?)?";
const HOURS = "(?:[01][0-9]|2[0-3])";

/** The dates of a form as "DD/MM/YYYY", a time behind them or not; without a form those of ISO 8601, and times of a day. */
export function datePattern(form?: string): string {
  if (form !== undefined) {
    const date = form.replace(/[T ]*HH?:mm(:ss)?$/, "");
    const half = "(?:0?[1-9]|1[0-2]):[0-5][0-9]";
    const time = `(?:(?:[01]?[0-9]|2[0-3]):[0-5][0-9]${SECONDS}|${half}${SECONDS}${BLANKS}[AaPp][.]?[Mm][.]?)`;
    return `^(?:${daysOf(date, false)})(?:[T ,]+${time}${ZONE})?$`;
  }
  const time = `${HOURS}:[0-5][0-9]${SECONDS}`;
  const month = "[0-9]{4}-(?:0[1-9]|1[0-2])";
  return `^(?:(?:${daysOf("YYYY-MM-DD", true)}|${month})(?:[T ]${time}${ZONE})?|${time})$`;
}

const daysOf = (form: string, isIso: boolean): string => calendar.map((days) => written(form, days, isIso)).join("|");

/** One alternative of the calendar, as the form writes it. ISO 8601 alone asks for two digits. */
function written(form: string, { years, months, days }: Days, isIso: boolean): string {
  return form.replace(/[A-Za-z]+|[^A-Za-z]+/g, (part) => {
    switch (part) {
      case "YYYY":
        return years === "any" ? "[0-9]{4}" : LEAP_OF_FOUR;
      case "YY":
        return years === "any" ? "[0-9]{2}" : LEAP_OF_TWO;
      case "MMM":
        return `(?:${months.map((month) => NAMES[month - 1]).join("|")})[.]?`;
      case "MM":
      case "M":
        return `(?:${months.map((month) => numberOf(month, isIso)).join("|")})`;
      case "DD":
      case "D":
        return isIso ? `(?:${days})` : `(?:${days.replace("0[", "0?[")})${ORDINAL}`;
      default:
        return /^[ ,]+$/.test(part) ? "[ ,.-]+" : part.replaceAll(".", "[.]");
    }
  });
}

const numberOf = (month: number, isIso: boolean): string =>
  month > 9 ? String(month) : isIso ? `0${month}` : `0?${month}`;
