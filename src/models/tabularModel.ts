/**
 * What all models share: raw rows in, the mean of the networks' predictions out, and a file's bytes.
 *
 * Does not know what the predictions mean: the model of each task does.
 */
import { tableForEncoder } from "../data/encoder.ts";
import type { Target } from "../data/encoding.ts";
import { type Row, type Table, tableKind } from "../data/table.ts";
import type { Numbers } from "../engines/engine.ts";
import { DataError, GradusError } from "../errors.ts";
import { requireKind } from "../kinds.ts";
import { type ModelDocument, memberTargets } from "./document.ts";
import { meanResponse, memberResponse } from "./memberResponse.ts";
import type { Members } from "./members.ts";
import { type ModelContent, type Slots, writeModelFile } from "./modelFile.ts";

/** For the functions of `model.ts` alone, because models are public. */
export let responseOf: (model: TabularModel<unknown, never>, table: Table) => Promise<Float64Array>;
export let wholeResponse: (model: TabularModel<unknown, never>, table: Table) => Float64Array;
export let membersOf: (model: TabularModel<unknown, never>) => Members;
export let slotsOf: (model: TabularModel<unknown, never>) => readonly Slots[] | undefined;
/** What the networks' outputs for rows mean, [N, outputs], and the prediction that a response to a row is. */
export let responseToOutputs: (model: TabularModel<unknown, never>, outputs: readonly Numbers[]) => Float64Array;
export let predictionOf: <P>(model: TabularModel<P, never>, response: Float64Array) => P;

/** What all models share; P is the prediction for one row, Given what a row to predict may be. */
export abstract class TabularModel<P, Given extends object> implements Disposable {
  /** Everything in the model's file but the parameters. */
  readonly document: ModelDocument;
  /** In the layout of the document's network: those of the first member, which is often the only one. */
  readonly parameters: Float32Array;
  /** Those of the document's further members. */
  readonly further: readonly Float32Array[];
  readonly #members: Members;
  readonly #slots: readonly Slots[] | undefined;
  /** Each member's. */
  readonly #targets: readonly Target[];

  static {
    responseOf = (model, table) => model.#responseToAll(table);
    wholeResponse = (model, table) => model.responseToTable(table);
    membersOf = (model) => model.#members;
    slotsOf = (model) => model.#slots;
    responseToOutputs = (model, outputs) => model.#response(outputs);
    predictionOf = (model, response) => model.prediction(response);
  }

  constructor({ document, parameters, further = [], slots }: ModelContent, members: Members) {
    this.document = document;
    this.parameters = parameters;
    this.further = further;
    this.#members = members;
    this.#slots = slots;
    this.#targets = memberTargets(document);
  }

  /**
   * Predicts from raw rows: one row gives one prediction, a list gives a list.
   *
   * @throws {DataError} when a row lacks a column of the encoder or has another type in it; a table, which is for `predictTable`
   */
  predict(rows: readonly Given[]): P[];
  predict(row: Given): P;
  predict(rows: Given | readonly Given[]): P | P[] {
    const predictions = this.perRow(this.responseToRows(rows), (response) => this.prediction(response));
    return Array.isArray(rows) ? predictions : predictions[0];
  }

  /** Predicts every row of a table. @throws {DataError} as `predict` does */
  predictTable(table: Table): P[] {
    return this.perRow(this.responseToTable(table), (response) => this.prediction(response));
  }

  /**
   * Predicts every row of a table on all threads, where the engine has them; the same predictions as `predictTable`.
   *
   * @throws {DataError} as `predict` does
   */
  async predictAll(table: Table): Promise<P[]> {
    requireKind("the table to predict", table, tableKind);
    return this.perRow(await this.#responseToAll(table), (response) => this.prediction(response));
  }

  async #responseToAll(table: Table): Promise<Float64Array> {
    return this.#response(await this.#members.outputsOfAll(table));
  }

  /** The bytes of the model's file. */
  toBytes(): Uint8Array {
    return writeModelFile(this.document, this.parameters, this.further, this.#slots);
  }

  /** Frees what the engine holds for the model; it can't predict afterwards. */
  dispose(): void {
    this.#members.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** The model's response from the mean of its members', [N, outputs]; it may write to it. */
  protected abstract modelResponse(mean: Float64Array): Float64Array;

  /** The prediction from the response for one row, [outputs]. */
  protected abstract prediction(response: Float64Array): P;

  /** The response to the rows of a table or a list, [N, outputs]. @throws {GradusError} when an output is not finite */
  protected responseTo(rows: Table | readonly object[]): Float64Array {
    return isTable(rows) ? this.responseToTable(rows) : this.responseToRows(rows);
  }

  protected responseToTable(table: Table): Float64Array {
    requireKind("the table to predict", table, tableKind);
    return this.#response(this.#members.outputs(() => table));
  }

  /** The response to a row or a list of rows as objects. */
  protected responseToRows(rows: object | readonly object[]): Float64Array {
    // Interfaces have no index signature; what the rows hold is checked as they are read.
    const list = (Array.isArray(rows) ? rows : [rows]) as readonly Row[];
    for (const [at, row] of list.entries()) requireNoTable(row, Array.isArray(rows) ? at + 1 : undefined);
    return this.#response(this.#members.outputs((encoder) => tableForEncoder(encoder, list)));
  }

  /** Goes through responses row by row. @param responses [N, outputs] */
  protected perRow<R>(responses: Float64Array, of: (response: Float64Array) => R): R[] {
    const width = this.document.network.outputs;
    return Array.from({ length: responses.length / width }, (_, row) =>
      of(responses.subarray(row * width, (row + 1) * width)),
    );
  }

  #response(outputs: readonly Numbers[]): Float64Array {
    const { loss } = this.document;
    const members = outputs.map((own, member) => memberResponse(this.#targets[member], loss, own));
    const response = this.modelResponse(meanResponse(members));
    const at = response.findIndex((answer) => !Number.isFinite(answer));
    if (at < 0) return response;
    const row = 1 + Math.floor(at / this.document.network.outputs);
    throw new GradusError(
      `In row ${row}: expected a finite prediction of the model, found ${response[at]}. Train the model again.`,
    );
  }
}

/** A row has cells, so a list of columns is no row's. @throws {DataError} a table as a row */
function requireNoTable(row: unknown, number: number | undefined): void {
  if (typeof row !== "object" || row === null || !("columns" in row) || !Array.isArray(row.columns)) return;
  if (tableKind.fault(row) !== undefined) return;
  const found = number === undefined ? "this is a table" : `row ${number} is a table`;
  throw new DataError(`Expected rows to predict, but ${found}: use predictTable(table) instead.`);
}

function isTable(rows: Table | readonly object[]): rows is Table {
  return !Array.isArray(rows);
}
