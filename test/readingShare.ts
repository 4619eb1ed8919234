/** A rank of `csvShares.test.ts`: reads its share of a CSV text in memory. */
import { fileOptions, type ReadOptions } from "../src/data/readOptions.ts";
import type { ReadSource } from "../src/data/readSource.ts";
import type { Table } from "../src/data/table.ts";
import { readCsvShare } from "../src/data/text/csvShare.ts";
import { asRank } from "./rankThread.ts";
import { tableOrMessage } from "./tableOrMessage.ts";

export interface ReadTask {
  readonly bytes: Uint8Array;
  readonly options: ReadOptions;
}

/** The columns as they were read, and the table of them or why there is none. */
export interface ReadShare {
  readonly source: ReadSource;
  readonly before: number | undefined;
  readonly all: number | undefined;
  readonly table: Table | string;
}

asRank(async ({ bytes, options }: ReadTask, ranks): Promise<ReadShare> => {
  const read = async (from: number, to: number): Promise<Uint8Array> => bytes.slice(from, to);
  const file = { ...fileOptions(options), usual: undefined };
  const whole = await readCsvShare({ name: "table.csv", size: bytes.length, read }, ranks, file);
  const { share, ...source } = whole;
  return { source, before: share?.before, all: share?.all, table: tableOrMessage(whole, options) };
});
