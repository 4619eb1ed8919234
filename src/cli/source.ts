/** The options for which table a command reads and how; the same for every command that reads one. */
import { basename } from "node:path";
import type { Command } from "commander";
import { formatTitles, readShareFor, type Team } from "../entries/internal.ts";
import {
  DescriptionError,
  type Model,
  type ReadForOptions,
  type ReadOptions,
  readTableFor,
  type Table,
  type TableSource,
} from "../node.ts";
import { bytes, list, option, whole } from "./options.ts";
import type { Terminal } from "./terminal.ts";

/** `header` is false for --no-header, true when it is absent. */
export interface SourceOptions extends Pick<ReadOptions, "delimiter" | "encoding" | "skip" | "comment" | "header"> {
  readonly sql?: string;
  readonly missing?: string[];
  readonly missingOnly?: string[];
  readonly maxSize?: number;
}

/** The help of a command's table. */
export const TABLE_ARGUMENT = `a ${formatTitles()} file, gzipped or not, or a glob of them`;

/** Adds the options to a command that takes the table as its argument. */
export function withSource(command: Command): Command {
  return withReading(
    command.option("--sql <query>", "read the rows of this SELECT instead of a table; it may name files: FROM 'a.csv'"),
  );
}

/** Adds those that say how a table is read. */
export function withReading(command: Command): Command {
  return command
    .option("--missing <words>", "further words for a missing value, besides the usual NA, null, ?, …: -999,none", list)
    .option("--missing-only <words>", 'as --missing, but replaces the usual words; "" for empty cells only', list)
    .option("--delimiter <character>", "column separator of a CSV file (default: detected)")
    .option("--encoding <name>", "encoding of text files: utf-16, latin-1, … (default: utf-8)")
    .addOption(option("--skip <lines>", "of CSV files: number of lines to skip before the header", whole(0)))
    .option("--comment <character>", "of CSV files: skip lines that begin with it, such as '#'")
    .option(
      "--no-header",
      "the first line of a CSV file is a row, not the header; its columns are named column1, column2, …",
    )
    .addOption(
      option(
        "--max-size <size>",
        "maximum size of the text to read, uncompressed (default: 2GB from .gz files and pipes)",
        bytes,
      ),
    );
}

/**
 * What to read.
 *
 * @param orRow whether the command takes a row instead
 * @throws {DescriptionError} when neither a table nor a query is named, or both are
 */
export function sourceOf(table: string | undefined, { sql }: SourceOptions, orRow = false): TableSource {
  if (table !== undefined && sql !== undefined) {
    throw new DescriptionError(`Give a table or --sql, not both: found ${JSON.stringify(table)} and a query.`);
  }
  if (sql !== undefined) return { sql };
  if (table !== undefined) return table;
  throw new DescriptionError(
    `No table is given. Give a file (${formatTitles(", ")}, .gz), a glob, - for standard input, ${orRow ? "--sql or --row" : "or --sql"}.`,
  );
}

/** The default path of a table's model: a file of the table's name in this folder. */
export function modelPathFor(table: string | undefined): string {
  const name = basename(table ?? "")
    .replace(/\..*$/, "")
    .replace(/[*?]/g, "");
  return `${/^(-|stdin)?$/.test(name) ? "model" : name}.gradus`;
}

/** The note that reading has begun. */
export function readingLine(table: string | undefined): string {
  return `Reading ${table === "-" ? "standard input" : (table ?? "the query's rows")} …`;
}

/** How to read it. */
export function readOptions(flags: SourceOptions): ReadOptions {
  const { missing, missingOnly, delimiter, encoding, skip, comment, header, maxSize } = flags;
  if (missing !== undefined && missingOnly !== undefined) {
    throw new DescriptionError(
      "--missing adds words to the usual ones and --missing-only replaces them. Give only one of them.",
    );
  }
  const words = missingOnly === undefined ? missing : { only: missingOnly };
  return { missing: words, delimiter, encoding, skip, comment, maxBytes: maxSize, ...(header === false && { header }) };
}

/**
 * @param instead what there is in place of a table
 * @throws {DescriptionError} an option of reading, where no table is read
 */
export function requireNoReading(flags: SourceOptions, instead: string): void {
  for (const [name, flag] of Object.entries(READING_FLAGS) as [keyof SourceOptions, string][]) {
    const given = name === "header" ? flags.header === false : flags[name] !== undefined;
    if (given) throw new DescriptionError(`${flag} is for tables, but with ${instead} no table is read. Leave it out.`);
  }
}

const READING_FLAGS: Readonly<Record<Exclude<keyof SourceOptions, "sql">, string>> = {
  missing: "--missing",
  missingOnly: "--missing-only",
  delimiter: "--delimiter",
  encoding: "--encoding",
  skip: "--skip",
  comment: "--comment",
  header: "--no-header",
  maxSize: "--max-size",
};

/** Reads the table whose rows a model is to predict, or this rank's share of it, and prints the notes of reading it. */
export async function readFor(
  model: Model,
  source: TableSource,
  flags: SourceOptions,
  terminal: Terminal,
  { withTarget, copy, team }: Pick<ReadForOptions, "withTarget" | "copy"> & { readonly team?: Team | undefined } = {},
): Promise<Table> {
  const options = { ...readOptions(flags), withTarget, copy };
  const table =
    team === undefined
      ? await readTableFor(model, source, options)
      : await readShareFor(model, source as string, team.together(), options);
  for (const { message } of table.notes ?? []) terminal.note(`  note: ${message}`);
  return table;
}
