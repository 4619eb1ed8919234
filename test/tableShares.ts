/** The shares of several ranks behind each other, to be compared with the table of one process: as plain data. */
import { expect } from "vitest";
import { readTable } from "../src/data/duckdb/readTable.ts";
import type { ReadOptions } from "../src/data/readOptions.ts";
import type { Column, Table } from "../src/data/table.ts";
import { GradusError } from "../src/errors.ts";
import type { RankThreads } from "./rankThreads.ts";
import type { ReadShare, ReadTask } from "./readingShare.ts";

const plain = ({ name, type, values, written, reading }: Column): unknown => ({
  name,
  type,
  values: Array.from<unknown>(values),
  written: written && Array.from(written, ([value, ways]) => [value, [...ways]]),
  reading,
});

const plainTable = (table: Table, columns: unknown[], copied: unknown[]): unknown => ({
  ...table,
  rowNumbers: undefined,
  columns,
  copied,
});

/** What one process reads; or why not. */
export async function readWhole(path: string, options: ReadOptions): Promise<unknown> {
  try {
    const table = await readTable(path, options);
    return plainTable(table, table.columns.map(plain), (table.copied ?? []).map(plain));
  } catch (error) {
    if (!(error instanceof GradusError)) throw error;
    return error.message;
  }
}

/** What ranks read together; or why they don't, which is the same on all. */
export async function readShared(
  ranks: RankThreads,
  size: number,
  path: string,
  options: ReadOptions,
): Promise<unknown> {
  const task: ReadTask = { path, options };
  const shares = await ranks.run<ReadShare>(new Array(size).fill(task));
  const [first] = shares;
  const tables = shares.filter((share) => typeof share !== "string");
  if (typeof first === "string" || tables.length < size) {
    expect(shares).toEqual(new Array(size).fill(first));
    return first;
  }
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  expect(tables.flatMap(({ rowNumbers = [] }) => [...rowNumbers])).toEqual(
    Array.from({ length: rows }, (_, row) => row),
  );
  const withoutRows = (table: Table): unknown => ({ ...(plainTable(table, [], []) as Table), rows: 0 });
  for (const table of tables) expect(withoutRows(table)).toEqual(withoutRows(first));
  return plainTable(
    { ...first, rows },
    joined(tables.map(({ columns }) => columns)),
    joined(tables.map(({ copied = [] }) => copied)),
  );
}

/** Columns whose parts have one type, reading and way of writing, as one. */
function joined(parts: readonly (readonly Column[])[]): unknown[] {
  return parts[0].map((column, at) => {
    for (const part of parts)
      expect(plain({ ...part[at], values: [] } as never)).toEqual(plain({ ...column, values: [] } as never));
    return plain({ ...column, values: parts.flatMap((part) => Array.from<unknown>(part[at].values)) } as never);
  });
}
