/** The table that a source makes: its columns by the one rule for values, and what is to be said of how it was read. */
import { DataError, DescriptionError } from "../errors.ts";
import { readColumns, rowNumbersOf } from "./readColumns.ts";
import type { ReadOptions } from "./readOptions.ts";
import type { FileOptions, ReadSource } from "./readSource.ts";
import { NO_HEADER, optionName } from "./remedies.ts";
import { requireRoles, type Table, unknownColumns, type Warning } from "./table.ts";

/** Where rows come from. */
type FileRows = Pick<ReadSource, "name" | "rows" | "comments">;

/**
 * The table of a source.
 *
 * @param whole what all its parts are together
 * @param sources the parts: files, or the whole itself
 * @throws {DataError} columns that are wanted and are not there; as `readColumns`, with the file beside the row
 * @throws {DescriptionError} a type for a column that is not read
 */
export function tableOf(
  whole: ReadSource,
  sources: readonly FileRows[],
  { roleOf }: Pick<FileOptions, "roleOf">,
  options: ReadOptions,
): Table {
  const { types = {}, columns, copy } = options;
  const { rows, names, copied, notes, share } = whole;
  const known = new Set(names);
  const unknown = (columns ?? []).filter((wanted) => !known.has(wanted));
  if (unknown.length > 0) {
    const { message } = unknownColumns(whole.name, unknown, names, columns);
    throw new DataError(message + headerHint(whole, unknown, options));
  }
  requireRoles(whole.name, names, types);
  const unused = columns && Object.keys(types).find((typed) => !columns.includes(typed) && types[typed] !== "skip");
  if (unused !== undefined) {
    throw new DescriptionError(
      `${optionName("types", "Option")} has no effect on ${JSON.stringify(unused)}, which is not among the columns to read. Leave it out there.`,
    );
  }
  const uncopied = copy === "all" ? [] : (copy ?? []).filter((wanted) => !known.has(wanted));
  if (uncopied.length > 0) throw unknownColumns(whole.name, uncopied, names);
  const { missing, decimal, readings } = options;
  const roles = new Map(names.map((each) => [each, roleOf(each)]));
  const found = inFile(sources, () => readColumns(whole, { roles, missing, decimal, readings }));
  const all = [...notes, ...found.notes, ...commentNotes(sources, options)];
  const taken = new Set(found.columns.map((column) => column.name));
  const unread = names.filter((column) => !taken.has(column));
  return {
    source: whole.name,
    rows,
    ...(share && { ranks: share.ranks, rowNumbers: rowNumbersOf(rows, share) }),
    columns: found.columns,
    ...(unread.length > 0 && { unread }),
    ...(copy && { copied }),
    ...(all.length > 0 && { notes: all }),
  };
}

/** Note: `option-without-effect`, where no line of a table to learn from begins with the sign of comments. */
function commentNotes(sources: readonly FileRows[], { comment, readings }: ReadOptions): Warning[] {
  if (comment === undefined || readings !== undefined) return [];
  if (sources.some(({ comments = 0 }) => comments > 0)) return [];
  const message = `No line begins with ${JSON.stringify(comment)}, so ${optionName("comment")} has no effect.`;
  return [{ code: "option-without-effect", columns: [], message }];
}

/** Where columns are missing: the options by which a CSV file's first line may be read otherwise. */
function headerHint(
  { delimiter }: ReadSource,
  unknown: readonly string[],
  { header, skip = 0, columns = [] }: ReadOptions,
): string {
  if (delimiter === undefined) return "";
  if (header === false) {
    const named = unknown.some((name) => !/^column\d+$/.test(name));
    return named ? ` If the first line names the columns, leave out ${NO_HEADER}.` : "";
  }
  if (unknown.every((name) => /^column\d+$/.test(name))) {
    return ` If no line names the columns, read it with ${NO_HEADER}.`;
  }
  const all = unknown.length === columns.length;
  if (all && skip > 0) return ` If its names are not in line ${skip + 1}, change ${optionName("skip")}.`;
  return all
    ? ` If its names are in a later line, read it with ${optionName("skip")}, or ${optionName("comment")} for lines of comments.`
    : "";
}

/** Names the file beside the row, where there are several. @throws {DataError} what `read` throws, with the file */
function inFile<T>(sources: readonly FileRows[], read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof DataError) || sources.length === 1) throw error;
    const row = Number(/ in row (\d+)[.,;:]/.exec(error.message)?.[1]);
    if (Number.isNaN(row)) throw error;
    const place = placeOf(row - 1, sources);
    throw new DataError(`${error.message} (Row ${row} is row ${place.row + 1} of ${place.source}.)`);
  }
}

/** The file of a row, and its number in it. */
function placeOf(row: number, sources: readonly FileRows[]): { source: string; row: number } {
  let before = 0;
  let file = 0;
  while (row >= before + sources[file].rows) before += sources[file++].rows;
  return { source: sources[file].name, row: row - before };
}
