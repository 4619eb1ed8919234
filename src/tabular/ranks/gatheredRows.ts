/** What is in the rows of all ranks, brought together on each: little enough of each row that every rank can hold it. */
import { exchangeItems } from "../../data/exchanges.ts";
import { column, selectRows } from "../../data/rows.ts";
import { type Column, namesOf, rowNumber, type Table } from "../../data/table.ts";
import type { Collective } from "../../distributed/collective.ts";
import { mix32, mixText } from "../../random.ts";
import { gathered } from "../../training/ranks/gathered.ts";
import { rowHash } from "./sharedDataset.ts";

/** Some columns of a shared table, with the rows of all ranks in the order of the ranks. */
export function gatheredColumns(ranks: Collective, table: Table, names: readonly string[]): Table {
  const numbers = Float64Array.from({ length: table.rows }, (_, row) => rowNumber(table, row) - 1);
  const rowNumbers = Uint32Array.from(gathered(ranks, numbers, "the numbers of rows"));
  const columns = names.map((name) => gatheredColumn(ranks, column(table, name)));
  return { source: table.source, rows: rowNumbers.length, rowNumbers, columns };
}

function gatheredColumn(ranks: Collective, own: Column): Column {
  const what = `column ${own.name}`;
  if (own.type === "number" || own.type === "date") return { ...own, values: gathered(ranks, own.values, what) };
  const parts = Array.from({ length: ranks.size }, (): (string | boolean | null)[] => []);
  exchangeItems<string | boolean | null>(ranks, own.values, { what }, (items, from) => {
    for (const item of items) parts[from].push(item);
  });
  return { ...own, values: parts.flat() } as Column; // of the same type
}

/** How many rows of all ranks, and what they are chosen for. */
interface Sampling {
  readonly most: number;
  readonly key: number;
}

/** This rank's rows among those whose numbers have the least hashes: the same ones however many ranks there are. */
function sampledRows(ranks: Collective, table: Table, { most, key }: Sampling): Uint32Array {
  const hashes = Float64Array.from({ length: table.rows }, (_, row) => rowHash(key, rowNumber(table, row)));
  const least = gathered(ranks, hashes.slice().sort().slice(0, most), "a sample of rows").sort();
  const limit = least[Math.min(most, least.length) - 1];
  return Uint32Array.from({ length: table.rows }, (_, row) => row).filter((row) => hashes[row] <= limit);
}

/**
 * The inputs of a few training rows.
 *
 * @param inputs [N, I] of this rank's rows
 * @returns [at least `most` where there are so many, I], in the order of the rows
 */
export function sampleOfAll(
  ranks: Collective,
  { table, inputs, width }: { readonly table: Table; readonly inputs: Float32Array; readonly width: number },
  sampling: Sampling,
): Float32Array {
  const rows = sampledRows(ranks, table, sampling);
  const own = new Float32Array(rows.length * width);
  for (const [at, row] of rows.entries()) own.set(inputs.subarray(row * width, (row + 1) * width), at * width);
  return gathered(ranks, own, "a sample of inputs") as Float32Array;
}

/** A few rows with all of their columns. @returns about `most` where there are so many, in the order of the rows */
export function sampledTable(ranks: Collective, table: Table, sampling: Sampling): Table {
  const rows = selectRows(table, sampledRows(ranks, table, sampling));
  return gatheredColumns(ranks, rows, namesOf(table.columns));
}

/**
 * The fingerprint of a table that ranks share: the same however its rows are divided among them, another after a change of names, types,
 * values or their order. Not that which one process makes of the table (`fingerprint.ts`).
 *
 * The sum of a hash of each row's number and values, modulo 2³². Little-endian machines, as all that MPI joins here, have the same bits.
 *
 * @returns eight hexadecimal digits
 */
export function sharedFingerprint(ranks: Collective, table: Table): string {
  let names = 0x9e3779b9;
  for (const { name, type } of table.columns) names = mixText(`${type} ${name}`, names);
  let sum = 0;
  const bits = new Float64Array(1);
  const words = new Uint32Array(bits.buffer);
  for (let row = 0; row < table.rows; row++) {
    let hash = mix32(names ^ rowNumber(table, row));
    for (const { type, values } of table.columns) {
      const value = values[row];
      if (type === "number" || type === "date") {
        bits[0] = Number.isNaN(value) ? Number.NEGATIVE_INFINITY : (value as number);
        hash = mix32(mix32(hash ^ words[0]) ^ words[1]);
      } else hash = mixText(JSON.stringify(value), hash);
    }
    sum = (sum + hash) >>> 0;
  }
  const total = sumOfRanks(ranks, Float64Array.of(sum), "the fingerprint of the table")[0] % 2 ** 32;
  return mix32(total ^ names)
    .toString(16)
    .padStart(8, "0");
}

/** The sum over the ranks, in their order: the same bits on each. */
export function sumOfRanks(ranks: Collective, own: Float64Array, what: string): Float64Array {
  const sums = new Float64Array(own.length);
  for (const [at, value] of gathered(ranks, own, what).entries()) sums[at % own.length] += value;
  return sums;
}
