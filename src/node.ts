/**
 * gradus/node: everything of the other entries, and what needs Node: tables from files and SQL, model files and HTML pages.
 *
 * `train`, `tune`, `evaluate` and `loadModel` also take paths of files here.
 *
 * @module gradus/node
 */

export { readTable, type TableSource } from "./data/duckdb/readTable.ts";
export * from "./entries/distributed.ts";
export * from "./entries/explain.ts";
export * from "./entries/export.ts";
export * from "./entries/import.ts";
export * from "./entries/network.ts";
export * from "./entries/report.ts";
export * from "./entries/serve.ts";
export * from "./entries/tune.ts";
export { expositionHtml } from "./explain/files/page.ts";
export * from "./index.ts";
export { saveModel } from "./models/files/savedModel.ts";
export { reportHtml } from "./report/files/page.ts";
export { type TensorBoardOptions, type TensorBoardWriter, tensorBoardWriter } from "./report/files/tensorBoard.ts";
export { writeReport } from "./report/files/writeReport.ts";
export type { FoundCheckpoint, FoundNetwork } from "./tabular/checkpoints/files/checkpointFolder.ts";
export type { CheckpointOptions } from "./tabular/checkpoints/files/checkpointOptions.ts";
export { type EvaluateReadOptions, evaluate } from "./tabular/files/evaluate.ts";
export { loadModel } from "./tabular/files/loadModel.ts";
export { type ReadForOptions, readTableFor } from "./tabular/files/readTableFor.ts";
export { type FileStartTrainingOptions, startTraining } from "./tabular/files/startTraining.ts";
export { type AnyTable, type FileTrainOptions, type FileWarmStartOptions, train } from "./tabular/files/train.ts";
export { trialsHtml } from "./tune/files/page.ts";
export { type FileTuneOptions, tune } from "./tune/files/tune.ts";
