/**
 * Cells to columns of a known type, without loss: a cell that cannot be a value of that type is an error, never a guess.
 *
 * Which type a column should have is `inference.ts`'s question. Rows are counted from 1 in messages.
 */

import { DataError, type DataPlace } from "../errors.ts";
import { rounded } from "../rounded.ts";
import { dateReader, isDay, namesZone } from "./dateForms.ts";
import { missingNumbers, missingTest } from "./missingWords.ts";
import { numberReader } from "./numberForms.ts";
import { readBoolean, readNumber } from "./reading.ts";
import { formOf } from "./readingNotes.ts";
import { missingOption, typeOption } from "./remedies.ts";
import {
  type BooleanColumn,
  type Cell,
  type Column,
  type ColumnType,
  type DateColumn,
  type NumberColumn,
  type Reading,
  rowNumber,
  shown,
  type TextColumn,
} from "./table.ts";

/** How messages name a column that is being made. */
export interface ColumnPlace {
  readonly source: string;
  readonly name: string;
  /** As the table's. */
  readonly rowNumbers?: Uint32Array | undefined;
  /** A sentence on how to correct a value of another type. */
  readonly remedy: string;
  /** Whether the user can still name words that mean a missing value. */
  readonly isOpen?: boolean;
  /** How texts are read; each type's usual way when absent. */
  readonly reading?: Reading | undefined;
}

/** A cell that is there. */
type Present = NonNullable<Cell>;

/** What a cell is; undefined when it is missing. @throws {DataError} when it is nothing a cell may be */
export function kindOf(cell: Cell, row: number, place: Omit<ColumnPlace, "remedy">): ColumnType | undefined {
  if (cell === null || cell === undefined) return undefined;
  switch (typeof cell) {
    case "number":
      return Number.isNaN(cell) ? undefined : "number";
    case "bigint":
      return "number";
    case "boolean":
      return "boolean";
    case "string":
      return cell.trim() === "" ? undefined : "text";
    default:
      if (cell instanceof Date) return Number.isNaN(cell.getTime()) ? undefined : "date";
      throw noCell(place, foundKind(cell), rowNumber(place, row));
  }
}

function foundKind(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a value of type ${typeof value}`;
}

/** The error for a value that is nothing a cell may be, wherever it comes from. @param row counted from 1 */
export function noCell({ source, name, isOpen }: Omit<ColumnPlace, "remedy">, found: string, row: number): DataError {
  const remedy = isOpen ? `, or leave the column out: ${typeOption(name, "skip")}` : "";
  return new DataError(
    `In ${source}: column ${JSON.stringify(name)} holds ${found} in row ${row}. Expected a number, a text, true or false, a date, or nothing. ` +
      `Put the parts you need into separate columns${remedy}.`,
    { columns: [name], row },
  );
}

/** Numbers, as they are or as text; truth values are none, from memory as from a file. @throws {DataError} another value, or an infinite one */
export function numberColumn(place: ColumnPlace, cells: ArrayLike<Cell>): NumberColumn {
  const { reading = { type: "number" } } = place;
  const present = presentTest(place, "number");
  const read = numberReader(reading);
  const codes = new Set(missingNumbers(reading));
  const values = new Float64Array(cells.length);
  for (let row = 0; row < cells.length; row++) {
    const cell = present(cells[row], row);
    const value = cell === undefined ? Number.NaN : numberOf(cell, row, place, read);
    values[row] = codes.has(value) ? Number.NaN : value;
  }
  return { name: place.name, type: "number", values, ...kept(place) };
}

function numberOf(cell: Present, row: number, place: ColumnPlace, read: (text: string) => number): number {
  const isNumber = typeof cell === "number" || typeof cell === "bigint";
  if (isNumber && place.reading?.unit === "%") throw withoutSign(place, Number(cell), row);
  const value = isNumber ? Number(cell) : typeof cell === "string" ? read(cell) : Number.NaN;
  if (Number.isNaN(value)) throw otherType(place, "number", cell, row);
  if (Number.isFinite(value)) return value;
  throw new DataError(
    `In ${place.source}: column ${JSON.stringify(place.name)} holds an infinite number, ${shown(cell)}, in row ${rowNumber(place, row)}. ` +
      "Expected finite numbers: correct the value, or leave it empty.",
    cellPlace(place, row),
  );
}

/** A number next to values with a per cent sign may be 2.1 for 2.1% as well as for 210%. */
function withoutSign(place: ColumnPlace, value: number, row: number): DataError {
  const percent = rounded(100 * value, 15);
  return new DataError(
    `In ${place.source}: column ${JSON.stringify(place.name)} is written with a per cent sign, but holds the number ${value} in row ${rowNumber(place, row)}, ` +
      `which can mean ${value} % or ${percent} %. Give it as text: "${value}%" or "${percent}%".`,
    cellPlace(place, row),
  );
}

/** Truth values; 1 and 0 count as true and false. @throws {DataError} another value */
export function booleanColumn(place: ColumnPlace, cells: ArrayLike<Cell>): BooleanColumn {
  const present = presentTest(place, "boolean");
  const values = Array.from(cells, (given, row) => {
    const cell = present(given, row);
    if (cell === undefined) return null;
    const number = typeof cell === "string" ? readNumber(cell) : cell instanceof Date ? Number.NaN : Number(cell);
    const value = (typeof cell === "string" ? readBoolean(cell) : undefined) ?? [false, true][number];
    if (value === undefined) throw otherType(place, "boolean", cell, row);
    return value;
  });
  return { name: place.name, type: "boolean", values, ...kept(place) };
}

/** Dates and times, as they are or as text of the reading's form. @throws {DataError} another value */
export function dateColumn(place: ColumnPlace, cells: ArrayLike<Cell>): DateColumn {
  const present = presentTest(place, "date");
  const read = dateReader(place.reading?.form);
  const values = new Float64Array(cells.length);
  const zoned = new Set<boolean>();
  for (let row = 0; row < cells.length; row++) {
    const cell = present(cells[row], row);
    if (cell === undefined) values[row] = Number.NaN;
    else {
      values[row] = cell instanceof Date ? cell.getTime() : typeof cell === "string" ? read(cell) : Number.NaN;
      if (Number.isNaN(values[row])) throw otherType(place, "date", cell, row);
      const zone = hasZone(cell);
      if (zone !== undefined) zoned.add(zone);
    }
  }
  // Those of the place's reading are another table's.
  const { zones: _zones, ...reading } = place.reading ?? { type: "date" };
  const zones = zoned.size === 2 ? "some" : zoned.has(true) ? "all" : "none";
  return {
    name: place.name,
    type: "date",
    values,
    ...kept({ reading: zoned.size === 0 ? reading : { ...reading, zones } }),
  };
}

/** Whether a date names the zone of its time, as a `Date` does; undefined for a day without a time. */
function hasZone(cell: Present): boolean | undefined {
  if (cell instanceof Date) return isDay(cell.getTime()) ? undefined : true;
  const text = String(cell);
  return text.includes(":") ? namesZone(text) : undefined;
}

/** Every value as trimmed text: numbers in the language's notation, true and false, dates as ISO 8601. */
export function textColumn(place: Omit<ColumnPlace, "remedy">, cells: ArrayLike<Cell>): TextColumn {
  const present = presentTest(place, "text");
  const values = Array.from(cells, (given, row) => {
    const cell = present(given, row);
    if (cell === undefined) return null;
    return cell instanceof Date ? cell.toISOString() : String(cell);
  });
  return { name: place.name, type: "text", values, ...kept(place) };
}

/** A reading that has more than the column's type stays with the column. */
function kept({ reading }: Pick<ColumnPlace, "reading">): { reading?: Reading } {
  return reading === undefined || Object.keys(reading).length === 1 ? {} : { reading };
}

/** A column of any type. @throws {DataError} a value that cannot be of that type */
export function columnOfType(type: ColumnType, place: ColumnPlace, cells: ArrayLike<Cell>): Column {
  switch (type) {
    case "number":
      return numberColumn(place, cells);
    case "boolean":
      return booleanColumn(place, cells);
    case "date":
      return dateColumn(place, cells);
    case "text":
      return textColumn(place, cells);
    default:
      return type satisfies never;
  }
}

/** A column's values as cells, from which a column of another type can be made. */
export function cellsOf(column: Column): ArrayLike<Cell> {
  if (column.type !== "date") return column.values;
  return Array.from(column.values, (time) => (Number.isNaN(time) ? null : new Date(time)));
}

/** A column as one of a type: itself where it is one. @throws {DataError} a value that cannot be of that type */
export function asType<T extends ColumnType>(
  type: T,
  place: ColumnPlace,
  column: Column,
): Extract<Column, { readonly type: T }> {
  const typed = column.type === type ? column : columnOfType(type, place, cellsOf(column));
  return typed as Extract<Column, { readonly type: T }>;
}

/** Whether a cell is a number that means a missing value. */
export function codeTest(reading: Pick<Reading, "missing">): (cell: Cell) => boolean {
  const codes = new Set<Cell>(missingNumbers(reading));
  return (cell) => codes.has(typeof cell === "bigint" ? Number(cell) : cell);
}

/** Whether no row has a value. */
export function isEmptyColumn({ type, values }: Column): boolean {
  return type === "number" || type === "date" ? values.every(Number.isNaN) : values.every((value) => value === null);
}

/** What gives a cell, its text trimmed; undefined where it is missing, or a text or number that means so. */
function presentTest(
  place: Omit<ColumnPlace, "remedy">,
  type: ColumnType,
): (cell: Cell, row: number) => Present | undefined {
  const saysMissing = missingTest(place.reading ?? {}, type);
  const isCode = codeTest(place.reading ?? {});
  return (cell, row) => {
    if (typeof cell !== "string") {
      return kindOf(cell, row, place) === undefined || isCode(cell) ? undefined : (cell ?? undefined);
    }
    const text = cell.trim();
    return saysMissing(text) ? undefined : text;
  };
}

function otherType(place: ColumnPlace, expected: ColumnType, found: Present, row: number): DataError {
  const { source, name, remedy, reading } = place;
  const form = reading && formOf(reading);
  const written = form === undefined ? "" : `, written ${form},`;
  const kind = kindOf(found, row, place);
  const value = found instanceof Date ? found.toISOString() : shown(found);
  const words = typeof found === "string" && place.isOpen && !/[\d,]/.test(found) ? [found] : [];
  const missing = words.map((word) => {
    const option = missingOption([...(reading?.missing ?? []), word], reading?.missingOnly === true);
    return `If it means a missing value: ${option}. `;
  });
  return new DataError(
    `In ${source}: column ${JSON.stringify(name)} is a ${expected} column${written} with the ${kind} ${value} in row ${rowNumber(place, row)}. ${expectedForm(expected, reading, found)}${missing.join("")}${remedy}`,
    cellPlace(place, row),
  );
}

const cellPlace = (place: ColumnPlace, row: number): DataPlace => ({
  columns: [place.name],
  row: rowNumber(place, row),
});

/** A sentence that shows how a value is written; "" where the message shows it already. */
function expectedForm(type: ColumnType, reading: Reading = { type }, found: Present): string {
  const { form, decimal = ".", thousands = "", unit } = reading;
  if (type === "boolean") return "Expected true or false. ";
  if (type === "date") return form === undefined ? "Expected an ISO 8601 date such as 2026-06-29. " : "";
  if (type !== "number" || typeof found !== "string" || !/\d/.test(found)) return "";
  return `Expected a number such as 1${thousands}234${decimal}5${unit === "%" ? "%" : ""}. `;
}
