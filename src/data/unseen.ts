/**
 * Categories that a model does not know: it takes them all for one and the same unknown value, with a warning.
 *
 * For tables to predict or to judge on. Knows no model, only an encoder.
 */
import { counted } from "../counted.ts";
import { requireKind } from "../kinds.ts";
import { placeOf } from "./encoder.ts";
import { type Encoder, encoderKind } from "./encoding.ts";
import { categoryTexts } from "./encodings/category.ts";
import { statisticsOf } from "./statistics/statisticsOf.ts";
import { warnedValues } from "./statistics.ts";
import { shown, type Table, tableKind, type Warning } from "./table.ts";

/** Warning: `unseen-categories`, one a column, with how many rows it concerns. */
export function unseenWarnings(encoder: Encoder, table: Table): Warning[] {
  requireKind("unseenWarnings's encoder", encoder, encoderKind);
  requireKind("unseenWarnings's table", table, tableKind);
  const { columns } = encoder;
  const statistics = statisticsOf(table);
  return columns.flatMap((encoding) => {
    if (encoding.kind !== "category") return [];
    const column = table.columns.find(({ name }) => name === encoding.name);
    if (column === undefined) return [];
    const known = new Set<string | null>(encoding.categories).add(null);
    const { values } = categoryTexts(placeOf(table, encoding), encoding, column);
    const unknown = values.filter((value) => value !== null && !known.has(value)) as string[];
    const [count] = statistics.sums([unknown.length]);
    if (count === 0) return [];
    const { different } = statistics.texts(unknown);
    const found = warnedValues<string>(statistics, unknown);
    const one = different === 1;
    const message =
      `In ${table.source}: ${count} of ${counted(statistics.rows, "row")} ${count === 1 ? "has" : "have"} ${one ? `the category ${shown(found[0])}` : `one of ${different} categories, such as ${shown(found[0])},`} in ${column.name}, ` +
      `which the training rows do not have; ${one ? "it is" : "they are"} treated as unknown. Correct misspellings, or train again with rows that have ${one ? "it" : "them"}.`;
    return [{ code: "unseen-categories", columns: [column.name], values: [found], message }];
  });
}
