/** What a model's answers for a table give reason to warn of: what it did not learn, and answers that are held at a limit. */
import { tableForEncoder } from "../../data/encoder.ts";
import { farWarnings } from "../../data/farNumbers.ts";
import type { Row, Table, Warning } from "../../data/table.ts";
import { unitedEncoder } from "../../data/unitedEncoder.ts";
import { unseenWarnings } from "../../data/unseen.ts";
import { heldWarnings } from "../../models/heldAnswers.ts";
import type { Model } from "../../models/model.ts";
import { newColumnWarnings } from "./newColumns.ts";

/**
 * Warnings: `new-columns`, `unseen-categories`, `far-numbers`, `held-answers`.
 *
 * @param values what a regressor answered, [N, D] as its `values(rows)`; answers that are not given are not looked at
 * @throws {DataError} rows that the model cannot predict from
 */
export function answerWarnings(
  { document }: Pick<Model, "document">,
  rows: Table | readonly Row[],
  values?: ArrayLike<number>,
): Warning[] {
  const encoder = unitedEncoder([document, ...(document.further ?? [])].map((member) => member.encoder));
  const table = "columns" in rows ? rows : tableForEncoder(encoder, rows);
  return [
    ...newColumnWarnings(document, rows),
    ...unseenWarnings(encoder, table),
    ...farWarnings(encoder, table),
    ...(values ? heldWarnings(document, table.source, values) : []),
  ];
}
