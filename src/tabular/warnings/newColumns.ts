/** Columns which were not there when the model was trained: the model is older than the table, or a name is misspelt. */
import type { Row, Table, Warning } from "../../data/table.ts";
import { nearest } from "../../errors.ts";
import type { ModelDocument } from "../../models/document.ts";

const LISTED = 5;

/** Warning: `new-columns`. None for a model whose file doesn't have the columns of its table. */
export function newColumnWarnings(
  { provenance }: Pick<ModelDocument, "provenance">,
  rows: Table | readonly Row[],
): Warning[] {
  const known = provenance.columns && new Set(provenance.columns);
  if (known === undefined) return [];
  const given = "columns" in rows ? namesIn(rows) : [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const names = given.filter((name) => !known.has(name));
  if (names.length === 0) return [];
  const which = names.length === 1 ? `a column that wasn't there` : `${names.length} columns that weren't there`;
  const them = names.length === 1 ? "it" : "them";
  const message =
    `${"columns" in rows ? "The table has" : "The given rows have"} ${which} when the model was trained: ${listed(names)}. The model doesn't use ` +
    `${them}; train again to use ${them}.${hintOf(names, known)}`;
  return [{ code: "new-columns", columns: names, message }];
}

/** The same of a table to test on: columns that the table to learn from doesn't have. */
export function testColumnWarnings(table: Table, test: Table): Warning[] {
  const known = new Set(namesIn(table));
  const names = namesIn(test).filter((name) => !known.has(name));
  if (names.length === 0) return [];
  const [which, are] = names.length === 1 ? ["a column", "it is"] : [`${names.length} columns`, "they are"];
  const message = `In ${test.source}: ${which} that ${table.source} doesn't have, ${listed(names)}; ${are} not used.${hintOf(names, known)}`;
  return [{ code: "new-columns", columns: names, message }];
}

function namesIn({ columns, unread = [] }: Table): string[] {
  return [...columns.map(({ name }) => name), ...unread];
}

function listed(names: readonly string[]): string {
  const first = names.slice(0, LISTED).map((name) => JSON.stringify(name));
  return `${first.join(", ")}${names.length > LISTED ? ", …" : ""}`;
}

function hintOf(names: readonly string[], known: Iterable<string>): string {
  const near = names.length === 1 ? nearest(names[0], known) : undefined;
  return near === undefined ? "" : ` Did you mean ${JSON.stringify(near)}?`;
}
