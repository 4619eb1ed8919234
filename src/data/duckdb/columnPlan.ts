/**
 * How each column comes out of the database: its type in the table, and the SQL expression that makes it.
 *
 * Typed columns keep their type. Text that begins with numbers is fetched as numbers, because the database reads them
 * many times faster, and only fetched as text when that turns out wrong; everything else about text (dates, truth
 * values, a number column with a text in it) is `../inference.ts`'s, so that files and rows from memory follow one rule.
 */
import { DataError } from "../../errors.ts";
import type { ColumnRole, ColumnType } from "../table.ts";
import { type Database, literal } from "./database.ts";
import { GATHERED, type Gathered, type GatheredColumn, inGroups } from "./gather.ts";

export interface ColumnPlan {
  readonly name: string;
  readonly type: ColumnType;
  /**
   * number: DOUBLE, NaN where missing; date: DOUBLE, milliseconds since 1970, NaN where missing; boolean: TINYINT, 1, 0
   * and −1 where missing; text: VARCHAR, NULL where missing. No NULLs in the first three: DuckDB's chunks show them as 0.
   */
  readonly sql: string;
  /**
   * Of text that is planned as numbers: the text. Whatever is no number comes out as infinite, and where anything does,
   * this is to be fetched instead.
   */
  readonly otherwise?: ColumnPlan;
}

/** Texts that mean a missing value, besides those the user names; spaces around them do not count. */
export const MISSING_TOKENS: readonly string[] = ["", "NA", "N/A", "NaN", "nan", "null", "NULL", "?"];

export interface PlanOptions {
  readonly roles: ReadonlyMap<string, ColumnRole>;
  /** Further texts, and numbers written as text, that mean a missing value. */
  readonly missing: readonly string[];
}

/**
 * The plans of all columns whose role is not "skip".
 *
 * @throws {DataError} a column of bytes or of another type that is no number, text, date or truth value
 */
export async function planColumns(
  database: Database,
  gathered: Gathered,
  { roles, missing }: PlanOptions,
): Promise<ColumnPlan[]> {
  await makeMacros(database, missing);
  const columns = gathered.columns.filter(({ name }) => roles.get(name) !== "skip");
  const texts = columns.filter(({ name, type }) => type === "VARCHAR" && mayBeNumbers(roles.get(name)));
  const readings = await numberReadings(database, texts, gathered.decimalComma);
  return columns.map((column) => {
    const { name, id, type } = column;
    if (type !== "VARCHAR") return typedPlan(gathered.source, column);
    const text: ColumnPlan = { name, type: "text", sql: `present(${id})` };
    const reading = readings.get(name);
    if (reading === undefined) return text;
    const number = `coalesce(${reading}(${id}), CASE WHEN present(${id}) IS NULL THEN 'NaN' ELSE 'Infinity' END::DOUBLE)`;
    return { name, type: "number", sql: `without_codes(${number})`, otherwise: text };
  });
}

/**
 * The questions that the expressions are made of, as SQL macros.
 *
 * `1_000` is a number in DuckDB and nowhere else, so it must not be one. `list_contains` and not IN, which DuckDB makes a
 * join of: on a thousand columns, it takes all memory there is.
 */
async function makeMacros(database: Database, missing: readonly string[]): Promise<void> {
  const tokens = [...MISSING_TOKENS, ...missing].map((token) => literal(token.trim()));
  const codes = missing.map((token) => Number(token.trim() || "NaN")).filter(Number.isFinite);
  const coded = `list_contains([${codes.map((code) => `${code}::DOUBLE`).join(", ")}], x)`;
  const macros = {
    "present(x)": `CASE WHEN list_contains([${tokens.join(", ")}], trim(x)) THEN NULL ELSE trim(x) END`,
    "written_number(x)": "CASE WHEN contains(x, '_') THEN NULL ELSE TRY_CAST(x AS DOUBLE) END",
    "comma_number(x)": "CASE WHEN contains(x, '.') THEN NULL ELSE written_number(replace(x, ',', '.')) END",
    "without_codes(x)": codes.length === 0 ? "x" : `CASE WHEN ${coded} THEN 'NaN'::DOUBLE ELSE x END`,
  };
  for (const [head, body] of Object.entries(macros)) await database.run(`CREATE TEMP MACRO ${head} AS ${body}`);
}

/** What a category's text looks like matters ("007"), so it must not become a number on the way. */
function mayBeNumbers(role: ColumnRole | undefined): boolean {
  return role === undefined || role === "number";
}

/** As many rows say what a column begins with. */
const ROWS_LOOKED_AT = 1000;

/** The macro by which to read numbers, by name of the text columns that begin with numbers or missing values only. */
async function numberReadings(
  database: Database,
  columns: readonly GatheredColumn[],
  decimalComma: boolean,
): Promise<Map<string, string>> {
  // Whole numbers read either way; the comma goes first, because 1,5 may follow them further down.
  const readings = decimalComma ? ["comma_number", "written_number"] : ["written_number"];
  const found = new Map<string, string>();
  for (const some of inGroups(columns)) {
    const questions = some.flatMap(({ id }) =>
      readings.flatMap((reading) => {
        const other = `CASE WHEN ${reading}(${id}) IS NULL THEN present(${id}) END`;
        return [`count(${reading}(${id}))::DOUBLE`, `count(${other})::DOUBLE`];
      }),
    );
    const beginning = `(SELECT ${some.map(({ id }) => id).join(", ")} FROM ${GATHERED} LIMIT ${ROWS_LOOKED_AT})`;
    const [answers] = await database.rows(`SELECT ${questions.join(", ")} FROM ${beginning}`);
    for (const [at, { name }] of some.entries()) {
      const reading = readings.find((_, which) => {
        const [numbers, others] = answers.slice((at * readings.length + which) * 2);
        return Number(numbers) > 0 && others === 0;
      });
      if (reading !== undefined) found.set(name, reading);
    }
  }
  return found;
}

const NUMBER = /^U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)$|^(BIGNUM|FLOAT|DOUBLE)$|^DECIMAL\b/;

function typedPlan(source: string, { name, id, type }: GatheredColumn): ColumnPlan {
  if (NUMBER.test(type)) return { name, type: "number", sql: `without_codes(${orNaN(`CAST(${id} AS DOUBLE)`)})` };
  if (type === "INTERVAL") return { name, type: "number", sql: orNaN(`epoch(${id})`) };
  if (/^(DATE|TIME)/.test(type)) {
    return { name, type: "date", sql: orNaN(`CAST(epoch_ms(${id}) AS DOUBLE)`) };
  }
  if (type === "BOOLEAN") {
    return { name, type: "boolean", sql: `CAST(CASE WHEN ${id} THEN 1 WHEN NOT ${id} THEN 0 ELSE -1 END AS TINYINT)` };
  }
  throw new DataError(
    `In ${source}: column ${JSON.stringify(name)} is of type ${type}. Expected numbers, text, truth values, dates or times: ` +
      'give it the type "skip" to leave it out, or convert it with --sql.',
  );
}

function orNaN(sql: string): string {
  return `coalesce(${sql}, 'NaN'::DOUBLE)`;
}
