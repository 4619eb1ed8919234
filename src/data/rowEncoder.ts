/**
 * The encoder for one row at a time: the inputs of a row as `tableForEncoder` and `encodeTable` make them, bit for bit, in a fraction
 * of the time.
 *
 * What usual cells become is computed once by the encoder itself and kept; numbers are scaled by its formula. Any other cell goes
 * through the encoder. Knows no target and no network.
 */
import { asType } from "./conversion.ts";
import { encodeColumn, inputsOf, placeOf, tableForEncoder } from "./encoder.ts";
import { type ColumnEncoding, type Encoder, type NumberEncoding, readingOf } from "./encoding.ts";
import { categoryTexts } from "./encodings/category.ts";
import { farFrom } from "./farNumbers.ts";
import { missingNumbers } from "./missingWords.ts";
import { requireRow } from "./rows.ts";
import { scaled, unclipped } from "./scaling.ts";
import type { Cell, Column, Row } from "./table.ts";

/** What a cell has that no training row had: a category that is unknown, or a number far outside the range. */
export type Unusual = "category" | "number";

/** Called with each unusual cell. */
export type OnUnusual = (what: Unusual, column: string, cell: Cell) => void;

/** Writes the inputs of one row. @param inputs [I] @throws {DataError} as `tableForEncoder` and `encodeTable` do */
export type RowEncoder = (row: Row, inputs: Float32Array) => void;

const SOURCE = "the given rows";

export function rowEncoder(encoder: Encoder, onUnusual: OnUnusual): RowEncoder {
  let first = 0;
  const parts = encoder.columns.map((encoding) => {
    const { length: width } = inputsOf(encoding);
    const part = { name: encoding.name, first, write: cellWriter(encoding, width, onUnusual) };
    first += width;
    return part;
  });
  return (row, inputs) => {
    requireRow(SOURCE, row, 0);
    for (let at = 0; at < parts.length; at++) {
      const { name, write, first } = parts[at];
      if (!Object.hasOwn(row, name)) tableForEncoder(encoder, [row]); // which says what is missing
      write(row[name], inputs, first);
    }
  };
}

type WriteCell = (cell: Cell, inputs: Float32Array, first: number) => void;

function cellWriter(encoding: ColumnEncoding, width: number, onUnusual: OnUnusual): WriteCell {
  /** As the encoder has it. */
  const slow = (cell: Cell): Float32Array => {
    const column = columnOf(encoding, cell);
    const inputs = new Float32Array(width);
    encodeColumn({ source: SOURCE }, encoding, column, { inputs, width, first: 0 });
    const unusual = unusualIn(encoding, column);
    if (unusual !== undefined) onUnusual(unusual, encoding.name, cell);
    return inputs;
  };
  if (isPlainNumber(encoding)) return numberWriter(encoding, slow);
  const known = knownCells(encoding, slow);
  return (cell, inputs, first) => inputs.set(known.get(cell) ?? slow(cell), first);
}

/** Whether a number in memory is a value of the column as it is. */
function isPlainNumber(encoding: ColumnEncoding): encoding is NumberEncoding {
  const { unit, missing } = readingOf(encoding);
  return encoding.kind === "number" && unit !== "%" && missingNumbers({ missing: missing ?? [] }).length === 0;
}

function numberWriter(encoding: NumberEncoding, slow: (cell: Cell) => Float32Array): WriteCell {
  const scale = encoding.clip === false ? unclipped : scaled;
  const missing = slow(null);
  const beside = slow(encoding.median).slice(1); // the flag that says whether the value is missing
  const isFar = farFrom(encoding.range);
  return (cell, inputs, first) => {
    if (typeof cell === "number" && Number.isFinite(cell) && !isFar(cell)) {
      inputs[first] = scale(cell, encoding);
      for (let i = 0; i < beside.length; i++) inputs[first + 1 + i] = beside[i]; // a call of set takes longer than all this
    } else inputs.set(cell === null || cell === undefined ? missing : slow(cell), first);
  };
}

/** The cells whose inputs are kept: what is missing, truth values, and the categories. */
function knownCells(encoding: ColumnEncoding, slow: (cell: Cell) => Float32Array): Map<Cell, Float32Array> {
  const { type } = readingOf(encoding);
  const cells: Cell[] = [null];
  if (encoding.kind === "boolean") cells.push(true, false);
  if (encoding.kind === "category" && type === "text") cells.push(...encoding.categories);
  const known = new Map(cells.map((cell) => [cell, slow(cell)]));
  const missing = known.get(null);
  return missing === undefined ? known : known.set(undefined, missing);
}

/** One cell as `tableForEncoder` makes a column of it. */
function columnOf(encoding: ColumnEncoding, cell: Cell): Column {
  const [column] = tableForEncoder({ columns: [encoding] }, [{ [encoding.name]: cell }], SOURCE).columns;
  return column;
}

function unusualIn(encoding: ColumnEncoding, column: Column): Unusual | undefined {
  const place = placeOf({ source: SOURCE }, encoding);
  if (encoding.kind === "category") {
    const [text] = categoryTexts(place, encoding, column).values;
    return text !== null && !encoding.categories.includes(text) ? "category" : undefined;
  }
  if (encoding.kind === "boolean") return undefined;
  const [value] = asType(encoding.kind, place, column).values;
  return farFrom(encoding.range)(value) ? "number" : undefined;
}
