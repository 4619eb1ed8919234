/**
 * The columns of a source by the one rule for values (`inference.ts`): what is text, and what is to be of another type.
 *
 * Columns that the source gives as numbers stay so. Where they were written as text, their points count among what the
 * columns show of the decimal sign.
 */
import { cellsOf } from "./conversion.ts";
import type { Decision, ReadingSettings } from "./decision.ts";
import { decideColumn } from "./inference.ts";
import { missingNumbers, recordedMissing } from "./missingWords.ts";
import type { ReadSource, SourceShare } from "./readSource.ts";
import { settle } from "./settle.ts";
import { statisticsOf } from "./statistics/statisticsOf.ts";
import type { Statistics } from "./statistics.ts";
import type { Column, Reading, Warning } from "./table.ts";

/** @throws {DataError} as `inferColumns` */
export function readColumns(
  { name: source, rows, columns, delimiter, points = new Map(), share }: ReadSource,
  given: ReadingSettings,
): { columns: Column[]; notes: Warning[] } {
  const statistics = statisticsOf({ rows, ranks: share?.ranks });
  const settings = { ...given, delimiter, statistics };
  const table = { source, rowNumbers: share && rowNumbersOf(rows, share) };
  const decisions = columns.map((column): Decision => {
    const { name } = column;
    const point = settings.readings?.has(name) ? undefined : points.get(name);
    const numbers = point === undefined ? undefined : { form: {}, separated: [point] };
    if (isOpen(column, settings, statistics)) {
      const decision = decideColumn(table, { name, cells: cellsOf(column) }, settings);
      return decision.reading.type === "number" ? { ...decision, numbers: decision.numbers ?? numbers } : decision;
    }
    const reading = settings.readings?.get(name) ?? { type: column.type, ...recordedMissing(settings.missing) };
    return { name, cells: [], place: { source, name, remedy: "", reading }, reading, notes: [], numbers, column };
  });
  const { columns: read, notes } = settle(decisions, settings);
  return { columns: read.map((column, at) => withZonesOf(columns[at], column)), notes };
}

/** The numbers of a share's rows in the source. */
export function rowNumbersOf(rows: number, { before }: SourceShare): Uint32Array {
  return Uint32Array.from({ length: rows }, (_, at) => before + at);
}

/** Zones are those of the source's own times: a model's reading has those of training, and `Date`s always have one. */
function withZonesOf(given: Column, read: Column): Column {
  if (given.type !== "date" || read.type !== "date") return read;
  const { reading: { zones: _zones, ...reading } = { type: read.type }, ...column } = read;
  const { zones } = given.reading ?? {};
  const whole: Reading = { ...reading, ...(zones && { zones }) };
  return Object.keys(whole).length === 1 ? column : { ...column, reading: whole };
}

/** Whether a column's values have yet to be read. */
function isOpen(column: Column, { roles, readings, missing }: ReadingSettings, statistics: Statistics): boolean {
  const { name, type } = column;
  const role = roles?.get(name);
  const wanted = readings?.get(name)?.type ?? (role === undefined || role === "category" ? type : role);
  if (type === "text" || wanted !== type) return true;
  const codes = missingNumbers(readings?.get(name) ?? recordedMissing(missing));
  // The shared rule names the first infinite number; it is asked only where there is one.
  return type === "number" && (codes.length > 0 || statistics.sums([hasInfinity(column) ? 1 : 0])[0] > 0);
}

/** Whether an infinite number is among the values. */
function hasInfinity({ type, values }: Column): boolean {
  return type === "number" && values.some((value) => Math.abs(value) === Number.POSITIVE_INFINITY);
}
