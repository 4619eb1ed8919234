/** A table that has columns which were not there when the model was trained: the model is older than the table. */
import type { Table, Warning } from "../../data/table.ts";
import type { ModelDocument } from "../../models/document.ts";

const LISTED = 5;

/** Warning: `new-columns`. None of a model whose file doesn't say what its table had. */
export function newColumnWarnings({ provenance }: Pick<ModelDocument, "provenance">, table: Table): Warning[] {
  const known = provenance.columns && new Set(provenance.columns);
  if (known === undefined) return [];
  const names = [...table.columns.map(({ name }) => name), ...(table.unread ?? [])].filter((name) => !known.has(name));
  if (names.length === 0) return [];
  const list = names
    .slice(0, LISTED)
    .map((name) => JSON.stringify(name))
    .join(", ");
  const which = names.length === 1 ? `a column that wasn't there` : `${names.length} columns that weren't there`;
  const message =
    `The table has ${which} when the model was trained: ${list}${names.length > LISTED ? ", …" : ""}. The model doesn't use ` +
    `${names.length === 1 ? "it" : "them"}; train again to learn from ${names.length === 1 ? "it" : "them"}.`;
  return [{ code: "new-columns", columns: names, message }];
}
