/**
 * Whether the parts of a model's document fit each other: encoder and network, network and loss, target and task.
 *
 * Each part by itself was checked before, by `documentCheck.ts`.
 */

import { encodedWidth, inputColumns } from "../data/encoder.ts";
import {
  type ClassificationTarget,
  classTargets,
  type Encoder,
  type RegressionTarget,
  type Target,
  type TargetQuantiles,
  type Task,
} from "../data/encoding.ts";
import { outputNames, targetNames } from "../data/targetNames.ts";
import { MEDIAN } from "../data/targetQuantiles.ts";
import { GradusError, ModelFileError } from "../errors.ts";
import { type DesiredKind, type Loss, lossOf, ofEachOutput, outputsEach } from "../network/losses.ts";
import { lossFor, type Network, validateNetwork } from "../network/network.ts";
import { parameterLayout } from "../network/parameters.ts";
import { backgroundWidth } from "./background.ts";
import { type ModelDocument, memberDocument } from "./document.ts";
import { distinct, text } from "./json.ts";

/** @throws {ModelFileError} naming two parts that do not fit each other, and the further member that they are of */
export function requireFittingParts(model: ModelDocument): void {
  requireFits(model);
  model.further?.forEach((_, at) => {
    try {
      requireSameQuestion(model.target, model.further?.[at].target);
      requireFits(memberDocument(model, at + 1));
    } catch (error) {
      if (!(error instanceof ModelFileError)) throw error;
      throw new ModelFileError(`In further[${at}]: ${error.message}`, { cause: error });
    }
  });
  requireExtras(model);
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

/** Members whose predictions are averaged must have the same columns and classes, in the same order. */
function requireSameQuestion(first: Target, other: Target = first): void {
  const asked = (target: Target): string => {
    const levels = target.task === "regression" ? target.quantiles?.levels : undefined;
    const classes = classTargets(target).map((one) => one.classes);
    return JSON.stringify([target.task, ...targetNames(target), ...classes, levels]);
  };
  if (asked(first) !== asked(other)) {
    throw new ModelFileError(
      "Expected every network of the model to have the same target columns, classes and quantiles, found different ones.",
    );
  }
}

function requireExtras({ task, target, temperature, interval }: ModelDocument): void {
  if (temperature !== undefined && task === "regression") {
    throw new ModelFileError(`Expected a temperature only for classes or labels, found one for ${task}.`);
  }
  if (interval === undefined) return;
  if (target.task !== "regression") {
    throw new ModelFileError(`Expected an interval only for regression, found one for ${task}.`);
  }
  requireEqual("interval.residuals", interval.residuals.length, "target.columns", target.columns.length);
  interval.residuals.forEach((residuals, at) => {
    // Sizes of errors; of quantiles also how far within them a value was.
    if (target.quantiles === undefined && residuals[0] < 0) {
      throw new ModelFileError(`interval.residuals[${at}]: expected numbers of at least 0, found ${residuals[0]}.`);
    }
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
  const quantiles = target.task === "regression" ? target.quantiles : undefined;
  const each = outputsEach(loss);
  if (each > 1 && quantiles === undefined) {
    throw new ModelFileError(
      `Expected a loss with one output for each number of the target, since a model gives one value for each, found ${loss.name} with ${each}.`,
    );
  }
  if (quantiles !== undefined) requireQuantiles(quantiles, target, loss);
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

/** @throws {ModelFileError} quantiles of several columns, without the median, or other ones than the loss's */
function requireQuantiles({ levels, values }: TargetQuantiles, target: Target, loss: Loss): void {
  const columns = targetNames(target).length;
  if (columns !== 1) throw new ModelFileError(`Expected quantiles of one target column, found ${columns} columns.`);
  const learned = loss.name === "quantile" ? ofEachOutput(loss, levels.length) : undefined;
  if (learned?.join() !== levels.join() || outputsEach(loss) !== levels.length) {
    throw new ModelFileError(
      `target.quantiles.levels: expected those of the loss, found [${levels.join(", ")}] with the loss ${JSON.stringify(loss)}.`,
    );
  }
  if (!levels.includes(MEDIAN)) {
    throw new ModelFileError(
      `target.quantiles.levels: expected the median, ${MEDIAN}, among them, found [${levels.join(", ")}].`,
    );
  }
  requireEqual("target.quantiles.values", values.length, "target.quantiles.levels", levels.length);
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
