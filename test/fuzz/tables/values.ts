/**
 * The columns of a table to try: texts of one kind, as people and programs write them. Every kind is one entry.
 *
 * Pure functions of a seeded generator; how the texts come into a file is `generate.ts`'s question.
 */
import type { Random } from "../../../src/random.ts";

/** One text of a kind. */
type Maker = (random: Random) => string;

export function pick<T>(random: Random, from: ArrayLike<T>): T {
  return from[random.integer(from.length)];
}

export function chance(random: Random, share: number): boolean {
  return random.uniform() < share;
}

const digits = (random: Random, count: number): string =>
  Array.from({ length: count }, () => random.integer(10)).join("");
/** A whole number without leading zeros. */
const whole = (random: Random, most = 6): string => String(random.integer(10 ** (1 + random.integer(most))));
const padded = (value: number, width = 2): string => String(value).padStart(width, "0");
const sign = (random: Random): string => pick(random, ["", "", "", "-", "+"]);
const grouped = (text: string, separator: string): string => text.replace(/\B(?=(\d{3})+$)/g, separator);

interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** A day; now and then one that does not exist. */
function dayOf(random: Random, firstYear = 1960): Day {
  const most = chance(random, 0.02) ? 31 : 28;
  return { year: firstYear + random.integer(100), month: 1 + random.integer(12), day: 1 + random.integer(most) };
}

function time(random: Random): string {
  const minutes = `${padded(random.integer(24))}:${padded(random.integer(60))}`;
  if (chance(random, 0.5)) return minutes;
  const seconds = `${minutes}:${padded(random.integer(60))}`;
  return chance(random, 0.5) ? seconds : `${seconds}.${digits(random, 1 + random.integer(3))}`;
}

const MONTHS = ["Jan", "Feb", "Mar", "April", "May", "June", "Jul", "aug", "Sept", "OCT", "November", "Dec."];

/** Day, month and year in an order, with what stands between. */
const dayWritten =
  (order: "DMY" | "MDY" | "YMD", between: string, plain = false): Maker =>
  (random) => {
    const { year, month, day } = dayOf(random);
    const two = plain ? String : padded;
    const parts = { D: two(day), M: two(month), Y: String(year) };
    return [...order].map((part) => parts[part as keyof typeof parts]).join(between);
  };

const withTime =
  (day: Maker): Maker =>
  (random) =>
    `${day(random)} ${time(random)}`;

const among =
  (...texts: readonly string[]): Maker =>
  (random) =>
    pick(random, texts);

const withDecimalComma: Maker = (random) => `${sign(random)}${whole(random)},${digits(random, 1 + random.integer(4))}`;

export const kinds: Readonly<Record<string, Maker>> = {
  whole: (random) => sign(random) + whole(random),
  "small whole": (random) => String(random.integer(5)),
  fraction: (random) => `${sign(random)}${whole(random, 4)}.${digits(random, 1 + random.integer(5))}`,
  "three decimals": (random) => `${1 + random.integer(999)}.${digits(random, 3)}`,
  notations: among("1.50", "2.0", "1e3", "1E-3", "+5", ".5", "5.", "-0", "0", "1.5e3", "0.10", "-.25"),
  "many digits": (random) => `${whole(random)}.${digits(random, 17)}`,
  "typographic minus": (random) => `−${whole(random, 3)}`,
  infinite: among("1", "2.5", "3", "4", "5", "6", "7", "8", "inf", "-Infinity", "1e999"),
  "beyond 2^53": (random) => `9${digits(random, 15 + random.integer(5))}`,
  "about 2^53": among("9007199254740991", "9007199254740992", "9007199254740993", "-9007199254740992", "1"),
  "leading zeros": (random) => padded(random.integer(99999), 5),
  "decimal comma": withDecimalComma,
  "comma with three digits": (random) => `${1 + random.integer(999)},${digits(random, 3)}`,
  "comma between thousands": (random) => grouped(whole(random, 8), ","),
  "thousands and a point": (random) => `${grouped(whole(random, 8), ",")}.${digits(random, 2)}`,
  "points and a comma": (random) => `${grouped(whole(random, 8), ".")},${digits(random, 2)}`,
  "points between thousands": (random) => grouped(whole(random, 8), "."),
  "blanks between thousands": (random) => grouped(whole(random, 8), pick(random, [" ", "\u00a0", "\u202f"])),
  apostrophes: (random) => grouped(whole(random, 8), pick(random, ["'", "’"])),
  dollars: (random) => `${pick(random, ["$", "$ ", "-$", "$-"])}${grouped(whole(random, 5), ",")}.${digits(random, 2)}`,
  euros: (random) => `${withDecimalComma(random)}${pick(random, [" €", "€", "\u00a0€"])}`,
  "whole euros": (random) => `${whole(random)} €`,
  percent: (random) => `${sign(random)}${whole(random, 2)}.${digits(random, 1)}${pick(random, ["%", " %"])}`,
  truth: among("true", "false"),
  "truth in any case": among("TRUE", "False", "true", "FALSE"),
  "yes and no": among("yes", "No", "YES", "n"),
  "1 and 0": among("1", "0"),
  "ISO date": dayWritten("YMD", "-"),
  "ISO instant": (random) =>
    `${dayWritten("YMD", "-")(random)}${pick(random, ["T", " "])}${time(random)}${pick(random, ["", "Z", "+02:00", "-0530"])}`,
  "ISO month": (random) => `${1900 + random.integer(200)}-${padded(1 + random.integer(12))}`,
  "old date": (random) => `${padded(random.integer(9999), 4)}-02-${padded(25 + random.integer(5))}`,
  "time of day": time,
  year: (random) => String(1900 + random.integer(150)),
  "day first": dayWritten("DMY", "/"),
  "month first": dayWritten("MDY", "/", true),
  "days with points": dayWritten("DMY", ".", true),
  "days with hyphens": dayWritten("DMY", "-"),
  "year first": withTime(dayWritten("YMD", "/")),
  "short year": (random) => dayWritten("DMY", "/")(random).replace(/\d\d(?=\d\d$)/, ""),
  "day and time": withTime(dayWritten("DMY", ".")),
  "month by name": (random) => {
    const { year, month, day } = dayOf(random);
    return `${MONTHS[month - 1]} ${day}${pick(random, [" ", ", "])}${year}`;
  },
  "month in the middle": (random) => {
    const { year, month, day } = dayOf(random);
    return [day, MONTHS[month - 1].slice(0, 3), year].join(pick(random, [" ", "-"]));
  },
  "two halves of a day": (random) =>
    `${dayWritten("DMY", "/")(random)} ${1 + random.integer(12)}:${padded(random.integer(60))} ${pick(random, ["AM", "pm", "p.m."])}`,
  word: among("red", "green", "blue", "Red", "grün", "赤"),
  "one word": among("same"),
  "one number": among("1.50"),
  "one truth value": among("TRUE"),
  "one date": among("2024-10-13"),
  sentence: (random) =>
    Array.from({ length: 1 + random.integer(4) }, () =>
      pick(random, ["alpha", "β", "the", "12", "x,y", "it's", "–"]),
    ).join(" "),
  awkward: among(
    'say "no"',
    "a,b",
    "a;b",
    "a\tb",
    "a|b",
    "line\nbreak",
    "cr\rhere",
    "crlf\r\nhere",
    '"',
    '""',
    "#x",
    "=1+1",
    "\u001b[31mred",
    "\u0007",
    "\u200b",
    "😀",
    "e\u0301",
    "__proto__",
    "'quoted'",
  ),
  "capital codes": among("NA", "EU", "AS", "SA", "AF"),
  "missing words": among("NA", "n/a", "None", "-", "?", "null", "#N/A", "", "nil", "missing"),
  blank: among(""),
  hexadecimal: among("0x10", "0x1f", "0b1", "1_000", "١٢"),
};

const kindNames = Object.keys(kinds);

/** What some columns have in place of some of their values. */
const blanksInPlace = ["", "", "", " ", "NA", "nan", "NULL", "-", "?", "None", "-999"];

/** The texts of a column. */
export function column(random: Random, rows: number): { kind: string; texts: string[] } {
  const kind = pick(random, kindNames);
  const missing = chance(random, 0.35) ? 0.3 * random.uniform() : chance(random, 0.1) ? 0.9 : 0;
  const word = pick(random, blanksInPlace);
  const foreign = chance(random, 0.06) ? kinds[pick(random, kindNames)] : undefined;
  const few = chance(random, 0.2)
    ? Array.from({ length: 1 + random.integer(3) }, () => kinds[kind](random))
    : undefined;
  const texts = Array.from({ length: rows }, () => {
    if (chance(random, missing)) return chance(random, 0.8) ? word : pick(random, blanksInPlace);
    if (foreign !== undefined && chance(random, 0.1)) return foreign(random);
    return few === undefined ? kinds[kind](random) : pick(random, few);
  });
  return { kind, texts };
}
