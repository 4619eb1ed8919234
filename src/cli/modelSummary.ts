/**
 * What a user wants to know of a model first: what it predicts, how good it is, from which columns, how large it is, and a
 * command that uses it. Knows no file.
 */
import { counted, memberCount } from "../entries/internal.ts";
import { type ColumnEncoding, labelTexts, type ModelDocument, parameterLayout } from "../node.ts";
import { shellWord } from "./shellWord.ts";
import { short } from "./terminal.ts";

/** Of more columns or classes, the first are named. */
const MOST_NAMES = 6;

/** @param file the model's, as it was named. @param bytes its size */
export function summaryLines(document: ModelDocument, file: string, bytes: number): string[] {
  const { encoder, network, verdict, provenance } = document;
  const networks = memberCount(document);
  const { length } = parameterLayout(network);
  return [
    `Predicts ${goalOf(document)}`,
    verdict?.sentence ?? "Quality unknown: no rows were kept for evaluation.",
    `  inputs    ${counted(encoder.columns.length, "column")}: ${named(encoder.columns.map(({ name }) => name))}`,
    `  size      ${networks === 1 ? "" : `${networks} networks of `}${counted(length, "parameter")}, ${sizeText(bytes)}`,
    `  trained   on ${counted(provenance.rows.training, "row")} of ${provenance.source}`,
    "",
    "Use it:",
    `  gradus predict ${shellWord(file)} TABLE`,
    ...exampleRow(encoder.columns, file),
  ];
}

function goalOf({ target }: ModelDocument): string {
  switch (target.task) {
    case "classification":
      return `${target.column}: classification, ${target.classes.length} classes (${named(labelTexts(target))})`;
    case "multilabel":
      return `${named(target.labels.map(({ column }) => column))}: ${counted(target.labels.length, "label")}, each yes or no`;
    case "regression":
      return `${named(target.columns)}: regression, ${counted(target.columns.length, "number")}`;
    default:
      return target satisfies never;
  }
}

/** A command that predicts a typical row; none of a model with many columns. */
function exampleRow(columns: readonly ColumnEncoding[], file: string): string[] {
  if (columns.length > MOST_NAMES) return [];
  const row = Object.fromEntries(columns.map((column) => [column.name, typicalValue(column)]));
  return [`  gradus predict ${shellWord(file)} --row ${shellWord(JSON.stringify(row))}`];
}

function typicalValue(column: ColumnEncoding): string | number | boolean {
  switch (column.kind) {
    case "number":
      return Number(short(column.median));
    case "boolean":
      return true;
    case "category":
      return column.categories[0];
    case "date":
      return "2024-01-31";
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
