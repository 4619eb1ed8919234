/**
 * Going on with the learning of a trained model: one of its networks on a table, with the encoder and the parameters that it has.
 *
 * The caller makes the steps, with `fit` or in a loop of its own.
 */
import type { Table, Warning } from "../data/table.ts";
import type { Engine, Precision, Problem, Session } from "../engines/engine.ts";
import {
  type EngineName,
  engineOf,
  inPrecision,
  requirePrecisionEffect,
  requireThreads,
  tryEngine,
} from "../engines/factory.ts";
import { anything, either, type Kinds, needed, number, object, requireOptions, text, whole } from "../kinds.ts";
import { backgroundOf } from "../models/background.ts";
import { FORMAT_VERSION, type ModelDocument, memberDocument } from "../models/document.ts";
import { plainJson } from "../models/json.ts";
import { memberParameters } from "../models/members.ts";
import { createModel, type Model, modelKind } from "../models/model.ts";
import { modelReadings } from "../models/modelReadings.ts";
import { version } from "../version.ts";
import type { RowDivision } from "./division.ts";
import { evaluated } from "./evaluateTraining.ts";
import type { Fold } from "./fold.ts";
import { predictionsOfAll } from "./predictions.ts";
import { problemOf, type StepSettings, stepKinds } from "./problemOf.ts";
import type { CountedBy } from "./rowColumns.ts";
import { rowsOfModel } from "./rowsOfModel.ts";
import { type TableLike, tableOf } from "./tableLike.ts";
import { provenanceOf } from "./trainedDocument.ts";

/** The settings of the step are those of the model's training where they are absent. */
export interface ContinueTrainingOptions extends StepSettings {
  /** Of `train`, of `loadModel`, or of an earlier `toModel()`. */
  readonly model: Model;
  /** With the columns that the model takes, and its target. */
  readonly table: TableLike;
  /** Which of the networks that the model averages, from 0; the first when absent. */
  readonly member?: number;
  /** The engine that computes; the fastest available when absent. */
  readonly engine?: EngineName | Engine;
  /** The maximum number of threads; all cores when absent. The bits are the same. */
  readonly threads?: number;
  /** What products are computed with while the network learns, as in `train`. float32 when absent. */
  readonly precision?: Precision;
}

const optionKinds = {
  ...stepKinds,
  model: needed(modelKind),
  table: needed(anything),
  member: whole(0),
  engine: either(text, object),
  threads: number,
  precision: text,
} as const satisfies Kinds<ContinueTrainingOptions>;

/** A network that goes on learning. `using` disposes of it. */
export interface ContinuedTraining extends Disposable {
  /** The table's rows as the network takes them: the encoder and the target are the model's. */
  readonly data: Fold;
  /** "training": the parts are those of the network's own training. "anew": it could not be decided which rows were which, and the table is divided anew, with the warning `divided-anew`, or `learned-elsewhere` of an imported model. */
  readonly division: RowDivision;
  readonly problem: Problem;
  /** The network with the model's parameters, at step 0: a model's file has no state of the optimizer, which begins anew. */
  readonly session: Session;
  /**
   * The model of the network as it stands, by itself, evaluated on the held-out rows. Its temperature or prediction intervals are gone: they were
   * those of earlier parameters.
   *
   * @returns a model that lives on when the training is disposed
   * @throws {GradusError} after `dispose`, or while a step is under way
   */
  toModel(): Promise<Model>;
  /** Frees the session. */
  dispose(): void;
}

/**
 * Opens one network of a model for further steps on a table: its own, or new rows.
 *
 * Where it is the table that the model was trained on, the rows that this network did not learn from are held out again. What
 * differs from a training that was never interrupted: the optimizer's state begins anew, the learning rate is that of the
 * training's beginning, and its schedules are over.
 *
 * @throws {DataError} a column that the model needs is missing, a value that is not of its column's type, a label that does not occur in the
 * model's training rows, too few rows
 * @throws {DescriptionError} an option that is unknown or out of range, a network that the model does not have, a precision that no layer
 * is large enough for
 *
 * @example
 * import { continueTraining, fit, train } from "gradus";
 *
 * const rows = Array.from({ length: 40 }, (_, i) => ({ size: 50 + i, garden: i % 2 === 0, price: 100 + 3 * i }));
 * const { model } = await train({ table: rows, target: "price", recipe: "plain", epochs: 5 });
 * using training = await continueTraining({ model, table: rows, learningRate: 0.001 });
 * await fit(training.session, { training: training.data.training.patterns, epochs: 10 });
 * const further = await training.toModel();
 * further.document.provenance.epochs - model.document.provenance.bestEpoch; // 10
 * training.division; // "training"
 */
export async function continueTraining(options: ContinueTrainingOptions): Promise<ContinuedTraining> {
  requireOptions(options, optionKinds, "continueTraining");
  const { model, table: rows, member = 0, engine: asked, threads, precision, ...settings } = options;
  await tryEngine(asked, precision);
  const engine = inPrecision(engineOf(asked), precision);
  const document = memberDocument(model.document, member);
  const table = tableOf(rows, { readings: modelReadings(document, true) });
  const parameters = memberParameters(model, member);
  const problem = problemOf(document, settings);
  requirePrecisionEffect(engine, precision, problem);
  const of = { document: model.document, member, parameters };
  const { data, division } = rowsOfModel(of, table);
  const session = await engine.create(problem, { threads: requireThreads(threads), parameters });
  return new OneContinued({ document, table, engine, settings, precision, data, division, problem, session });
}

interface Parts extends Pick<ContinuedTraining, "data" | "division" | "problem" | "session"> {
  /** Of the network alone. */
  readonly document: ModelDocument;
  readonly table: Table;
  readonly engine: Engine;
  readonly settings: StepSettings;
  readonly precision: Precision | undefined;
}

class OneContinued implements ContinuedTraining {
  readonly data: Fold;
  readonly division: RowDivision;
  readonly problem: Problem;
  readonly session: Session;
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.data = parts.data;
    this.division = parts.division;
    this.problem = parts.problem;
    this.session = parts.session;
  }

  async toModel(): Promise<Model> {
    const { document, engine, data } = this.#parts;
    const parameters = this.session.parameters.slice();
    const { network, weights, group } = document;
    const { verdict: _verdict, warnings: _warnings, ...described } = document;
    const further: ModelDocument = {
      ...described,
      formatVersion: FORMAT_VERSION,
      libraryVersion: version,
      background: backgroundOf(network, parameters, data.training.patterns.inputs),
      metrics: {},
      provenance: continued(this.#parts),
    };
    const countedBy: CountedBy = { weights: weights?.column, group: group?.column };
    const { validation, test, training } = data;
    const { model } = await evaluated(
      await createModel(further, parameters, engine),
      async (trained) => {
        const table = validation?.table;
        const predictions = table && [{ fold: 0, table, ...(await predictionsOfAll(trained, table, countedBy)) }];
        return { predictions: predictions ?? [], folds: 1, test, learned: training, countedBy };
      },
      [...data.warnings, ...chosenBefore(document)],
    );
    return model;
  }

  dispose(): void {
    this.session.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** What the earlier training found that holds whatever the parameters are: a search chose its settings by these rows. */
function chosenBefore({ warnings = [] }: ModelDocument): Warning[] {
  return warnings
    .filter(({ code }) => code === "chosen-by-validation")
    .map(({ code, message }) => ({ code, columns: [], message }));
}

/** The steps are counted in epochs on top of those of the parameters that they began with. */
function continued({
  document,
  table,
  engine,
  settings,
  precision,
  data,
  problem,
  session,
}: Parts): ModelDocument["provenance"] {
  const { provenance } = document;
  const perEpoch = Math.ceil(data.training.table.rows / problem.batchSize);
  const epochs = provenance.bestEpoch + Math.floor(session.step / perEpoch);
  return {
    ...provenance,
    ...provenanceOf({ table, types: {} }, data),
    engine: engine.name,
    options: { ...provenance.options, ...plainJson({ ...settings, precision }) },
    epochs,
    bestEpoch: epochs,
  };
}
