/** Columns that are mostly empty: kept, with a warning. Columns without any value are `leftOut.ts`'s business. */
import { statisticsOf } from "./statistics/statisticsOf.ts";
import type { Table, Warning } from "./table.ts";

/** From more than this share of missing values on, a column says little of most rows. */
const MANY = 0.5;

/** Warning: `many-missing`, with all such columns. @param names the columns to look at */
export function missingWarnings(table: Table, names: readonly string[]): Warning[] {
  const looked = new Set(names);
  const columns = table.columns.filter(({ name }) => looked.has(name));
  const statistics = statisticsOf(table, columns);
  const shares = columns
    .map(({ name, values }) => ({ name, share: 1 - statistics.variety(values).present / statistics.rows }))
    .filter(({ share }) => share > MANY);
  if (shares.length === 0) return [];
  const list = shares.map(({ name, share }) => `${name} (${Math.floor(100 * share)} % missing)`).join(", ");
  const one = shares.length === 1;
  const message =
    `More than half of the values are missing in the ${one ? "column" : "columns"} ${list}. For those rows the model ` +
    `learns only that ${one ? "the value is" : "the values are"} missing. Find out why, and leave ${one ? "the column" : "such columns"} out if new rows will not have the same gaps.`;
  return [{ code: "many-missing", columns: shares.map(({ name }) => name), message }];
}
