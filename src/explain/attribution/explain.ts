/**
 * Why a model predicts what it predicts for a row: how much each column of the table moved the prediction away from
 * what the model says of a background.
 *
 * The attributions to the network's inputs are `integratedGradients.ts`'s; here they are summed to columns (categories,
 * the vectors of their codes, parts of dates and missing-indicators go back to the column they came from) and put in the reader's units: a class's
 * probability, or a number in the target's own. Knows nothing of files and prints nothing.
 */
import { encodedNames, encodeTable, tableForEncoder } from "../../data/encoder.ts";
import type { ClassificationTarget, Encoder, Label, RegressionTarget } from "../../data/encoding.ts";
import { type Cell, type Column, isMissing, type Row, rowNumber, type Table } from "../../data/table.ts";
import { DescriptionError, GradusError, unknownName } from "../../errors.ts";
import { backgroundWidth } from "../../models/background.ts";
import type { Model } from "../../models/model.ts";
import { activations } from "../../network/activations.ts";
import { lossOf } from "../../network/losses.ts";
import { forward, type Subject, subjectOf } from "../../reference/backpropagation.ts";
import { type Embedded, embeddedOf } from "./embedded.ts";
import { type Attribution, integratedGradients, type Response } from "./integratedGradients.ts";

export interface ExplainOptions {
  /**
   * Rows to compare with, of which up to 64, evenly spaced, are used and their attributions averaged; the mean of the
   * training rows, from the model's file, when absent.
   */
  readonly background?: Table | readonly object[];
  /** The class whose probability is explained; each row's most probable one when absent. */
  readonly class?: Label;
  /** The target to explain, of several numbers; all of them when absent. */
  readonly target?: string;
}

/** What one column did to a prediction. */
export interface Contribution {
  readonly column: string;
  /** The row's; null where it is missing. */
  readonly value: Exclude<Cell, undefined>;
  /** In the prediction's unit; above 0 where it raised the prediction above the background's. */
  readonly contribution: number;
}

/** prediction = background + Σ contributions, but for the completeness error. */
export interface Explanation {
  /** The row's number in its table, counted from 1. */
  readonly row: number;
  /** The column that is predicted. */
  readonly target: string;
  /** The class explained, of a classifier. */
  readonly class?: Label;
  /** A probability, or a number in the target's unit; in float64, which an engine's answer follows to its precision. */
  readonly prediction: number;
  /** The same for the background: the mean over its rows. */
  readonly background: number;
  /** How many rows the background has; absent where it is the mean of the training rows. */
  readonly backgroundRows?: number;
  /** Of every column of the encoder, the largest first whatever its sign. */
  readonly contributions: readonly Contribution[];
  /** Σ contributions − (prediction − background): the error of the numerical integral. */
  readonly completenessError: number;
  /** How many gradients the integral took. */
  readonly points: number;
}

/** More rows of a background than this would take longer and tell no more. */
const MOST_BACKGROUND_ROWS = 64;

/**
 * Explains the predictions for rows by integrated gradients.
 *
 * @returns for each row an explanation, or one for each target of several
 * @throws {DataError} a row that lacks a column of the encoder or has another type in it
 * @throws {DescriptionError} a class or a target that the model does not know, no background in the model or the options
 * @throws {GradusError} parameters too large to compute with
 */
export function explain(
  model: Pick<Model, "document" | "parameters">,
  rows: Table | readonly object[],
  options: ExplainOptions = {},
): Explanation[] {
  const { encoder, network, target } = model.document;
  const table = tableOf(encoder, rows, "the given rows");
  const whole = subjectOf(network, Float64Array.from(model.parameters));
  const { subject, embed, collect } = embeddedOf(whole);
  const background = comparedWith(model, options.background, embed);
  const ask: Ask = target.task === "classification" ? askClass(model, target, options) : askNumbers(target, options);
  const inputs = Float64Array.from(encodeTable(encoder, table));
  return Array.from({ length: table.rows }, (_, row) => {
    const x = embed(inputs.subarray(row * network.inputs, (row + 1) * network.inputs));
    return ask(subject, x).map((question) => {
      const found = integratedGradients(subject, question.response, x, background.signals);
      requireFinite(table, row, found);
      const attribution = { ...found, attributions: collect(found.attributions), rows: background.rows };
      return explanationOf(encoder, table, row, question, attribution);
    });
  }).flat();
}

/** What is to be explained of a row, and how it is said: F · scale + offset. */
interface Question {
  readonly target: string;
  readonly class?: Label;
  readonly response: Response;
  readonly scale: number;
  readonly offset: number;
}

type Ask = (subject: Subject, x: Float64Array) => readonly Question[];

/** F is the probability of a class: p = softmax(y), and ∂p_c/∂y is row c of softmax's Jacobian. */
function askClass(
  { document }: Pick<Model, "document">,
  { column, classes }: ClassificationTarget,
  options: ExplainOptions,
): Ask {
  requireTarget(options.target, [column]);
  const wanted = options.class === undefined ? undefined : classIndex(classes, options.class);
  const { response } = lossOf(document.loss);
  const ofClass = (index: number): Question => ({
    target: column,
    class: classes[index],
    response: {
      value: (y) => response(y)[index],
      gradient: (y) => activations.softmax.jacobian(response(y)).slice(index * y.length, (index + 1) * y.length),
    },
    scale: 1,
    offset: 0,
  });
  return (subject, x) => [ofClass(wanted ?? mostProbable(subject, x))];
}

/** F is an output, in standard deviations of its target; scale and offset restore the target's unit. */
function askNumbers({ columns, means, deviations }: RegressionTarget, options: ExplainOptions): Ask {
  if (options.class !== undefined) {
    throw new DescriptionError(
      `The model predicts numbers (${columns.join(", ")}) and has no classes. Leave out the class ${JSON.stringify(options.class)}.`,
    );
  }
  requireTarget(options.target, columns);
  const questions = columns.map((target, index) => ({
    target,
    response: {
      value: (y: Float64Array) => y[index],
      gradient: (y: Float64Array) => y.map((_, k) => (k === index ? 1 : 0)),
    },
    scale: deviations[index],
    offset: means[index],
  }));
  const asked = questions.filter(({ target }) => options.target === undefined || target === options.target);
  return () => asked;
}

/** Of equals the first, as the model itself answers. */
function mostProbable(subject: Subject, x: Float64Array): number {
  const signals = forward(subject, x);
  const { output } = signals[signals.length - 1];
  return output.indexOf(Math.max(...output));
}

function requireTarget(asked: string | undefined, known: readonly string[]): void {
  if (asked !== undefined && !known.includes(asked)) throw new DescriptionError(unknownName(asked, known, "target"));
}

/** A class is known by its text, so that "2" from a command line finds the number 2. */
function classIndex(classes: readonly Label[], wanted: Label): number {
  const names = classes.map(String);
  const index = names.indexOf(String(wanted));
  if (index < 0) throw new DescriptionError(unknownName(String(wanted), names, "class"));
  return index;
}

/**
 * What the network is compared with, where its signals are numbers.
 *
 * @returns the rows [K, width], and how many they are where they are rows of a table
 */
function comparedWith(
  { document }: Pick<Model, "document">,
  given: Table | readonly object[] | undefined,
  embed: Embedded["embed"],
) {
  if (given === undefined) {
    if (document.background) {
      const own = Float64Array.from(document.background);
      // As many numbers as there are inputs are a row like any other, which has yet to be embedded.
      return { signals: own.length === backgroundWidth(document.network) ? own : embed(own), rows: undefined };
    }
    throw new DescriptionError(
      "The model's file has no background to compare with: an older gradus trained it. " +
        "Give rows as the background, for example the table it was trained on (--background TABLE), or train it again.",
    );
  }
  const table = tableOf(document.encoder, given, "the background");
  if (table.rows === 0) throw new DescriptionError("Expected at least one row as the background, found none.");
  const encoded = encodeTable(document.encoder, table);
  const width = document.network.inputs;
  const rows = Math.min(table.rows, MOST_BACKGROUND_ROWS);
  const inputs = new Float64Array(rows * width);
  for (let i = 0; i < rows; i++) {
    const from = Math.floor((i * table.rows) / rows) * width;
    inputs.set(encoded.subarray(from, from + width), i * width);
  }
  return { signals: embed(inputs), rows };
}

function tableOf(encoder: Encoder, rows: Table | readonly object[], source: string): Table {
  return "columns" in rows ? rows : tableForEncoder(encoder, rows as readonly Row[], source);
}

function requireFinite(table: Table, row: number, { value, background, attributions }: Attribution): void {
  if ([value, background, ...attributions].every(Number.isFinite)) return;
  throw new GradusError(
    `In ${table.source}, row ${rowNumber(table, row)}: expected finite outputs and gradients of the network, found others. ` +
      "Its parameters are too large for these inputs; train again with a lower learning rate.",
  );
}

function explanationOf(
  encoder: Encoder,
  table: Table,
  row: number,
  { target, class: label, scale, offset }: Question,
  attribution: Attribution & { readonly rows: number | undefined },
): Explanation {
  const { value, background, attributions, completenessError, points, rows } = attribution;
  const sums = new Map(encoder.columns.map(({ name }) => [name, 0]));
  for (const [i, { column }] of encodedNames(encoder).entries()) {
    sums.set(column, (sums.get(column) ?? 0) + attributions[i] * scale);
  }
  const contributions = Array.from(sums, ([column, contribution]) => ({
    column,
    value: cellOf(table, column, row),
    contribution,
  }));
  return {
    row: rowNumber(table, row),
    target,
    ...(label !== undefined && { class: label }),
    prediction: value * scale + offset,
    background: background * scale + offset,
    ...(rows !== undefined && { backgroundRows: rows }),
    contributions: contributions.sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution)),
    completenessError: completenessError * scale,
    points,
  };
}

function cellOf({ columns }: Table, name: string, row: number): Contribution["value"] {
  const { type, values } = columns.find((column) => column.name === name) as Column;
  const value = values[row];
  if (isMissing(value)) return null;
  return type === "date" ? new Date(value as number) : value;
}
