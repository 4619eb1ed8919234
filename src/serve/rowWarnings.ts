/**
 * The warnings of a request's predictions: those of `predictionWarnings`, asked for only where there may be some.
 *
 * They take about as long as predicting a row does. Nearly every row has none, and a look at each value shows it.
 */
import { codeTest } from "../data/conversion.ts";
import { dateReader, namesZone } from "../data/dateForms.ts";
import { type ColumnEncoding, type DateEncoding, type NumberEncoding, readingOf } from "../data/encoding.ts";
import { farFrom } from "../data/farNumbers.ts";
import type { Cell, Row, Warning } from "../data/table.ts";
import { unitedEncoder } from "../data/unitedEncoder.ts";
import { clippedWarnings } from "../models/clippedPredictions.ts";
import { memberEncoders } from "../models/document.ts";
import type { Model } from "../models/model.ts";
import { predictionWarnings } from "../tabular/warnings/predictionWarnings.ts";

/** Whether a value surely has no warning. */
type ValueTest = (value: Cell) => boolean;

/**
 * What gives the warnings of rows.
 *
 * @returns takes the rows of a request, as the model takes them, and a regressor's predictions of them, [N, D]
 */
export function warningsFor({ document }: Model): (rows: readonly Row[], values: ArrayLike<number>) => Warning[] {
  const known = document.provenance.columns && new Set(document.provenance.columns);
  const tests = new Map(unitedEncoder(memberEncoders(document)).columns.map((each) => [each.name, usualTest(each)]));
  const isUsual = (row: Row): boolean =>
    Object.keys(row).every((name) => tests.get(name)?.(row[name]) ?? known?.has(name) ?? true);
  return (rows, values) =>
    rows.every(isUsual)
      ? clippedWarnings(document, "the given rows", values)
      : predictionWarnings({ document }, rows, values);
}

function usualTest(encoding: ColumnEncoding): ValueTest {
  switch (encoding.kind) {
    case "number":
      return numberTest(encoding);
    case "date":
      return dateTest(encoding);
    case "category": {
      const categories = new Set(encoding.categories);
      return (value) => value === null || categories.has(String(value)); // 1 and true are the categories "1" and "true"
    }
    case "boolean":
      return () => true;
    default:
      return encoding satisfies never;
  }
}

/** Texts that are read as numbers are left to the warnings. */
function numberTest(encoding: NumberEncoding): ValueTest {
  const isFar = farFrom(encoding.range);
  const isMissing = codeTest(readingOf(encoding));
  return (value) =>
    value === null ? encoding.missingIndicator : typeof value === "number" && !isFar(value) && !isMissing(value);
}

function dateTest(encoding: DateEncoding): ValueTest {
  const isFar = farFrom(encoding.range);
  const { form, zones } = readingOf(encoding);
  const read = dateReader(form);
  /** What `namesZone` returns for times unlike those of the training. */
  const unlike = zones === "all" ? false : zones === "none" ? true : undefined;
  const isZoneUsual = (text: string): boolean => !text.includes(":") || namesZone(text) !== unlike;
  return (value) =>
    value === null ? encoding.missingIndicator : typeof value === "string" && !isFar(read(value)) && isZoneUsual(value);
}
