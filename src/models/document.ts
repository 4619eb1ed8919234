/**
 * The document of a model: all of it but the parameters, as plain data, and the check of one that comes from a file.
 *
 * Knows neither the file's format nor how a network computes.
 */

import { encodedWidth, inputColumns } from "../data/encoder.ts";
import {
  type ClassificationTarget,
  classTargets,
  type Encoder,
  encoderKind,
  type Label,
  type MultilabelTarget,
  type RegressionTarget,
  type Target,
  type Task,
  targetKind,
  tasks,
} from "../data/encoding.ts";
import type { Reading } from "../data/table.ts";
import { outputNames, targetNames } from "../data/targetNames.ts";
import { DescriptionError, GradusError, ModelFileError, shown } from "../errors.ts";
import * as kinds from "../kinds.ts";
import {
  type BinaryCrossEntropy,
  type CrossEntropy,
  type DesiredKind,
  type Huber,
  type Loss,
  lossOf,
} from "../network/losses.ts";
import { lossFor, type Network, validateNetwork } from "../network/network.ts";
import { parameterLayout } from "../network/parameters.ts";
import { backgroundWidth } from "./background.ts";
import { columnCheck, rangeCheck, readingCheck } from "./columnCheck.ts";
import {
  type Check,
  count,
  distinct,
  fields,
  type JsonObject,
  list,
  number,
  oneOf,
  optional,
  plainObject,
  refuse,
  text,
  variants,
} from "./json.ts";
import { layerCheck } from "./layerCheck.ts";

/**
 * The version of the document's form; a reader refuses those it does not know. Version 1 knew one network, dense and
 * dropout layers, and neither ranges, temperature nor interval; version 2 did not say how a category's column is read; version
 * 3 had no task of several labels. All read as what they are.
 */
export const FORMAT_VERSION = 4;

/** A model's provenance. No dates: the same command gives the same bytes. */
export interface Provenance {
  /** The table's source: a path, "the SQL query", "the given rows". */
  readonly source: string;
  /** Of the table's columns and values. */
  readonly fingerprint: string;
  /** How many rows each part had. */
  readonly rows: { readonly training: number; readonly validation: number; readonly test: number };
  /** The names of all the table's columns, used or not; absent from older files. */
  readonly columns?: readonly string[];
  /** Hashes of some training rows, by which `evaluate` recognizes them; absent from older files. */
  readonly learned?: readonly string[];
  readonly seed: number;
  /** The engine's name. */
  readonly engine: string;
  /** The training's options, as the caller gave them. */
  readonly options: JsonObject;
  readonly epochs: number;
  /** The epoch whose parameters these are, counting from 1; 0 for the starting parameters. */
  readonly bestEpoch: number;
}

/** The description of one network of a model, without its parameters. */
export interface Member {
  readonly encoder: Encoder;
  /** The mean of the encoded training rows, [I], which explanations compare with; absent from older files. */
  readonly background?: readonly number[];
  readonly network: Network;
}

/** A further network of a model; predictions are averaged over all networks. */
export interface FurtherMember extends Member {
  /** The model's when absent; else the same columns and classes, with the statistics of this member's training rows. */
  readonly target?: Target;
}

/** The calibration data of prediction intervals. */
export interface Interval {
  /** How many calibration rows there were; absent from older files, where it is how many residuals a target has. */
  readonly rows?: number;
  /** For each target, ascending: |observed − predicted| of rows that were not training rows, in the target's unit. */
  readonly residuals: readonly (readonly number[])[];
}

/** A column of weights or groups, and how it is read. */
export interface KeptColumn {
  readonly column: string;
  readonly reading: Reading;
}

/** Whether a model is better than the trivial baseline, by how much, and how certain that is. */
export interface Verdict {
  /**
   * Which rows it was evaluated on: "out-of-fold", each predicted by the networks of its own fold; "given", to
   * `evaluate`.
   */
  readonly of: "test" | "validation" | "out-of-fold" | "given";
  readonly rows: number;
  /** The sample weight column; absent where all rows have equal weight. */
  readonly weights?: string;
  /** The group column, and how many groups the rows have; absent where each row is its own group. */
  readonly group?: string;
  readonly groups?: number;
  /** What is compared: a metric's name, or "squaredError". */
  readonly measure: string;
  readonly conclusion: "better" | "undecided" | "worse";
  /** The measure of both; of a squared error, the RMSE. */
  readonly model: number;
  readonly baseline: number;
  /**
   * How much better the model is; of squared errors, the reduction relative to the baseline's. Below 0 where it is
   * worse.
   */
  readonly difference: number;
  /** The confidence interval of the difference, at the level `certainty`; absent where there are too few rows for one. */
  readonly interval?: readonly [low: number, high: number];
  readonly certainty: number;
  /** All of it in words. */
  readonly sentence: string;
}

/** A warning of the training that concerns how far to trust the model. */
export interface ModelWarning {
  readonly code: string;
  readonly message: string;
}

/**
 * The encoder, the background, the target and the network are those of the first member, which is often the only one.
 */
export interface ModelDocument extends Member {
  readonly formatVersion: 1 | 2 | 3 | typeof FORMAT_VERSION;
  /** Of the gradus that trained the model. */
  readonly libraryVersion: string;
  readonly task: Task;
  readonly target: Target;
  readonly loss: Loss;
  /** The second member and those after it; absent where the model is one network. */
  readonly further?: readonly FurtherMember[];
  /** T of a classification: its probabilities are p^(1/T), renormalised, which for one network is softmax(logits/T); so of each of several labels, p and 1 − p. */
  readonly temperature?: number;
  /** Of a regression. */
  readonly interval?: Interval;
  /** The sample weight column of the loss and the metrics; absent where all rows had equal weight. */
  readonly weights?: KeptColumn;
  /** The group column of the split; absent where each row was its own group. */
  readonly group?: KeptColumn;
  /** By the part of the data that was evaluated, `validation` and `test`, and the `baseline` with the same parts. */
  readonly metrics: JsonObject;
  /** Absent where no rows were kept for evaluation, and from older files. */
  readonly verdict?: Verdict;
  /** Absent where there is nothing to warn of, and from older files. */
  readonly warnings?: readonly ModelWarning[];
  readonly provenance: Provenance;
}

/** Beyond it the squares of errors, which a model is measured by, soon are infinite. */
const LARGEST = 1e100;
/** Training finds 1/20 to 20; with these, p^(1/T) is 0 or 1 at the worst. */
const TEMPERATURES = [1e-3, 1e3] as const;

const label: Check<Label> = (value, where) =>
  typeof value === "string" || typeof value === "boolean" || Number.isFinite(value)
    ? (value as Label)
    : refuse(where, "a class: text, a finite number, true or false", value);

const classes = fields<ClassificationTarget>({
  task: oneOf("classification"),
  column: text,
  reading: optional(readingCheck),
  classes: distinct(label),
  written: optional(distinct(text)),
  shares: list(number(0, 1)),
  joined: optional(list(text)),
});

const target = variants<"task", Target>("task", {
  classification: classes,
  multilabel: fields<MultilabelTarget>({ task: oneOf("multilabel"), labels: list(classes) }),
  regression: fields<RegressionTarget>({
    task: oneOf("regression"),
    columns: distinct(text),
    readings: optional(list(readingCheck)),
    means: list(number(-LARGEST, LARGEST)),
    deviations: list(number(1 / LARGEST, LARGEST)),
    ranges: optional(list(rangeCheck)),
  }),
});

const labelSmoothing = optional(number());
const classWeights = optional(list(number()));

const loss = variants<"name", Loss>("name", {
  halfSquaredError: fields({ name: oneOf("halfSquaredError") }),
  meanSquaredError: fields({ name: oneOf("meanSquaredError") }),
  huber: fields<Huber>({ name: oneOf("huber"), delta: optional(number()) }),
  crossEntropy: fields<CrossEntropy>({ name: oneOf("crossEntropy"), labelSmoothing, classWeights }),
  binaryCrossEntropy: fields<BinaryCrossEntropy>({ name: oneOf("binaryCrossEntropy"), labelSmoothing, classWeights }),
});

const member = {
  encoder: fields<Encoder>({ columns: list(columnCheck) }),
  background: optional(list(number())),
  network: fields<Network>({ inputs: count, layers: list(layerCheck), outputs: count }),
};

const verdict = fields<Verdict>({
  of: oneOf("test", "validation", "out-of-fold", "given"),
  rows: count,
  weights: optional(text),
  group: optional(text),
  groups: optional(count),
  measure: text,
  conclusion: oneOf("better", "undecided", "worse"),
  model: number(),
  baseline: number(),
  difference: number(),
  interval: optional(rangeCheck),
  certainty: number(0, 1),
  sentence: text,
});

const document = fields<ModelDocument>({
  formatVersion: oneOf(1, 2, 3, FORMAT_VERSION),
  libraryVersion: text,
  task: oneOf(...tasks),
  encoder: member.encoder,
  background: member.background,
  target,
  network: member.network,
  loss,
  further: optional(list(fields<FurtherMember>({ ...member, target: optional(target) }))),
  temperature: optional(number(...TEMPERATURES)),
  interval: optional(fields<Interval>({ rows: optional(count), residuals: list(list(number(0, LARGEST))) })),
  weights: optional(fields<KeptColumn>({ column: text, reading: readingCheck })),
  group: optional(fields<KeptColumn>({ column: text, reading: readingCheck })),
  metrics: plainObject,
  verdict: optional(verdict),
  warnings: optional(list(fields<ModelWarning>({ code: text, message: text }))),
  provenance: fields<Provenance>({
    source: text,
    fingerprint: text,
    rows: fields({ training: count, validation: count, test: count }),
    columns: optional(list(text)),
    learned: optional(list(text)),
    seed: count,
    engine: text,
    options: plainObject,
    epochs: count,
    bestEpoch: count,
  }),
});

/**
 * A model's document from parsed JSON, rebuilt from the fields that this version knows.
 *
 * @throws {ModelFileError} naming the field that is missing or wrong, or the two parts that do not fit each other
 */
export function checkDocument(value: unknown): ModelDocument {
  const checked = document(value, "model");
  requireFits(checked);
  checked.further?.forEach((_, at) => {
    try {
      requireSameQuestion(checked.target, checked.further?.[at].target);
      requireFits(memberDocument(checked, at + 1));
    } catch (error) {
      if (!(error instanceof ModelFileError)) throw error;
      throw new ModelFileError(`In further[${at}]: ${error.message}`, { cause: error });
    }
  });
  requireExtras(checked);
  return checked;
}

/** What a caller may give for a model's document. */
export const documentKind = kinds.withFields("a model's document", {
  task: kinds.text,
  encoder: encoderKind,
  target: targetKind,
  network: kinds.object,
  loss: kinds.object,
  provenance: kinds.object,
});

/** How many networks a model has. */
export function memberCount(model: Pick<ModelDocument, "further">): number {
  kinds.requireKind("a model's document", model, kinds.object);
  const { further = [] } = model;
  return 1 + further.length;
}

/**
 * One member's document, as if it were the model: for whoever looks at one network.
 *
 * @param index 0 for the first member
 * @throws {DescriptionError} an index that no member has
 */
export function memberDocument(model: ModelDocument, index: number): ModelDocument {
  const members = memberCount(model);
  if (!(Number.isInteger(index) && index >= 0 && index < members)) {
    throw new DescriptionError(`Expected a network of the model from 0 to ${members - 1}, found ${shown(index)}.`);
  }
  const { further, temperature: _temperature, interval: _interval, ...first } = model;
  if (further === undefined || index === 0) return first;
  const { background: _background, ...shared } = first;
  return { ...shared, ...further[index - 1] };
}

function requireFits(model: ModelDocument): void {
  try {
    parameterLayout(validateNetwork(model.network));
    lossFor(model.network, model.loss);
  } catch (error) {
    if (error instanceof GradusError) throw new ModelFileError(error.message, { cause: error });
    throw error;
  }
  requireColumns(model);
  requireTarget(model);
}

/** Members whose answers are averaged must speak of the same columns and classes, in the same order. */
function requireSameQuestion(first: Target, other: Target = first): void {
  const asked = (target: Target): string =>
    JSON.stringify([target.task, ...targetNames(target), ...classTargets(target).map((one) => one.classes)]);
  if (asked(first) !== asked(other)) {
    throw new ModelFileError(
      "Expected every network of the model to have the same target columns and classes, found different ones.",
    );
  }
}

function requireExtras({ task, target, temperature, interval }: ModelDocument): void {
  if (temperature !== undefined && task === "regression") {
    throw new ModelFileError(`Expected a temperature for classes or labels alone, found one for ${task}.`);
  }
  if (interval === undefined) return;
  if (target.task !== "regression") {
    throw new ModelFileError(`Expected an interval for regression alone, found one for ${task}.`);
  }
  requireEqual("interval.residuals", interval.residuals.length, "target.columns", target.columns.length);
  interval.residuals.forEach((residuals, at) => {
    const ascending = residuals.every((residual, index) => index === 0 || residual >= residuals[index - 1]);
    if (residuals.length > 0 && ascending) return;
    const found = residuals.length === 0 ? "none" : "others";
    throw new ModelFileError(`interval.residuals[${at}]: expected numbers in ascending order, found ${found}.`);
  });
  const most = Math.max(...interval.residuals.map(({ length }) => length));
  if (interval.rows !== undefined && interval.rows < most) {
    throw new ModelFileError(`interval.rows: expected at least ${most}, as many as residuals, found ${interval.rows}.`);
  }
}

function requireColumns({ encoder, background, network }: ModelDocument): void {
  distinct(text)(
    encoder.columns.map(({ name }) => name),
    "the encoder's column names",
  );
  requireEqual("network.inputs", network.inputs, "the encoder's columns", encodedWidth(encoder));
  const width = backgroundWidth(network);
  if (background) requireEqual("background.length", background.length, "the signals that are numbers", width);
  requireCodes(encoder, network);
}

/** The codes of categories mean nothing as numbers, and what is no code has no vector. */
function requireCodes(encoder: Encoder, { layers: [first] }: Network): void {
  const codes = inputColumns(encoder).flatMap(({ kind, cardinality }, at) =>
    kind === "code" ? [`${at} (${cardinality} codes)`] : [],
  );
  const embedded =
    first.kind === "embedding"
      ? first.columns.map(({ column, cardinality }) => `${column} (${cardinality} codes)`)
      : [];
  if (codes.join() === embedded.join()) return;
  const [expected, found] = [codes, embedded].map((inputs) => inputs.join(", ") || "none");
  throw new ModelFileError(
    `network.layers[0]: expected an embedding of the encoder's code inputs, ${expected}, found one of ${found}.`,
  );
}

function requireTarget({ task, target, network, loss }: ModelDocument): void {
  if (target.task !== task) {
    throw new ModelFileError(`Expected the target of a ${task}, found that of a ${target.task}.`);
  }
  const wanted = DESIRED[target.task];
  const { desired } = lossOf(loss);
  if (desired !== wanted) {
    throw new ModelFileError(`Expected a loss for ${task}, with targets that are ${wanted}, found ${loss.name}.`);
  }
  const outputs = outputNames(target).length;
  requireEqual("network.outputs", network.outputs, `target.${OUTPUTS[target.task]}`, outputs);
  if (target.task === "regression") requireNumbers(target);
  for (const one of classTargets(target)) requireClasses(one);
  if (target.task !== "multilabel") return;
  distinct(text)(targetNames(target), "the labels' columns");
  const other = target.labels.find((one) => one.classes.length !== 2);
  if (other === undefined) return;
  throw new ModelFileError(
    `target.labels: expected two classes of each label, no and yes, found ${other.classes.length} of ${other.column}.`,
  );
}

/** What the desired response of a loss is for each task, and where the target names the network's outputs. */
const DESIRED = { classification: "class", multilabel: "flags", regression: "values" } as const satisfies Record<
  Task,
  DesiredKind
>;
const OUTPUTS = { classification: "classes", multilabel: "labels", regression: "columns" } as const satisfies Record<
  Task,
  string
>;

function requireClasses(target: ClassificationTarget): void {
  requireEqual("target.shares", target.shares.length, "target.classes", target.classes.length);
  const types = [...new Set(target.classes.map((one) => typeof one))];
  if (types.length > 1) {
    throw new ModelFileError(`target.classes: expected classes of one type, found ${types.join(" and ")}.`);
  }
  const total = target.shares.reduce((sum, share) => sum + share, 0);
  if (Math.abs(total - 1) > 1e-3) {
    throw new ModelFileError(`target.shares: expected a sum of 1, found ${total}.`);
  }
  if (target.written) requireEqual("target.written", target.written.length, "target.classes", target.classes.length);
}

function requireNumbers({ columns, means, deviations, readings, ranges }: RegressionTarget): void {
  for (const [name, values] of Object.entries({ means, deviations, readings, ranges })) {
    if (values) requireEqual(`target.${name}`, values.length, "target.columns", columns.length);
  }
}

function requireEqual(what: string, found: number, source: string, expected: number): void {
  if (found !== expected) throw new ModelFileError(`${what}: expected ${expected} as in ${source}, found ${found}.`);
}
