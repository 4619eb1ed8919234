/**
 * A column of groups: rows with the same value belong together, as the visits of one patient.
 *
 * Knows nothing of how rows are divided.
 */
import { counted } from "../counted.ts";
import { DataError } from "../errors.ts";
import { numbered } from "./differentValues.ts";
import { column } from "./rows.ts";
import { statisticsOf } from "./statistics/statisticsOf.ts";
import { isMissing, quotedNames, rowNumber, type Table, type Warning } from "./table.ts";

/**
 * Each row's group, [N], numbered from 0 in the order in which groups first come.
 *
 * @throws {DataError} a column that is missing, or a row without a value
 */
export function groupsOf(table: Table, name: string): Float64Array {
  return numbered(keysOf(table, name));
}

/** The same where ranks share the rows, by the numbers that the groups have in all of them. @throws {DataError} as `groupsOf`, on every rank */
export function groupsOfAll(table: Table, name: string): Float64Array {
  const statistics = statisticsOf(table);
  const missing = column(table, name).values.findIndex(isMissing);
  const row = statistics.first(missing < 0 ? undefined : String(rowNumber(table, missing)));
  if (row !== undefined) throw missingGroup(table, name, row);
  const keys = keysOf(table, name);
  const numbers = new Map([...statistics.counts(keys).keys()].map((key, number) => [key, number]));
  return Float64Array.from(keys, (key) => numbers.get(key) ?? 0);
}

/** Each row's group as it is written, [N]. @throws {DataError} as `groupsOf` */
export function keysOf(table: Table, name: string): string[] {
  const { values } = column(table, name);
  return Array.from<(typeof values)[number], string>(values, (value, row) => {
    if (!isMissing(value)) return String(value);
    throw missingGroup(table, name, String(rowNumber(table, row)));
  });
}

function missingGroup({ source }: Table, name: string, row: string): DataError {
  return new DataError(
    `In ${source}: the group column ${JSON.stringify(name)} is missing in row ${row}. ` +
      "Expected a value in every row: fill it in, with a unique value for a row that belongs to no group.",
  );
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
