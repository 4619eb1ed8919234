/** Which reading options have a meaning for which format: an option that has none is refused and never ignored. */
import { DescriptionError } from "../../errors.ts";
import { optionName } from "../remedies.ts";
import type { Format } from "./sourceFiles.ts";

const LABELS: Readonly<Record<Format | "sql", string>> = {
  csv: "CSV",
  tsv: "TSV",
  json: "JSON",
  ndjson: "NDJSON",
  parquet: "Parquet",
  sql: "SQL",
};

/** The options that are not for every format. */
const OPTIONS = ["delimiter", "skip", "comment", "header", "encoding", "maxBytes"] as const;

type FormatOption = (typeof OPTIONS)[number];

const FOR_ALL_TEXT: ReadonlySet<FormatOption> = new Set(["encoding", "maxBytes"]);

/**
 * @param source what messages call it: a path in quotes, or "the query"
 * @throws {DescriptionError} an option that is given and has no meaning for the format, with both
 */
export function requireOptionsFor(
  format: Format | "sql",
  source: string,
  options: Readonly<Partial<Record<FormatOption, unknown>>>,
): void {
  if (format === "csv" || format === "tsv") return;
  const isText = format === "json" || format === "ndjson";
  for (const option of OPTIONS) {
    const forAllText = FOR_ALL_TEXT.has(option);
    if (options[option] === undefined || (isText && forAllText)) continue;
    const meant = forAllText ? "text files (CSV, TSV, JSON and NDJSON)" : "CSV and TSV files";
    const remedy =
      format === "sql"
        ? "Leave it out, and set how a file is read in the query: FROM read_csv('a.csv', delim = ';', skip = 1)."
        : "Leave it out.";
    throw new DescriptionError(
      `${optionName(option, "Option")} is for ${meant}, but ${source} is ${LABELS[format]}. ${remedy}`,
    );
  }
}
