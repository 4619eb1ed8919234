import { fileOptions, type ReadOptions } from "../src/data/readOptions.ts";
import type { ReadSource } from "../src/data/readSource.ts";
import type { Table } from "../src/data/table.ts";
import { tableOf } from "../src/data/tableOfSource.ts";

/** A table, or the message of its error; without what cannot be passed on between threads. */
export function tableOrMessage(source: ReadSource, options: ReadOptions): Table | string {
  try {
    const { ranks: _ranks, ...table } = tableOf(source, [source], fileOptions(options), options);
    return table;
  } catch (error) {
    return (error as Error).message;
  }
}
