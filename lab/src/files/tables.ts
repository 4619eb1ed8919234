/**
 * A table from a file of the reader's own: CSV, TSV, JSON, NDJSON, gzipped or not, or Parquet, by its name or by how it begins. The
 * library reads it, with its types, notes and messages. Runs in the worker; nothing leaves the page.
 */
import { type Column, labelTexts, rowsFromTable, selectRows, type Table, tableFromCsv, tableFromJson } from "gradus";
import { fitTarget } from "gradus/network";
import type { ColumnSummary, TableSummary } from "../protocol.ts";
import { inLabWords } from "./labWords.ts";

type Format = "csv" | "tsv" | "json" | "parquet";

/** @throws {GradusError} what is wrong with it, in the library's words */
export async function readTableFile(file: Blob, name: string): Promise<Table> {
  const format = formatByName(name) ?? (await formatByContent(file));
  switch (format) {
    case "csv":
      return await tableFromCsv(file.stream(), { source: name });
    case "tsv":
      return await tableFromCsv(file.stream(), { source: name, delimiter: "\t" });
    case "json":
      return await tableFromJson(file.stream(), { source: name });
    case "parquet": {
      const { tableFromParquet } = await import("./parquet.ts");
      return await tableFromParquet(file, name);
    }
    default:
      return format satisfies never;
  }
}

const formats: Readonly<Record<string, Format>> = {
  csv: "csv",
  tsv: "tsv",
  tab: "tsv",
  json: "json",
  ndjson: "json",
  jsonl: "json",
  parquet: "parquet",
  pq: "parquet",
};

/** By the last extension before .gz; undefined where it says nothing. */
function formatByName(name: string): Format | undefined {
  const extension = /\.([^.]+)$/.exec(name.replace(/\.gz$/i, ""))?.[1].toLowerCase() ?? "";
  return Object.hasOwn(formats, extension) ? formats[extension] : undefined;
}

/** Parquet's mark, and the brackets of JSON, unpacked where it is gzip; everything else is taken for CSV. */
async function formatByContent(file: Blob): Promise<Format> {
  const bytes = new Uint8Array(await file.slice(0, 4096).arrayBuffer());
  const start = new TextDecoder("latin1").decode(
    bytes[0] === 0x1f && bytes[1] === 0x8b ? await unpacked(bytes) : bytes,
  );
  if (start.startsWith("PAR1")) return "parquet";
  return /^(\u00ef\u00bb\u00bf)?\s*(\[\s*[{\]]|\{\s*["}])/.test(start) ? "json" : "csv";
}

/** As much of a gzip's beginning as there is. */
async function unpacked(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  const first = await reader.read().catch(() => undefined);
  reader.cancel().catch(() => undefined);
  return first?.value ?? new Uint8Array(0);
}

/** What the page shows of a table. */
export function summaryOf(table: Table, id: number): TableSummary {
  const { source, rows, notes = [] } = table;
  return {
    id,
    name: source,
    rows,
    columns: columnsOf(table),
    notes: notes.map(({ code, columns: concerned, message }) => ({
      code,
      columns: concerned,
      message: inLabWords(message),
    })),
    target: likelyTarget(table),
  };
}

export function columnsOf(table: Table): ColumnSummary[] {
  return table.columns.map((column) => ({
    name: column.name,
    type: column.type,
    missing: missingIn(column),
    example: exampleOf(table, column),
  }));
}

function missingIn({ values }: Column): number {
  let count = 0;
  for (const value of values) if (isMissing(value)) count++;
  return count;
}

function exampleOf(table: Table, { name, values }: Column): string {
  const row = Array.from(values as ArrayLike<unknown>).findIndex((value) => !isMissing(value));
  if (row < 0) return "";
  const [{ [name]: value }] = rowsFromTable(selectRows(table, Uint32Array.of(row)));
  return value instanceof Date ? value.toISOString().replace(/T00:00:00\.000Z$/, "") : String(value);
}

const isMissing = (value: unknown): boolean => value === null || Number.isNaN(value);

/** Names that a column to predict often has. */
const TARGET_NAMES = /^(target|label|class|y|outcome|species|digit)$/i;
/** More classes than this are rather names or numbers of rows. */
const MOST_CLASSES = 50;

/** The first column that can be learned: of a usual name, then the last, then from the end. */
function likelyTarget(table: Table): string | undefined {
  const names = table.columns.map(({ name }) => name);
  const candidates = [...names.filter((name) => TARGET_NAMES.test(name)), ...names.toReversed()];
  return candidates.find((name) => {
    try {
      const { target } = fitTarget(table, [name]);
      return target.task !== "classification" || labelTexts(target).length <= MOST_CLASSES;
    } catch {
      return false;
    }
  });
}
