/**
 * A planned query's result as columns in memory.
 *
 * Chunk by chunk into arrays of their final size: an object for each row would take four times as long.
 */
import type { DuckDBDataChunk, DuckDBVector } from "@duckdb/node-api";
import { isDay } from "../dateForms.ts";
import type { Column } from "../table.ts";
import type { ColumnPlan } from "./columnPlan.ts";
import { type Database, translated } from "./database.ts";
import { GATHERED, type Gathered, inGroups } from "./gather.ts";

/**
 * The columns of the plans, in their order.
 *
 * @throws {DatabaseError} when a query fails on the way
 */
export async function fetchColumns(
  database: Database,
  { rows }: Pick<Gathered, "rows">,
  plans: readonly ColumnPlan[],
): Promise<Column[]> {
  const columns: Column[] = [];
  for (const group of inGroups(plans)) {
    const fillers = group.map((plan) => filler(plan, rows));
    await fetchInto(database, `SELECT ${group.map(({ sql }) => sql).join(", ")} FROM ${GATHERED}`, fillers);
    columns.push(...fillers.map(({ column }, at) => withZones(column, group[at])));
  }
  return columns;
}

/** Records the zones of times, as for times that are written as text: days without a time have no zone. */
function withZones(column: Column, { zones }: ColumnPlan): Column {
  if (column.type !== "date" || zones === undefined) return column;
  const onlyDays = column.values.every((time) => Number.isNaN(time) || isDay(time));
  return onlyDays ? column : { ...column, reading: { type: "date", zones } };
}

async function fetchInto(database: Database, query: string, fillers: readonly Filler[]): Promise<void> {
  const result = await database.stream(query);
  let row = 0;
  while (true) {
    const chunk: DuckDBDataChunk | null = await translated(() => result.fetchChunk());
    if (chunk === null || chunk.rowCount === 0) return;
    for (const [at, { fill }] of fillers.entries()) fill(chunk.getColumnVector(at), chunk.rowCount, row);
    row += chunk.rowCount;
  }
}

/** A column, still empty, and what puts the first `count` values of a vector into it from a row on. */
interface Filler {
  readonly column: Column;
  fill(vector: DuckDBVector, count: number, row: number): void;
}

function filler({ name, type }: ColumnPlan, rows: number): Filler {
  switch (type) {
    case "number":
    case "date": {
      const values = new Float64Array(rows);
      return { column: { name, type, values }, fill: (vector, count, row) => fillNumbers(values, vector, count, row) };
    }
    case "boolean": {
      const values = new Array<boolean | null>(rows);
      const fill = (vector: DuckDBVector, count: number, row: number): void => {
        for (let i = 0; i < count; i++) values[row + i] = booleanOf(vector.getItem(i));
      };
      return { column: { name, type, values }, fill };
    }
    case "text": {
      const values = new Array<string | null>(rows);
      const fill = (vector: DuckDBVector, count: number, row: number): void => {
        for (let i = 0; i < count; i++) values[row + i] = textOf(vector.getItem(i));
      };
      return { column: { name, type, values }, fill };
    }
    default:
      return type satisfies never;
  }
}

function fillNumbers(values: Float64Array, vector: DuckDBVector, count: number, row: number): void {
  // The typed array inside the vector is private by its types; getItem is the public way, at twice the time.
  const { items } = vector as { items?: unknown };
  if (items instanceof Float64Array) values.set(items.subarray(0, count), row);
  else for (let i = 0; i < count; i++) values[row + i] = Number(vector.getItem(i) ?? Number.NaN);
}

function booleanOf(item: unknown): boolean | null {
  return item === -1 ? null : item === 1;
}

function textOf(item: unknown): string | null {
  return item === null ? null : String(item);
}
