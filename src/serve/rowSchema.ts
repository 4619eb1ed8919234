/**
 * What a row may be: for each column of a model the JSON Schema that the server's OpenAPI document has, and the check that holds rows
 * to it. Both are made together, so that the document promises what is checked.
 *
 * Strict where JSON has types: numbers are numbers and not texts. A missing value is null and every column must be there, as
 * `model.predict` asks; other columns are ignored. A category that training did not have is allowed, as the model allows it.
 */
import { type CategoryEncoding, type ColumnEncoding, readingOf } from "../data/encoding.ts";
import type { Reading, Row } from "../data/table.ts";
import { nearNames, quotedNames, shown } from "../data/table.ts";
import { unitedEncoder } from "../data/unitedEncoder.ts";
import { type ModelDocument, memberEncoders } from "../models/document.ts";
import { datePattern } from "./datePattern.ts";
import { RequestError } from "./requestError.ts";

export type JsonSchema = Readonly<Record<string, unknown>>;

interface ColumnRule {
  readonly name: string;
  readonly schema: JsonSchema;
  /** "a number or null". */
  readonly expected: string;
  /** Whether the column takes a value that is not null. */
  accepts(value: unknown): boolean;
}

export interface RowSchema {
  readonly schema: JsonSchema;
  readonly columns: readonly string[];
  /** What each column takes, in words: the same for columns that take the same. */
  readonly types: ReadonlyMap<string, string>;
  /**
   * @param number of the row in its request, counted from 1; absent for a single row
   * @throws {RequestError} what is no row of the model, naming the column
   */
  require(row: unknown, number?: number): Row;
}

/** The schema of the rows that a model takes. */
export function rowSchemaOf(document: Pick<ModelDocument, "encoder" | "further">): RowSchema {
  const rules = unitedEncoder(memberEncoders(document)).columns.map(ruleOf);
  const columns = rules.map(({ name }) => name);
  return {
    columns,
    types: new Map(rules.map(({ name, expected }) => [name, expected])),
    schema: {
      type: "object",
      required: columns,
      properties: Object.fromEntries(rules.map(({ name, schema }) => [name, schema])), // a column may be called __proto__
      additionalProperties: true,
    },
    require: (row, number) => requireRow(rules, columns, row, number),
  };
}

function requireRow(
  rules: readonly ColumnRule[],
  columns: readonly string[],
  row: unknown,
  number: number | undefined,
): Row {
  const where = number === undefined ? "The row" : `Row ${number}`;
  const at = number === undefined ? {} : { row: number };
  if (typeof row !== "object" || row === null || Array.isArray(row)) {
    const message = `${where}: expected an object of column names and values, found ${kindOf(row)}.`;
    throw new RequestError("invalid-row", message, at);
  }
  const given = row as Row;
  for (const { name, accepts, expected } of rules) {
    if (!Object.hasOwn(given, name)) throw lacking(given, columns, where, at);
    const value: unknown = given[name];
    if (value === null || accepts(value)) continue;
    const message = `${where}, column ${JSON.stringify(name)}: expected ${expected}, found ${kindOf(value)}.`;
    throw new RequestError("invalid-row", message, { ...at, columns: [name] });
  }
  return given;
}

function lacking(row: Row, columns: readonly string[], where: string, at: { readonly row?: number }): RequestError {
  const present = Object.keys(row);
  const lacking = columns.filter((name) => !Object.hasOwn(row, name));
  const wrapped = present.length === 1 && typeof row[present[0]] === "object" && row[present[0]] !== null;
  const remedy = wrapped
    ? ` Send what ${JSON.stringify(present[0])} holds, without the object around it.`
    : `${nearNames(lacking, present, columns)} Unknown values may be null.`;
  const message = `${where} has no ${quotedNames(lacking)}, which the model needs.${remedy}`;
  return new RequestError("invalid-row", message, { ...at, columns: lacking });
}

/** A value as a message shows it. */
function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" && value !== null ? "an object" : shown(value);
}

function ruleOf(encoding: ColumnEncoding): ColumnRule {
  const { name } = encoding;
  const reading = readingOf(encoding);
  const described = (rule: Omit<ColumnRule, "name">, words: readonly string[]): ColumnRule => ({
    ...rule,
    name,
    expected: `${rule.expected} or null`,
    schema: { description: words.join(" "), ...rule.schema },
  });
  switch (encoding.kind) {
    case "number": {
      const { range, missingIndicator } = encoding;
      return described(numberRule(reading), [rangeWords(range), missingWords(missingIndicator)]);
    }
    case "date": {
      const dates = encoding.range?.map((time) => new Date(time).toISOString());
      return described(dateRule(reading), [
        formWords(reading),
        rangeWords(dates),
        missingWords(encoding.missingIndicator),
      ]);
    }
    case "boolean":
      return described(booleanRule, [missingWords()]);
    case "category":
      return described(categoryRule(encoding, reading), [missingWords(encoding.missingIndicator), UNSEEN]);
    default:
      return encoding satisfies never;
  }
}

const UNSEEN = "A value that the training rows do not have is treated as unknown.";

const missingWords = (indicated?: boolean): string =>
  indicated === false ? "null where it is missing, which no training row was." : "null where it is missing.";

const rangeWords = (range: readonly (number | string)[] | undefined): string =>
  range === undefined ? "" : `In the training rows from ${range[0]} to ${range[1]}.`;

const formWords = ({ form }: Reading): string => `Written as ${form ?? "in ISO 8601"}; UTC where no zone is named.`;

type Rule = Omit<ColumnRule, "name">;

/** Numbers; beside a per cent sign a number is ambiguous, and the model takes texts alone. */
function numberRule({ unit, decimal }: Reading): Rule {
  if (unit === "%") {
    const point = decimal ?? "[.]";
    return textRule(`^-?[0-9]{1,15}(?:${point}[0-9]{1,15})?%$`, `a text such as "12${decimal ?? "."}5%"`);
  }
  return {
    schema: { type: ["number", "null"] },
    expected: "a number",
    accepts: (value) => typeof value === "number" && Number.isFinite(value),
  };
}

const booleanRule: Rule = {
  schema: { type: ["boolean", "null"] },
  expected: "true or false",
  accepts: (value) => typeof value === "boolean",
};

function dateRule({ form }: Reading): Rule {
  const example = form === undefined ? "2026-06-29" : form;
  return textRule(datePattern(form), `a date written as ${JSON.stringify(example)}`);
}

function textRule(pattern: string, expected: string): Rule {
  const expression = new RegExp(pattern, "u");
  return {
    schema: { type: ["string", "null"], pattern },
    expected,
    accepts: (value) => typeof value === "string" && expression.test(value),
  };
}

/** What is no category of the training is allowed, of the same type. */
function categoryRule({ categories }: CategoryEncoding, reading: Reading): Rule {
  switch (reading.type) {
    case "number": {
      const rule = numberRule(reading);
      return reading.unit === "%" ? rule : known(categories.map(Number), "number", rule);
    }
    case "boolean":
      return booleanRule;
    case "date":
      return dateRule(reading);
    case "text": {
      const accepts = (value: unknown): boolean => typeof value === "string";
      return known(categories, "string", { schema: {}, expected: "a text", accepts });
    }
    default:
      return reading.type satisfies never;
  }
}

function known(categories: readonly unknown[], type: string, rule: Rule): Rule {
  return { ...rule, schema: { anyOf: [{ enum: [...categories, null] }, { type }] } };
}
