/**
 * Categories as network inputs: one for each, 1 where it is the row's. A category that training never saw is 0 in all,
 * as is a missing one, unless training had missing values: they have an input of their own.
 */
import { DataError } from "../errors.ts";
import { type ColumnPlace, cellsOf, textColumn } from "./conversion.ts";
import type { CategoryEncoding } from "./encoding.ts";
import type { InputBlock } from "./inputBlock.ts";
import { readBoolean, readDate, readNumber } from "./reading.ts";
import { type Column, type ColumnType, rowNumber, shown, type TextColumn } from "./table.ts";

/** More categories than this would make more inputs than they teach. */
export const MOST_CATEGORIES = 100;

/** @param column of any type, with at least one value. @returns the encoding, and how many categories it leaves out */
export function fitCategory(source: string, column: Column): { encoding: CategoryEncoding; leftOut: number } {
  const { name, values } = textColumn({ source, name: column.name }, cellsOf(column));
  const counts = countsOf(values);
  const ordered = [...counts].sort(([a, times], [b, timesB]) => timesB - times || (a < b ? -1 : 1));
  const categories = ordered.slice(0, MOST_CATEGORIES).map(([category]) => category);
  // With a single category its own input already says whether the value is missing.
  const missingIndicator = counts.size > 1 && values.includes(null);
  return {
    encoding: { kind: "category", name, categories, missingIndicator },
    leftOut: counts.size - categories.length,
  };
}

/** How often each value comes, missing ones aside. */
export function countsOf<Value>(values: Iterable<Value | null>): Map<Value, number> {
  const counts = new Map<Value, number>();
  for (const value of values) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

export function categoryNames({ name, categories, missingIndicator }: CategoryEncoding): string[] {
  const names = categories.map((category) => `${name} = ${category}`);
  return missingIndicator ? [...names, `${name} is missing`] : names;
}

/** @throws {DataError} values of a type that none of the categories has */
export function writeCategories(
  place: Omit<ColumnPlace, "remedy">,
  encoding: CategoryEncoding,
  column: Column,
  block: InputBlock,
): void {
  const { inputs, width, first } = block;
  const { categories, missingIndicator } = encoding;
  const places = new Map(categories.map((category, place) => [category, place]));
  const { values } = categoriesOf(place, encoding, column);
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    const place = value === null ? (missingIndicator ? categories.length : undefined) : places.get(value);
    if (place !== undefined) inputs[row * width + first + place] = 1;
  }
}

/**
 * The column's values as text. One unseen category is a fact of life, but numbers where every category is a word mean
 * another column: without this check all of them would pass for unseen.
 */
function categoriesOf(
  place: Omit<ColumnPlace, "remedy">,
  { name, categories }: CategoryEncoding,
  column: Column,
): TextColumn {
  const texts = textColumn(place, cellsOf(column));
  const row = texts.values.findIndex((value) => value !== null);
  if (row >= 0 && !categories.some((category) => readsAs(column.type, category))) {
    throw new DataError(
      `In ${place.source}: column ${JSON.stringify(name)} holds the ${column.type} ${texts.values[row]} in row ${rowNumber(place, row)}. ` +
        `Expected categories such as ${shown(categories[0])}, as the model was trained with.`,
    );
  }
  return texts;
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
