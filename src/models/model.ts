/**
 * A trained model: raw rows in, labels with probabilities or numbers in the target's unit out.
 *
 * It puts together an encoder, a network with its parameters and a target, and leaves the computing to the predictor of
 * whichever engine it is given. Works in any runtime. Knows nothing of training or of files on a disk.
 */
import { encodeTable, tableForEncoder } from "../data/encoder.ts";
import type { ClassificationTarget, Label, RegressionTarget } from "../data/encoding.ts";
import { type Row, rowNumber, type Table } from "../data/table.ts";
import { restoreNumbers } from "../data/target.ts";
import type { Engine, Numbers, Predictor } from "../engines/engine.ts";
import { GradusError } from "../errors.ts";
import { lossOf } from "../network/losses.ts";
import type { ModelDocument } from "./document.ts";
import { type ModelContent, readModelFile, writeModelFile } from "./modelFile.ts";

/** What a classifier says of one row. */
export interface ClassPrediction<L extends Label = Label> {
  /** The most probable class; of equals, the first in the target's order. */
  readonly label: L;
  /** Of that class, in [0, 1]. */
  readonly probability: number;
  /** Of every class by its name, in the target's order; they sum to 1. */
  readonly probabilities: Readonly<Record<`${L}`, number>>;
}

/** Columns to predict, as a user names them: one name, or several. */
export type Targets = string | readonly string[];

/** What a regressor says of one row: a number for one target, a number by name for several. */
export type NumberPrediction<T extends Targets = Targets> = T extends string | readonly [string]
  ? number
  : T extends readonly [string, string, ...string[]]
    ? Readonly<Record<T[number], number>>
    : number | Readonly<Record<string, number>>;

/** What classifiers and regressors share; P is the prediction for one row. */
abstract class TabularModel<P> implements Disposable {
  /** Everything the model's file says but the parameters. */
  readonly document: ModelDocument;
  /** In the layout of the document's network. */
  readonly parameters: Float32Array;
  readonly #predictor: Predictor;

  constructor({ document, parameters }: ModelContent, predictor: Predictor) {
    this.document = document;
    this.parameters = parameters;
    this.#predictor = predictor;
  }

  /**
   * Predicts from raw rows: one row gives one prediction, a list gives a list.
   *
   * @throws {DataError} when a row lacks a column of the encoder or has another type in it
   */
  predict(rows: readonly object[]): P[];
  predict(row: object): P;
  predict(rows: object | readonly object[]): P | P[] {
    // Interfaces have no index signature; what the rows hold is checked as they are read.
    const list = (Array.isArray(rows) ? rows : [rows]) as readonly Row[];
    const table = tableForEncoder(this.document.encoder, list);
    const predictions = this.predictTable(table);
    return Array.isArray(rows) ? predictions : predictions[0];
  }

  /** Predicts every row of a table. @throws {DataError} as `predict` does */
  predictTable(table: Table): P[] {
    return this.#predictions(table, this.outputs(table));
  }

  /**
   * Predicts every row of a table on all threads, where the engine has them; the same answers as `predictTable`.
   *
   * @throws {DataError} as `predict` does
   */
  async predictAll(table: Table): Promise<P[]> {
    const outputs = await this.#predictor.predictBatch(encodeTable(this.document.encoder, table));
    return this.#predictions(table, this.#requireFinite(table, outputs));
  }

  #predictions(table: Table, outputs: Numbers): P[] {
    const responses = this.response(outputs);
    const width = this.document.network.outputs;
    return Array.from({ length: table.rows }, (_, row) =>
      this.prediction(responses.subarray(row * width, (row + 1) * width)),
    );
  }

  /** The bytes of the model's file. */
  toBytes(): Uint8Array {
    return writeModelFile(this.document, this.parameters);
  }

  /** Frees what the engine holds for the model; it predicts no longer. */
  dispose(): void {
    this.#predictor.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** What the outputs mean in the target's terms, [N, outputs]. */
  protected abstract response(outputs: Numbers): Float64Array;

  /** The prediction from the response for one row, [outputs]. */
  protected abstract prediction(response: Float64Array): P;

  /** The network's outputs for a table, [N, outputs]. @throws {GradusError} when one is not finite */
  protected outputs(table: Table): Numbers {
    return this.#requireFinite(table, this.#predictor.predict(encodeTable(this.document.encoder, table)));
  }

  #requireFinite(table: Table, outputs: Numbers): Numbers {
    const bad = outputs.findIndex((output) => !Number.isFinite(output));
    if (bad < 0) return outputs;
    const row = rowNumber(table, Math.floor(bad / this.document.network.outputs));
    throw new GradusError(
      `In ${table.source}, row ${row}: expected a finite output of the network, found ${outputs[bad]}. ` +
        "Its parameters are too large for these inputs; train again with a lower learning rate.",
    );
  }
}

/** A model that tells classes apart. */
export class Classifier<L extends Label = Label> extends TabularModel<ClassPrediction<L>> {
  readonly task = "classification";
  /** In the order of the columns of `probabilities`. */
  readonly classes: readonly L[];

  constructor(content: ModelContent, target: ClassificationTarget<L>, predictor: Predictor) {
    super(content, predictor);
    this.classes = target.classes;
  }

  /** The classes' probabilities for every row of a table, [N, K]. @throws {DataError} as `predict` does */
  probabilities(table: Table): Float64Array {
    return this.response(this.outputs(table));
  }

  protected override response(outputs: Numbers): Float64Array {
    const { response } = lossOf(this.document.loss);
    const width = this.classes.length;
    const probabilities = new Float64Array(outputs.length);
    for (let i = 0; i < outputs.length; i += width) probabilities.set(response(outputs.subarray(i, i + width)), i);
    return probabilities;
  }

  protected override prediction(response: Float64Array): ClassPrediction<L> {
    const best = response.indexOf(Math.max(...response));
    const named = this.classes.map((label, index) => [String(label), response[index]]);
    return {
      label: this.classes[best],
      probability: response[best],
      probabilities: Object.fromEntries(named) as Record<`${L}`, number>,
    };
  }
}

/** A model that predicts numbers; T is the target, or the list of targets, it was trained for. */
export class Regressor<T extends Targets = Targets> extends TabularModel<NumberPrediction<T>> {
  readonly task = "regression";
  /** In the order of the columns of `values`. */
  readonly targets: readonly string[];
  readonly #target: RegressionTarget;

  constructor(content: ModelContent, target: RegressionTarget, predictor: Predictor) {
    super(content, predictor);
    this.targets = target.columns;
    this.#target = target;
  }

  /** The targets' values for every row of a table, in their own units, [N, D]. @throws {DataError} as `predict` does */
  values(table: Table): Float64Array {
    return this.response(this.outputs(table));
  }

  protected override response(outputs: Numbers): Float64Array {
    return restoreNumbers(this.#target, outputs);
  }

  protected override prediction(response: Float64Array): NumberPrediction<T> {
    const named = this.targets.map((name, index) => [name, response[index]]);
    return (this.targets.length === 1 ? response[0] : Object.fromEntries(named)) as NumberPrediction<T>;
  }
}

/** `model.task` tells which. */
export type Model = Classifier | Regressor;

/**
 * A model from what training made. It holds exactly what its file would, parameters rounded to float32, so that it
 * predicts the same, bit for bit, after it was saved and read again.
 *
 * @param parameters in the layout of the document's network
 * @throws {ModelFileError | ShapeError} as `writeModelFile` does
 */
export async function createModel(document: ModelDocument, parameters: Numbers, engine: Engine): Promise<Model> {
  return await modelFromBytes(writeModelFile(document, Float32Array.from(parameters)), engine);
}

/**
 * A model from the bytes of its file.
 *
 * @param source where the bytes came from, for messages
 * @throws {ModelFileError} when they are no model, cut off, altered, of a newer version, or do not fit together
 */
export async function modelFromBytes(bytes: Uint8Array, engine: Engine, source?: string): Promise<Model> {
  const content = readModelFile(bytes, source);
  const { network, target } = content.document;
  const predictor = await engine.predictor(network, content.parameters);
  return target.task === "classification"
    ? new Classifier(content, target, predictor)
    : new Regressor(content, target, predictor);
}
