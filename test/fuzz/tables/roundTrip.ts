/**
 * Whether a model answers for its own training file as it did in training, whatever format the file comes in.
 *
 * Trains a tiny network on a table, saves and loads it, and compares the answers bit for bit.
 */
import { writeFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { readRow } from "../../../src/cli/rowOption.ts";
import { withDatabase } from "../../../src/data/duckdb/database.ts";
import { modelReadings } from "../../../src/models/modelReadings.ts";
import {
  type Cell,
  type Column,
  evaluate,
  GradusError,
  loadModel,
  type Model,
  type Row,
  readTableFor,
  type Table,
  type TextColumn,
  tableFromColumns,
  train,
} from "../../../src/node.ts";
import { type Random, random as seeded } from "../../../src/random.ts";
import type { TableInput } from "./generate.ts";
import { orRefused } from "./reading.ts";
import { chance, pick } from "./values.ts";

/** The share of models that answer for a file of each text format: writing and reading them takes most of the time. */
const TEXT_FILES = 0.4;
/** The share of models that answer for SQL and Parquet, where DuckDB takes a tenth of a second. */
const DATABASE = 0.03;

/** What came of it: a difference in words, or nothing, and whether a model was trained at all. */
export interface RoundTrip {
  readonly trained: boolean;
  readonly difference?: string;
}

/** @param path the file that the table was read from. @throws what is no typed error */
export async function roundTrip(seed: number, path: string, input: TableInput, table: Table): Promise<RoundTrip> {
  const random = seeded(seed, "model");
  const target = pick(random, table.columns).name;
  const settings = settingsOf(random);
  const training = await trained(table, target, settings);
  if (training === undefined) return { trained: false };
  const compared = await orRefused(() => difference(random, training, path, input, table));
  return {
    trained: true,
    ...(compared !== undefined && { difference: `target ${JSON.stringify(target)}: ${compared}` }),
  };
}

/** The first difference, in words. @throws {GradusError} where the model cannot answer for what it was trained on */
async function difference(
  random: Random,
  { model, report, engine }: Training,
  path: string,
  input: TableInput,
  table: Table,
): Promise<string | undefined> {
  using one = model;
  const expected = one.predictTable(table);
  const infinite = notFinite(expected);
  if (infinite !== undefined) return `answered ${infinite}`;
  using loaded = await loadModel(one.toBytes(), { engine });
  const { model: metrics } = await evaluate(loaded, table);
  if (!isDeepStrictEqual(metrics, report.metrics.test)) {
    return `metrics ${JSON.stringify(metrics)}, in training ${JSON.stringify(report.metrics.test)}`;
  }
  for (const [source, answers] of sources(random, loaded, path, input, table)) {
    const found = await orRefused(answers);
    if (isDeepStrictEqual(found, expected)) continue;
    const text = typeof found === "string" ? found : `${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`;
    return `from ${source}: ${text.slice(0, 2000)}`;
  }
  return undefined;
}

interface Training {
  readonly engine: ReturnType<typeof settingsOf>["engine"];
  readonly model: Model;
  readonly report: { readonly metrics: { readonly test?: unknown } };
}

/** How a network is trained: as little as possible, in the ways that differ in how columns are taken. */
function settingsOf(random: Random) {
  return {
    hidden: [3],
    epochs: 1 + random.integer(2),
    folds: chance(random, 0.2) ? 2 : 1,
    threads: 1,
    health: false,
    seed: random.integer(1000),
    engine: chance(random, 0.1) ? ("reference" as const) : ("wasm" as const),
    recipe: chance(random, 0.3) ? ("plain" as const) : ("realmlp" as const),
  };
}

/** @returns undefined where the table is refused with a typed error */
async function trained(
  table: Table,
  target: string,
  settings: ReturnType<typeof settingsOf>,
): Promise<Training | undefined> {
  try {
    const { model, report } = await train({ table, test: table, target, ...settings });
    return { model, report, engine: settings.engine };
  } catch (error) {
    if (error instanceof GradusError) return undefined;
    throw error;
  }
}

type Answers = readonly unknown[];
type Source = readonly [name: string, answers: () => Promise<Answers>];

/** The training table from every source: as texts, as values, and in files of all formats. */
function* sources(random: Random, model: Model, path: string, input: TableInput, table: Table): Iterable<Source> {
  const { types: _types, decimal: _decimal, missing: _missing, ...layout } = input.options;
  const written = table.copied ?? [];
  const texts = rowsOf(
    written.map((column) => [column.name, column.values]),
    table.rows,
  );
  const values = rowsOf(
    table.columns.map((column) => [column.name, cellsOf(column)]),
    table.rows,
  );
  const fromFile = function* (name: string, extension: string, text: () => string): Iterable<Source> {
    if (!chance(random, TEXT_FILES)) return;
    const file = `${path}.${extension}`;
    yield [
      name,
      async () => {
        writeFileSync(file, text());
        return model.predictTable(await readTableFor(model, file));
      },
    ];
  };
  yield ["the file itself", async () => model.predictTable(await readTableFor(model, path, layout))];
  yield ["rows of texts", async () => model.predict(texts)];
  yield ["rows of values", async () => model.predict(values)];
  yield* fromFile("JSON", "json", () => JSON.stringify(texts));
  yield* fromFile("NDJSON", "ndjson", () => texts.map((row) => `${JSON.stringify(row)}\n`).join(""));
  // A file in which dates are written otherwise than they were is refused.
  const hasForm = table.columns.some(({ reading }) => reading?.form !== undefined);
  if (!hasForm) yield* fromFile("JSON of values", "values.json", () => JSON.stringify(values));
  yield* fromFile("TSV", "tsv", () => separated(written, "\t"));
  yield* fromFile("CSV", "again.csv", () => separated(written, ","));
  yield [
    "columns of texts",
    async () =>
      model.predictTable(
        inMemory(
          model,
          written.map((column) => [column.name, column.values]),
        ),
      ),
  ];
  yield [
    "columns of values",
    async () =>
      model.predictTable(
        inMemory(
          model,
          table.columns.map((column) => [column.name, cellsOf(column)]),
        ),
      ),
  ];
  yield ["--row", async () => texts.flatMap((row): Answers => model.predict([readRow(JSON.stringify(row))]))];
  const names = written.map(({ name }) => name.toLowerCase());
  // DuckDB takes names that differ in case for one.
  if (!chance(random, DATABASE) || new Set(names).size < names.length) return;
  const sql = selectOf(written);
  yield ["SQL", async () => model.predictTable(await readTableFor(model, { sql }))];
  for (const [name, select] of [
    ["Parquet", sql],
    ["Parquet of values", selectOf(table.columns.map((column) => ({ name: column.name, values: cellsOf(column) })))],
  ]) {
    yield [
      name,
      async () => {
        const file = `${path}.parquet`;
        await withDatabase((database) => database.run(`COPY (${select}) TO '${file}' (FORMAT parquet)`));
        return model.predictTable(await readTableFor(model, file));
      },
    ];
  }
}

function inMemory(model: Model, columns: readonly (readonly [string, ArrayLike<Cell>])[]): Table {
  return tableFromColumns(Object.fromEntries(columns), { readings: modelReadings(model.document, true) });
}

function rowsOf(columns: readonly (readonly [string, ArrayLike<Cell>])[], rows: number): Row[] {
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(columns.map(([name, cells]) => [name, cells[row]])),
  );
}

/** A column's values as a program has them; per cent as text, because a number alone could mean 4.4 % or 440 %. */
function cellsOf(column: Column): Cell[] {
  return Array.from(column.values as ArrayLike<Cell>, (value) => {
    if (value === null || Number.isNaN(value)) return null;
    if (column.reading?.unit === "%") return `${String(value)}%`;
    return column.type === "date" ? new Date(Number(value)) : value;
  });
}

function separated(columns: readonly TextColumn[], delimiter: string): string {
  const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  const lines = [
    columns.map(({ name }) => name),
    ...columns[0].values.map((_, row) => columns.map(({ values }) => values[row] ?? "")),
  ];
  return lines.map((line) => `${line.map(quoted).join(delimiter)}\n`).join("");
}

function selectOf(columns: readonly { readonly name: string; readonly values: readonly Cell[] }[]): string {
  const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;
  const rows = columns[0].values.map((_, row) => `(${columns.map(({ values }) => literal(values[row])).join(", ")})`);
  return `SELECT * FROM (VALUES ${rows.join(", ")}) AS given(${columns.map(({ name }) => identifier(name)).join(", ")})`;
}

function literal(cell: Cell): string {
  if (cell instanceof Date) return `epoch_ms(${cell.getTime()}::BIGINT)`;
  if (typeof cell === "string") return `'${cell.replaceAll("'", "''")}'::VARCHAR`;
  return typeof cell === "number" ? `'${cell}'::DOUBLE` : String(cell ?? "NULL");
}

/** The first number among answers that is not finite. */
function notFinite(value: unknown): string | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? undefined : String(value);
  if (typeof value !== "object" || value === null) return undefined;
  return Object.values(value)
    .map(notFinite)
    .find((found) => found !== undefined);
}
