/// <reference lib="esnext.disposable" preserve="true" />
/**
 * A trained model: raw rows in, labels with probabilities or numbers in the target's unit out.
 *
 * It puts together encoders, networks with their parameters and a target: several networks predict the mean of their
 * probabilities or numbers. The computing is left to the predictors of whichever engine it is given. Works in any runtime.
 * Knows nothing of training or of files on a disk.
 */

import type { ClassificationTarget, Label, RegressionTarget, Target } from "../data/encoding.ts";
import { optionName } from "../data/remedies.ts";
import type { Table } from "../data/table.ts";
import { predictedNumbers } from "../data/targetQuantiles.ts";
import type { Numbers, PredictionEngine } from "../engines/engine.ts";
import { GradusError } from "../errors.ts";
import { numbers, withFields } from "../kinds.ts";
import { aroundQuantiles } from "../metrics/calibration/conformityScores.ts";
import { tempered } from "../metrics/calibration/tempered.ts";
import { documentKind, type ModelDocument, memberDocument } from "./document.ts";
import { intervalRadii } from "./intervalRadii.ts";
import { rearranged } from "./memberResponse.ts";
import { Members } from "./members.ts";
import { type ModelContent, readModelFile, requireContent } from "./modelFile.ts";
import { MultilabelClassifier } from "./multilabelClassifier.ts";
import { ProbabilityModel } from "./probabilityModel.ts";
import { membersOf, responseOf, slotsOf, TabularModel, wholeResponse } from "./tabularModel.ts";

/** How probable one class is. */
export interface ClassProbability<L extends Label = Label> {
  /** The value, true or 1 where the table writes TRUE or 1.0; `labelTexts` gives the texts. */
  readonly label: L;
  /** In [0, 1]. */
  readonly probability: number;
}

/** A classifier's prediction for one row. */
export interface ClassPrediction<L extends Label = Label> {
  /** The most probable class; of equals, the first in the target's order. */
  readonly label: L;
  /** Of that class, in [0, 1]. */
  readonly probability: number;
  /** Every class, the most probable first; of equals, in the target's order. */
  readonly ranked: readonly ClassProbability<L>[];
  /**
   * Of every class by its name; they sum to 1. Read them by name, never by their order: JavaScript puts names that are whole
   * numbers before all others. `ranked` has an order, and so has the model's `probabilities(rows)`.
   */
  readonly probabilities: Readonly<Record<`${L}`, number>>;
}

/** What a caller may give for a model, checked where a function takes it. */
export const modelKind = withFields("a model (loadModel reads a file)", {
  document: documentKind,
  parameters: numbers,
});

/** Columns to predict, as a user names them: one name, or several. */
export type Targets = string | readonly string[];

/**
 * A regressor's prediction for one row: a number for one target, a number by name for several. Read those by name,
 * never by their order: JavaScript puts names that are whole numbers before all others. The model's `values(rows)`
 * have the targets' order.
 */
export type NumberPrediction<T extends Targets = Targets> = T extends string | readonly [string]
  ? number
  : T extends readonly [string, string, ...string[]]
    ? Readonly<Record<T[number], number>>
    : number | Readonly<Record<string, number>>;

/** The bounds of one row's interval: one pair for one target, pairs by name for several, to be read by name as above. */
export type IntervalPrediction<T extends Targets = Targets> = T extends string | readonly [string]
  ? Bounds
  : T extends readonly [string, string, ...string[]]
    ? Readonly<Record<T[number], Bounds>>
    : Bounds | Readonly<Record<string, Bounds>>;

export type Bounds = readonly [low: number, high: number];

/** The quantiles of one row by their levels, the lowest first: `{ "0.1": 80, "0.5": 100, "0.9": 140 }`. */
export type QuantilePrediction = Readonly<Record<string, number>>;

/** A model that predicts classes; L are its classes, Given what is known of the rows that it takes. */
export class Classifier<L extends Label = Label, Given extends object = object> extends ProbabilityModel<
  ClassPrediction<L>,
  Given
> {
  readonly task = "classification";
  /** In the target's order: that of the columns of `probabilities(rows)`. */
  readonly classes: readonly L[];
  /** The classes' names, and a record with each of them: a copy of it is quicker than a record of entries, and has any name as its own. */
  readonly #names: readonly string[];
  readonly #record: Readonly<Record<string, number>>;

  constructor(content: ModelContent, target: ClassificationTarget<L>, members: Members) {
    super(content, members);
    this.classes = target.classes;
    this.#names = target.classes.map(String);
    this.#record = Object.fromEntries(this.#names.map((name) => [name, 0]));
  }

  protected override calibrated(mean: Float64Array, temperature: number): Float64Array {
    return tempered(mean, this.classes.length, temperature);
  }

  protected override prediction(response: Float64Array): ClassPrediction<L> {
    const ranked = this.classes.map((label, index) => ({ label, probability: response[index] }));
    ranked.sort((a, b) => b.probability - a.probability); // stable: equals keep the target's order
    const probabilities = { ...this.#record };
    for (let k = 0; k < this.#names.length; k++) probabilities[this.#names[k]] = response[k];
    const [{ label, probability }] = ranked;
    return { label, probability, ranked, probabilities: probabilities as Record<`${L}`, number> };
  }
}

/** A model that predicts numbers; T is the target, or the list of targets, it was trained for, Given as a classifier's. */
export class Regressor<T extends Targets = Targets, Given extends object = object> extends TabularModel<
  NumberPrediction<T>,
  Given
> {
  readonly task = "regression";
  /** In the order in which they were asked for: that of the columns of `values(rows)` and of `radii()`. */
  readonly targets: readonly string[];
  /** The quantiles that the model predicts, in ascending order, the median, 0.5, among them; none of a model trained without `quantiles`. */
  readonly quantileLevels: readonly number[];
  readonly #target: RegressionTarget;

  constructor(content: ModelContent, target: RegressionTarget, members: Members) {
    super(content, members);
    this.targets = target.columns;
    this.quantileLevels = target.quantiles?.levels ?? [];
    this.#target = target;
  }

  /**
   * The values of `targets`, in their order and units, for every row, [N, D]; the medians of a model of quantiles.
   *
   * @throws {DataError} as `predict` does
   */
  values(rows: Table | readonly Given[]): Float64Array {
    return predictedNumbers(this.#target, this.responseTo(rows));
  }

  /**
   * The quantiles of the target for raw rows, each by its level: `model.quantiles(row)["0.9"]`. Where the networks' estimates cross, a
   * lower one above a higher one, they are sorted.
   *
   * @throws {GradusError} a model that was trained without `quantiles`
   * @throws {DataError} as `predict` does
   */
  quantiles(rows: readonly Given[]): QuantilePrediction[];
  quantiles(row: Given): QuantilePrediction;
  quantiles(rows: Given | readonly Given[]): QuantilePrediction | QuantilePrediction[] {
    this.#requireQuantiles();
    const quantiles = this.perRow(this.responseToRows(rows), (response) => this.#byLevel(response));
    return Array.isArray(rows) ? quantiles : quantiles[0];
  }

  /** The same for every row of a table. */
  quantilesOfTable(table: Table): QuantilePrediction[] {
    this.#requireQuantiles();
    return this.perRow(this.responseToTable(table), (response) => this.#byLevel(response));
  }

  #requireQuantiles(): void {
    if (this.quantileLevels.length > 0) return;
    throw new GradusError(
      `This model predicts no quantiles. Train it again with ${optionName("quantiles")}, such as [0.1, 0.5, 0.9].`,
    );
  }

  #byLevel(response: Float64Array): QuantilePrediction {
    return Object.fromEntries(this.quantileLevels.map((level, at) => [String(level), response[at]]));
  }

  /**
   * Prediction intervals for raw rows: of new rows like those of the training, a share of `coverage` lies within them.
   * They come from the residuals of rows that were not training rows, and have the same width for every row. Those of a model of quantiles
   * lie around its lowest and its highest quantile (conformalised quantile regression): each row has a width of its own, and its interval
   * contains the prediction.
   *
   * @param coverage above 0 and below 1; 0.9 when absent, where the calibration rows allow it
   * @throws {GradusError} a model without residuals
   * @throws {DescriptionError} a coverage out of range, or more than its calibration rows allow
   * @throws {DataError} as `predict` does
   */
  intervals(rows: readonly Given[], coverage?: number): IntervalPrediction<T>[];
  intervals(row: Given, coverage?: number): IntervalPrediction<T>;
  intervals(rows: Given | readonly Given[], coverage?: number): IntervalPrediction<T> | IntervalPrediction<T>[] {
    const radii = intervalRadii(this.document, coverage);
    const intervals = this.perRow(this.responseToRows(rows), (response) => this.#interval(response, radii));
    return Array.isArray(rows) ? intervals : intervals[0];
  }

  /** The same for every row of a table. */
  intervalsOfTable(table: Table, coverage?: number): IntervalPrediction<T>[] {
    const radii = intervalRadii(this.document, coverage);
    return this.perRow(this.responseToTable(table), (response) => this.#interval(response, radii));
  }

  /**
   * By how much the bounds of an interval lie below and above the value, for each of `targets` in their order and units, [D].
   *
   * @throws {GradusError | DescriptionError} as `intervals` does; a model of quantiles, whose intervals have a width for each row
   */
  radii(coverage?: number): readonly number[] {
    if (this.quantileLevels.length === 0) return intervalRadii(this.document, coverage);
    throw new GradusError(
      "The intervals of this model lie around its quantiles and have another width for each row, so there is no radius for all. Ask intervals(rows).",
    );
  }

  #interval(response: Float64Array, radii: readonly number[]): IntervalPrediction<T> {
    const values = predictedNumbers(this.#target, response);
    const bounds = this.targets.map((_, at): Bounds => {
      if (this.quantileLevels.length > 0) return aroundQuantiles(response, values[at], radii[at]);
      return [values[at] - radii[at], values[at] + radii[at]];
    });
    const named = this.targets.map((name, at) => [name, bounds[at]]);
    return (this.targets.length === 1 ? bounds[0] : Object.fromEntries(named)) as IntervalPrediction<T>;
  }

  protected override modelResponse(mean: Float64Array): Float64Array {
    return rearranged(this.#target, mean);
  }

  protected override prediction(response: Float64Array): NumberPrediction<T> {
    const values = predictedNumbers(this.#target, response);
    const named = this.targets.map((name, index) => [name, values[index]]);
    return (this.targets.length === 1 ? values[0] : Object.fromEntries(named)) as NumberPrediction<T>;
  }
}

/** `model.task` is the kind. */
export type Model = Classifier | MultilabelClassifier | Regressor;

/** Of all networks. */
export function parameterCount({ parameters, further }: Pick<Model, "parameters" | "further">): number {
  return [parameters, ...further].reduce((sum, { length }) => sum + length, 0);
}

/**
 * A model from what training made. It holds exactly what its file would, parameters rounded to float32, so that it
 * predicts the same, bit for bit, after it was saved and read again.
 *
 * @param parameters in the layout of the document's network
 * @param further those of the document's further members
 * @throws {ModelFileError | ShapeError} as `writeModelFile` does
 */
export async function createModel(
  document: ModelDocument,
  parameters: Numbers,
  engine: PredictionEngine,
  further: readonly Numbers[] = [],
): Promise<Model> {
  const others = further.map((values) => Float32Array.from(values));
  return await openModel(requireContent(document, Float32Array.from(parameters), others), engine);
}

/**
 * A model from the bytes of its file.
 *
 * @param source where the bytes came from, for messages
 * @throws {ModelFileError} when they are no model, cut off, altered, of a newer version, or do not fit together
 */
export async function modelFromBytes(bytes: Uint8Array, engine: PredictionEngine, source?: string): Promise<Model> {
  return await openModel(readModelFile(bytes, source), engine);
}

async function openModel(content: ModelContent, engine: PredictionEngine): Promise<Model> {
  const { document, parameters, further = [] } = content;
  const members = await Members.open(
    [parameters, ...further].map((values, index) => ({ ...memberDocument(document, index), parameters: values })),
    engine,
  );
  return modelOf(content, members);
}

function modelOf(content: ModelContent, members: Members): Model {
  const { target } = content.document;
  switch (target.task) {
    case "classification":
      return new Classifier(content, target, members);
    case "multilabel":
      return new MultilabelClassifier(content, target, members);
    case "regression":
      return new Regressor(content, target, members);
    default:
      return target satisfies never;
  }
}

/**
 * A model with another description of the same networks, such as the metrics that were found with it. They share the networks:
 * dispose one of them, the last that is used.
 *
 * @throws {ModelFileError | ShapeError} as `createModel` does
 */
export function withDocument(model: Model, document: ModelDocument): Model {
  const content = requireContent(document, model.parameters, model.further, slotsOf(model));
  return modelOf(content, membersOf(model));
}

/**
 * The response to every row of a table: a classifier's `probabilities` [N, K], those of several labels [N, L], or a regressor's
 * `values` [N, D].
 *
 * @throws {DataError} as `predict` does
 */
export function responseTo(model: Model, table: Table): Float64Array {
  return model.task === "regression" ? model.values(table) : model.probabilities(table);
}

/** A response, and the quantiles that it was taken from where the model predicts some. */
export interface Responses {
  /** As of `responseTo`. */
  readonly responses: Float64Array;
  /** [N, Q], ascending in each row. */
  readonly quantiles?: Float64Array;
}

/** What the networks' joint response means. @param whole [N, outputs] */
export function responsesIn(target: Target, whole: Float64Array): Responses {
  if (target.task !== "regression" || target.quantiles === undefined) return { responses: whole };
  return { responses: predictedNumbers(target, whole), quantiles: whole };
}

/** The response to every row of a table, and its quantiles. @throws {DataError} as `predict` does */
export function responsesTo(model: Model, table: Table): Responses {
  const isOfQuantiles = model.document.target.task === "regression" && model.document.target.quantiles !== undefined;
  return isOfQuantiles
    ? responsesIn(model.document.target, wholeResponse(model, table))
    : { responses: responseTo(model, table) };
}

/** The same on all threads, where the engine has them. @throws {DataError} as `predict` does */
export async function responsesToAll(model: Model, table: Table): Promise<Responses> {
  return responsesIn(model.document.target, await responseOf(model, table));
}
