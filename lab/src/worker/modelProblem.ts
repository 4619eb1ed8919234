/**
 * The problem of a model whose learning goes on with a table: the library's own continuation of it, with the model's encoder, network
 * and loss. The setting decides the step alone: optimizer, learning rate, batch size, L2, and by the seed the order of the rows.
 */
import {
  type ContinuedTraining,
  continueTraining,
  loadModel,
  type Model,
  type ModelDocument,
  type Table,
} from "gradus";
import { ownTable } from "../data/tables.ts";
import { layerWords } from "../files/layerWords.ts";
import type { OptimizerChoice } from "../libraryNames.ts";
import type { Read } from "../protocol.ts";
import { type LossChoice, lossNames, type Setting } from "../setting.ts";
import type { LabProblem, ModelToGoOn, TableSetting } from "./labProblem.ts";
import { problemOf } from "./tableProblem.ts";

/** @throws {GradusError} a file that is no model, one of a task that the lab does not show, a table that does not fit it */
export async function modelFor(
  { bytes, name, member }: NonNullable<Read["model"]>,
  table: Table,
): Promise<{ toGoOn: ModelToGoOn; asked: Partial<Setting> }> {
  const model = await loadModel(bytes, { source: name, engine: "reference" });
  const training = await continueTraining({ model, table, member, threads: 1 });
  const { problem } = training;
  training.dispose();
  const loss = choiceOf(problem.loss.name);
  return {
    toGoOn: { model, name, member, own: problem },
    asked: {
      data: ownTable,
      target: targetOf(model.document),
      types: {},
      ...(loss !== undefined && { loss }),
      optimizer: problem.optimizer.name as OptimizerChoice,
      rate: Number(problem.optimizer.learningRate),
      batch: problem.batchSize,
      l2: problem.penalties.l2,
      seed: problem.seed,
    },
  };
}

/** The loss as the page names it; undefined of one that the page has no name for. */
function choiceOf(loss: string): LossChoice | undefined {
  return Object.values(lossNames)
    .flat()
    .find((name) => name === loss);
}

/** @throws {Error} several: the lab shows one */
function targetOf({ target }: ModelDocument): string {
  const columns =
    target.task === "regression"
      ? target.columns
      : target.task === "multilabel"
        ? target.labels.map(({ column }) => column)
        : [target.column];
  if (target.task === "regression" && target.quantiles !== undefined) {
    throw new Error(
      `The lab goes on with models that predict one number or one of several classes. This one predicts quantiles of ${columns.join(", ")}; use continueTraining of the library.`,
    );
  }
  if (columns.length === 1 && target.task !== "multilabel") return columns[0];
  throw new Error(
    `The lab goes on with models that predict one number or one of several classes. This one predicts ${columns.join(", ")} (${target.task}); use continueTraining of the library.`,
  );
}

/** @throws {GradusError} a setting of the step that the library refuses */
export async function openModel(setting: TableSetting, table: Table, toGoOn: ModelToGoOn): Promise<LabProblem> {
  const { model, member } = toGoOn;
  const training = await continueTraining({ model, table, member, threads: 1, ...changesOf(setting, toGoOn) });
  const { session, data } = training;
  const loss = choiceOf(training.problem.loss.name) ?? setting.loss; // the model's own, whatever a table before it had
  const problem = problemOf({ ...setting, loss }, training, table, data.warnings);
  const { inputNames } = problem.data;
  const perEpoch = Math.ceil(problem.data.training / problem.batch);
  const { bestEpoch } = model.document.provenance;
  const first = session.problem.network.layers.findIndex(({ kind }) => kind === "dense");
  const weights = session.layout.tensors.find(({ layer, name }) => layer === first && name.endsWith(".weights"));
  const signals = weights?.shape[1] ?? 0;
  return {
    ...problem,
    stepsBefore: bestEpoch * perEpoch,
    data: {
      ...problem.data,
      ...(signals !== inputNames.length && {
        signalNames: Array.from({ length: signals }, (_, at) => `signal ${at + 1}`),
      }),
      table: problem.data.table && { ...problem.data.table, goesOn: whatIsFixed(toGoOn, training) },
    },
    notes: [noteOf(toGoOn, training)],
  };
}

/** What of the step is another than in the model's training; the rest of its optimizer's settings stays. */
function changesOf({ optimizer, rate, batch, l2 }: Setting, { own }: ModelToGoOn) {
  return { ...(own.optimizer.name !== optimizer && { optimizer }), learningRate: rate, batchSize: batch, l2 };
}

/** "network 2 of 5 of flats.gradus" */
function nameOf({ name, member, model }: ModelToGoOn): string {
  const count = memberCount(model);
  return count === 1 ? name : `network ${member + 1} of ${count} of ${name}`;
}

const memberCount = ({ document: { further = [] } }: Model): number => 1 + further.length;

/** @returns what stays of the model, and how the rows are divided */
function whatIsFixed(toGoOn: ModelToGoOn, { session, division }: ContinuedTraining): string {
  const { layers } = session.problem.network;
  return [
    `This run goes on from ${nameOf(toGoOn)}: its columns are taken, and its target is scaled, as the model takes them.`,
    `Its network is ${layers.map((layer) => layerWords(layer)).join(" → ")}.`,
    division === "training"
      ? "The rows are divided as in the training of this network: what it did not learn from validates again."
      : "The rows are divided anew: those that validate may be ones that the network has learned from.",
  ].join(" ");
}

function noteOf(toGoOn: ModelToGoOn, { session, data, division }: ContinuedTraining): string {
  const { document } = toGoOn.model;
  const { optimizer } = session.problem;
  const { validation, test, training } = data;
  const counts = [training, validation, test].map((part) => part?.table.rows ?? 0);
  const hasSlots = Object.keys(session.slots).length > 0;
  return [
    `The run goes on from ${nameOf(toGoOn)}, after epoch ${document.provenance.bestEpoch}: ${counts[0]} rows train, ${counts[1]} validate, ${counts[2]} are kept for the test,`,
    division === "training"
      ? "as in its training."
      : "divided anew, because this is not the table of its training or only some of its rows: validation rows may be ones that it has learned from.",
    `Otherwise than in a training that was not interrupted, ${hasSlots ? `the state of ${optimizer.name} begins anew, ` : ""}the learning rate is ${optimizer.learningRate} from here on and the schedule of the training is over.`,
    ...(document.weights === undefined
      ? []
      : [`The loss counts the rows by ${document.weights.column}, the lab's metrics count each once.`]),
  ].join(" ");
}
