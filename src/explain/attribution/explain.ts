/**
 * Why a model predicts what it predicts for a row: how much each column of the table moved the prediction away from
 * what the model says of a background.
 *
 * The attributions to the network's inputs are `integratedGradients.ts`'s; here they are summed to columns (categories,
 * the vectors of their codes, parts of dates and missing-indicators go back to the column they came from) and put in the
 * reader's units: a class's probability, or a number in the target's own. Where a model averages several networks, so do
 * their contributions; a temperature and ranges act on the answer afterwards and are not explained. Knows nothing of files
 * and prints nothing.
 */

import { encodedNames, encodeTable, tableForEncoder } from "../../data/encoder.ts";
import type { ClassificationTarget, Encoder, Label, RegressionTarget } from "../../data/encoding.ts";
import { labelTexts } from "../../data/labels.ts";
import { type Cell, type Column, isMissing, type Row, rowNumber, type Table, tableKind } from "../../data/table.ts";
import type { Numbers } from "../../engines/engine.ts";
import { DescriptionError, GradusError, unknownName } from "../../errors.ts";
import { either, type Kinds, kind, list, requireKind, requireOptions, text } from "../../kinds.ts";
import { type ModelDocument, memberDocument } from "../../models/document.ts";
import { type Model, modelKind } from "../../models/model.ts";
import { activations } from "../../network/activations.ts";
import { lossOf } from "../../network/losses.ts";
import { forward, subjectOf } from "../../reference/backpropagation.ts";
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

const explainKinds = {
  background: either(tableKind, list),
  class: kind("a class", (value) => ["string", "number", "boolean"].includes(typeof value)),
  target: text,
} as const satisfies Kinds<ExplainOptions>;

/**
 * Explains the predictions for rows by integrated gradients.
 *
 * @returns for each row an explanation, or one for each target of several
 * @throws {DataError} a row that lacks a column of the encoder or has another type in it
 * @throws {DescriptionError} a class or a target that the model does not know, no background in the model or the options
 * @throws {GradusError} parameters too large to compute with
 */
export function explain(
  model: Pick<Model, "document" | "parameters"> & Partial<Pick<Model, "further">>,
  rows: Table | readonly object[],
  options: ExplainOptions = {},
): Explanation[] {
  requireKind("explain's model", model, modelKind);
  requireKind("explain's rows", rows, either(tableKind, list));
  requireOptions(options, explainKinds, "explain");
  const { target } = model.document;
  const opened = [model.parameters, ...(model.further ?? [])].map((parameters, index) =>
    open({ document: memberDocument(model.document, index), parameters }, rows, options),
  );
  const [{ table }] = opened;
  return Array.from({ length: table.rows }, (_, row) => {
    const asked =
      target.task === "classification" ? askClass(opened, row, target, options) : askNumbers(target, options);
    return asked.map((index) => averaged(opened.map((member) => explainOutput(member, row, index))));
  }).flat();
}

/** One network of the model with the rows as it sees them. */
interface Opened extends Embedded {
  readonly document: ModelDocument;
  readonly table: Table;
  /** [N, I] */
  readonly inputs: Float64Array;
  readonly background: ReturnType<typeof comparedWith>;
}

function open(
  member: { readonly document: ModelDocument; readonly parameters: Numbers },
  rows: Table | readonly object[],
  options: ExplainOptions,
): Opened {
  const { encoder, network } = member.document;
  const table = tableOf(encoder, rows, "the given rows");
  const embedded = embeddedOf(subjectOf(network, Float64Array.from(member.parameters)));
  const background = comparedWith(member, options.background, embedded.embed);
  const inputs = Float64Array.from(encodeTable(encoder, table));
  return { ...embedded, document: member.document, table, inputs, background };
}

/** A row where the network's signals are numbers. */
function signalsOf({ document, inputs, embed }: Opened, row: number): Float64Array {
  const width = document.network.inputs;
  return embed(inputs.subarray(row * width, (row + 1) * width));
}

/** Why one network puts out what it does in one place. */
function explainOutput(member: Opened, row: number, index: number): Explanation {
  const { subject, collect, background, document, table } = member;
  const question = questionOf(document, index);
  const found = integratedGradients(subject, question.response, signalsOf(member, row), background.signals);
  requireFinite(table, row, found);
  const attribution = { ...found, attributions: collect(found.attributions), rows: background.rows };
  return explanationOf(document.encoder, table, row, question, attribution);
}

/** The mean over networks, whose answers the model averages; the largest contribution first, whatever its sign. */
function averaged(explanations: readonly Explanation[]): Explanation {
  const mean = (of: (each: Explanation) => number): number =>
    explanations.reduce((sum, each) => sum + of(each), 0) / explanations.length;
  const columns = new Map(
    explanations.flatMap(({ contributions }) => contributions).map((each) => [each.column, each]),
  );
  const contributions = Array.from(columns.values(), ({ column, value }) => ({
    column,
    value,
    contribution: mean((each) => each.contributions.find((own) => own.column === column)?.contribution ?? 0),
  }));
  return {
    ...explanations[0],
    prediction: mean(({ prediction }) => prediction),
    background: mean(({ background }) => background),
    contributions: contributions.sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution)),
    completenessError: mean(({ completenessError }) => completenessError),
    points: explanations.reduce((sum, { points }) => sum + points, 0),
  };
}

/** What is to be explained of a row, and how it is said: F · scale + offset. */
interface Question {
  readonly target: string;
  readonly class?: Label;
  readonly response: Response;
  readonly scale: number;
  readonly offset: number;
}

/** What is asked of an output: F is a class's probability, or an output in standard deviations of its target. */
function questionOf({ target, loss }: ModelDocument, index: number): Question {
  if (target.task === "regression") {
    return {
      target: target.columns[index],
      response: { value: (y) => y[index], gradient: (y) => y.map((_, k) => (k === index ? 1 : 0)) },
      scale: target.deviations[index],
      offset: target.means[index],
    };
  }
  const { response } = lossOf(loss);
  return {
    target: target.column,
    class: target.classes[index],
    // p = softmax(y), and ∂p_c/∂y is row c of softmax's Jacobian.
    response: {
      value: (y) => response(y)[index],
      gradient: (y) => activations.softmax.jacobian(response(y)).slice(index * y.length, (index + 1) * y.length),
    },
    scale: 1,
    offset: 0,
  };
}

/** The class that is wanted, or the most probable one of the row; of equals the first, as the model itself answers. */
function askClass(
  members: readonly Opened[],
  row: number,
  target: ClassificationTarget,
  options: ExplainOptions,
): number[] {
  const { classes } = target;
  requireTarget(options.target, [target.column]);
  if (options.class !== undefined) return [classIndex(target, options.class)];
  const sums = new Float64Array(classes.length);
  for (const member of members) {
    const signals = forward(member.subject, signalsOf(member, row));
    const probabilities = lossOf(member.document.loss).response(signals[signals.length - 1].output);
    for (let k = 0; k < sums.length; k++) sums[k] += probabilities[k];
  }
  return [sums.indexOf(Math.max(...sums))];
}

/** The targets that are wanted. */
function askNumbers({ columns }: RegressionTarget, options: ExplainOptions): number[] {
  if (options.class !== undefined) {
    throw new DescriptionError(
      `The model predicts numbers (${columns.join(", ")}) and has no classes. Leave out the class ${JSON.stringify(options.class)}.`,
    );
  }
  requireTarget(options.target, columns);
  return [...columns.keys()].filter((index) => options.target === undefined || columns[index] === options.target);
}

function requireTarget(asked: string | undefined, known: readonly string[]): void {
  if (asked !== undefined && !known.includes(asked)) throw new DescriptionError(unknownName(asked, known, "target"));
}

/** A class is known by its text, as the table or its value has it, so that "2" from a command line finds the number 2. */
function classIndex(target: ClassificationTarget, wanted: Label): number {
  const names = labelTexts(target);
  const index = [names, target.classes.map(String)].map((texts) => texts.indexOf(String(wanted))).find((at) => at >= 0);
  if (index === undefined) throw new DescriptionError(unknownName(String(wanted), names, "class"));
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
    if (document.background) return { signals: Float64Array.from(document.background), rows: undefined };
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
    contributions,
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
