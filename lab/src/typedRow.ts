/** A row that is typed, for an encoder: what is to be written, and its cells. Used by the page and the worker. */
import type { Encoder } from "gradus/network";
import type { Field } from "./outcomeAnswers.ts";

/** Texts by the names of their columns, as they are typed. */
export type TypedRow = Readonly<Record<string, string>>;

export function rowFields({ columns }: Encoder): readonly Field[] {
  return columns.map((column) => {
    const options = column.kind === "category" ? column.categories : column.kind === "boolean" ? ["true", "false"] : [];
    return { name: column.name, kind: column.kind, options };
  });
}

/** What is typed for a column, whatever it is called: "constructor" too. */
export const typedText = (row: TypedRow, column: string): string => (Object.hasOwn(row, column) ? row[column] : "");

/** As the library reads a row of texts; an empty text is a missing value. */
export const rowCells = ({ columns }: Encoder, row: TypedRow): Readonly<Record<string, string | null>> =>
  Object.fromEntries(columns.map(({ name }) => [name, typedText(row, name) || null]));
