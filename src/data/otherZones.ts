/**
 * Times whose zones are named otherwise than in training: the model reads those without a zone as UTC, so the same clock
 * time can mean another instant, and there is a warning.
 *
 * For tables to predict or to judge on. Knows no model, only an encoder.
 */
import type { Encoder } from "./encoding.ts";
import type { Table, Warning } from "./table.ts";

/** Warning: `other-zones`, one for the columns that lack zones and one for those that name them; none of what is unknown. */
export function otherZoneWarnings({ columns }: Encoder, table: Table): Warning[] {
  const given = new Map(table.columns.map((column) => [column.name, column.reading?.zones]));
  const differing = (trained: "all" | "none"): string[] =>
    columns
      .filter(({ reading }) => reading?.zones === trained)
      .map(({ name }) => name)
      .filter((name) => (given.get(name) ?? trained) !== trained);
  const warning = (names: readonly string[], message: string): Warning[] =>
    names.length === 0 ? [] : [{ code: "other-zones", columns: names, message: `In ${table.source}: ${message}` }];
  const [lacking, naming] = [differing("all"), differing("none")];
  return [
    ...warning(
      lacking,
      `times of ${lacking.join(", ")} have no time zone and are read as UTC; in training every time had one. Add the time zone to each.`,
    ),
    ...warning(
      naming,
      `times of ${naming.join(", ")} have a time zone; in training none had, and the times were read as UTC. Write them as in training, without a time zone.`,
    ),
  ];
}
