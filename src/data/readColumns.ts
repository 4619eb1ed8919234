/**
 * The columns of a source by the one rule for values (`inference.ts`): what is text, and what is to be of another type.
 *
 * Columns that the source gives as numbers stay so. Where they were written as text, their points count among what the
 * columns show of the decimal sign.
 */
import { cellsOf } from "./conversion.ts";
import { type Decision, decideColumn, type ReadingSettings, settle } from "./inference.ts";
import { missingNumbers, recordedMissing } from "./missingWords.ts";
import type { ReadSource } from "./readSource.ts";
import type { Column, Reading, Warning } from "./table.ts";

/** @throws {DataError} as `inferColumns` */
export function readColumns(
  { name: source, columns, delimiter, points = new Map() }: ReadSource,
  given: ReadingSettings,
): { columns: Column[]; notes: Warning[] } {
  const settings = { ...given, delimiter };
  const decisions = columns.map((column): Decision => {
    const { name } = column;
    const point = settings.readings?.has(name) ? undefined : points.get(name);
    const numbers = point === undefined ? undefined : { form: {}, separated: [point] };
    if (isOpen(column, settings)) {
      const decision = decideColumn({ source }, { name, cells: cellsOf(column) }, settings);
      return decision.reading.type === "number" ? { ...decision, numbers: decision.numbers ?? numbers } : decision;
    }
    const reading = settings.readings?.get(name) ?? { type: column.type, ...recordedMissing(settings.missing) };
    return { name, cells: [], place: { source, name, remedy: "", reading }, reading, notes: [], numbers, column };
  });
  const { columns: read, notes } = settle(decisions, settings);
  return { columns: read.map((column, at) => withZonesOf(columns[at], column)), notes };
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
function isOpen(column: Column, { roles, readings, missing }: ReadingSettings): boolean {
  const { name, type } = column;
  const role = roles?.get(name);
  const wanted = readings?.get(name)?.type ?? (role === undefined || role === "category" ? type : role);
  if (type === "text" || wanted !== type) return true;
  const codes = missingNumbers(readings?.get(name) ?? recordedMissing(missing));
  // The shared rule names the first infinite number; it is asked only where there is one.
  return type === "number" && (codes.length > 0 || hasInfinity(column));
}

/** Whether an infinite number is among the values. */
function hasInfinity({ type, values }: Column): boolean {
  return type === "number" && values.some((value) => Math.abs(value) === Number.POSITIVE_INFINITY);
}
