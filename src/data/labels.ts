/**
 * Labels as text, as the table they were learned from writes them: TRUE, 1.0 or 1,5, whose values are true, 1 and 1.5.
 *
 * The one place where a class becomes text for people. Knows neither how columns are read nor any model.
 */
import { counted } from "../counted.ts";
import { DescriptionError } from "../errors.ts";
import { list, optional, requireKind, withFields } from "../kinds.ts";
import type { ClassificationTarget, Label } from "./encoding.ts";
import { type Column, type Spellings, shown, type Warning } from "./table.ts";

type Named = Pick<ClassificationTarget, "classes" | "written">;

const namedKind = withFields("a target of classes", { classes: list, written: optional(list) });

/** A class as the training table writes it. @throws {DescriptionError} an index that no class has */
export function labelText(target: Named, index: number): string {
  requireKind("labelText's target", target, namedKind);
  const { classes, written } = target;
  if (!Number.isInteger(index) || index < 0 || index >= classes.length) {
    throw new DescriptionError(
      `Expected the index of a class, from 0 to ${classes.length - 1}, found ${shown(index)}.`,
    );
  }
  return written?.[index] ?? String(classes[index]);
}

/**
 * All classes as the training table writes them, in the target's order.
 *
 * @example
 * import { labelTexts, train } from "gradus";
 *
 * const rows = Array.from({ length: 40 }, (_, i) => ({ size: 50 + i, garden: i % 2 ? "yes" : "no" }));
 * const { model } = await train({ table: rows, target: "garden", epochs: 5, folds: 1 });
 * const { target } = model.document;
 * target.task === "classification" && labelTexts(target); // ["no", "yes"]
 */
export function labelTexts(target: Named): string[] {
  requireKind("labelTexts's target", target, namedKind);
  return target.classes.map((_, index) => labelText(target, index));
}

/** A class as messages show it: quoted where it is text or was written as other text than its value's. */
export function shownLabel(target: Named, index: number): string {
  return shown(target.written === undefined ? target.classes[index] : labelText(target, index));
}

/** A value's own text, by which its spellings are known: numbers in the language's notation, dates as ISO 8601. */
export function valueText(type: Column["type"], value: string | number | boolean): string {
  return type === "date" ? new Date(Number(value)).toISOString() : String(value);
}

/**
 * How each class is written: of several ways the most frequent, of equally frequent ones the value's own text, then the
 * first in code-unit order.
 *
 * Warning: `label-spellings`, where a class is written in more than one way.
 *
 * @param rows how many rows each class has
 * @returns nothing where every class is written as its value is
 */
export function writtenLabels(
  column: Pick<Column, "name" | "written">,
  rows: ReadonlyMap<Label, number>,
  classes: readonly Label[],
): { written?: string[]; warnings: Warning[] } {
  const spellings = column.written;
  if (spellings === undefined) return { warnings: [] };
  const ways = classes.map((label) => waysOf(String(label), rows.get(label) ?? 0, spellings));
  const written = ways.map(([[text]]) => text);
  const several = ways.findIndex(({ length }) => length > 1);
  return {
    ...(written.some((text, at) => text !== String(classes[at])) && { written }),
    warnings: several < 0 ? [] : [spellingWarning(column.name, ways[several])],
  };
}

type Way = readonly [text: string, rows: number];

function waysOf(own: string, rows: number, spellings: Spellings): Way[] {
  const others = [...(spellings.get(own) ?? [])];
  const asItIs = rows - others.reduce((sum, [, times]) => sum + times, 0);
  const ordered = others.sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  if (asItIs <= 0 && ordered.length > 0) return ordered;
  return [[own, asItIs] as const, ...ordered].sort(([, m], [, n]) => n - m);
}

function spellingWarning(name: string, ways: readonly Way[]): Warning {
  const list = ways
    .slice(0, 4)
    .map(([text, rows]) => `${JSON.stringify(text)} (${counted(rows, "row")})`)
    .join(", ");
  const message = `The target ${JSON.stringify(name)} has a class that is spelled in ${ways.length} ways: ${list}${ways.length > 4 ? ", …" : ""}. They are one class; predictions use ${JSON.stringify(ways[0][0])}.`;
  return { code: "label-spellings", columns: [name], message };
}
