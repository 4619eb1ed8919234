/** Which reading options have a meaning for which format: an option that has none is refused and never ignored. */
import { DescriptionError } from "../../errors.ts";
import type { Format } from "./sourceFiles.ts";

const LABELS: Readonly<Record<Format | "sql", string>> = {
  csv: "CSV",
  tsv: "TSV",
  json: "JSON",
  ndjson: "NDJSON",
  parquet: "Parquet",
  sql: "SQL",
};

/** How the command line spells each option that is not for every format. */
const FLAGS = {
  delimiter: "--delimiter",
  skip: "--skip",
  comment: "--comment",
  header: "--no-header",
  encoding: "--encoding",
  maxBytes: "--max-size",
} as const;

type FormatOption = keyof typeof FLAGS;

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
  for (const option of Object.keys(FLAGS) as FormatOption[]) {
    const forAllText = FOR_ALL_TEXT.has(option);
    if (options[option] === undefined || (isText && forAllText)) continue;
    const meant = forAllText ? "text files (CSV, TSV, JSON and NDJSON)" : "CSV and TSV files";
    const remedy =
      format === "sql"
        ? "Leave it out; how a file is read, say in the query: FROM read_csv('a.csv', delim = ';', skip = 1)."
        : "Leave it out.";
    throw new DescriptionError(
      `Option ${option} (${FLAGS[option]}) is for ${meant}, but ${source} is ${LABELS[format]}. ${remedy}`,
    );
  }
}
