/** What was read of a CSV text, or of one part of it, as the columns that the whole text gives. */
import { DataError } from "../../errors.ts";
import type { FileOptions, ReadSource } from "../readSource.ts";
import type { Column, TextColumn } from "../table.ts";
import { cannotRead } from "./cannotRead.ts";
import { type CsvContent, joinedContent } from "./csvColumns.ts";
import type { CsvLayout } from "./csvLayout.ts";
import { type CsvRows, delimiterNotes, type Marked, markedNotes } from "./csvRows.ts";
import { headerNotes } from "./headerNotes.ts";

/** What is in a text, or in a part of it, as far as it decides what the columns are and what is said of them. */
export interface CsvPart {
  readonly rows: number;
  readonly comments: number;
  readonly marked: Marked;
  /** Of each column; null where it isn't read. */
  readonly contents: readonly (CsvContent | null)[];
}

/** @param line the number of the text's first line, where its own were counted from 1 */
export function csvPart({ rows, marked, columns }: CsvRows, comments: number, line = 1): CsvPart {
  const first = marked.count === 0 ? 0 : marked.line + line - 1;
  return {
    rows,
    comments,
    marked: { count: marked.count, line: first },
    contents: columns.map((column) => column?.content ?? null),
  };
}

/**
 * The rows that are here, with the names, types and notes of the whole text.
 *
 * @param parts of the whole text, in their order
 * @throws {DataError} a text without rows
 */
export function csvSource(
  name: string,
  layout: CsvLayout,
  { columns, copied, rows }: CsvRows,
  parts: readonly CsvPart[],
  { header }: Pick<FileOptions, "header">,
): ReadSource {
  const all = parts.reduce((sum, part) => sum + part.rows, 0);
  if (all === 0) throw new DataError(`${cannotRead(name)} it has a header but no rows.`);
  const points = new Map<string, string>();
  const named = new Set<Column>();
  const finished = columns.flatMap((column, at): Column[] => {
    if (column === undefined) return [];
    const content = joinedContent(parts.flatMap(({ contents }) => contents[at] ?? []));
    const made = column.finish(content);
    if (content.point !== undefined) points.set(column.name, content.point);
    if (content.holdsName) named.add(made);
    return [made];
  });
  return {
    name,
    rows,
    names: layout.names,
    columns: finished,
    copied: copied.flatMap((column) => column?.finish(AS_WRITTEN) ?? []) as TextColumn[],
    delimiter: layout.dialect.delimiter,
    points,
    comments: parts.reduce((sum, { comments }) => sum + comments, 0),
    notes: [
      ...delimiterNotes(layout),
      ...(header === undefined ? headerNotes(layout.names, finished, (column) => named.has(column)) : []),
      ...markedNotes(joinedMarks(parts), all),
    ],
  };
}

/** The content of a column that is passed on. */
const AS_WRITTEN: CsvContent = { kind: "texts", holdsName: false };

function joinedMarks(parts: readonly CsvPart[]): Marked {
  return {
    count: parts.reduce((sum, { marked }) => sum + marked.count, 0),
    line: parts.find(({ marked }) => marked.count > 0)?.marked.line ?? 0,
  };
}
