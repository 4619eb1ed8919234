/** What a model's answers for a table give reason to warn of: what it did not learn, and answers that are held at a limit. */
import { tableForEncoder } from "../../data/encoder.ts";
import { farWarnings } from "../../data/farNumbers.ts";
import { newlyMissingWarnings } from "../../data/newlyMissing.ts";
import { otherZoneWarnings } from "../../data/otherZones.ts";
import { type Row, type Table, tableKind, type Warning } from "../../data/table.ts";
import { unitedEncoder } from "../../data/unitedEncoder.ts";
import { unseenWarnings } from "../../data/unseen.ts";
import { either, finiteNumbers, list, requireKind, withFields } from "../../kinds.ts";
import { documentKind } from "../../models/document.ts";
import { heldWarnings } from "../../models/heldAnswers.ts";
import type { Model } from "../../models/model.ts";
import { newColumnWarnings } from "./newColumns.ts";

const describedKind = withFields("a model", { document: documentKind });

/**
 * Warnings: `new-columns`, `unseen-categories`, `newly-missing`, `other-zones`, `far-numbers`, `held-answers`.
 *
 * @param values a regressor's predictions, [N, D] as its `values(rows)`; not checked when absent
 * @throws {DataError} rows that the model cannot predict from
 *
 * @example
 * import { answerWarnings, train } from "gradus";
 *
 * const rows = Array.from({ length: 40 }, (_, i) => ({ size: 50 + i, town: i % 2 ? "Bonn" : "Köln", price: 100 + 3 * i }));
 * const { model } = await train({ table: rows, target: "price", epochs: 5, folds: 1 });
 * const [warning] = answerWarnings(model, [{ size: 60, town: "Koeln" }]);
 * warning.code; // "unseen-categories"
 */
export function answerWarnings(
  model: Pick<Model, "document">,
  rows: Table | readonly Row[],
  values?: ArrayLike<number>,
): Warning[] {
  requireKind("answerWarnings' model", model, describedKind);
  requireKind("the rows that were predicted", rows, either(list, tableKind));
  if (values !== undefined) requireKind("the predicted values", values, finiteNumbers);
  const { document } = model;
  const encoder = unitedEncoder([document, ...(document.further ?? [])].map((member) => member.encoder));
  const table = "columns" in rows ? rows : tableForEncoder(encoder, rows);
  return [
    ...newColumnWarnings(document, rows),
    ...unseenWarnings(encoder, table),
    ...newlyMissingWarnings(encoder, table),
    ...otherZoneWarnings(encoder, table),
    ...farWarnings(encoder, table),
    ...(values ? heldWarnings(document, table.source, values) : []),
  ];
}
