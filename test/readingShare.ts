/** A rank of `tableShares.ts`: reads its share of a table. */
import { readTableShare } from "../src/data/duckdb/readTableShare.ts";
import type { ReadOptions } from "../src/data/readOptions.ts";
import type { Table } from "../src/data/table.ts";
import { GradusError } from "../src/errors.ts";
import { asRank } from "./rankThread.ts";

export interface ReadTask {
  readonly path: string;
  readonly options: ReadOptions;
}

/** The share, without what cannot be passed on between threads; or the message of why there is none. */
export type ReadShare = Omit<Table, "ranks"> | string;

asRank(async ({ path, options }: ReadTask, ranks): Promise<ReadShare> => {
  try {
    const { ranks: _ranks, ...table } = await readTableShare(path, ranks, options);
    return table;
  } catch (error) {
    if (!(error instanceof GradusError)) throw error;
    return error.message;
  }
});
