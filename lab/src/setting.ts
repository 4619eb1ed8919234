/**
 * The setting of a run: everything that decides its bits, as plain data. The same setting always gives the same run.
 *
 * Knows the allowed values and the defaults; nothing of addresses, workers or the page.
 */
import { type DataKind, type DataName, dataKinds } from "./data/dataSets.ts";
import { isTable, ownTable, packagedTables, type TableName } from "./data/tables.ts";
import type { ActivationChoice, OptimizerChoice } from "./libraryNames.ts";

export const lossNames = {
  classes2: ["binaryCrossEntropy", "meanSquaredError"],
  classes: ["crossEntropy"],
  surface: ["meanSquaredError", "meanAbsoluteError", "huber"],
} as const;

export type LossChoice = (typeof lossNames)[keyof typeof lossNames][number];

/** "number", "category", "boolean", "date" or "skip" by the name of a column; the library checks it. */
export type ColumnTypes = Readonly<Record<string, ColumnType>>;
export type ColumnType = (typeof columnTypes)[number];
export const columnTypes = ["number", "category", "boolean", "date", "skip"] as const;

export interface AddedPoint {
  readonly x: number;
  readonly y: number;
  /** The class, or the number. */
  readonly target: number;
}

export interface Setting {
  readonly data: DataName | TableName;
  /** Of a table: the column to predict; of a packaged table its own one where it is "". */
  readonly target: string;
  /** Of a table: how columns are taken where their values are not to decide, "skip" to leave one out. */
  readonly types: ColumnTypes;
  /** Of a two-dimensional set: training rows that the reader has added. In no address. */
  readonly points: readonly AddedPoint[];
  /** Of a two-dimensional set, as `rows`: from 0 to 50, in percent of the largest noise. */
  readonly noise: number;
  /** Examples, training and validation together. */
  readonly rows: number;
  /** The units of each hidden layer. */
  readonly hidden: readonly number[];
  /** Of every hidden layer, unless `activations` says otherwise. */
  readonly activation: ActivationChoice;
  /** Of each hidden layer; empty where all have `activation`. */
  readonly activations: readonly ActivationChoice[];
  readonly loss: LossChoice;
  readonly optimizer: OptimizerChoice;
  readonly rate: number;
  readonly batch: number;
  readonly l2: number;
  readonly dropout: number;
  readonly seed: number;
}

export const defaults: Setting = {
  data: "spirals",
  target: "",
  types: {},
  points: [],
  noise: 5,
  rows: 500,
  hidden: [8, 8, 8],
  activation: "tanh",
  activations: [],
  loss: "binaryCrossEntropy",
  optimizer: "adam",
  rate: 0.01,
  batch: 10,
  l2: 0,
  dropout: 0,
  seed: 2,
};

/** Where the numbers of a setting may lie, and the step of their controls. */
export const limits = {
  noise: { least: 0, most: 50, step: 5, whole: true },
  rows: { least: 50, most: 2000, step: 50, whole: true },
  rate: { least: 0.00001, most: 10, step: 0.001, whole: false },
  batch: { least: 1, most: 500, step: 1, whole: true },
  l2: { least: 0, most: 1, step: 0.0001, whole: false },
  dropout: { least: 0, most: 0.8, step: 0.1, whole: false },
  seed: { least: 0, most: 999999, step: 1, whole: true },
} as const satisfies Partial<Record<keyof Setting, Limit>>;

export interface Limit {
  readonly least: number;
  readonly most: number;
  readonly step: number;
  readonly whole: boolean;
}

export type NumberOption = keyof typeof limits;

/** What the page calls each option. */
export const optionTitles: Readonly<Record<keyof Setting, string>> = {
  data: "Data set",
  target: "To predict",
  types: "Types of columns",
  points: "Added points",
  noise: "Noise, %",
  rows: "Rows",
  hidden: "Hidden layers",
  activation: "Activation",
  activations: "Activations",
  loss: "Loss",
  optimizer: "Optimizer",
  rate: "Learning rate",
  batch: "Batch size",
  l2: "L2",
  dropout: "Dropout rate",
  seed: "Seed",
};

/** A value as text, for people and for addresses: "8-8-8". */
export const textOf = (value: unknown): string => (Array.isArray(value) ? value.join("-") || "none" : String(value));

/** The value of an option for people; of points their number. */
export function optionText({ points, types, activations, ...setting }: Setting, name: keyof Setting): string {
  if (name === "points") return String(points.length);
  if (name === "activations") return activations.join("-") || setting.activation;
  if (name === "types") return Object.entries(types).join("; ") || "as read";
  return textOf(setting[name]) || "default";
}

export const mostLayers = 8;
export const mostUnits = 256;

/** The activation of a hidden layer, 0 the first. */
export const activationOf = ({ activations, activation }: Setting, layer: number): ActivationChoice =>
  activations[layer] ?? activation;

/** The setting with one activation for each hidden layer, or with `activation` alone where all have the same. */
export function withActivations(setting: Setting): Setting {
  const each = setting.hidden.map((_, layer) => activationOf(setting, layer));
  const [activation = setting.activation] = each;
  return each.every((name) => name === activation)
    ? { ...setting, activation, activations: [] }
    : { ...setting, activations: each };
}

/** Whether a number is allowed for an option. */
export function isAllowed(option: NumberOption, value: number): boolean {
  const { least, most, whole } = limits[option];
  return Number.isFinite(value) && value >= least && value <= most && (!whole || Number.isInteger(value));
}

/** The task of a setting; undefined where only the table decides it. */
export function kindOf({ data, target }: Setting): DataKind | undefined {
  if (!isTable(data)) return dataKinds[data];
  if (data === ownTable) return undefined;
  return target === "" || target === packagedTables[data].target ? packagedTables[data].kind : undefined;
}

/** The setting with a loss that fits its task; as it is where only the table decides the task. */
export function withFittingLoss(setting: Setting, kind = kindOf(setting)): Setting {
  if (kind === undefined) return setting;
  const fitting: readonly LossChoice[] = lossNames[kind];
  return fitting.includes(setting.loss) ? setting : { ...setting, loss: fitting[0] };
}
