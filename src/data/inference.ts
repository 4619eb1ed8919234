/**
 * Which type a column has, from its values or from what the user said of it.
 *
 * Pure functions over one column; the readers of rows and of files share them, so that the same values make the same
 * column wherever they come from.
 */
import { DataError } from "../errors.ts";
import { type ColumnPlace, cellsOf, columnOfType, kindOf } from "./conversion.ts";
import { readBoolean, readDate, readNumber, saysMissing } from "./reading.ts";
import {
  type Cell,
  type Column,
  type ColumnRole,
  type ColumnRoles,
  type ColumnType,
  rowNumber,
  type Table,
} from "./table.ts";

/** From this share of numbers on, a text among them is taken for a mistake rather than for a category. */
const NEARLY_ALL = 0.9;
/** Fewer numbers than this say nothing about the rest. */
const FEWEST_NUMBERS = 10;

const REMEDY = 'Correct the value, or give the column the type "category" to take its values as classes.';

/**
 * A column from cells: its type is the role's, or inferred. Text becomes numbers, dates or truth values where every
 * cell reads as one.
 *
 * @throws {DataError} naming column, row and value: values of two types, an infinite number, a number column with a text
 */
export function inferColumn(source: string, name: string, cells: ArrayLike<Cell>, role?: ColumnRole): Column {
  const place: ColumnPlace = { source, name, remedy: REMEDY };
  return columnOfType(typeOfCells(place, cells, role), place, cells);
}

/**
 * A column that a reader has already given a type, brought to the type it should have: text is inferred from, a role is
 * obeyed, anything else stays.
 *
 * @throws {DataError} as `inferColumn`
 */
export function refineColumn(table: Pick<Table, "source" | "rowNumbers">, column: Column, role?: ColumnRole): Column {
  if (role === undefined && column.type !== "text") return column;
  const place: ColumnPlace = { source: table.source, rowNumbers: table.rowNumbers, name: column.name, remedy: REMEDY };
  const cells = cellsOf(column);
  const type = typeOfCells(place, cells, role);
  return type === column.type ? column : columnOfType(type, place, cells);
}

/**
 * A table whose columns have the types that its roles and the text in all of its rows give them, so that no part of its
 * rows decides for itself.
 *
 * @throws {DataError} as `inferColumn`
 */
export function refineTable(table: Table, roles: ColumnRoles): Table {
  const roleOf = new Map(Object.entries(roles));
  return { ...table, columns: table.columns.map((column) => refineColumn(table, column, roleOf.get(column.name))) };
}

function typeOfCells(place: ColumnPlace, cells: ArrayLike<Cell>, role: ColumnRole | undefined): ColumnType {
  if (role === "number" || role === "boolean" || role === "date") return role;
  const kinds = firstRows(place, cells);
  if (role === "category" || role === "skip") {
    // Labels keep the type they have in the table, where labels can be of that type.
    const [kind] = kinds.keys();
    return kinds.size === 1 ? kind : "text";
  }
  const [first, second] = [...kinds].filter(([kind]) => kind !== "text");
  if (second !== undefined) {
    throw new DataError(
      `In ${place.source}: column ${JSON.stringify(place.name)} mixes types: a ${first[0]} in row ${rowNumber(place, first[1])}, a ${second[0]} in row ${rowNumber(place, second[1])}. ${REMEDY}`,
    );
  }
  if (first !== undefined) return first[0];
  return kinds.size === 0 ? "text" : typeOfTexts(cells);
}

/** The kinds of value in the cells, each with its first row. */
function firstRows(place: ColumnPlace, cells: ArrayLike<Cell>): Map<ColumnType, number> {
  const rows = new Map<ColumnType, number>();
  for (let row = 0; row < cells.length; row++) {
    const kind = kindOf(cells[row], row, place);
    if (kind !== undefined && !rows.has(kind)) rows.set(kind, row);
  }
  return rows;
}

/**
 * What texts are. "number" also where only nearly all are: making that column then names the one that is not.
 */
function typeOfTexts(cells: ArrayLike<Cell>): ColumnType {
  let present = 0;
  let numbers = 0;
  let dates = 0;
  let booleans = 0;
  for (let row = 0; row < cells.length; row++) {
    const text = cells[row];
    if (typeof text !== "string" || saysMissing(text)) continue;
    present++;
    if (!Number.isNaN(readNumber(text))) numbers++;
    else if (dates + 1 === present && !Number.isNaN(readDate(text))) dates++;
    else if (booleans + 1 === present && readBoolean(text) !== undefined) booleans++;
    else if (present - numbers > (1 - NEARLY_ALL) * cells.length) return "text";
  }
  if (present === 0) return "text";
  if (dates === present) return "date";
  if (booleans === present) return "boolean";
  if (numbers === present) return "number";
  return numbers >= FEWEST_NUMBERS && numbers >= NEARLY_ALL * present ? "number" : "text";
}
