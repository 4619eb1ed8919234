/** The warnings of a model's predictions for a table: values that are unlike the training rows, and predictions that were clipped. */
import { tableForEncoder } from "../../data/encoder.ts";
import type { Encoder } from "../../data/encoding.ts";
import { farWarnings } from "../../data/farNumbers.ts";
import { newlyMissingWarnings } from "../../data/newlyMissing.ts";
import { otherZoneWarnings } from "../../data/otherZones.ts";
import { type Row, type Table, tableKind, type Warning } from "../../data/table.ts";
import { unitedEncoder } from "../../data/unitedEncoder.ts";
import { unseenWarnings } from "../../data/unseen.ts";
import { either, finiteNumbers, list, requireKind, withFields } from "../../kinds.ts";
import { clippedWarnings } from "../../models/clippedPredictions.ts";
import { documentKind, memberEncoders } from "../../models/document.ts";
import type { Model } from "../../models/model.ts";
import { newColumnWarnings } from "./newColumns.ts";

const describedKind = withFields("a model", { document: documentKind });

/**
 * Warnings: `new-columns`, `unseen-categories`, `newly-missing`, `other-zones`, `far-numbers`, `clipped-predictions`.
 *
 * @param values a regressor's predictions, [N, D] as its `values(rows)`; not checked when absent
 * @throws {DataError} rows that the model cannot predict from
 *
 * @example
 * import { predictionWarnings, train } from "gradus";
 *
 * const rows = Array.from({ length: 40 }, (_, i) => ({ size: 50 + i, town: i % 2 ? "Bonn" : "Köln", price: 100 + 3 * i }));
 * const { model } = await train({ table: rows, target: "price", epochs: 5, folds: 1 });
 * const [warning] = predictionWarnings(model, [{ size: 60, town: "Koeln" }]);
 * warning.code; // "unseen-categories"
 */
export function predictionWarnings(
  model: Pick<Model, "document">,
  rows: Table | readonly Row[],
  values?: ArrayLike<number>,
): Warning[] {
  requireKind("predictionWarnings' model", model, describedKind);
  requireKind("the rows that were predicted", rows, either(list, tableKind));
  if (values !== undefined) requireKind("the predicted values", values, finiteNumbers);
  const { document } = model;
  const encoder = unitedEncoder(memberEncoders(document));
  const table = "columns" in rows ? rows : tableForEncoder(encoder, rows);
  return [
    ...newColumnWarnings(document, rows),
    ...unlikeTrainingWarnings(encoder, table),
    ...(values ? clippedWarnings(document, table.source, values) : []),
  ];
}

/** Those about values that are unlike the training rows. */
export function unlikeTrainingWarnings(encoder: Encoder, table: Table): Warning[] {
  return [
    ...unseenWarnings(encoder, table),
    ...newlyMissingWarnings(encoder, table),
    ...otherZoneWarnings(encoder, table),
    ...farWarnings(encoder, table),
  ];
}
