/** Whether a table was read as the independent reader says: the same columns, types and values, or both refuse. */
import { type Column, GradusError, readTable, type Table } from "../../../src/node.ts";
import type { TableInput } from "./generate.ts";
import type { OracleAnswer, OracleColumn } from "./oracle.ts";

/** The table of a file, or the message of the typed error. @throws what is no typed error */
export function readOrRefused(path: string, options: TableInput["options"]): Promise<Table | string> {
  return orRefused(() => readTable(path, { ...options, copy: "all" }));
}

/** What is read, or the message of the typed error. @throws what is no typed error */
export async function orRefused<T>(read: () => T | Promise<T>): Promise<T | string> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof GradusError) return error.message;
    throw error;
  }
}

/** The first difference, in words; undefined where there is none. */
export function readingDifference(read: Table | string, expected: OracleAnswer): string | undefined {
  if ("unsure" in expected) return undefined;
  if ("refused" in expected) {
    return typeof read === "string" ? undefined : `read, where the oracle refuses: ${expected.refused}`;
  }
  if (typeof read === "string") return `refused, where the oracle reads ${shapeOf(expected.columns)}: ${read}`;
  const found = JSON.stringify(read.columns.map(({ name }) => name));
  const names = JSON.stringify(expected.columns.map(({ name }) => name));
  if (found !== names) return `columns ${found}, expected ${names}`;
  for (const [at, column] of read.columns.entries()) {
    const difference = columnDifference(column, expected.columns[at]);
    if (difference !== undefined) return `column ${JSON.stringify(column.name)}: ${difference}`;
  }
  return undefined;
}

function columnDifference(column: Column, expected: OracleColumn): string | undefined {
  if (column.type !== expected.type)
    return `type ${column.type}, expected ${expected.type}: ${JSON.stringify(expected.values)}`;
  if (column.values.length !== expected.values.length) {
    return `${column.values.length} rows, expected ${expected.values.length}`;
  }
  for (const [row, value] of expected.values.entries()) {
    const found = column.values[row];
    const same = value === null ? found === null || Number.isNaN(found) : Object.is(found, value);
    if (!same) return `${JSON.stringify(found)} in row ${row + 1}, expected ${JSON.stringify(value)}`;
  }
  return undefined;
}

function shapeOf(columns: readonly OracleColumn[]): string {
  return columns.map(({ name, type }) => `${JSON.stringify(name)} as ${type}`).join(", ");
}
