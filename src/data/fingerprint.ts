/**
 * A table's fingerprint: short, the same for the same data wherever it was read from, and another after any change.
 *
 * It goes into the model file, so that one can tell which data a model learned from. It covers names, types, values and
 * their order, and not the source. A checksum, so no defence against a forger.
 */
import { requireKind } from "../kinds.ts";
import { checksumText, crc32 } from "./crc32.ts";
import { type Column, type Table, tableKind } from "./table.ts";

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
  let checksum = crc32(utf8.encode(JSON.stringify([table.rows, table.columns.map(({ name, type }) => [name, type])])));
  for (const column of table.columns) {
    for (let from = 0; from < table.rows; from += CHUNK) {
      checksum = crc32(bytesOf(column, from, Math.min(from + CHUNK, table.rows)), checksum);
    }
  }
  return checksumText(checksum);
}

/** Numbers as little-endian float64, whatever the machine's order; text as JSON, where null is not "null". */
function bytesOf(column: Column, from: number, to: number): Uint8Array {
  if (column.type === "text" || column.type === "boolean") {
    return utf8.encode(JSON.stringify(column.values.slice(from, to)));
  }
  const view = new DataView(new ArrayBuffer((to - from) * 8));
  for (let row = from; row < to; row++) {
    const value = column.values[row];
    const at = (row - from) * 8;
    // The bits of a NaN are the machine's choice: missing values get bits of ours, those of a NaN too.
    if (Number.isNaN(value)) view.setUint32(at + 4, 0xffffffff);
    else view.setFloat64(at, value, true);
  }
  return new Uint8Array(view.buffer);
}
