/**
 * A column of groups: rows with the same value belong together, as the visits of one patient.
 *
 * Knows nothing of how rows are divided.
 */
import { counted } from "../counted.ts";
import { DataError } from "../errors.ts";
import { numbered } from "./differentValues.ts";
import { column } from "./rows.ts";
import { isMissing, quotedNames, rowNumber, type Table, type Warning } from "./table.ts";

/**
 * Each row's group, [N], numbered from 0 in the order in which groups first come.
 *
 * @throws {DataError} a column that is missing, or a row without a value
 */
export function groupsOf(table: Table, name: string): Float64Array {
  return numbered(keysOf(table, name));
}

/** Each row's group as it is written, [N]. @throws {DataError} as `groupsOf` */
export function keysOf(table: Table, name: string): string[] {
  const { values } = column(table, name);
  return Array.from<(typeof values)[number], string>(values, (value, row) => {
    if (!isMissing(value)) return String(value);
    throw new DataError(
      `In ${table.source}: the group column ${JSON.stringify(name)} is missing in row ${rowNumber(table, row)}. ` +
        "Expected a value in every row: fill it in, with a unique value for a row that belongs to no group.",
    );
  });
}

/** Warning: `shared-groups`, of a table to test on that has groups of the table to learn from. */
export function sharedGroupWarnings(table: Table, test: Table, name: string): Warning[] {
  const known = new Set(keysOf(table, name));
  const tested = new Set(keysOf(test, name));
  const shared = [...tested].filter((key) => known.has(key));
  if (shared.length === 0) return [];
  const message =
    `${shared.length} of the ${counted(tested.size, "group")} of ${name} in ${test.source} ${shared.length === 1 ? "is" : "are"} in ${table.source} too (${quotedNames(shared.slice(0, 3))}${shared.length > 3 ? ", …" : ""}): ` +
    "the metrics there may be better than those of new groups. Leave their rows out of one of the two tables.";
  return [{ code: "shared-groups", columns: [name], message }];
}
