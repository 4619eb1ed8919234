/**
 * A table's fingerprint: short, the same for the same data wherever it was read from, and another after any change.
 *
 * It goes into the model file, so that one can tell which data a model learned from. It covers names, types, values and
 * their order, and not the source. A checksum, so no defence against a forger.
 */
import { requireKind } from "../kinds.ts";
import { checksumText, crc32 } from "./crc32.ts";
import { statisticsOf } from "./statistics/statisticsOf.ts";
import { type Column, type DateColumn, type NumberColumn, type Table, tableKind } from "./table.ts";

/** Values hashed at a time: enough to be fast, little enough to need no memory to speak of. */
const CHUNK = 4096;

const utf8 = new TextEncoder();

/**
 * @returns eight hexadecimal digits
 *
 * @example
 * import { fingerprint, tableFromColumns } from "gradus";
 *
 * const table = tableFromColumns({ size: [50, 60] });
 * fingerprint(table) === fingerprint(tableFromColumns({ size: [50, 61] })); // false
 */
export function fingerprint(table: Table): string {
  requireKind("fingerprint's table", table, tableKind);
  const statistics = statisticsOf(table);
  const { rows } = statistics;
  const end = statistics.before(table.rows) + table.rows;
  let checksum = crc32(utf8.encode(JSON.stringify([rows, table.columns.map(({ name, type }) => [name, type])])));
  for (const column of table.columns) {
    const carried = statistics.carried<Carried>({ checksum, open: [] }, (before) => {
      if (isNumeric(column)) return { checksum: numbersAfter(before.checksum, column.values), open: [] };
      return textsAfter(before, column.values, end === rows);
    });
    ({ checksum } = carried);
  }
  return checksumText(checksum);
}

/** Where ranks share the rows: what goes from rank to rank. */
interface Carried {
  readonly checksum: number;
  /** Values of a chunk that goes on. */
  readonly open: readonly (string | boolean | null)[];
}

const isNumeric = (column: Column): column is NumberColumn | DateColumn =>
  column.type === "number" || column.type === "date";

function numbersAfter(before: number, values: Float64Array): number {
  let checksum = before;
  for (let from = 0; from < values.length; from += CHUNK)
    checksum = crc32(bytesOf(values.subarray(from, from + CHUNK)), checksum);
  return checksum;
}

/** As JSON, where null is not "null". @param isLast whether no rows follow */
function textsAfter({ checksum: before, open }: Carried, own: Carried["open"], isLast: boolean): Carried {
  let checksum = before;
  const values = open.length === 0 ? own : [...open, ...own];
  let from = 0;
  for (; from + CHUNK <= values.length || (isLast && from < values.length); from += CHUNK)
    checksum = crc32(utf8.encode(JSON.stringify(values.slice(from, from + CHUNK))), checksum);
  return { checksum, open: values.slice(from) };
}

/** Numbers as little-endian float64, whatever the machine's order. */
function bytesOf(values: Float64Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * 8));
  for (const [at, value] of values.entries()) {
    // The bits of a NaN are the machine's choice: missing values get bits of ours, those of a NaN too.
    if (Number.isNaN(value)) view.setUint32(8 * at + 4, 0xffffffff);
    else view.setFloat64(8 * at, value, true);
  }
  return new Uint8Array(view.buffer);
}
