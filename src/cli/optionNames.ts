/**
 * The library's options in messages as the command line's: `types: { "zip": "number" }` is `--type zip=number` there.
 *
 * The forms are those of data/remedies.ts.
 */

const TEXT = '"(?:[^"\\\\]|\\\\.)*"';
const LIST = `\\[((?:${TEXT}(?:, )?)*)\\]`;

/** Flags that aren't the option's name in kebab case. */
const flags: Readonly<Record<string, string>> = { types: "--type", header: "--no-header", maxBytes: "--max-size" };

/** Options that messages may name without a value. */
export const namedOptions: readonly string[] = [
  "types header maxBytes delimiter encoding skip comment missing decimal",
  "features target task split rare testFraction validationFraction folds ensemble seed calibrate time engine threads",
  "recipe metric hidden activation dropout loss labelSmoothing classWeights optimizer learningRate weightDecay",
  "schedule epochs batchSize patience l1 l2 clipNorm space trials search reduction background",
].flatMap((names) => names.split(" "));

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Each form of an option with what the command line has in its place. */
const forms: readonly (readonly [form: RegExp, flag: (...parts: string[]) => string])[] = [
  [
    new RegExp(`types: \\{ (${TEXT}): (${TEXT}) \\}`, "g"),
    (column, role) => `--type ${quoted(`${parsed(column)}=${parsed(role)}`)}`,
  ],
  [/decimal: "([.,])"/g, (sign) => `--decimal ${sign}`],
  [new RegExp(`missing: \\{ only: ${LIST} \\}`, "g"), (words) => `--missing-only ${listed(words)}`],
  [new RegExp(`missing: ${LIST}`, "g"), (words) => `--missing ${listed(words)}`],
  [new RegExp(`features: ${LIST}`, "g"), (names) => `--features ${listed(names)}`],
  [new RegExp(`split: \\{ time: (${TEXT}) \\}`, "g"), (time) => `--split ${quoted(`time=${parsed(time)}`)}`],
  [/\b(task|rare|recipe|metric): "(\w+)"/g, (name, value) => `--${name} ${value}`],
  [/\bclassWeights: "balanced"/g, () => "--class-weights balanced"],
  [/\b(test|validation)Fraction: ([\d.]+\d|\d)/g, (part, share) => `--${part}-fraction ${share}`],
  [new RegExp(`\\b[Oo]ption (${namedOptions.join("|")})\\b`, "g"), (name) => flags[name] ?? `--${kebab(name)}`],
  [/\bskip: (\d+)/g, (lines) => `--skip ${lines}`],
  [
    new RegExp(`\\b(comment|encoding|delimiter): (${TEXT})`, "g"),
    (name, text) => `--${name} ${quoted(parsed(text).replace("\t", "\\t"))}`,
  ],
  [/\bmaxBytes: (\d+)/g, (bytes) => `--max-size ${sizeOf(Number(bytes))}`],
  [/\bheader: false\b/g, () => "--no-header"],
  [/\{ sql: "SELECT …" \}/g, () => '--sql "SELECT …"'],
  [/\bfolds: (\d+)/g, (folds) => `--folds ${folds}`],
  [/\btime: (\d+)/g, (seconds) => `--time ${seconds}s`],
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
  return /^[\w=:/.,-]*[\w=:/,-]$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
