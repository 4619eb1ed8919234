/** Reads a table for a run, by itself or for a model whose learning is to go on with it. Runs in the worker. */
import type { Table } from "gradus";
import type { Read, TableSummary } from "../protocol.ts";
import { isOfTable, type OwnTable } from "../worker/labProblem.ts";
import type { Run } from "../worker/run.ts";
import { inLab } from "./labWords.ts";
import { readTableFile, summaryOf } from "./tables.ts";

/** @throws {GradusError} what is wrong with the table, or why the model cannot go on with it, in the library's words */
export async function readOwn(
  { id, file, name, model }: Read,
  run: Run | undefined,
): Promise<{ own: OwnTable; summary: TableSummary }> {
  try {
    const table = file === undefined ? await tableAtHand(run) : await readTableFile(file, name);
    const summary = summaryOf(table, id);
    if (model === undefined) return { own: { id, table }, summary };
    const { modelFor } = await import("../worker/modelProblem.ts");
    const { toGoOn, asked } = await modelFor(model, table);
    return { own: { id, table, model: toGoOn }, summary: { ...summary, asked } };
  } catch (error) {
    throw inLab(error);
  }
}

async function tableAtHand(run: Run | undefined): Promise<Table> {
  if (run === undefined || !isOfTable(run.setting)) throw new Error("No table is open. Open its file.");
  const { tableOf } = await import("../worker/tableProblem.ts");
  return await tableOf(run.setting, run.own);
}
