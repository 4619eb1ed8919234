/**
 * Categories as network inputs: one for each, 1 where it is the row's. A category that training never saw is 0 in all,
 * as is a missing one, unless training had missing values: they have an input of their own.
 *
 * Where it is chosen so, two categories are one input, +1 and −1, and many are one input with the category's code, for a
 * network that embeds codes; what is missing or unknown is 0 in both.
 */
import { DataError } from "../../errors.ts";
import { asType, type ColumnPlace, cellsOf, textColumn } from "../conversion.ts";
import type { CategoryEncoding, EncodedInput, InputBlock } from "../encoding.ts";
import { readBoolean, readDate, readNumber } from "../reading.ts";
import type { Statistics } from "../statistics.ts";
import { type Column, type ColumnType, rowNumber, shown, type TextColumn } from "../table.ts";

/** How categories become inputs. */
export interface CategoryChoices {
  /** Columns of more categories than this, missing values aside, become codes; none when absent. */
  readonly oneHotUpTo?: number;
  /** Whether two categories are two inputs, or one that is +1 and −1; "oneHot" when absent. */
  readonly binary?: "oneHot" | "signed";
  /** Whether missing values have an input of their own where training had some, or are 0; "indicator" when absent. */
  readonly missing?: "indicator" | "zero";
}

/** More inputs than this for one column would be more than they teach. */
export const MOST_CATEGORIES = 100;
/** A code costs a network a few numbers, whatever the number of others. */
export const MOST_CODES = 1000;

/**
 * @param column of any type, with at least one value
 * @returns the encoding, and how many categories it leaves out
 */
export function fitCategory(
  source: string,
  column: Column,
  choices: CategoryChoices,
  statistics: Statistics,
): { encoding: CategoryEncoding; leftOut: number } {
  const { oneHotUpTo = Number.POSITIVE_INFINITY, binary = "oneHot", missing = "indicator" } = choices;
  const { name, reading } = column;
  const { values } = column.type === "text" ? column : textColumn({ source, name, reading }, cellsOf(column));
  const texts = statistics.texts(values);
  const { different } = texts;
  const form = different > oneHotUpTo ? "code" : different === 2 && binary === "signed" ? "signed" : undefined;
  const categories = texts.mostFrequent(form === "code" ? MOST_CODES : MOST_CATEGORIES);
  // With a single category its own input already says whether the value is missing.
  const missingIndicator = form === undefined && missing === "indicator" && different > 1 && texts.missing > 0;
  return {
    encoding: {
      kind: "category",
      name,
      reading: reading ?? { type: column.type },
      categories,
      missingIndicator,
      ...(form && { form }),
    },
    leftOut: different - categories.length,
  };
}

export function categoryInputs({ name, categories, missingIndicator, form }: CategoryEncoding): EncodedInput[] {
  if (form === "code") return [{ name, kind: "code", cardinality: categories.length + 1 }];
  if (form === "signed") return [{ name: `${name}: ${categories[0]} +, ${categories[1]} −`, kind: "flag" }];
  const names = categories.map((category) => `${name} = ${category}`);
  if (missingIndicator) names.push(`${name} is missing`);
  return names.map((flag) => ({ name: flag, kind: "flag" }));
}

/** @throws {DataError} values of a type that none of the categories has */
export function writeCategories(
  place: ColumnPlace,
  encoding: CategoryEncoding,
  column: Column,
  block: InputBlock,
): void {
  const { inputs, width, first } = block;
  const { categories, missingIndicator, form } = encoding;
  const places = new Map(categories.map((category, place) => [category, place]));
  const { values } = categoryTexts(place, encoding, column);
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    const place = value === null ? (missingIndicator ? categories.length : undefined) : places.get(value);
    if (place === undefined) continue;
    const at = row * width + first;
    if (form === "code") inputs[at] = place + 1;
    else if (form === "signed") inputs[at] = place === 0 ? 1 : -1;
    else inputs[at + place] = 1;
  }
}

/**
 * The column's values as the text that categories are: first of the type that the column was fitted with, so that a
 * value's spelling does not decide its category.
 *
 * Some unseen categories are usual, but numbers where every category is a word mean another column: without this
 * check all of them would pass for unseen.
 *
 * @throws {DataError} a value that cannot be of the type, or values of a type that none of the categories has
 */
export function categoryTexts(place: ColumnPlace, encoding: CategoryEncoding, column: Column): TextColumn {
  const { name, categories, reading } = encoding;
  const typed = reading?.type ?? "text";
  const read = typed === "text" ? column : asType(typed, place, column);
  const texts = textColumn(place, cellsOf(read));
  const row = texts.values.findIndex((value) => value !== null);
  if (row >= 0 && typed === "text" && !mayHold(encoding, column.type)) {
    throw new DataError(
      `In ${place.source}: column ${JSON.stringify(name)} holds the ${column.type} ${texts.values[row]} in row ${rowNumber(place, row)}. ` +
        `Expected categories such as ${shown(categories[0])}, as the model was trained with: give the column as text.`,
      { columns: [name], row: rowNumber(place, row) },
    );
  }
  return reading === undefined && categories.length === 1 ? respelled(texts, categories[0]) : texts;
}

const types = ["number", "text", "boolean", "date"] as const satisfies readonly ColumnType[];

/** The types whose values some category is the text of. */
export function typesOfCategories(encoding: CategoryEncoding): ColumnType[] {
  return types.filter((type) => mayHold(encoding, type));
}

function mayHold({ categories, reading }: CategoryEncoding, type: ColumnType): boolean {
  const mayBe = reading === undefined ? readsAs : isTextOf;
  return categories.some((category) => mayBe(type, category));
}

/**
 * For files that do not name the type of a category's column: the only category of a column was often the canonical text
 * of a number, truth value or date, whose other spellings ("1.50" for 1.5) are the same category.
 */
function respelled(texts: TextColumn, category: string): TextColumn {
  const same = (value: string): boolean =>
    (isTextOf("number", category) && readNumber(value) === readNumber(category)) ||
    (isTextOf("boolean", category) && readBoolean(value) === readBoolean(category)) ||
    (isTextOf("date", category) && readDate(value) === readDate(category));
  return { ...texts, values: texts.values.map((value) => (value !== null && same(value) ? category : value)) };
}

/** Whether a category is how values of a type are written as text: 1.5 and not 1.50. */
function isTextOf(type: ColumnType, category: string): boolean {
  if (!readsAs(type, category)) return false;
  if (type === "number") return String(readNumber(category)) === category;
  if (type === "boolean") return String(readBoolean(category)) === category;
  return type === "text" || new Date(readDate(category)).toISOString() === category;
}

function readsAs(type: ColumnType, category: string): boolean {
  switch (type) {
    case "text":
      return true;
    case "number":
      return !Number.isNaN(readNumber(category));
    case "boolean":
      return readBoolean(category) !== undefined;
    case "date":
      return !Number.isNaN(readDate(category));
    default:
      return type satisfies never;
  }
}
