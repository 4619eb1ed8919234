/**
 * What several files hold as one: their columns, each file's rows behind those of the file before.
 *
 * The files must have the same columns; their order may differ, the first file's holds.
 */
import { DataError } from "../../errors.ts";
import { cellsOf, isEmptyColumn, textColumn } from "../conversion.ts";
import { isDay } from "../dateForms.ts";
import { decimalSignIn } from "../numberForms.ts";
import type { ReadSource } from "../readSource.ts";
import { QUERY } from "../remedies.ts";
import { joinedSpellings } from "../spellings.ts";
import type { Column, DateColumn, Reading, Warning } from "../table.ts";
import { cannotRead } from "../text/cannotRead.ts";

/**
 * @param name what messages call the result
 * @throws {DataError} columns whose names differ between files, or whose types have nothing in common
 */
export function concatenate(name: string, sources: readonly ReadSource[]): ReadSource {
  const [first] = sources;
  if (sources.length === 1) return first;
  for (const source of sources) requireSameNames(first, source);
  const byName = sources.map(({ columns }) => new Map(columns.map((column) => [column.name, column])));
  const notes = new Map<string, Warning>(sources.flatMap((source) => source.notes.map((note) => [note.message, note])));
  return {
    name,
    rows: sources.reduce((sum, { rows }) => sum + rows, 0),
    names: first.names,
    columns: first.columns.map((column) =>
      joined(
        name,
        sources,
        byName.map((columns) => columns.get(column.name) ?? column),
      ),
    ),
    copied: first.copied.map((column) => ({
      ...column,
      values: sources.flatMap(({ copied }) => copied.find((other) => other.name === column.name)?.values ?? []),
    })),
    delimiter: sources.every(({ delimiter }) => delimiter === first.delimiter) ? first.delimiter : undefined,
    points: new Map(
      sources.flatMap(({ points = [] }) => [...points]).sort(([, a], [, b]) => sureness(a) - sureness(b)),
    ),
    notes: [...notes.values()],
  };
}

/** Of points, the sure ones last: the last of a column holds. */
function sureness(text: string): number {
  return decimalSignIn(text) === undefined ? 0 : 1;
}

function requireSameNames(first: ReadSource, source: ReadSource): void {
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

/** The parts of one column. A part of text makes all parts text; a part without values has any type. */
function joined(source: string, sources: readonly ReadSource[], parts: readonly Column[]): Column {
  const types = new Map<Column["type"], number>();
  for (const [at, part] of parts.entries()) if (!isEmptyColumn(part) && !types.has(part.type)) types.set(part.type, at);
  const { name } = parts[0];
  const isText = types.has("text") || types.size === 0;
  if (!isText && types.size > 1) {
    const [one, other] = [...types];
    throw new DataError(
      `${cannotRead(source)} column ${JSON.stringify(name)} is of type ${one[0]} in ${JSON.stringify(sources[one[1]].name)} and of type ${other[0]} in ${JSON.stringify(sources[other[1]].name)}. ` +
        `Expected the same type in every file: convert it in a query, ${QUERY}.`,
    );
  }
  const [type] = isText ? ["text" as const] : types.keys();
  const values = parts.map((part) => (part.type === type ? part : emptied(source, part, type)).values);
  const rows = values.reduce((sum, { length }) => sum + length, 0);
  const spellings = isText ? undefined : joinedSpellings(parts.map((part) => part.written));
  const written = spellings && { written: spellings };
  switch (type) {
    case "number":
    case "date": {
      const all = new Float64Array(rows);
      let at = 0;
      for (const part of values as Float64Array[]) {
        all.set(part, at);
        at += part.length;
      }
      if (type === "number") return { name, type, values: all, ...written };
      const zones = joinedZones(parts);
      return { name, type, values: all, ...written, ...(zones && { reading: { type, zones } }) };
    }
    case "boolean":
      return { name, type, values: (values as (boolean | null)[][]).flat(), ...written };
    case "text":
      return { name, type, values: (values as (string | null)[][]).flat() };
    default:
      return type satisfies never;
  }
}

/** Which times of all parts name a zone; undefined where there are none. */
function joinedZones(parts: readonly Column[]): Reading["zones"] {
  const [zones, other] = new Set(parts.flatMap(({ reading }) => reading?.zones ?? []));
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
