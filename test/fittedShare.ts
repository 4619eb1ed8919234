/** A rank of `rankStatistics.test.ts`: fits on its share of a table. */
import { type FitTask, fittedOn } from "./fittedTable.ts";
import { asRank } from "./rankThread.ts";

asRank((task: FitTask, ranks) => fittedOn({ ...task, table: { ...task.table, ranks } }));
