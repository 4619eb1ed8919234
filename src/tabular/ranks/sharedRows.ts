/** What ranks found out together of a table whose rows they share. Knows nothing of how. */
import type { Table } from "../../data/table.ts";
import type { ModelDocument } from "../../models/document.ts";
import type { Model } from "../../models/model.ts";
import type { Predictions } from "../predictions.ts";

/** What the record has of a table and of the rows of a fold. */
export type RowsProvenance = Pick<
  ModelDocument["provenance"],
  "source" | "fingerprint" | "rows" | "columns" | "learned"
>;

/** What no rank can tell from its own rows. */
export interface SharedRows {
  readonly provenance: RowsProvenance;
  /** The fingerprint of the table to test on; null where there is none. */
  readonly test: string | null;
  /** A model's predictions for the rows that all ranks have of a part, on every rank. */
  predict(model: Model, table: Table): Promise<Predictions>;
}
