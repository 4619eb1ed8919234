/**
 * Classes that come in one row: such a row can be learned from or judged by, but not both.
 *
 * It is learned from, left out, or put together with the others of its kind. Knows labels and counts, and no table.
 */
import { DataError } from "../errors.ts";
import { countsOf } from "./differentValues.ts";
import type { ClassificationTarget, Label } from "./encoding.ts";
import { shownLabel } from "./labels.ts";
import { valuedOption } from "./remedies.ts";
import type { Warning } from "./table.ts";

/** What becomes of the rows of a class that comes in one row. */
export const rareChoices = ["keep", "drop", "join"] as const;
export type Rare = (typeof rareChoices)[number];

/** The class that rare ones are joined into. */
export const JOINED = "other";

/**
 * Makes one class of those that occur once, in the counts by label. Its name is a text, so all labels become texts.
 *
 * @returns the labels that were joined; the counts are changed only where there are some
 * @throws {DataError} a class of that name comes in several rows: it would be mixed with those that are joined
 */
export function joinRare(counts: Map<Label, number>, column: string): string[] {
  const all = [...counts];
  const joined = all.flatMap(([label, times]) => (times === 1 ? [String(label)] : []));
  if (joined.length === 0) return joined;
  const own = counts.get(JOINED) ?? 0;
  if (own > 1) {
    throw new DataError(
      `Classes of ${JSON.stringify(column)} that occur once are joined into a class "${JOINED}", but ${own} rows already have a class of that name. Rename that class in the table, or leave out the rare ones: ${valuedOption("rare", "drop")}.`,
    );
  }
  counts.clear();
  for (const [label, times] of all) if (times > 1) counts.set(String(label), times);
  counts.set(JOINED, joined.length);
  return joined;
}

/**
 * The rows whose class comes in more than one row.
 *
 * Warning: `dropped-classes`, which names the classes left out.
 *
 * @param classOf [N], class indices
 * @throws {DataError} no class has more
 */
export function withoutRareClasses(
  target: ClassificationTarget,
  classOf: ArrayLike<number>,
): { rows: Uint32Array; warnings: Warning[] } {
  const { classes, column } = target;
  const counts = countsOf(Array.from(classOf));
  const rows = Uint32Array.from({ length: classOf.length }, (_, row) => row);
  const single = classes.flatMap((_, index) => (counts.get(index) === 1 ? [shownLabel(target, index)] : []));
  if (single.length === 0) return { rows, warnings: [] };
  if (single.length === classes.length) {
    throw new DataError(
      `Every class of ${JSON.stringify(column)} occurs in only one row, so dropping such rows leaves none. Keep or join them.`,
    );
  }
  if (single.length === classes.length - 1) {
    throw new DataError(
      `Only one class of ${JSON.stringify(column)} occurs in more than one row, so dropping ${listedClasses(single)} leaves one. Expected at least two: keep them.`,
    );
  }
  const message = `Left out ${single.length} of ${rows.length} rows: ${listedClasses(single)} of ${column} ${single.length === 1 ? "occurs" : "occur"} in only one row.`;
  return {
    rows: rows.filter((row) => counts.get(classOf[row]) !== 1),
    warnings: [{ code: "dropped-classes", columns: [column], message }],
  };
}

/** Of labels as messages show them: `the class "a"`, `the classes "a", "b"`, `12 classes ("a", "b", …)` */
export function listedClasses(labels: readonly string[]): string {
  const first = labels.slice(0, 5).join(", ");
  if (labels.length === 1) return `the class ${first}`;
  return labels.length > 5 ? `${labels.length} classes (${first}, …)` : `the classes ${first}`;
}
