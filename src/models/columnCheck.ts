/**
 * The check of one column of an encoder that comes from a file: its fields, and that they fit each other.
 *
 * Whether the columns together fit a network is the document's business.
 */
import { isDateForm } from "../data/dateForms.ts";
import { inputsOf } from "../data/encoder.ts";
import type {
  BooleanEncoding,
  CategoryEncoding,
  ColumnEncoding,
  DateEncoding,
  DatePart,
  FlagScales,
  NumberEncoding,
} from "../data/encoding.ts";
import type { Reading } from "../data/table.ts";
import { ModelFileError } from "../errors.ts";
import {
  type Check,
  distinct,
  fields,
  flag,
  list,
  number,
  oneOf,
  optional,
  positive,
  refuse,
  text,
  variants,
} from "./json.ts";

/** The check of the least and the greatest of some values. */
export const rangeCheck: Check<readonly [number, number]> = (value, where) => {
  const [least, greatest, ...more] = list(number())(value, where);
  return least <= greatest && more.length === 0
    ? [least, greatest]
    : refuse(where, "two numbers, the least and the greatest", value);
};

const robustScale = { median: number(), scale: positive };
const scaling = { ...robustScale, range: optional(rangeCheck) };
const flagScales = optional<FlagScales>(list(fields<FlagScales[number]>(robustScale)));
const form = oneOf("signed", "code");
const part: Check<DatePart> = oneOf("time", "month", "dayOfMonth", "dayOfWeek", "hour");

const unit: Check<string> = (value, where) =>
  typeof value === "string" && /^(?:%|\p{Sc})$/u.test(value) ? value : refuse(where, 'a currency sign or "%"', value);
const dateForm: Check<string> = (value, where) =>
  typeof value === "string" && isDateForm(value) ? value : refuse(where, 'a date format such as "DD/MM/YYYY"', value);
const yes: Check<true> = (value, where) => (value === true ? value : refuse(where, "true", value));
const no: Check<false> = (value, where) => (value === false ? value : refuse(where, "false", value));
const reading = optional<Reading>((value, where) => readingCheck(value, where));

const readingFields = fields<Reading>({
  type: oneOf("number", "boolean", "date", "text"),
  decimal: optional(oneOf(",")),
  thousands: optional(oneOf(",", ".", " ", "'")),
  unit: optional(unit),
  form: optional(dateForm),
  zones: optional(oneOf("all", "some", "none")),
  missing: optional(list(text)),
  missingOnly: optional(yes),
});

/** The check of how a column is read. */
export const readingCheck: Check<Reading> = (value, where) => {
  const checked = readingFields(value, where);
  if (checked.decimal === undefined || checked.decimal !== checked.thousands) return checked;
  throw new ModelFileError(`${where}: expected different signs for decimals and thousands, found "," for both.`);
};

const columnFields = variants<"kind", ColumnEncoding>("kind", {
  number: fields<NumberEncoding>({
    kind: oneOf("number"),
    name: text,
    reading,
    ...scaling,
    clip: optional(no),
    missingIndicator: flag,
    flagScales,
  }),
  boolean: fields<BooleanEncoding>({ kind: oneOf("boolean"), name: text, reading, flagScales }),
  category: fields<CategoryEncoding>({
    kind: oneOf("category"),
    name: text,
    reading,
    categories: distinct(text),
    missingIndicator: flag,
    form: optional(form),
    flagScales,
  }),
  date: fields<DateEncoding>({
    kind: oneOf("date"),
    name: text,
    reading,
    parts: distinct(part),
    ...scaling,
    missingIndicator: flag,
    flagScales,
  }),
});

/** @throws {ModelFileError} naming the field that is missing or wrong, or the two that do not fit each other */
export const columnCheck: Check<ColumnEncoding> = (value, where) => {
  const column = columnFields(value, where);
  if (column.kind === "category" && column.form !== undefined) {
    const { form, categories, missingIndicator } = column;
    if (form === "signed" && categories.length !== 2) {
      throw new ModelFileError(`${where}.categories: expected 2, as the form is "signed", found ${categories.length}.`);
    }
    if (missingIndicator) {
      throw new ModelFileError(`${where}.missingIndicator: expected false, as the form is "${form}", found true.`);
    }
  }
  const flags = inputsOf(column).filter(({ kind }) => kind === "flag").length;
  const scales = column.flagScales?.length ?? flags;
  if (scales !== flags) {
    throw new ModelFileError(
      `${where}.flagScales: expected ${flags}, one for each flag of the column, found ${scales}.`,
    );
  }
  return column;
};
