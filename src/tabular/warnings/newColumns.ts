/** Columns which were not there when the model was trained: the model is older than the table, or a name is misspelt. */
import type { Row, Table, Warning } from "../../data/table.ts";
import { nearest } from "../../errors.ts";
import type { ModelDocument } from "../../models/document.ts";

const LISTED = 5;

/** Warning: `new-columns`. None of a model whose file doesn't say what its table had. */
export function newColumnWarnings(
  { provenance }: Pick<ModelDocument, "provenance">,
  rows: Table | readonly Row[],
): Warning[] {
  const known = provenance.columns && new Set(provenance.columns);
  if (known === undefined) return [];
  const given =
    "columns" in rows
      ? [...rows.columns.map(({ name }) => name), ...(rows.unread ?? [])]
      : [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const names = given.filter((name) => !known.has(name));
  if (names.length === 0) return [];
  const list = names
    .slice(0, LISTED)
    .map((name) => JSON.stringify(name))
    .join(", ");
  const which = names.length === 1 ? `a column that wasn't there` : `${names.length} columns that weren't there`;
  const near = names.length === 1 ? nearest(names[0], known) : undefined;
  const hint = near === undefined ? "" : ` Did you mean ${JSON.stringify(near)}?`;
  const message =
    `${"columns" in rows ? "The table has" : "The given rows have"} ${which} when the model was trained: ${list}${names.length > LISTED ? ", …" : ""}. The model doesn't use ` +
    `${names.length === 1 ? "it" : "them"}; train again to learn from ${names.length === 1 ? "it" : "them"}.${hint}`;
  return [{ code: "new-columns", columns: names, message }];
}
