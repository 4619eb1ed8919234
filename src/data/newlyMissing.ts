/**
 * Missing numbers and dates in columns that lacked none in training: the model predicts as if the median were there, without
 * an input that says so, so there is a warning.
 *
 * For tables to predict or to judge on. Knows no model, only an encoder.
 */
import { counted } from "../counted.ts";
import { foundInScaled, listedColumns } from "./encodedValues.ts";
import type { Encoder } from "./encoding.ts";
import { statisticsOf } from "./statistics/statisticsOf.ts";
import { rowNumber, type Table, type Warning } from "./table.ts";

/** Warning: `newly-missing`, one for all columns, with how many rows it concerns in each. */
export function newlyMissingWarnings(encoder: Encoder, table: Table): Warning[] {
  const statistics = statisticsOf(table);
  const found = foundInScaled(encoder, table, (encoding, values) => {
    const { name, missingIndicator } = encoding;
    if (missingIndicator) return undefined;
    const own = values.findIndex(Number.isNaN);
    const first = statistics.first(own < 0 ? undefined : String(rowNumber(table, own)));
    if (first === undefined) return undefined;
    const [count] = statistics.sums([values.reduce((sum, value) => sum + (Number.isNaN(value) ? 1 : 0), 0)]);
    return {
      name,
      isFitted: !(encoding.kind === "number" && encoding.clip === false), // a network from elsewhere has no fitted columns
      text: `${name} in ${count} of ${counted(statistics.rows, "row")}, first in row ${first}`,
    };
  });
  if (found.length === 0) return [];
  const message = found.some(({ isFitted }) => isFitted)
    ? `In ${table.source}: missing values in columns that had none in training: ${listedColumns(found)}. ` +
      "The model uses the median of the training rows in their place. Fill in the values, or train again with rows that have such gaps."
    : `In ${table.source}: missing values in columns where the network knows none: ${listedColumns(found)}. ` +
      "It gets the input 0 in their place. Fill in the values.";
  return [{ code: "newly-missing", columns: found.map(({ name }) => name), message }];
}
