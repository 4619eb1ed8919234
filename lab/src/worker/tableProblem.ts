/**
 * The problem of a table: what the library's own training of it begins with, by the options that the command line gives for
 * the same setting. So the split, the encoding, the network and its starting weights are those of `gradus train`.
 */
import { labelTexts, startTraining, type Table, type TrainingData } from "gradus";
import { encodedNames, fitTarget, type Session } from "gradus/network";
import type { DataKind } from "../data/dataSets.ts";
import { ownTable, packagedTables } from "../data/tables.ts";
import { inLab, inLabWords } from "../files/labWords.ts";
import { packagedTable } from "../files/packaged.ts";
import { columnsOf } from "../files/tables.ts";
import type { OpenedData, OpenedTable } from "../protocol.ts";
import { type LossChoice, withFittingLoss } from "../setting.ts";
import type { LabProblem, OwnTable, TableSetting } from "./labProblem.ts";
import { imageOf, planeAxes, planeOf, planeOver } from "./plane.ts";
import { tableOptions, targetOf, taskOf } from "./tableOptions.ts";

/** The table of a setting. @param own the reader's own @throws {Error} it is not there */
export async function tableOf({ data }: TableSetting, own: OwnTable | undefined): Promise<Table> {
  if (data !== ownTable) return await packagedTable(data);
  if (own === undefined) throw new Error("No table is open. Open a file, or choose another data set.");
  return own.table;
}

/** The options of `train` for a setting. @throws {DataError} a target that cannot be learned */
export function trainingOptions(setting: TableSetting, table: Table) {
  return { table, ...tableOptions(setting, lossFor(setting, table, targetOf(setting))) };
}

/** @throws {DataError} a target that cannot be learned */
function lossFor(setting: TableSetting, table: Table, target: string): LossChoice {
  const asked = setting.types[target] === "category" ? ({ task: "classification" } as const) : taskOf(setting, target);
  const { task } = fitTarget(table, [target], asked).target;
  return withFittingLoss(setting, task === "regression" ? "surface" : "classes").loss;
}

/** @throws {GradusError} as `train` */
export async function openTable(given: TableSetting, own: OwnTable | undefined): Promise<LabProblem> {
  try {
    const table = await tableOf(given, own);
    const { setting, notes } = withTarget(given, table);
    const options = trainingOptions(setting, table);
    const started = await startTraining({ ...options, threads: 1 });
    return { ...problemOf({ ...setting, loss: options.loss }, started, table, started.start.warnings), notes };
  } catch (error) {
    throw inLab(error);
  }
}

/** The target of a link may be no column of a packaged table: then it is the table's own. */
function withTarget(setting: TableSetting, table: Table): { setting: TableSetting; notes?: readonly string[] } {
  const { data, target } = setting;
  if (data === ownTable || target === "" || table.columns.some(({ name }) => name === target)) return { setting };
  const usual = packagedTables[data].target;
  return {
    setting: { ...setting, target: "" },
    notes: [`${table.source} has no column ${JSON.stringify(target)} to predict: ${usual} is predicted.`],
  };
}

interface Started {
  readonly session: Session;
  readonly data: TrainingData;
}

/** A run's problem of a training that has been started, by the library's own names. */
export function problemOf<Of extends Started & NonNullable<LabProblem["started"]>>(
  setting: TableSetting,
  started: Of,
  table: Table,
  warnings: OpenedTable["warnings"],
): LabProblem {
  const { session, data } = started;
  const shown = dataOf(setting, data, table, warnings);
  return {
    setting,
    session,
    training: session.load(data.training.patterns),
    validation: data.validation && session.load(data.validation.patterns),
    data: shown,
    batch: session.problem.batchSize,
    started,
    planeOver(x, y) {
      const [across, up] = [x, y].map((input) => shown.table?.axes.find((axis) => axis.input === input));
      if (across === undefined || up === undefined) return undefined;
      return planeOver(data.encoder, { inputs: shown.inputs, rows: shown.training }, [across, up]);
    },
  };
}

function dataOf(
  setting: TableSetting,
  { encoder, target, training, validation, test }: TrainingData,
  table: Table,
  warnings: OpenedTable["warnings"],
): OpenedData {
  const parts = [training, ...(validation ? [validation] : [])];
  const inputs = joined(parts.map(({ patterns }) => patterns.inputs));
  const targets = joined(parts.map(({ patterns }) => patterns.desired));
  const task: DataKind = target.task === "regression" ? "surface" : "classes";
  const axes = planeAxes(encoder);
  const image = imageOf(setting, encoder, parts);
  return {
    task,
    inputNames: encodedNames(encoder).map((input) => input.name),
    targetName: targetOf(setting),
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
      rows: {
        training: training.table.rows,
        validation: validation?.table.rows ?? 0,
        test: test?.table.rows ?? 0,
      },
      warnings: warnings.map(({ code, columns, message }) => ({ code, columns, message: inLabWords(message) })),
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
