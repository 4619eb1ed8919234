/** A rank of `fileShares.test.ts`: reads its share of a file, and fits on it. */
import { readTableShare } from "../src/data/duckdb/readTableShare.ts";
import type { ReadOptions } from "../src/data/readOptions.ts";
import { type FitTask, fittedOn } from "./fittedTable.ts";
import { asRank } from "./rankThread.ts";

export interface FileTask extends Omit<FitTask, "table"> {
  readonly path: string;
  readonly options: ReadOptions;
}

/** How many rows a rank has, and what all fit. */
export interface FileAnswer {
  readonly rows: number;
  readonly fitted: string;
}

asRank(async ({ path, options, ...task }: FileTask, ranks): Promise<FileAnswer> => {
  const table = await readTableShare(path, ranks, options);
  return { rows: table.rows, fitted: fittedOn({ ...task, table }) };
});
