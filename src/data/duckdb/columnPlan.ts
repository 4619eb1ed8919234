/**
 * How each column comes out of the database: its type in the table, and the SQL expression that makes it.
 *
 * Columns keep the type that they have there. `../inference.ts` decides what text is, wherever it comes from.
 */
import { DataError } from "../../errors.ts";
import { noCell } from "../conversion.ts";
import { alone, type Together } from "../part.ts";
import type { FileOptions } from "../readSource.ts";
import { QUERY, typeOption } from "../remedies.ts";
import type { ColumnType } from "../table.ts";
import type { Database } from "./database.ts";
import { GATHERED, type Gathered, type GatheredColumn, inGroups } from "./gather.ts";

export interface ColumnPlan {
  readonly name: string;
  readonly type: ColumnType;
  /**
   * number: DOUBLE, NaN where missing; date: DOUBLE, milliseconds since 1970, NaN where missing; boolean: TINYINT, 1, 0
   * and −1 where missing; text: VARCHAR, NULL where missing. No NULLs in the first three: DuckDB's chunks show them as 0.
   */
  readonly sql: string;
  /** Of times: whether each names its zone or none does. */
  readonly zones?: "all" | "none";
}

/**
 * The plans of all columns whose role is not "skip". Numbers that a double would round are text, unless the user wants
 * numbers.
 *
 * @param together where the rows are a part of a source: its parts have the same plans
 * @throws {DataError} a list or an object; a column of bytes or of another type that is no number, text, date or truth value
 */
export async function planColumns(
  database: Database,
  { source, columns }: Gathered,
  { roleOf, mayLeaveOut }: Pick<FileOptions, "roleOf" | "mayLeaveOut">,
  together: Together = alone,
): Promise<ColumnPlan[]> {
  const wanted = columns.filter(({ name }) => roleOf(name) !== "skip");
  const exact = wanted.filter(({ name, type }) => MAY_BE_ROUNDED.test(type) && roleOf(name) !== "number");
  const own = {
    rounded: await roundedColumns(database, exact),
    nested: wanted.map((column) => column.nested ?? null),
  };
  const parts = await together(own);
  for (const [at, { name }] of wanted.entries()) {
    const nested = parts.find((part) => part.nested[at] !== null)?.nested[at];
    if (nested) throw noCell({ source, name, isOpen: mayLeaveOut }, nested.found, nested.row);
  }
  const rounded = new Set(parts.flatMap((part) => part.rounded));
  return wanted.map((column) => {
    const { name, id, type } = column;
    if (type === "VARCHAR") return { name, type: "text", sql: `nullif(trim(${id}), '')` };
    return rounded.has(name) ? { name, type: "text", sql: asText(id) } : typedPlan(source, column, mayLeaveOut);
  });
}

/** The plans of columns as they are written, for whoever passes them on: text, whatever it means. */
export function planCopies({ columns }: Gathered, isCopied: FileOptions["isCopied"]): ColumnPlan[] {
  return columns.filter(({ name }) => isCopied(name)).map(({ name, id }) => ({ name, type: "text", sql: asText(id) }));
}

const asText = (id: string): string => `CAST(${id} AS VARCHAR)`;

/** Types that hold numbers with more digits than a double has. */
const MAY_BE_ROUNDED = /^U?(BIGINT|HUGEINT)$|^BIGNUM$|^DECIMAL\b/;

/** The names of the columns in which a value is not the same as a double. */
async function roundedColumns(database: Database, columns: readonly GatheredColumn[]): Promise<string[]> {
  const names: string[] = [];
  for (const some of inGroups(columns)) {
    const questions = some.map(
      ({ id, type }) => `bool_or(TRY_CAST(CAST(${id} AS DOUBLE) AS ${type}) IS DISTINCT FROM ${id})`,
    );
    const [answers] = await database.rows(`SELECT ${questions.join(", ")} FROM ${GATHERED}`);
    for (const [at, { name }] of some.entries()) if (answers[at] === true) names.push(name);
  }
  return names;
}

const NUMBER = /^U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)$|^(BIGNUM|FLOAT|DOUBLE)$|^DECIMAL\b/;

function typedPlan(source: string, { name, id, type }: GatheredColumn, mayLeaveOut: boolean): ColumnPlan {
  if (NUMBER.test(type)) return { name, type: "number", sql: orNaN(`CAST(${id} AS DOUBLE)`) };
  if (type === "INTERVAL") return { name, type: "number", sql: orNaN(`epoch(${id})`) };
  if (/^(DATE|TIME)/.test(type)) {
    // DuckDB takes a time of day as it is written, whatever its zone.
    const offset = type === "TIME WITH TIME ZONE" ? ` - 1000 * extract('timezone' FROM ${id})` : "";
    const zones = type === "DATE" ? undefined : type.endsWith("WITH TIME ZONE") ? "all" : "none";
    return { name, type: "date", sql: orNaN(`CAST(epoch_ms(${id})${offset} AS DOUBLE)`), ...(zones && { zones }) };
  }
  if (type === "BOOLEAN") {
    return { name, type: "boolean", sql: `CAST(CASE WHEN ${id} THEN 1 WHEN NOT ${id} THEN 0 ELSE -1 END AS TINYINT)` };
  }
  throw new DataError(
    `In ${source}: column ${JSON.stringify(name)} is of type ${type}. Expected numbers, text, truth values, dates or times: ` +
      `${mayLeaveOut ? `leave it out, ${typeOption(name, "skip")}, or ` : ""}convert it in a query, ${QUERY}.`,
  );
}

function orNaN(sql: string): string {
  return `coalesce(${sql}, 'NaN'::DOUBLE)`;
}
