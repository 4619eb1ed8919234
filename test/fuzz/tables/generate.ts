/**
 * A table to try, from a seed: a CSV or TSV file with everything that the reading rule knows, some of them damaged, and the
 * options it is to be read with. The same seed gives the same file.
 */
import { isUtf8 } from "node:buffer";
import { gzipSync } from "node:zlib";

import type { ReadOptions } from "../../../src/node.ts";
import { type Random, random as seeded } from "../../../src/random.ts";
import { chance, column, pick } from "./values.ts";

export interface TableInput {
  readonly text: string;
  /** The file: the text in its encoding, perhaps packed. */
  readonly bytes: Buffer;
  readonly extension: "csv" | "tsv" | "csv.gz" | "tsv.gz";
  /** Whether the bytes are no text, which a reader has to refuse. */
  readonly isNoText: boolean;
  /** What separates the values, whether the options say so or not. */
  readonly written: string;
  /** Whether it is broken, so that what separates its values can only be guessed. */
  readonly isGuess: boolean;
  readonly options: Pick<
    ReadOptions,
    "skip" | "comment" | "header" | "delimiter" | "decimal" | "missing" | "types" | "encoding"
  >;
}

const AWKWARD_NAMES = [
  "__proto__",
  "constructor",
  "toString",
  "length",
  "1",
  "2",
  "10",
  "",
  "a",
  "A",
  "x y",
  "a,b",
  'q"q',
];
const MORE_NAMES = [
  "two\nlines",
  "\u001b[31m",
  "größe",
  "名前",
  "😀",
  " padded ",
  "column1",
  "true",
  "2024-01-01",
  "#a",
  "sep=;",
];
const NAMES = [...AWKWARD_NAMES, ...MORE_NAMES];

export function generate(seed: number): TableInput {
  const random = seeded(seed, "table");
  const count = 2 + random.integer(chance(random, 0.3) ? 39 : 14);
  const width = chance(random, 0.005) ? 300 : 1 + random.integer(6);
  const columns = Array.from({ length: width }, () => column(random, count).texts);
  if (chance(random, 0.01)) columns[0][random.integer(count)] = pick(random, HUGE).repeat(50_000);
  const plainNames = Array.from({ length: width }, (_, at) => `c${at}`);
  const names = chance(random, 0.5)
    ? plainNames
    : plainNames.map((name) => (chance(random, 0.6) ? pick(random, NAMES) : name));
  const isTab = chance(random, 0.15);
  const isMutated = chance(random, 0.06);
  const saysDelimiter = chance(random, isMutated ? 0.7 : 0.2);
  // What separates the values of a single column is nowhere to be seen.
  const delimiters = width === 1 && !saysDelimiter ? "," : ",,,;;|\t";
  const odd = saysDelimiter && chance(random, 0.3) ? ":^&~ /" : "";
  const written = isTab ? "\t" : pick(random, odd || delimiters);
  const header = !chance(random, 0.12);
  const comment = chance(random, 0.1) ? "#" : undefined;
  const title = chance(random, 0.1) ? 1 + random.integer(3) : 0;
  const layout = layoutOf(random, written);
  const rows = Array.from({ length: count }, (_, row) => columns.map((texts) => texts[row]));
  const records = [...(header ? [names] : []), ...rows].map((fields) => recordOf(random, fields, layout, comment));
  const lines = [
    ...Array.from({ length: title }, (_, at) => pick(random, ["A title", `Table ${at}, of ${count}`, "", '"open'])),
    ...(!saysDelimiter && !isTab && chance(random, 0.06) ? [`sep=${written}`] : []),
    ...records,
  ];
  const isBroken = damage(random, lines, title + 1);
  const first = title + (lines.length - title - records.length);
  if (comment !== undefined)
    insert(random, lines, first, () => `# ${pick(random, ["a note", 'open "quote', ",,,", ""])}`);
  if (chance(random, 0.1)) insert(random, lines, first + 1, () => pick(random, ["", "  ", ""]));
  const end = (): string => (layout.mixedEnds ? pick(random, ["\n", "\r\n", "\r"]) : layout.end);
  const ends = lines.map((_, at) => (at === lines.length - 1 && chance(random, 0.2) ? "" : end()));
  const whole = `${chance(random, 0.1) ? "\ufeff" : ""}${lines.map((line, at) => line + ends[at]).join("")}`;
  const text = isMutated ? mutated(random, whole, written) : whole;
  const { encoding, ...file } = fileOf(random, text, isTab ? "tsv" : "csv");
  return {
    text,
    ...file,
    written,
    isGuess: (isBroken || isMutated) && !saysDelimiter && !isTab,
    options: {
      ...(encoding !== undefined && { encoding }),
      ...(title > 0 && { skip: title }),
      ...(comment !== undefined && { comment }),
      ...(!header && { header }),
      ...(saysDelimiter && { delimiter: written }),
      ...(chance(random, 0.05) && { decimal: pick(random, [".", ","] as const) }),
      ...(chance(random, 0.1) && {
        missing: pick(random, [["-999"], ["red", "1"], { only: ["?"] }, { only: [] }, ["none"]]),
      }),
      ...(chance(random, 0.15) && { types: typesOf(random, header ? names : names.map((_, at) => `column${at + 1}`)) }),
    },
  };
}

const HUGE = ["x", "9", "1,", 'q"', "é", " "];

/** The file of a text: mostly UTF-8; now and then in another encoding, packed, or with a byte that no text has. */
function fileOf(random: Random, text: string, format: "csv" | "tsv") {
  const utf16 = chance(random, 0.02);
  const latin = !utf16 && chance(random, 0.05) && /^[\0-\x7f\xa0-\xff]*$/.test(text);
  let bytes = Buffer.from(text, utf16 ? "utf16le" : latin ? "latin1" : "utf8");
  if (!utf16 && !latin && chance(random, 0.005)) {
    const at = random.integer(bytes.length + 1);
    bytes = Buffer.concat([bytes.subarray(0, at), Buffer.of(0xff), bytes.subarray(at)]);
  }
  const isNoText = text.includes("\0") || (!utf16 && !latin && !isUtf8(bytes));
  const packed = chance(random, 0.02);
  const encoding = utf16 ? "utf-16le" : latin ? "latin-1" : undefined;
  const extension = packed ? (`${format}.gz` as const) : format;
  return { bytes: packed ? gzipSync(bytes) : bytes, extension, isNoText, encoding };
}

/** A text that something went wrong with: characters changed, lost or doubled, or its end cut off. */
function mutated(random: Random, text: string, delimiter: string): string {
  let changed = text;
  for (let times = 1 + random.integer(3); times > 0; times--) {
    const at = random.integer(changed.length + 1);
    const until = at + random.integer(4);
    const by = pick(random, ['"', '"', "\n", "\r", delimiter, " ", "x", "7", "\0", ".", ",", ""]);
    const [before, part, after] = [changed.slice(0, at), changed.slice(at, until), changed.slice(until)];
    changed = pick(random, [before + by + after, before + by + part + after, before + part + part + after, before]);
  }
  // Halves of characters are none in a file.
  return Buffer.from(changed || "x").toString();
}

interface Layout {
  readonly delimiter: string;
  /** The share of fields that stand in quotes without need. */
  readonly quoted: number;
  /** The share of fields with spaces around. */
  readonly spaced: number;
  readonly end: string;
  readonly mixedEnds: boolean;
  /** An empty value too many at the end of each line of values. */
  readonly trailing: boolean;
}

function layoutOf(random: Random, delimiter: string): Layout {
  return {
    delimiter,
    quoted: pick(random, [0, 0, 0, 1, 0.3]),
    spaced: chance(random, 0.15) && delimiter !== " " ? 0.3 : 0,
    end: pick(random, ["\n", "\n", "\r\n", "\r"]),
    mixedEnds: chance(random, 0.08),
    trailing: chance(random, 0.04),
  };
}

function recordOf(random: Random, fields: readonly string[], layout: Layout, comment: string | undefined): string {
  const { delimiter, quoted, spaced, trailing } = layout;
  const texts = fields.map((field, at) => {
    const hasSign = field.includes(delimiter) || /["\n\r]/.test(field) || /[;|\t]|, |,\D/.test(field);
    const looksLikeComment = at === 0 && comment !== undefined && field.startsWith(comment);
    const needsQuotes = hasSign || looksLikeComment || (fields.length === 1 && /^sep=|,/.test(field));
    const written = needsQuotes || chance(random, quoted) ? `"${field.replaceAll('"', '""')}"` : field;
    return chance(random, spaced) ? ` ${written}${pick(random, ["", " ", "  "])}` : written;
  });
  return texts.join(delimiter) + (trailing && !/^\s/.test(texts[0]) ? delimiter : "");
}

/** Now and then a file that is broken, or ragged. */
function damage(random: Random, lines: string[], from: number): boolean {
  if (!chance(random, 0.05) || lines.length <= from) return false;
  const at = from + random.integer(lines.length - from);
  const line = lines[at];
  lines[at] = pick(random, [
    `${line},`,
    `${line};1`,
    `"${line}`,
    `${line}"x`,
    line.slice(0, -2),
    `"a"b${line}`,
    `${line}\t`,
    "",
  ]);
  return true;
}

function insert(random: Random, lines: string[], from: number, line: () => string): void {
  for (let times = 1 + random.integer(3); times > 0; times--) {
    lines.splice(Math.min(lines.length, from + random.integer(lines.length)), 0, line());
  }
}

function typesOf(random: Random, names: readonly string[]): NonNullable<ReadOptions["types"]> {
  const chosen = names.filter((name) => name === name.trim() && name !== "" && chance(random, 0.4));
  const roles = ["category", "category", "number", "skip", "boolean", "date"] as const;
  return Object.fromEntries(chosen.map((name) => [name, pick(random, roles)]));
}
