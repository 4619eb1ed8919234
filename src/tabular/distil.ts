/**
 * Distillation: one small network that is trained on a model's own predictions, where a model of several networks is too large.
 *
 * The network learns, by the squared error, what the model's networks together put out: numbers, or the logits of their probabilities.
 * Source: Ba & Caruana 2014, "Do Deep Nets Really Need to be Deep?".
 */

import type { RegressionTarget, Target } from "../data/encoding.ts";
import type { Table, Warning } from "../data/table.ts";
import type { Engine } from "../engines/engine.ts";
import { type EngineName, engineOf, requireThreads, tryEngine } from "../engines/factory.ts";
import { DescriptionError } from "../errors.ts";
import { anything, either, type Kinds, list, needed, number, object, requireOptions, text, whole } from "../kinds.ts";
import { FORMAT_VERSION, type ModelDocument, memberDocument } from "../models/document.ts";
import { plainJson } from "../models/json.ts";
import { createModel, type Model, modelKind, parameterCount, responsesTo } from "../models/model.ts";
import { modelReadings } from "../models/modelReadings.ts";
import type { Network } from "../network/network.ts";
import { parameterLayout } from "../network/parameters.ts";
import { fit } from "../training/fit.ts";
import { version } from "../version.ts";
import type { RowDivision } from "./division.ts";
import { type Evaluation, evaluate } from "./evaluate.ts";
import { evaluated } from "./evaluateTraining.ts";
import type { Fold, FoldPart } from "./fold.ts";
import { descriptionOf, fitOptionsOf, memberOf } from "./member.ts";
import { small } from "./recipes/realmlp.ts";
import { rowsOfModel } from "./rowsOfModel.ts";
import { openSession } from "./startingWeights.ts";
import { type TableLike, tableOf } from "./tableLike.ts";
import { provenanceOf } from "./trainedDocument.ts";

export interface DistilOptions {
  /** What is distilled: usually a model of several networks. */
  readonly model: Model;
  /** With the model's columns and its target; best the table that it was trained on, whose test rows then measure. */
  readonly table: TableLike;
  /** Units of each hidden layer; [64, 64, 64] when absent. */
  readonly hidden?: readonly number[];
  /** As many as `train` would make of these rows when absent. */
  readonly epochs?: number;
  /** Of the initial weights and the order of rows; that of the model when absent. */
  readonly seed?: number;
  /** The engine that computes; the fastest available when absent. */
  readonly engine?: EngineName | Engine;
  /** The maximum number of threads; all cores when absent. The bits are the same. */
  readonly threads?: number;
}

/** A distilled model, and what it costs. */
export interface Distilled {
  /** Of one network, with neither temperature nor prediction intervals. */
  readonly model: Model;
  /** It and, as `against`, the model that was distilled, on `test`; with the warning `distilled-no-smaller` where it has as many parameters or more. */
  readonly evaluation: Evaluation;
  /** Rows that it did not learn from; the model that was distilled did not either where `division` is "training". */
  readonly test: Table;
  readonly division: RowDivision;
}

const optionKinds = {
  model: needed(modelKind),
  table: needed(anything),
  hidden: list,
  epochs: number,
  seed: whole(0),
  engine: either(text, object),
  threads: number,
} as const satisfies Kinds<DistilOptions>;

/**
 * Trains one small network on the predictions of a model, and measures both on rows that were held out.
 *
 * The table's rows are divided as in the model's training: the network learns from all but the test rows. Of another table the same share is
 * held out, with the warning `divided-anew`, or `learned-elsewhere` of a model that was imported.
 *
 * @throws {DataError} a column that the model needs is missing, a value that is not of its column's type, too few rows
 * @throws {DescriptionError} an option that is unknown or out of range; rows of which none is held out for the test, such as those of a training without
 *
 * @example
 * import { train } from "gradus";
 * import { distil } from "gradus/export";
 *
 * const rows = Array.from({ length: 60 }, (_, i) => ({ size: 50 + i, price: 100 + 3 * i }));
 * const { model } = await train({ table: rows, target: "price", task: "regression", epochs: 5, folds: 3 });
 * const { model: one, evaluation } = await distil({ model, table: rows, hidden: [16], epochs: 5 });
 * one.further.length; // 0
 * console.log(evaluation.model, evaluation.against?.metrics);
 */
export async function distil(options: DistilOptions): Promise<Distilled> {
  requireOptions(options, optionKinds, "distil");
  const { model, table: rows, engine: asked, threads, hidden, epochs, seed = model.document.provenance.seed } = options;
  await tryEngine(asked);
  const engine = engineOf(asked);
  const document = memberDocument(model.document, 0);
  const table = tableOf(rows, { readings: modelReadings(document, true) });
  const { data, division } = rowsOfModel({ document: model.document, member: 0, parameters: model.parameters }, table);
  const { test } = data;
  if (test === undefined) throw nothingHeldOut();
  const fold = foldOfAnswers(model, data);
  const settings = { ...(hidden && { hidden }), ...(epochs !== undefined && { epochs }) };
  const member = memberOf({ entry: small, settings, seed }, fold, { folds: 1 });
  using session = await openSession(member, engine, { threads: requireThreads(threads) });
  const learned = await fit(session, fitOptionsOf(member));
  const { network } = member.problem;
  const parameters = inTermsOf(data.target, fold.target, network, session.parameters);
  const { background } = descriptionOf(member, parameters);
  const described: ModelDocument = {
    ...sharedBy(document),
    formatVersion: FORMAT_VERSION,
    libraryVersion: version,
    background: background ?? [],
    network,
    loss: lossFor(document),
    metrics: {},
    provenance: {
      ...document.provenance,
      ...provenanceOf({ table, types: {} }, data),
      engine: engine.name,
      options: { ...document.provenance.options, ...plainJson(settings) },
      epochs: learned.epochs,
      bestEpoch: learned.bestEpoch,
    },
  };
  const countedBy = { weights: document.weights?.column, group: document.group?.column };
  const measured = { predictions: [], folds: 1, test, learned: data.training, countedBy };
  const student = await evaluated(await createModel(described, parameters, engine), () => measured, data.warnings);
  const evaluation = evaluate(student.model, test.table, { against: model });
  const warnings = [...sizeWarnings(model, student.model), ...evaluation.warnings];
  return { model: student.model, evaluation: { ...evaluation, warnings }, test: test.table, division };
}

/** Warning: `distilled-no-smaller`. */
function sizeWarnings(model: Model, student: Model): Warning[] {
  const [before, after] = [model, student].map(parameterCount);
  if (after < before) return [];
  const message = `The distilled network has ${after} parameters, no fewer than the ${before} of the model in all. Use the model itself.`;
  return [{ code: "distilled-no-smaller", columns: [], message }];
}

function nothingHeldOut(): DescriptionError {
  return new DescriptionError(
    "No test rows are held out of these rows, as in the model's training, so what distillation costs can't be measured on rows that were not learned from. Give the table of the training or more rows, or train the model with test rows.",
  );
}

/** What the networks share; verdict and warnings were found with others. */
function sharedBy(document: ModelDocument): ModelDocument {
  const { verdict: _verdict, warnings: _warnings, ...shared } = document;
  return shared;
}

/** The loss decides what outputs mean: logits. */
function lossFor({ target, loss }: ModelDocument): ModelDocument["loss"] {
  if (target.task === "regression") return loss;
  return target.task === "classification"
    ? { name: "crossEntropy", labelSmoothing: 0 }
    : { name: "binaryCrossEntropy", labelSmoothing: 0 };
}

/** The rows with the model's answers, standardised over the training rows, as what is to be learned. */
function foldOfAnswers(model: Model, data: Fold): Fold & { readonly target: RegressionTarget } {
  const { outputs } = data;
  const ofTraining = answersOf(model, data.training.table, outputs);
  const count = ofTraining.length / outputs;
  const columns = Array.from({ length: outputs }, (_, at) => ofTraining.filter((_, i) => i % outputs === at));
  const means = columns.map((own) => own.reduce((sum, value) => sum + value, 0) / count);
  const deviations = columns.map(
    (own, at) => Math.sqrt(own.reduce((sum, value) => sum + (value - means[at]) ** 2, 0) / count) || 1,
  );
  const target: RegressionTarget = {
    task: "regression",
    columns: means.map((_, at) => `output ${at}`),
    means,
    deviations,
  };
  const part = (own: FoldPart, answers = answersOf(model, own.table, outputs)): FoldPart => {
    const desired = Float32Array.from(answers, (value, i) => (value - means[i % outputs]) / deviations[i % outputs]);
    return { ...own, patterns: { ...own.patterns, desired } };
  };
  const validation = data.validation && part(data.validation);
  return { ...data, target, training: part(data.training, ofTraining), validation, test: undefined };
}

/** The least probability that is told from 0, and the most from 1: the logits of certain answers would outweigh all others. */
const LEAST = 1e-4;

/** What the network is to put out for each row, [N, outputs]: numbers, quantiles, or logits, which of classes have the mean 0. */
function answersOf(model: Model, table: Table, outputs: number): Float64Array {
  const { responses, quantiles = responses } = responsesTo(model, table);
  if (model.task === "regression") return quantiles;
  const logits = quantiles.map(
    (p) => Math.log(Math.max(p, LEAST)) - (model.task === "multilabel" ? Math.log(Math.max(1 - p, LEAST)) : 0),
  );
  if (model.task === "multilabel") return logits;
  for (let from = 0; from < logits.length; from += outputs) {
    const own = logits.subarray(from, from + outputs);
    const mean = own.reduce((sum, logit) => sum + logit, 0) / outputs;
    for (let i = 0; i < outputs; i++) own[i] -= mean;
  }
  return logits;
}

/**
 * The parameters with which the last layer, a dense one without activation, puts out what the model's target means instead of
 * what was learned: W y + b becomes a (W y + b) + c.
 */
function inTermsOf(
  target: Target,
  { means, deviations }: RegressionTarget,
  network: Network,
  learned: ArrayLike<number>,
): Float32Array {
  const parameters = Float64Array.from(learned);
  const last = network.layers.length - 1;
  const [weights, bias] = parameterLayout(network).tensors.filter(({ layer }) => layer === last);
  const own = target.task === "regression" ? target : { means: [0], deviations: [1] };
  const width = weights.length / bias.length;
  for (let unit = 0; unit < bias.length; unit++) {
    const [mean, deviation] = [own.means, own.deviations].map((of) => of[unit % of.length]);
    const factor = deviations[unit] / deviation;
    for (let i = 0; i < width; i++) parameters[weights.offset + unit * width + i] *= factor;
    parameters[bias.offset + unit] = parameters[bias.offset + unit] * factor + (means[unit] - mean) / deviation;
  }
  return Float32Array.from(parameters);
}
