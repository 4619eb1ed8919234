/** Which reading options have a meaning for which format: an option that has none is refused and never ignored. */
import { DescriptionError } from "../../errors.ts";
import { type FileFormat, type FileFormatEntry, fileFormats, formatTitles } from "../fileFormats.ts";
import { optionName } from "../remedies.ts";

/** A query has no text that is read. */
const forms: Readonly<Record<FileFormat | "sql", Omit<FileFormatEntry, "extensions">>> = {
  ...fileFormats,
  sql: { title: "SQL" },
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
  format: FileFormat | "sql",
  source: string,
  options: Readonly<Partial<Record<FormatOption, unknown>>>,
): void {
  const { title, text } = forms[format];
  if (text === "csv") return;
  for (const option of OPTIONS) {
    const forAllText = FOR_ALL_TEXT.has(option);
    if (options[option] === undefined || (text !== undefined && forAllText)) continue;
    const meant = forAllText
      ? `text files (${formatTitles(" and ", (entry) => entry.text !== undefined)})`
      : `${formatTitles(" and ", (entry) => entry.text === "csv")} files`;
    const remedy =
      format === "sql"
        ? "Leave it out, and set how a file is read in the query: FROM read_csv('a.csv', delim = ';', skip = 1)."
        : "Leave it out.";
    throw new DescriptionError(`${optionName(option, "Option")} is for ${meant}, but ${source} is ${title}. ${remedy}`);
  }
}
