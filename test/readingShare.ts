/** A rank of `csvShares.test.ts`: reads its share of a CSV text in memory. */
import { fileOptions, type ReadOptions } from "../src/data/readOptions.ts";
import { readCsvShare } from "../src/data/text/csvShare.ts";
import { asRank } from "./rankThread.ts";

export interface ReadTask {
  readonly bytes: Uint8Array;
  readonly options: ReadOptions;
}

asRank(async ({ bytes, options }: ReadTask, ranks) => {
  const read = async (from: number, to: number): Promise<Uint8Array> => bytes.slice(from, to);
  const source = { name: "table.csv", size: bytes.length, read };
  return await readCsvShare(source, ranks, { ...fileOptions(options), usual: undefined });
});
