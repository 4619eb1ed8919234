/**
 * What several files hold as one: their columns, each file's rows behind those of the file before.
 *
 * The files must have the same columns; their order may differ, the first file's holds.
 */
import { DataError } from "../../errors.ts";
import { cellsOf, textColumn } from "../conversion.ts";
import { isDay } from "../dateForms.ts";
import { decimalSignIn } from "../numberForms.ts";
import type { ReadSource } from "../readSource.ts";
import { QUERY } from "../remedies.ts";
import type { ColumnSummary, SourceSummary } from "../sourceSummary.ts";
import { joinedSpellings } from "../spellings.ts";
import type { Column, DateColumn, Reading, Warning } from "../table.ts";
import { cannotRead } from "../text/cannotRead.ts";

/**
 * @param name what messages call the result
 * @param own the files whose rows are here, or parts of them, in their order
 * @param sources all files; others may have the rows of some
 * @throws {DataError} columns whose names differ between files, or whose types have nothing in common
 */
export function concatenate(name: string, own: readonly ReadSource[], sources: readonly SourceSummary[]): ReadSource {
  const [first] = sources;
  if (sources.length === 1 && own.length === 1) return { ...own[0], columns: own[0].columns.map(withZonesOf(first)) };
  for (const source of sources) requireSameNames(first, source);
  const known = sources.map(({ columns }) => new Map(columns.map((column) => [column.name, column])));
  const here = own.map(({ columns }) => new Map(columns.map((column) => [column.name, column])));
  const notes = new Map<string, Warning>(sources.flatMap((source) => source.notes.map((note) => [note.message, note])));
  return {
    name: sources.length === 1 ? first.name : name,
    rows: own.reduce((sum, { rows }) => sum + rows, 0),
    names: first.names,
    columns: first.columns.map((column) => {
      const all = known.map((columns) => columns.get(column.name) ?? column);
      const parts = here.flatMap((columns) => columns.get(column.name) ?? []);
      return joined(name, sources, all, parts);
    }),
    copied: first.copied.map((column) => ({
      name: column,
      type: "text",
      values: own.flatMap(({ copied }) => copied.find((other) => other.name === column)?.values ?? []),
    })),
    delimiter: sources.every(({ delimiter }) => delimiter === first.delimiter) ? first.delimiter : undefined,
    points: new Map(sources.flatMap(({ points }) => points).sort(([, a], [, b]) => sureness(a) - sureness(b))),
    notes: [...notes.values()],
  };
}

/** A date column with the zones that the times of the whole file name. */
function withZonesOf({ columns }: SourceSummary): (column: Column, at: number) => Column {
  return (column, at) => {
    const { zones } = columns[at];
    if (column.type !== "date" || zones === undefined || zones === column.reading?.zones) return column;
    return { ...column, reading: { type: "date", zones } };
  };
}

/** Of points, the sure ones last: the last of a column holds. */
function sureness(text: string): number {
  return decimalSignIn(text) === undefined ? 0 : 1;
}

function requireSameNames(first: SourceSummary, source: SourceSummary): void {
  const names = new Set(source.names);
  const known = new Set(first.names);
  const lacking = first.names.find((name) => !names.has(name));
  const added = source.names.find((name) => !known.has(name));
  if (lacking === undefined && added === undefined) return;
  const difference =
    lacking === undefined ? `has the column ${JSON.stringify(added)}` : `has no column ${JSON.stringify(lacking)}`;
  throw new DataError(
    `${cannotRead(source.name)} it ${difference}, unlike ${JSON.stringify(first.name)}, which is read with it. ` +
      "Expected the same columns in every file.",
  );
}

/** One column. @param all of every file @param parts those that are here */
function joined(
  source: string,
  sources: readonly SourceSummary[],
  all: readonly ColumnSummary[],
  parts: readonly Column[],
): Column {
  const [{ name }] = all;
  const type = commonType(source, sources, all);
  const values = parts.map((part) => (part.type === type ? part : emptied(source, part, type)).values);
  const rows = values.reduce((sum, { length }) => sum + length, 0);
  const spellings = type === "text" ? undefined : joinedSpellings(all.map(({ written }) => written));
  const written = spellings && { written: spellings };
  switch (type) {
    case "number":
    case "date": {
      const numbers = new Float64Array(rows);
      let at = 0;
      for (const part of values as Float64Array[]) {
        numbers.set(part, at);
        at += part.length;
      }
      if (type === "number") return { name, type, values: numbers, ...written };
      const zones = joinedZones(all);
      return { name, type, values: numbers, ...written, ...(zones && { reading: { type, zones } }) };
    }
    case "boolean":
      return { name, type, values: (values as (boolean | null)[][]).flat(), ...written };
    case "text":
      return { name, type, values: (values as (string | null)[][]).flat() };
    default:
      return type satisfies never;
  }
}

/** The type of a column in all files. One of text makes it text; one without values may have any type. */
function commonType(
  source: string,
  sources: readonly SourceSummary[],
  all: readonly ColumnSummary[],
): ColumnSummary["type"] {
  if (sources.length === 1) return all[0].type;
  const types = new Map<ColumnSummary["type"], number>();
  for (const [at, { type, isEmpty }] of all.entries()) if (!isEmpty && !types.has(type)) types.set(type, at);
  if (types.has("text") || types.size === 0) return "text";
  const [[type, file], other] = [...types];
  if (other === undefined) return type;
  throw new DataError(
    `${cannotRead(source)} column ${JSON.stringify(all[0].name)} is of type ${type} in ${JSON.stringify(sources[file].name)} and of type ${other[0]} in ${JSON.stringify(sources[other[1]].name)}. ` +
      `Expected the same type in every file: convert it in a query, ${QUERY}.`,
  );
}

/** Which times of all files name a zone; undefined where there are none. */
function joinedZones(all: readonly ColumnSummary[]): Reading["zones"] {
  const [zones, other] = new Set(all.flatMap((column) => column.zones ?? []));
  return other === undefined ? zones : "some";
}

/** A part of another type: as text, or as nothing where it has no values. */
function emptied(source: string, part: Column, type: Column["type"]): Column {
  const { name } = part;
  if (type === "text") return textColumn({ source, name }, part.type === "date" ? dateTexts(part) : cellsOf(part));
  const rows = part.values.length;
  if (type === "boolean") return { name, type, values: new Array<null>(rows).fill(null) };
  return { name, type, values: new Float64Array(rows).fill(Number.NaN) };
}

/** Dates and times as ISO 8601, with a zone only where the source names one. */
function dateTexts({ values, reading }: DateColumn): (string | null)[] {
  return Array.from(values, (time) => {
    if (Number.isNaN(time)) return null;
    const text = new Date(time).toISOString();
    return isDay(time) ? text.slice(0, 10) : reading?.zones === "all" ? text : text.slice(0, -1);
  });
}
