/**
 * What a user wants to know of a model first: what it predicts, how good it is, from which columns, how large it is, and a
 * command that uses it. Knows no file.
 */
import { counted, exampleDate, importedBy, memberCount, scoresOf } from "../entries/internal.ts";
import { type ColumnEncoding, labelTexts, type ModelDocument, parameterLayout } from "../node.ts";
import { scoresText } from "./learnOutput.ts";
import { rounded } from "./predictionLines.ts";
import { inQuotes, shellWord } from "./shellWord.ts";
import type { Printed } from "./textTable.ts";
import { displayWidth } from "./textWidth.ts";

/** Of more columns or classes, the first are named. */
const MOST_NAMES = 6;

/** @param file the model's, as it was named. @param bytes its size */
export function summaryLines(document: ModelDocument, file: string, bytes: number): Printed[] {
  const { encoder, network, verdict } = document;
  const networks = memberCount(document);
  const { length } = parameterLayout(network);
  return [
    `Predicts ${goalOf(document)}`,
    verdict?.sentence ?? onlineQuality(document) ?? `Quality unknown: ${whyUnknown(document)}.`,
    `  inputs    ${counted(encoder.columns.length, "column")}: ${named(encoder.columns.map(({ name }) => name))}`,
    `  size      ${networks === 1 ? "" : `${networks} networks of `}${counted(length, "parameter")}, ${sizeText(bytes)}`,
    `  trained   ${trainedOn(document)}`,
    "",
    "Use it:",
    commandLines(`gradus predict ${shellWord(file)} TABLE`),
    ...exampleRow(encoder.columns, file),
  ];
}

/** Of a model that learned online, which has changed since its training was judged. */
function onlineQuality(document: ModelDocument): string | undefined {
  const scores = scoresOf(document);
  return scores && `Learning online, each row predicted before it was learned: ${scoresText(scores)}.`;
}

function whyUnknown(document: ModelDocument): string {
  const { warnings = [], learning } = document;
  if (learning !== undefined)
    return "it has learned no row online yet, and its training's metrics are of another model";
  if (importedBy(document) !== undefined) return "it was trained elsewhere; gradus evaluate measures it";
  const isReplaced = warnings.some(({ code }) => code === "weights-replaced");
  return isReplaced ? "its weights are not those of the training" : "no rows were kept for evaluation";
}

function trainedOn(document: ModelDocument): string {
  const learned = document.learning?.rows ?? 0;
  const before = document.provenance.earlier?.at(-1);
  const online =
    document.provenance.online === undefined
      ? ""
      : `, which had learned ${counted(document.provenance.online, "row")} online`;
  const from = before === undefined ? "" : `, going on from a model of ${before.source}${online}`;
  return `${trainingOf(document)}${from}${learned === 0 ? "" : `, and then online on ${counted(learned, "row")}`}`;
}

/** Networks of folds share more rows than each is trained on; with a split by time each has as many as came before. */
function trainingOf(document: ModelDocument): string {
  const { rows, options, source } = document.provenance;
  const imported = importedBy(document);
  if (imported !== undefined) return `elsewhere: ${source}, made by ${imported}`;
  const all = `${counted(rows.training + rows.validation, "row")} of ${source}`;
  const training = `${counted(rows.training, "row")} of ${source}`;
  if (!isOfFolds(document)) return `on ${training}`;
  const isByTime = typeof options.split === "object" && options.split !== null && "time" in options.split;
  return isByTime ? `the first network on ${training}` : `each network on about ${rows.training} of ${all}`;
}

/** Whether each of its networks leaves out another fold; those of an ensemble are trained on the same rows. */
export function isOfFolds(document: ModelDocument): boolean {
  return memberCount(document) > 1 && document.provenance.options.ensemble === undefined;
}

function goalOf({ target }: ModelDocument): string {
  switch (target.task) {
    case "classification":
      return `${target.column}: classification, ${target.classes.length} classes (${named(labelTexts(target))})`;
    case "multilabel":
      return `${named(target.labels.map(({ column }) => column))}: ${counted(target.labels.length, "label")}, each yes or no`;
    case "regression":
      return `${named(target.columns)}: regression, ${target.quantiles ? `the median, and the quantiles ${target.quantiles.levels.join(", ")}` : counted(target.columns.length, "number")}`;
    default:
      return target satisfies never;
  }
}

/** A command that predicts a typical row; none of a model with many columns. */
function exampleRow(columns: readonly ColumnEncoding[], file: string): Printed[] {
  if (columns.length > MOST_NAMES) return [];
  const pairs = columns.map((column) => `${JSON.stringify(column.name)}:${JSON.stringify(typicalValue(column))}`);
  const [first, ...rest] = filled(`gradus predict ${shellWord(file)} --row '{`, pairs.map(inQuotes));
  return [commandLines(first, ...rest.map((line) => `  ${line}`))];
}

/** A JSON object's pairs on lines that fit where they can: within single quotes a shell keeps line ends, which JSON ignores. */
function filled(start: string, pairs: readonly string[]): string[] {
  const lines = [start];
  for (const [at, pair] of pairs.entries()) {
    const part = `${pair}${at === pairs.length - 1 ? "}'" : ","}`;
    if (displayWidth(lines[lines.length - 1] + part) <= MOST_COLUMNS) lines[lines.length - 1] += part;
    else lines.push(part);
  }
  return lines;
}

/** Of a line of a command, with the indents beside it, in the 80 columns of a usual terminal. */
const MOST_COLUMNS = 76;

/** Lines that no terminal breaks, so that they can be copied. */
const commandLines = (...lines: readonly string[]): Printed => ({
  rows: lines.map((line) => [line]),
  numeric: [],
  whole: [0],
});

function typicalValue(column: ColumnEncoding): string | number | boolean {
  switch (column.kind) {
    case "number": {
      const value = rounded(column.median, 4);
      const { unit, decimal = "." } = column.reading ?? {};
      return unit === "%" ? `${value}%`.replace(".", decimal) : value; // a number could be a share
    }
    case "boolean":
      return true;
    case "category":
      return column.categories[0];
    case "date":
      return exampleDate(column.reading?.form);
    default:
      return column satisfies never;
  }
}

function named(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  return more > 0 ? `${names.slice(0, MOST_NAMES).join(", ")}, … (${more} more)` : names.join(", ");
}

function sizeText(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
