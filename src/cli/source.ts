/** The options by which a command is told which table to read and how; the same for every command that reads one. */
import type { Command } from "commander";
import {
  DescriptionError,
  type Model,
  type ReadForOptions,
  type ReadOptions,
  readTableFor,
  type Table,
  type TableSource,
} from "../node.ts";
import { list } from "./options.ts";
import type { Terminal } from "./terminal.ts";

export interface SourceOptions {
  readonly sql?: string;
  readonly missing?: string[];
  readonly delimiter?: string;
  readonly encoding?: string;
}

/** Adds the options to a command that takes the table as its argument. */
export function withSource(command: Command): Command {
  return command
    .option("--sql <query>", "read the rows of this SELECT instead of a table; it may name files: FROM 'a.csv'")
    .option("--missing <words>", "words that mean a missing value, beside the usual NA, null, ?, …", list)
    .option("--delimiter <character>", "what separates the columns of a CSV file; found out when absent")
    .option("--encoding <name>", "of text files: utf-8 (default), utf-16, latin-1, …");
}

/** What to read. @throws {DescriptionError} when neither a table nor a query is named, or both are */
export function sourceOf(table: string | undefined, { sql }: SourceOptions): TableSource {
  if (table !== undefined && sql !== undefined) {
    throw new DescriptionError(`Name a table or --sql, not both: found ${JSON.stringify(table)} and a query.`);
  }
  if (sql !== undefined) return { sql };
  if (table !== undefined) return table;
  throw new DescriptionError(
    "No table is named. Give a file (CSV, TSV, JSON, NDJSON, Parquet, .gz), a glob, or --sql.",
  );
}

/** How to read it. */
export function readOptions({ missing, delimiter, encoding }: SourceOptions): ReadOptions {
  return { missing, delimiter, encoding };
}

/** Reads the table that a model is to answer for, and tells what reading it gave reason to warn of. */
export async function readFor(
  model: Model,
  source: TableSource,
  flags: SourceOptions,
  terminal: Terminal,
  { withTarget, copy }: Pick<ReadForOptions, "withTarget" | "copy"> = {},
): Promise<Table> {
  const table = await readTableFor(model, source, { ...readOptions(flags), withTarget, copy });
  for (const { message } of table.notes ?? []) terminal.note(`  note: ${message}`);
  return table;
}
