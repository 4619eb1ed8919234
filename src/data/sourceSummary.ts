/**
 * What is known of a source, or of a part of it, besides its values: what those need who have other parts of one table. Plain data, which
 * travels as JSON.
 */
import { isEmptyColumn } from "./conversion.ts";
import type { ReadSource } from "./readSource.ts";
import type { Column, Reading } from "./table.ts";

export interface ColumnSummary {
  readonly name: string;
  readonly type: Column["type"];
  readonly isEmpty: boolean;
  readonly zones?: Reading["zones"];
  /** As `Spellings`. */
  readonly written?: readonly (readonly [value: string, ways: readonly (readonly [text: string, times: number])[]])[];
}

export interface SourceSummary
  extends Pick<ReadSource, "name" | "rows" | "names" | "delimiter" | "comments" | "notes"> {
  readonly columns: readonly ColumnSummary[];
  /** The names of the columns that are passed on. */
  readonly copied: readonly string[];
  readonly points: readonly (readonly [column: string, text: string])[];
}

export function summaryOf(source: ReadSource): SourceSummary {
  const { name, rows, names, columns, copied, delimiter, points = [], comments, notes } = source;
  return {
    name,
    rows,
    names,
    delimiter,
    comments,
    notes,
    points: [...points],
    copied: copied.map((column) => column.name),
    columns: columns.map((column) => {
      const { type, reading, written } = column;
      return {
        name: column.name,
        type,
        isEmpty: isEmptyColumn(column),
        ...(reading?.zones && { zones: reading.zones }),
        ...(written && { written: Array.from(written, ([value, ways]) => [value, [...ways]] as const) }),
      };
    }),
  };
}

/** The summary of a source by those of its parts, which agree in all that is not about their own rows. */
export function joinedParts(parts: readonly SourceSummary[]): SourceSummary {
  const [first] = parts;
  return {
    ...first,
    rows: parts.reduce((sum, { rows }) => sum + rows, 0),
    columns: first.columns.map((column, at) => {
      const zones = parts.find(({ columns }) => columns[at].zones !== undefined)?.columns[at].zones;
      return { ...column, isEmpty: parts.every(({ columns }) => columns[at].isEmpty), ...(zones && { zones }) };
    }),
  };
}
