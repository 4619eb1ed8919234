/**
 * The problem of a table: what the library's own training of it begins with, by the options that the command line gives for
 * the same setting. So the split, the encoding, the network and its starting weights are those of `gradus train`.
 */
import { labelTexts, type StartedTraining, startTraining, type Table } from "gradus";
import { encodedNames, fitTarget } from "gradus/network";
import type { DataKind } from "../data/dataSets.ts";
import { ownTable } from "../data/tables.ts";
import { packagedTable } from "../files/packaged.ts";
import { columnsOf } from "../files/tables.ts";
import type { OpenedData } from "../protocol.ts";
import { type LossChoice, withFittingLoss } from "../setting.ts";
import type { LabProblem, TableSetting } from "./labProblem.ts";
import { imageOf, planeAxes, planeOf, planeOver } from "./plane.ts";
import { tableOptions, targetOf } from "./tableOptions.ts";

/** The table of a setting. @param own the reader's own @throws {Error} it is not there */
export async function tableOf({ data }: TableSetting, own: Table | undefined): Promise<Table> {
  if (data !== ownTable) return await packagedTable(data);
  if (own === undefined) throw new Error("No table is open. Open a file, or choose another data set.");
  return own;
}

/** The options of `train` for a setting. @throws {DataError} a target that cannot be learned */
export function trainingOptions(setting: TableSetting, table: Table) {
  return { table, ...tableOptions(setting, lossFor(setting, table, targetOf(setting))) };
}

/** @throws {DataError} a target that cannot be learned */
function lossFor(setting: TableSetting, table: Table, target: string): LossChoice {
  const asked = setting.types[target] === "category" ? ({ task: "classification" } as const) : {};
  const { task } = fitTarget(table, [target], asked).target;
  return withFittingLoss(setting, task === "regression" ? "surface" : "classes").loss;
}

/** @throws {GradusError} as `train` */
export async function openTable(setting: TableSetting, own: Table | undefined): Promise<LabProblem> {
  const table = await tableOf(setting, own);
  const options = trainingOptions(setting, table);
  const started = await startTraining({ ...options, threads: 1 });
  const { session, data } = started;
  const opened = dataOf(setting, started, table);
  return {
    session,
    training: session.load(data.training.patterns),
    validation: data.validation && session.load(data.validation.patterns),
    data: opened,
    batch: session.problem.batchSize,
    loss: options.loss,
    started,
    planeOver(x, y) {
      const [across, up] = [x, y].map((input) => opened.table?.axes.find((axis) => axis.input === input));
      if (across === undefined || up === undefined) return undefined;
      return planeOver(data.encoder, { inputs: opened.inputs, rows: opened.training }, [across, up]);
    },
  };
}

function dataOf(setting: TableSetting, { data, start }: StartedTraining, table: Table): OpenedData {
  const { encoder, target, training, validation } = data;
  const parts = [training, ...(validation ? [validation] : [])];
  const inputs = joined(parts.map(({ patterns }) => patterns.inputs));
  const targets = joined(parts.map(({ patterns }) => patterns.desired));
  const task: DataKind = target.task === "regression" ? "surface" : "classes";
  const axes = planeAxes(encoder);
  const image = imageOf(setting, encoder, parts);
  return {
    task,
    inputNames: encodedNames(encoder).map((input) => input.name),
    targetName: start.targets.join(", "),
    classNames: target.task === "classification" ? labelTexts(target) : [],
    inputs,
    targets,
    training: training.table.rows,
    plane:
      image === undefined ? planeOf(encoder, { inputs, targets, rows: training.table.rows, task }, axes) : undefined,
    image,
    table: {
      name: table.source,
      columns: columnsOf(table),
      rows: start.rows,
      warnings: start.warnings.map(({ code, columns, message }) => ({ code, columns, message })),
      axes: image === undefined ? axes : [],
      scale: target.task === "regression" ? { mean: target.means[0], deviation: target.deviations[0] } : undefined,
    },
  };
}

function joined(parts: readonly ArrayLike<number>[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
