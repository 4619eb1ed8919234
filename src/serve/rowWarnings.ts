/**
 * The warnings of a request's predictions: those of `predictionWarnings`, asked for only where there are some.
 *
 * They take about as long as predicting a row does. Nearly every row has none, and a look at each value shows it: a number within the
 * training rows' range, a category that they have.
 */
import { codeTest } from "../data/conversion.ts";
import { tableForEncoder } from "../data/encoder.ts";
import { type ColumnEncoding, readingOf } from "../data/encoding.ts";
import type { Cell, Row, Warning } from "../data/table.ts";
import { unitedEncoder } from "../data/unitedEncoder.ts";
import { clippedWarnings } from "../models/clippedPredictions.ts";
import { memberEncoders } from "../models/document.ts";
import type { Model } from "../models/model.ts";
import { predictionWarnings, unlikeTrainingWarnings } from "../tabular/warnings/predictionWarnings.ts";

/** Whether a value has no warning. */
type ValueTest = (value: Cell) => boolean;

/**
 * What gives the warnings of rows.
 *
 * @returns takes the rows of a request, as the model takes them, and a regressor's predictions of them, [N, D]
 */
export function warningsFor({ document }: Model): (rows: readonly Row[], values: ArrayLike<number>) => Warning[] {
  const known = document.provenance.columns && new Set(document.provenance.columns);
  const tests = new Map(unitedEncoder(memberEncoders(document)).columns.map((each) => [each.name, valueTest(each)]));
  const isUsual = (row: Row): boolean =>
    Object.keys(row).every((name) => tests.get(name)?.(row[name]) ?? known?.has(name) ?? true);
  return (rows, values) =>
    rows.every(isUsual)
      ? clippedWarnings(document, "the given rows", values)
      : predictionWarnings({ document }, rows, values);
}

function valueTest(encoding: ColumnEncoding): ValueTest {
  const isPlain = plainTest(encoding);
  const encoder = { columns: [encoding] };
  const { name } = encoding;
  return (value) =>
    isPlain(value) ||
    unlikeTrainingWarnings(encoder, tableForEncoder(encoder, [Object.fromEntries([[name, value]])])).length === 0;
}

/** True of values that surely have no warning; dates, and texts that are read as numbers, are for the warnings themselves. */
function plainTest(encoding: ColumnEncoding): ValueTest {
  switch (encoding.kind) {
    case "number": {
      const { missingIndicator, range = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] } = encoding;
      const isMissing = codeTest(readingOf(encoding));
      return (value) =>
        value === null
          ? missingIndicator
          : typeof value === "number" && value >= range[0] && value <= range[1] && !isMissing(value);
    }
    case "category": {
      const categories = new Set(encoding.categories);
      return (value) => value === null || categories.has(String(value)); // 1 and true are the categories "1" and "true"
    }
    case "boolean":
      return () => true;
    case "date":
      return () => false;
    default:
      return encoding satisfies never;
  }
}
