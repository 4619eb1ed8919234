/**
 * gradus for Node: everything of the core, and what needs Node: tables from files and SQL, models on a disk.
 *
 * `train`, `evaluate` and `loadModel` here take paths beside what the core's take.
 */

export { namedFiles, patternOver } from "./data/duckdb/namedFiles.ts";
export type { ReadOptions, TableSource } from "./data/duckdb/readTable.ts";
export { readTable } from "./data/duckdb/readTable.ts";
export { expositionHtml } from "./explain/files/page.ts";
export * from "./index.ts";
export { requireFolder, requireWritable, writeAtomically } from "./models/files/atomicWrite.ts";
export { type SavedFile, savedFile, saveModel } from "./models/files/savedModel.ts";
export { reportHtml } from "./report/files/page.ts";
export { tensorBoardWriter, type TensorBoardWriter } from "./report/files/tensorBoard.ts";
export { writeReport } from "./report/files/writeReport.ts";
export { evaluate, type JudgedReadOptions } from "./tabular/files/evaluate.ts";
export type { ReadForOptions } from "./tabular/files/readTableFor.ts";
export { readTableFor } from "./tabular/files/readTableFor.ts";
export { loadModel } from "./tabular/files/loadModel.ts";
export type { AnyTable, FileTrainOptions } from "./tabular/files/train.ts";
export { train } from "./tabular/files/train.ts";
export { trialsHtml } from "./tune/files/page.ts";
export { type FileTuneOptions, tune } from "./tune/files/tune.ts";
