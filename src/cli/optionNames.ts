/**
 * The library's options in messages as the command line's: `types: { "zip": "number" }` is `--type zip=number` there.
 *
 * The forms are those of data/remedies.ts.
 */

import { inQuotes } from "./shellWord.ts";

const TEXT = '"(?:[^"\\\\]|\\\\.)*"';
const LIST = `\\[((?:${TEXT}(?:, )?)*)\\]`;

/** Flags that aren't the option's name in kebab case. */
const flags: Readonly<Record<string, string>> = {
  types: "--type",
  header: "--no-header",
  maxBytes: "--max-size",
  frozen: "--freeze",
};

/** Options that messages may name without a value. */
export const namedOptions: readonly string[] = [
  "types header maxBytes delimiter encoding skip comment missing decimal",
  "features target task quantiles split weights group rare test testFraction validationFraction folds ensemble seed calibrate time engine threads precision checkpoint from frozen oldTest",
  "recipe metric hidden activation dropout loss labelSmoothing classWeights optimizer learningRate weightDecay",
  "schedule epochs batchSize patience l1 l2 clipNorm space trials search reduction background columns classes",
].flatMap((names) => names.split(" "));

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** An option, where it is no flag already and no name in quotes. */
const form = (source: string): RegExp => new RegExp(`(?<![-\\w"])${source}`, "g");

/** Each form of an option with what the command line has in its place. */
const forms: readonly (readonly [form: RegExp, flag: (...parts: string[]) => string])[] = [
  [
    form(`types: \\{ (${TEXT}): (${TEXT}) \\}`),
    (column, role) => `--type ${quoted(`${parsed(column)}=${parsed(role)}`)}`,
  ],
  [form('decimal: "([.,])"'), (sign) => `--decimal ${sign}`],
  [form(`missing: \\{ only: ${LIST} \\}`), (words) => `--missing-only ${listed(words)}`],
  [form(`missing: ${LIST}`), (words) => `--missing ${listed(words)}`],
  [form(`split: \\{ time: (${TEXT}) \\}`), (time) => `--split ${quoted(`time=${parsed(time)}`)}`],
  [form('(task|rare|recipe|metric): "(\\w+)"'), (name, value) => `--${name} ${value}`],
  [form('classWeights: "balanced"'), () => "--class-weights balanced"],
  [form("(test|validation)Fraction: ([\\d.]+\\d|\\d)"), (part, share) => `--${part}-fraction ${share}`],
  [form(`[Oo]ption (${namedOptions.join("|")})\\b`), (name) => flags[name] ?? `--${kebab(name)}`],
  [form("skip: (\\d+)"), (lines) => `--skip ${lines}`],
  [
    form(`(comment|encoding|delimiter): (${TEXT})`),
    (name, text) => `--${name} ${quoted(parsed(text).replace("\t", "\\t"))}`,
  ],
  [form("quantiles: \\[([\\d., ]+)\\]"), (levels) => `--quantiles ${levels.replaceAll(" ", "")}`],
  [form("clipNorm (\\d+)"), (norm) => `--clip-norm ${norm}`],
  [form("maxBytes: (\\d+)"), (bytes) => `--max-size ${sizeOf(Number(bytes))}`],
  [form("header: false\\b"), () => "--no-header"],
  [form("weights: false\\b"), () => "--no-weights"],
  [form("group: false\\b"), () => "--no-group"],
  [form('\\{ sql: "SELECT …" \\}'), () => '--sql "SELECT …"'],
  [form("folds: (\\d+)"), (folds) => `--folds ${folds}`],
  [form("time: (\\d+)"), (seconds) => `--time ${seconds}s`],
];

/** A message with the options that commands have. */
export function inCommandOptions(message: string): string {
  return forms.reduce(
    (text, [form, flag]) => text.replace(form, (_, ...parts: unknown[]) => flag(...parts.map(String))),
    message,
  );
}

/** 4000000000 as 4GB; numbers of bytes that no unit divides as they are. */
function sizeOf(bytes: number): string {
  const units = { GB: 1e9, MB: 1e6, kB: 1e3 };
  const [unit, size] = Object.entries(units).find(([, each]) => bytes % each === 0) ?? ["", 1];
  return `${bytes / size}${unit}`;
}

function parsed(text: string): string {
  return String(JSON.parse(text));
}

function listed(texts: string): string {
  return quoted((JSON.parse(`[${texts}]`) as string[]).join(","));
}

/** As a shell takes it for one word. */
function quoted(text: string): string {
  if (text === "") return '""';
  return /^[\w=:/.,-]*[\w=:/,-]$/.test(text) ? text : `'${inQuotes(text)}'`;
}
