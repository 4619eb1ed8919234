/**
 * A table's rows for one network of a trained model, divided as that network's training divided them where this is the table.
 *
 * The network's own encoder and target make inputs and targets of them. Knows nothing of sessions.
 */

import { counted } from "../counted.ts";
import { encodeTable } from "../data/encoder.ts";
import { refineTable } from "../data/inference.ts";
import type { Table, Warning } from "../data/table.ts";
import { trueValues } from "../data/target.ts";
import { targetNames } from "../data/targetNames.ts";
import type { Numbers } from "../engines/engine.ts";
import { DataError } from "../errors.ts";
import { backgroundOf } from "../models/background.ts";
import { importedBy, type ModelDocument, memberCount, memberDocument } from "../models/document.ts";
import { type Dataset, type DatasetOptions, datasetOf } from "./dataset.ts";
import type { RowDivision } from "./division.ts";
import { encodedFold, type Fold } from "./fold.ts";
import { recipeOf } from "./recipes/recipes.ts";
import { rowsAsked } from "./request.ts";
import type { TrainOptions } from "./trainOptions.ts";
import { learnedHashes, unknownRowsWarnings } from "./warnings/learnedRows.ts";

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
  const { encoder, target, provenance } = memberDocument(of.document, of.member);
  const division = new TrainingDivision(of.document, given);
  const own = division.foldOf(of);
  const fold = own?.fold ?? division.anew();
  const anew =
    importedBy(of.document) === undefined ? [anewWarning(given, provenance)] : unknownRowsWarnings(of.document, given);
  const warnings = own ? fold.warnings : [...fold.warnings, ...anew];
  return {
    data: encodedFold({ encoder, target }, fold, warnings),
    division: own ? "training" : "anew",
  };
}

/** Warning: `divided-anew`, of a model whose training rows are known. */
export function anewWarning({ source }: Table, { rows }: ModelDocument["provenance"]): Warning {
  const message =
    `The rows of ${source} are not divided as in the model's training (${counted(rows.training, "training row")}), because it is not that training's table, or the ` +
    "training used only some of its rows. Metrics on held-out rows are too optimistic for new rows where the model has learned from them before.";
  return { code: "divided-anew", columns: [], message };
}

/** The fold of a network's training. */
export interface OwnFold {
  /** Divided as the training divided them. */
  readonly dataset: Dataset;
  /** The fold's place among the dataset's. */
  readonly at: number;
  /** With the test rows, and what is said of the table. */
  readonly fold: Fold;
}

/** A table divided as a model's training divided its own. */
export class TrainingDivision {
  /** Those whose training rows decide the model's encoders; of a model that went on from another, they are the other's. */
  readonly #isFitted: boolean;
  readonly #document: ModelDocument;
  readonly #options: DatasetOptions;
  readonly #datasets: Dataset[] = [];
  readonly #further: Iterator<Dataset>;

  /** @throws {DataError} as `rowsOfModel` */
  constructor(document: ModelDocument, given: Table) {
    const options = datasetOptions(document, given);
    const table = refineTable(given, options.types);
    encodeTable(document.encoder, table); // what does not fit is named before anything is divided
    this.#isFitted = document.provenance.earlier === undefined;
    this.#document = document;
    this.#options = { ...options, table, ...(!this.#isFitted && { known: document.target }) };
    this.#further = divisionsOf(document, this.#options);
  }

  /** The fold whose training rows are the network's: its encoder, its target and the mean of its inputs follow from them. */
  foldOf({ member, parameters }: NetworkOfModel): OwnFold | undefined {
    const network = memberDocument(this.#document, member);
    const rows = dividedRows(this.#document);
    for (let division = 0; ; division++) {
      const dataset = this.#dataset(division);
      if (dataset === undefined) return undefined;
      const { training, validation, test } = dataset.sizes;
      if (training + validation + test !== rows) continue;
      for (let step = 0; step < dataset.folds; step++) {
        const at = (step + member) % dataset.folds;
        const fold = dataset.fold(at, undefined, this.#isFitted ? undefined : network);
        if (!(this.#isFitted ? isFittedOn(fold, network) : hasLearned(fold, network, member))) continue;
        if (!isMean(network, parameters, fold)) continue;
        if (at === 0) return { dataset, at, fold };
        const first = dataset.fold(0, undefined, this.#isFitted ? undefined : network);
        return { dataset, at, fold: { ...fold, test: first.test, warnings: first.warnings } };
      }
    }
  }

  /** Divided by the options of the training, as one network's rows. */
  anew(): Fold {
    return datasetOf({ ...this.#options, folds: 1 }).fold(0);
  }

  #dataset(at: number): Dataset | undefined {
    while (this.#datasets.length <= at) {
      const next = this.#further.next();
      if (next.done) return undefined;
      this.#datasets.push(next.value);
    }
    return this.#datasets[at];
  }
}

/** How many rows of its table a training has divided; those of a table to test on are others. */
export function dividedRows({ provenance: { rows, options } }: ModelDocument): number {
  return rows.training + rows.validation + (options.test === undefined ? rows.test : 0);
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

/** The numbers of folds that the training may have had: a limited time may have allowed fewer than usual. */
function* divisionsOf(document: ModelDocument, options: DatasetOptions): Generator<Dataset> {
  const { time } = optionsOf(document.provenance);
  let dataset: Dataset;
  try {
    dataset = datasetOf(options);
  } catch (error) {
    if (error instanceof DataError) return; // too few groups or times for so many folds, or one class alone: another table
    throw error;
  }
  yield dataset;
  const networks = memberCount(document);
  if (options.folds === undefined && time !== undefined && networks <= options.table.rows)
    yield dataset.inFolds(networks);
}

/** Whether a network's encoder and target follow from the fold's training rows. */
function isFittedOn(fold: Fold, { encoder, target }: ModelDocument): boolean {
  const isSame = (one: unknown, other: unknown): boolean => textOf(one) === textOf(other);
  return isSame(fold.encoder, encoder) && isSame(fold.target, target);
}

/** A value as JSON, with the fields of objects by their names: a file has them in another order. */
function textOf(value: unknown): string {
  return JSON.stringify(value, (_, part) => {
    if (typeof part !== "object" || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)));
  });
}

/** Whether the model keeps the hashes of the fold's training rows; those of its first network alone are kept. */
function hasLearned({ training }: Fold, { encoder, target, provenance }: ModelDocument, member: number): boolean {
  if (member > 0) return true; // the division is that of the first network
  const hashes = learnedHashes(encoder, training.table, trueValues(target, training.table));
  return JSON.stringify(hashes) === JSON.stringify(provenance.learned);
}

/** Relative: a background has seven digits, and parameters lose some when they are saved. */
const CLOSE = 1e-5;

/** Whether the mean of the fold's inputs is the one that the model keeps. */
function isMean({ network, background }: ModelDocument, parameters: Numbers, fold: Fold): boolean {
  if (background === undefined) return false;
  const own = backgroundOf(network, parameters, fold.training.patterns.inputs);
  return own.length === background.length && own.every((mean, at) => isClose(mean, background[at]));
}

const isClose = (one: number, other: number): boolean => Math.abs(one - other) <= CLOSE * (1 + Math.abs(other));
