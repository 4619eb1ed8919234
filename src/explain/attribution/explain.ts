/**
 * Why a model predicts what it predicts for a row: how much each column of the table moved the prediction away from
 * what the model says of a background.
 *
 * The attributions to the networks' inputs are `integratedGradients.ts`'s; here they are summed to columns (categories,
 * the vectors of their codes, parts of dates and missing-indicators go back to the column they came from) and put in the
 * reader's units: a class's probability, or a number in the target's own. What is explained is the model's own answer
 * (`response.ts`): of all its networks together, with its temperature and its ranges. Knows nothing of files and prints nothing.
 */

import { encodedNames, encodeTable, tableForEncoder } from "../../data/encoder.ts";
import type { ClassificationTarget, Encoder, Label, MultilabelTarget, RegressionTarget } from "../../data/encoding.ts";
import { labelTexts } from "../../data/labels.ts";
import { optionName } from "../../data/remedies.ts";
import { type Cell, type Column, isMissing, type Row, rowNumber, type Table, tableKind } from "../../data/table.ts";
import { targetNames } from "../../data/targetNames.ts";
import type { Numbers } from "../../engines/engine.ts";
import { DescriptionError, GradusError, unknownName } from "../../errors.ts";
import { either, type Kinds, kind, list, requireKind, requireOptions, text } from "../../kinds.ts";
import { type ModelDocument, memberDocument } from "../../models/document.ts";
import { type Model, modelKind } from "../../models/model.ts";
import { forward, subjectOf } from "../../reference/backpropagation.ts";
import { type Embedded, embeddedOf } from "./embedded.ts";
import { type Attribution, integratedGradients, type Response } from "./integratedGradients.ts";
import { classResponse, labelResponse, meanProbabilities, numberResponse } from "./response.ts";

export interface ExplainOptions {
  /**
   * Rows to compare with. The attributions are averaged over at most 64 of them, evenly spaced. When absent, the mean of
   * the training rows, which the model has.
   */
  readonly background?: Table | readonly object[];
  /** The class whose probability is explained; when absent, the most probable class of each row. */
  readonly class?: Label;
  /** The target to explain, if the model predicts several numbers or labels; all of them when absent. */
  readonly target?: string;
}

/** The contribution of one column to a prediction. */
export interface Contribution {
  readonly column: string;
  /** The value of the column in the row; null if it is missing. */
  readonly value: Exclude<Cell, undefined>;
  /** In the unit of the prediction; above 0 if the value raises the prediction above that of the background. */
  readonly contribution: number;
}

/** prediction = background + Σ contributions, up to the completeness error. */
export interface Explanation {
  /** The row's number in its table, counted from 1. */
  readonly row: number;
  /** The column that is predicted. */
  readonly target: string;
  /** The class that is explained; for labels, the value that means yes. Absent for numbers. */
  readonly class?: Label;
  /**
   * The prediction: a probability, or a number in the unit of the target. Computed in float64; a prediction of an engine
   * differs by its rounding.
   */
  readonly prediction: number;
  /** The prediction for the background: the mean over its rows. */
  readonly background: number;
  /** The number of rows of the background; absent if it is the mean of the training rows. */
  readonly backgroundRows?: number;
  /** One for each column of the encoder, by absolute contribution, the largest first. */
  readonly contributions: readonly Contribution[];
  /** Σ contributions − (prediction − background): the error of the numerical integral. */
  readonly completenessError: number;
  /** The number of gradients computed for the integral. */
  readonly points: number;
}

/** More rows of a background than this take longer and hardly change the result. */
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
 *
 * @example
 * import { explain, train } from "gradus";
 *
 * const rows = Array.from({ length: 40 }, (_, i) => ({ size: 50 + i, garden: i % 2 === 0, price: 100 + 3 * i }));
 * const { model } = await train({ table: rows, target: "price", epochs: 5, folds: 1 });
 * const [{ contributions }] = explain(model, rows.slice(0, 1));
 * contributions.map(({ column }) => column).sort(); // ["garden", "size"]
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
      target.task === "classification" ? askClass(opened, row, target, options) : askTargets(target, options);
    return asked.map((index) => explainOutput(opened, row, questionOf(model.document, opened, index)));
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

/** Why the networks together answer what they do to one question. */
function explainOutput(members: readonly Opened[], row: number, question: Question): Explanation {
  const [{ document, background }] = members;
  const tables = members.map(({ table }) => table);
  const { attributions, ...found } = integratedGradients(
    members.map(({ subject }) => subject),
    question.response,
    joined(members.map((member) => signalsOf(member, row))),
    joinedRows(members.map(({ background: { signals, rows = 1 } }) => ({ signals, rows }))),
  );
  requireFinite(tables[0], row, found, attributions);
  const sums = new Map(document.encoder.columns.map(({ name }) => [name, 0]));
  let first = 0;
  for (const { subject, collect, document: own } of members) {
    const byInput = collect(attributions.subarray(first, first + subject.network.inputs));
    first += subject.network.inputs;
    for (const [i, { column }] of encodedNames(own.encoder).entries()) {
      sums.set(column, (sums.get(column) ?? 0) + byInput[i]);
    }
  }
  return explanationOf(tables, row, question, { ...found, sums, rows: background.rows });
}

function joined(parts: readonly Float64Array[]): Float64Array {
  return parts.length === 1 ? parts[0] : Float64Array.from(parts.flatMap((part) => [...part]));
}

/** Each row of several networks' inputs one after the other. @param parts [K, I] of each network */
function joinedRows(parts: readonly { readonly rows: number; readonly signals: Float64Array }[]): Float64Array {
  const [{ rows }] = parts;
  const row = (at: number): Float64Array =>
    joined(
      parts.map(({ signals }) => {
        const width = signals.length / rows;
        return signals.subarray(at * width, (at + 1) * width);
      }),
    );
  return parts.length === 1 ? parts[0].signals : joined(Array.from({ length: rows }, (_, at) => row(at)));
}

/** What is to be explained of a row, and its value in the reader's units: F · scale + offset. */
interface Question {
  readonly target: string;
  readonly class?: Label;
  readonly response: Response;
  readonly scale: number;
  readonly offset: number;
}

const PROBABILITY = { scale: 1, offset: 0 };

/** What is asked: F is a class's or a label's probability, or a number in standard deviations of its target. */
function questionOf({ target, loss, temperature }: ModelDocument, members: readonly Opened[], index: number): Question {
  if (target.task === "classification") {
    const response = classResponse(loss, index, temperature);
    return { target: target.column, class: target.classes[index], response, ...PROBABILITY };
  }
  if (target.task === "multilabel") {
    const { column, classes } = target.labels[index];
    return { target: column, class: classes[1], response: labelResponse(loss, index, temperature), ...PROBABILITY };
  }
  const targets = members.map(({ document }) => document.target as RegressionTarget);
  return {
    target: target.columns[index],
    response: numberResponse(targets, index),
    scale: target.deviations[index],
    offset: target.means[index],
  };
}

/** The class that is wanted, or the most probable one of the row; of equals the first, as the model itself answers. */
function askClass(
  members: readonly Opened[],
  row: number,
  target: ClassificationTarget,
  options: ExplainOptions,
): number[] {
  requireTarget(options.target, [target.column]);
  if (options.class !== undefined) return [classIndex(target, options.class)];
  const outputs = members.map((member) => {
    const signals = forward(member.subject, signalsOf(member, row));
    return signals[signals.length - 1].output;
  });
  const probabilities = meanProbabilities(members[0].document.loss, outputs);
  return [probabilities.reduce((best, own, k) => (own > probabilities[best] ? k : best), 0)];
}

/** The targets that are wanted. */
function askTargets(target: RegressionTarget | MultilabelTarget, options: ExplainOptions): number[] {
  const columns = targetNames(target);
  if (options.class !== undefined) {
    const what = target.task === "multilabel" ? "explains the probability of yes for each label" : "predicts numbers";
    throw new DescriptionError(
      `The model ${what} (${columns.join(", ")}) and has no classes. Leave out the class ${JSON.stringify(options.class)}.`,
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
      "The model's file has no background to compare with: an older gradus or another program trained it. " +
        `Give rows as ${optionName("background")}, for example the table it was trained on, or train it again.`,
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

/** @param found what was computed of the row */
function requireFinite(
  table: Table,
  row: number,
  found: Omit<Attribution, "attributions">,
  attributions: Float64Array,
) {
  if ([found.value, found.background, ...attributions].every(Number.isFinite)) return;
  throw new GradusError(
    `In ${table.source}, row ${rowNumber(table, row)}: expected finite outputs and gradients of the network, found others. ` +
      "Its parameters are too large for these inputs; train again with a lower learning rate.",
  );
}

interface Summed extends Omit<Attribution, "attributions"> {
  /** By column. */
  readonly sums: ReadonlyMap<string, number>;
  /** Of the background, where it has rows. */
  readonly rows: number | undefined;
}

function explanationOf(
  tables: readonly Table[],
  row: number,
  { target, class: label, scale, offset }: Question,
  { value, background, completenessError, points, sums, rows }: Summed,
): Explanation {
  const contributions = Array.from(sums, ([column, sum]) => ({
    column,
    value: cellOf(tables, column, row),
    contribution: sum * scale,
  }));
  return {
    row: rowNumber(tables[0], row),
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

/** @param tables the rows as each network sees them, with the columns that it takes */
function cellOf(tables: readonly Table[], name: string, row: number): Contribution["value"] {
  const { type, values } = tables.flatMap(({ columns }) => columns).find((column) => column.name === name) as Column;
  const value = values[row];
  if (isMissing(value)) return null;
  return type === "date" ? new Date(value as number) : value;
}
