/** The types of a module: its rows by the table's own columns and categories, its predictions by its own classes and targets. */
import { type CategoryEncoding, type ColumnEncoding, type Label, readingOf, type Target } from "../../data/encoding.ts";
import { MOST_CATEGORIES, MOST_CODES } from "../../data/encodings/category.ts";
import { type Interval, type ModelDocument, memberEncoders } from "../document.ts";
import { coverageLimits } from "../intervalRadii.ts";
import { textLiteral } from "./literal.ts";

/** The text of a .d.ts file. @param header a comment */
export function declarations(document: ModelDocument, header: string): string {
  const { target, interval } = document;
  const quantiles = target.task === "regression" ? target.quantiles : undefined;
  const functions = [
    `/** What the model predicts for a row, or for each of a list. ${THROWS} */\n${overloads("predict", "Prediction")}`,
    ...(quantiles
      ? [`/** The quantiles of a row, or of each of a list. ${THROWS} */\n${overloads("quantiles", "Quantiles")}`]
      : []),
    ...(interval ? [intervalOverloads(interval)] : []),
  ];
  const errors = interval ? [DATA_ERROR, DESCRIPTION_ERROR] : [DATA_ERROR];
  const types = [
    ...(quantiles
      ? [`export interface Quantiles ${fieldsOf(quantiles.levels.map((level) => [String(level), "number"]))}`]
      : []),
    ...(interval
      ? [
          `/** Lower and upper bound. */\nexport type Bounds = readonly [low: number, high: number];\nexport type Interval = ${byTarget(target, "Bounds")};`,
        ]
      : []),
  ];
  return `${[header, rowType(document), predictionType(target), ...types, ...functions, ...errors].join("\n\n")}\n`;
}

const THROWS = "@throws {DataError} a value that can't be of its column's type";

const DATA_ERROR = `/** Rows that can't be predicted from; the message names the row and the column. */
export declare class DataError extends Error {
  readonly columns: readonly string[] | undefined;
  /** Counted from 1. */
  readonly row: number | undefined;
}`;

const DESCRIPTION_ERROR = `/** A coverage of intervals that is out of range. */
export declare class DescriptionError extends Error {}`;

/** Of a row, of rows, and of what may be either. @param further parameters */
function overloads(name: string, result: string, further = ""): string {
  return `export declare function ${name}(row: Row${further}): ${result};
export declare function ${name}(rows: readonly Row[]${further}): ${result}[];
export declare function ${name}(rows: Row | readonly Row[]${further}): ${result} | ${result}[];`;
}

function intervalOverloads(interval: Interval): string {
  const { rows, most, usual } = coverageLimits(interval);
  const absent = usual === undefined ? "" : `; ${usual} when absent`;
  return `/**
 * Intervals that contain a share of new values, of a row or of each of a list.
 *
 * @param coverage above 0 and at most ${most}, the most that ${rows} calibration rows allow${absent}
 * @throws {DataError} as \`predict\` does
 * @throws {DescriptionError} a coverage out of range
 */
${overloads("intervals", "Interval", usual === undefined ? ", coverage: number" : ", coverage?: number")}`;
}

function rowType(document: ModelDocument): string {
  const columns = new Map<string, { readonly types: Set<string>; readonly comment: string | undefined }>();
  for (const encoding of memberEncoders(document).flatMap(({ columns }) => columns)) {
    const known = columns.get(encoding.name) ?? { types: new Set(), comment: dateComment(encoding) };
    for (const type of cellTypes(encoding)) known.types.add(type);
    columns.set(encoding.name, known);
  }
  const fields = [...columns].map(
    ([name, { types, comment }]) => [name, [...types, "null"].join(" | "), comment] as const,
  );
  return `/**
 * A row to predict from: every column must be there, null where its value is missing. Numbers may also be texts as the table writes them; a
 * category that is not listed counts as unknown. Give such values with a type assertion.
 */
export interface Row ${fieldsOf(fields)}`;
}

/** How texts of dates are written. */
function dateComment(encoding: ColumnEncoding): string | undefined {
  const { type, form } = readingOf(encoding);
  if (type !== "date") return undefined;
  return form === undefined
    ? "A date as a text is in ISO 8601, such as 2026-06-29 or 2026-06-29T08:30Z; in UTC where it names no zone."
    : `A date as a text is written ${form}.`;
}

function cellTypes(encoding: ColumnEncoding): string[] {
  const { type, unit } = readingOf(encoding);
  if (encoding.kind === "category") return categoryTypes(encoding);
  if (type === "date") return ["Date", "string"];
  if (type === "number") return [unit === "%" ? "string" : "number"];
  return ["boolean"];
}

function categoryTypes(encoding: CategoryEncoding): string[] {
  const { categories, form } = encoding;
  const { type } = readingOf(encoding);
  if (type === "date") return ["Date", "string"];
  if (type !== "text") return categories.filter((category) => category !== "-0");
  // Of more categories than a column may have, the rare ones are not known by name.
  const isCut = categories.length >= (form === "code" ? MOST_CODES : MOST_CATEGORIES);
  return [...categories.map(textLiteral), ...(isCut ? ["(string & {})"] : [])];
}

function predictionType(target: Target): string {
  switch (target.task) {
    case "classification": {
      const probabilities = fieldsOf(
        target.classes.map((label) => [String(label), "number"]),
        "  ",
      );
      return `/** A class, in the type that it has in the table. */
export type Class = ${target.classes.map(labelType).join(" | ")};

export interface Prediction {
  /** The most probable class; of equals the first. */
  readonly label: Class;
  /** Of that class, in [0, 1]. */
  readonly probability: number;
  /** Every class, the most probable first. */
  readonly ranked: readonly { readonly label: Class; readonly probability: number }[];
  /** Of every class by its name; they sum to 1. */
  readonly probabilities: ${probabilities};
}`;
    }
    case "multilabel": {
      const names = target.labels.map(({ column }) => column);
      const values = target.labels.map(({ column, classes }) => [column, classes.map(labelType).join(" | ")] as const);
      return `export type Label = ${names.map(textLiteral).join(" | ")};

export interface Prediction {
  /** The labels that the row has: those whose probability is above 0.5. */
  readonly labels: readonly Label[];
  /** Of every label, its value as in the table. */
  readonly values: ${fieldsOf(values, "  ")};
  /** Of every label, the probability that the row has it. */
  readonly probabilities: ${fieldsOf(
    names.map((name) => [name, "number"]),
    "  ",
  )};
}`;
    }
    case "regression":
      return `export type Prediction = ${byTarget(target, "number")};`;
    default:
      return target satisfies never;
  }
}

function byTarget(target: Target, type: string): string {
  const columns = target.task === "regression" ? target.columns : [];
  return columns.length === 1 ? type : fieldsOf(columns.map((name) => [name, type]));
}

function labelType(label: Label): string {
  return typeof label === "string" ? textLiteral(label) : String(label);
}

type Field = readonly [name: string, type: string, comment?: string | undefined];

function fieldsOf(fields: readonly Field[], indent = ""): string {
  const lines = fields.map(([name, type, comment]) => {
    const above = comment === undefined ? "" : `${indent}  /** ${comment} */\n`;
    return `${above}${indent}  readonly ${textLiteral(name)}: ${type};\n`;
  });
  return `{\n${lines.join("")}${indent}}`;
}
