/**
 * A table's rows for one network of a trained model, divided as that network's training divided them where this is the table.
 *
 * The network's own encoder and target make inputs and targets of them. Knows nothing of sessions.
 */

import { counted } from "../counted.ts";
import { encodeTable } from "../data/encoder.ts";
import { refineTable } from "../data/inference.ts";
import type { Table, Warning } from "../data/table.ts";
import { targetNames } from "../data/targetNames.ts";
import type { Numbers } from "../engines/engine.ts";
import { backgroundOf } from "../models/background.ts";
import { type ModelDocument, memberCount, memberDocument } from "../models/document.ts";
import { type Dataset, type DatasetOptions, datasetOf } from "./dataset.ts";
import { encodedFold, type Fold } from "./fold.ts";
import { recipeOf } from "./recipes/recipes.ts";
import { rowsAsked } from "./request.ts";
import type { TrainOptions } from "./trainOptions.ts";

/**
 * "training": the rows that the network learned from are the training rows again, and those that were held out are held out.
 * "anew": this is another table, or its training left out rows; the rows are divided by the options of the training.
 */
export type RowDivision = "training" | "anew";

/** A network of a model. */
export interface NetworkOfModel {
  readonly document: ModelDocument;
  /** Its place among the model's networks, from 0. */
  readonly member: number;
  /** In the layout of the network's. */
  readonly parameters: Numbers;
}

export interface RowsOfModel {
  readonly data: Fold;
  readonly division: RowDivision;
}

/**
 * @throws {DataError} a column that the model needs is missing, a value that is not of its column's type, a label that does not occur
 * in the model's training rows, too few rows
 */
export function rowsOfModel(of: NetworkOfModel, given: Table): RowsOfModel {
  const document = memberDocument(of.document, of.member);
  const { encoder, target, provenance } = document;
  const options = datasetOptions(document, given);
  const table = refineTable(given, options.types);
  encodeTable(encoder, table); // what does not fit is named before anything is divided
  const own = ownFold(of, { ...options, table });
  const fold = own ?? datasetOf({ ...options, table, folds: 1 }).fold(0);
  const warnings = own ? fold.warnings : [...fold.warnings, anewWarning(given, provenance)];
  return {
    data: encodedFold({ encoder, target }, fold, warnings),
    division: own ? "training" : "anew",
  };
}

/** Warning: `divided-anew`. */
function anewWarning({ source }: Table, { rows }: ModelDocument["provenance"]): Warning {
  const message =
    `The rows of ${source} are not divided as in the model's training (${counted(rows.training, "training row")}), because it is not that training's table, or the ` +
    "training used only some of its rows. Metrics on held-out rows are too optimistic for new rows where the model has learned from them before.";
  return { code: "divided-anew", columns: [], message };
}

/** The options of the model's training that decide its rows; what the document doesn't have, the recipe decides. */
function datasetOptions({ task, target, provenance }: ModelDocument, table: Table): DatasetOptions {
  const { test, ...asked } = optionsOf(provenance);
  // Of a training with a table to test on: none of these rows tested.
  const testFraction = test === undefined ? asked.testFraction : 0;
  const own = { table, target: targetNames(target), task, testFraction, seed: provenance.seed };
  return rowsAsked({ ...asked, ...own }, recipeOf(provenance));
}

const optionsOf = ({ options }: ModelDocument["provenance"]) => options as Partial<TrainOptions<Table>>;

/** The fold whose training rows are the network's: its encoder, its target and the mean of its inputs follow from them. */
function ownFold({ document, member, parameters }: NetworkOfModel, options: DatasetOptions): Fold | undefined {
  const network = memberDocument(document, member);
  const { rows } = document.provenance;
  for (const dataset of divisionsOf(document, options)) {
    const { training, validation, test } = dataset.sizes;
    if (training + validation + test !== rows.training + rows.validation + rows.test) continue;
    for (let at = 0; at < dataset.folds; at++) {
      const fold = dataset.fold((at + member) % dataset.folds);
      if (!isOf(network, parameters, fold)) continue;
      const first = dataset.fold(0); // the test rows, and what is said of the table
      return { ...fold, test: first.test, warnings: first.warnings };
    }
  }
  return undefined;
}

/** The numbers of folds that the training may have had: a limited time may have allowed fewer than usual. */
function* divisionsOf(document: ModelDocument, options: DatasetOptions): Generator<Dataset> {
  const { time } = optionsOf(document.provenance);
  const dataset = datasetOf(options);
  yield dataset;
  const networks = memberCount(document);
  if (options.folds === undefined && time !== undefined && networks <= options.table.rows)
    yield dataset.inFolds(networks);
}

/** Relative: a background has seven digits, and parameters lose some when they are saved. */
const CLOSE = 1e-5;

function isOf({ encoder, target, network, background }: ModelDocument, parameters: Numbers, fold: Fold): boolean {
  const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
  if (background === undefined || !isSame(fold.encoder, encoder) || !isSame(fold.target, target)) return false;
  const own = backgroundOf(network, parameters, fold.training.patterns.inputs);
  return own.length === background.length && own.every((mean, at) => isClose(mean, background[at]));
}

const isClose = (one: number, other: number): boolean => Math.abs(one - other) <= CLOSE * (1 + Math.abs(other));
