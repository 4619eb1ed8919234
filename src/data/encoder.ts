/**
 * The encoder at work: rows of a table to a float32 matrix, by the description that `fitEncoder` made.
 *
 * Takes any table with the columns it was fitted on, in any order and together with others; converts what can be converted
 * without loss and names what cannot. Knows no target and no network.
 */

import { DataError } from "../errors.ts";
import { readResults } from "../givenResult.ts";
import { list, requireKind, text } from "../kinds.ts";
import { type ColumnPlace, columnOfType, kindOf } from "./conversion.ts";
import {
  type ColumnEncoding,
  type EncodedInput,
  type Encoder,
  encoderKind,
  type InputBlock,
  readingOf,
} from "./encoding.ts";
import { booleanInputs, writeBooleans } from "./encodings/boolean.ts";
import { categoryInputs, writeCategories } from "./encodings/category.ts";
import { dateInputs, writeDates } from "./encodings/date.ts";
import { scaleFlags } from "./encodings/flags.ts";
import { numberInputs, writeNumbers } from "./encodings/number.ts";
import { requireRow } from "./rows.ts";
import {
  type Cell,
  type Column,
  type ColumnType,
  namesOf,
  nearNames,
  quotedNames,
  type Reading,
  type Row,
  type Table,
  tableKind,
} from "./table.ts";

/** How many inputs a row becomes. */
export function encodedWidth(encoder: Encoder): number {
  return inputColumns(encoder).length;
}

/**
 * What each input is, in order, with the column it came from: "island = Biscoe", "year", "year is missing".
 *
 * @example
 * import { tableFromColumns } from "gradus";
 * import { encodedNames, fitEncoder } from "gradus/network";
 *
 * const table = tableFromColumns({ size: [50, 60, 70], garden: [true, false, true] });
 * const { encoder } = fitEncoder(table, { exclude: [] });
 * encodedNames(encoder); // [{ column: "size", name: "size" }, { column: "garden", name: "garden" }]
 */
export function encodedNames(encoder: Encoder): { column: string; name: string }[] {
  return inputColumns(encoder).map(({ column, name }) => ({ column, name }));
}

/** What each input is, in order, with the column it came from: what a network with embeddings is built by. */
export function inputColumns(encoder: Encoder): (EncodedInput & { readonly column: string })[] {
  requireKind("inputColumns's encoder", encoder, encoderKind);
  return readResults("fitEncoder", { encoder }, ({ encoder: { columns } }) =>
    columns.flatMap((encoding) => inputsOf(encoding).map((input) => ({ column: encoding.name, ...input }))),
  );
}

/** How the encoder's columns are read, by their names. */
export function encodedReadings(encoder: Encoder): Map<string, Reading> {
  return new Map(encoder.columns.map((encoding) => [encoding.name, readingOf(encoding)]));
}

/**
 * A table's rows as inputs.
 *
 * @returns [N, width], row-major; every number finite
 * @throws {DataError} a column that is not there, a value that cannot be of its column's type
 *
 * @example
 * import { tableFromColumns } from "gradus";
 * import { encodeTable, fitEncoder } from "gradus/network";
 *
 * const table = tableFromColumns({ size: [50, 60, 70] });
 * const { encoder } = fitEncoder(table, { exclude: [] });
 * encodeTable(encoder, table); // [-0.95, 0, 0.95]
 */
export function encodeTable(encoder: Encoder, table: Table): Float32Array {
  requireKind("encodeTable's encoder", encoder, encoderKind);
  requireKind("encodeTable's table", table, tableKind);
  return readResults("fitEncoder", { encoder }, (results) => encoded(results.encoder, table));
}

function encoded(encoder: Encoder, table: Table): Float32Array {
  const width = encodedWidth(encoder);
  const inputs = new Float32Array(table.rows * width);
  let first = 0;
  const given = new Map(table.columns.map((column) => [column.name, column]));
  for (const encoding of encoder.columns) {
    const column = given.get(encoding.name);
    if (column === undefined) {
      const absent = encoder.columns.filter(({ name }) => !given.has(name));
      throw lacksColumns(table.source, undefined, namesIn(absent), namesOf(table.columns), encoder);
    }
    encodeColumn(table, encoding, column, { inputs, width, first });
    first += inputsOf(encoding).length;
  }
  return inputs;
}

/**
 * A table of the encoder's columns from rows to predict. Numbers and dates may come as text; null is a missing value,
 * but every row must have every column, so that a misspelt name is never taken for a missing value.
 *
 * @throws {DataError} naming the row and the column
 *
 * @example
 * import { tableFromColumns } from "gradus";
 * import { encodeTable, fitEncoder, tableForEncoder } from "gradus/network";
 *
 * const { encoder } = fitEncoder(tableFromColumns({ size: [50, 60, 70] }), { exclude: [] });
 * encodeTable(encoder, tableForEncoder(encoder, [{ size: "60" }])); // [0]
 */
export function tableForEncoder(encoder: Encoder, rows: readonly Row[], source = "the given rows"): Table {
  requireKind("tableForEncoder's encoder", encoder, encoderKind);
  requireKind("tableForEncoder's rows", rows, list);
  requireKind("tableForEncoder's source", source, text);
  // Not forEach, which passes over the holes of a list.
  for (const [at, row] of rows.entries()) {
    requireRow(source, row, at);
    const absent = encoder.columns.filter(({ name }) => !Object.hasOwn(row, name));
    if (absent.length > 0) throw lacksColumns(source, at + 1, namesIn(absent), Object.keys(row), encoder);
  }
  const columns = encoder.columns.map((encoding) => {
    const cells = rows.map((row) => row[encoding.name]);
    const place = placeOf({ source }, encoding);
    const { type } = readingOf(encoding);
    return columnOfType(type === "text" ? commonType(place, cells) : type, place, cells);
  });
  return { source, rows: rows.length, columns };
}

/** Writes one column's inputs, its flags scaled where they are to be. @throws {DataError} as `encodeTable` */
export function encodeColumn(
  table: Pick<Table, "source" | "rowNumbers">,
  encoding: ColumnEncoding,
  column: Column,
  block: InputBlock,
): void {
  entryOf(encoding).write(placeOf(table, encoding), encoding, column, block);
  if (encoding.flagScales) scaleFlags(inputsOf(encoding), encoding.flagScales, block);
}

/** The type that all cells have, so that categories of another type are noticed; text where they differ. */
function commonType(place: ColumnPlace, cells: readonly Cell[]): ColumnType {
  const kinds = new Set(cells.map((cell, row) => kindOf(cell, row, place)));
  kinds.delete(undefined);
  const [first = "text"] = kinds;
  return kinds.size === 1 ? first : "text";
}

/** What is done with each kind of encoding; how it is fitted stands beside it. */
interface EncodingEntry<E extends ColumnEncoding> {
  inputs(encoding: E): EncodedInput[];
  /** Writes a column's inputs, flags unscaled. @throws {DataError} values that cannot be of the encoding's type */
  write(place: ColumnPlace, encoding: E, column: Column, block: InputBlock): void;
}

const entries: { readonly [E in ColumnEncoding as E["kind"]]: EncodingEntry<E> } = {
  number: { inputs: numberInputs, write: writeNumbers },
  boolean: { inputs: booleanInputs, write: writeBooleans },
  category: { inputs: categoryInputs, write: writeCategories },
  date: { inputs: dateInputs, write: writeDates },
};

function entryOf({ kind }: ColumnEncoding): EncodingEntry<ColumnEncoding> {
  return entries[kind] as EncodingEntry<ColumnEncoding>;
}

/** What the inputs of one column are. */
export function inputsOf(encoding: ColumnEncoding): EncodedInput[] {
  return entryOf(encoding).inputs(encoding);
}

/** How messages name an encoding's column. */
export function placeOf(table: Pick<Table, "source" | "rowNumbers">, encoding: ColumnEncoding): ColumnPlace {
  const remedy = "Correct the value, or leave it empty: the model was trained with this type.";
  const { source, rowNumbers } = table;
  return { source, rowNumbers, name: encoding.name, remedy, reading: readingOf(encoding) };
}

const namesIn = (columns: readonly ColumnEncoding[]): string[] => columns.map(({ name }) => name);

/** The error for all columns that are needed and not there. */
function lacksColumns(
  source: string,
  row: number | undefined,
  lacking: readonly string[],
  present: readonly string[],
  { columns }: Encoder,
): DataError {
  const [what, add] = lacking.length === 1 ? ["a column", "the column"] : ["columns", "the columns"];
  const where = row === undefined ? "the table" : `row ${row}`;
  return new DataError(
    `In ${source}: ${where} has no ${quotedNames(lacking)}, ${what} that the model was trained with.${nearNames(lacking, present, namesIn(columns))} ` +
      `Add ${add}; unknown values may be empty (null).`,
    { columns: lacking, ...(row !== undefined && { row }) },
  );
}
