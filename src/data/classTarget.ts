/**
 * A target of classes: from a column's values to class indices, and what each class is called.
 *
 * Works on one column at a time. Knows nothing of the other kinds of targets and of how a task is chosen.
 */

import { DataError } from "../errors.ts";
import { asType, type ColumnPlace, cellsOf, textColumn } from "./conversion.ts";
import { type ClassificationTarget, classReading, type Label } from "./encoding.ts";
import { shownLabel, writtenLabels } from "./labels.ts";
import { labelHint } from "./nearestLabel.ts";
import { JOINED, joinRare, type Rare } from "./rareClasses.ts";
import { valuedOption } from "./remedies.ts";
import { column as columnNamed } from "./rows.ts";
import { statisticsOf } from "./statistics/statisticsOf.ts";
import type { Statistics } from "./statistics.ts";
import { type Column, type DateColumn, isMissing, rowNumber, shown, type Table, type Warning } from "./table.ts";

/** From so many rows on, classes that all occur once are taken for a mistake. */
const MANY_ROWS = 10;

/** @throws {DataError} one class only, or a class of its own for every row */
export function fitClasses(
  { source, notes = [] }: Table,
  columns: readonly Column[],
  statistics: Statistics,
  rare: Rare | undefined = "keep",
): { target: ClassificationTarget; warnings: Warning[] } {
  const [column] = columns;
  const name = JSON.stringify(column.name);
  if (columns.length > 1) {
    throw new DataError(
      `In ${source}: classification takes one target, found ${columns.length}. Train a model for each, or predict them together: if each has two values, such as yes and no, ${valuedOption("task", "multilabel")}; if they are numbers, ${valuedOption("task", "regression")}.`,
    );
  }
  const labels: readonly (Label | null)[] = Array.from<Label | null>(labelsOf(source, column).values);
  const { rows: all } = statistics;
  const counts = statistics.counts(labels.filter((label) => label !== null && !Number.isNaN(label)));
  if (counts.size === 1) {
    throw new DataError(
      `In ${source}: every row has the same class, ${shown([...counts.keys()][0])}, in the target ${name}. Expected at least two classes.${notes
        .filter(({ code, columns: [about] }) => code === "missing-word" && about === column.name)
        .map(({ message }) => ` ${message}`)
        .join("")}`,
    );
  }
  if (counts.size === all && all >= MANY_ROWS) {
    throw new DataError(
      `In ${source}: every one of ${all} rows has a different class in the target ${name}. Expected classes that occur in several rows: ` +
        `choose another target, or, if it is a number: ${valuedOption("task", "regression")}.`,
    );
  }
  const joined = rare === "join" ? joinRare(counts, column.name) : [];
  if (counts.size === 1) {
    throw new DataError(
      `In ${source}: every class of the target ${name} occurs in only one row, so joining them leaves one class. Expected at least two: keep them.`,
    );
  }
  // One column has labels of one type, and < orders numbers, texts (by code unit) and truth values.
  const classes = [...counts.keys()].sort((a, b) => (a < b ? -1 : 1));
  const rows = [...counts.values()].reduce((sum, times) => sum + times, 0);
  const shares = classes.map((label) => (counts.get(label) ?? 0) / rows);
  // Labels of their own type are read the usual way; others have a reading.
  const asText = column.type === "date" || (column.type !== "text" && joined.length > 0);
  const own = column.reading ?? (asText ? { type: column.type } : undefined);
  const { written, warnings } = writtenLabels(column, counts, classes);
  const target: ClassificationTarget = {
    task: "classification",
    column: column.name,
    ...(own && { reading: own }),
    classes,
    ...(written && { written }),
    shares,
    ...(joined.length > 0 && { joined }),
  };
  return { target, warnings };
}

/** A column's values as labels: dates are named by their text, and so is everything where some labels were joined. */
function labelsOf(source: string, column: Column, joined = false): Exclude<Column, DateColumn> {
  const asText = column.type === "date" || (joined && column.type !== "text");
  return asText ? textColumn({ source, name: column.name }, cellsOf(column)) : column;
}

/** The same classes with their shares of the training rows, by their weights [N]. @throws {DataError} as `encodeClasses` does */
export function refitClasses(
  target: ClassificationTarget,
  training: Table,
  weights?: ArrayLike<number>,
): ClassificationTarget {
  const statistics = statisticsOf(training);
  const classOf = encodeClasses(target, training);
  const sums = statistics.inTurn(new Float64Array(target.classes.length), (some) => {
    for (const [row, index] of classOf.entries()) some[index] += weights?.[row] ?? 1;
  });
  const total = weights === undefined ? statistics.rows : sums.reduce((sum, own) => sum + own, 0);
  return { ...target, shares: Array.from(sums, (sum) => sum / total) };
}

/**
 * Class indices [N]. @throws {DataError} a value that is missing or of another type, a label that does not occur in
 * the training rows
 */
export function encodeClasses(target: ClassificationTarget, table: Table): Float32Array {
  const { column: name, classes, joined } = target;
  const column = columnNamed(table, name);
  const reading = classReading(target);
  const place = { ...placeOf(table, name), reading };
  const { values } = labelsOf(table.source, asType(reading.type, place, column), joined !== undefined);
  requirePresent(table, name, values);
  const indices = new Map<number | string | boolean | null, number>(classes.map((label, index) => [label, index]));
  const other = indices.get(JOINED);
  if (other !== undefined) for (const label of joined ?? []) indices.set(label, other);
  return Float32Array.from({ length: table.rows }, (_, row) => {
    const index = indices.get(values[row]);
    if (index !== undefined) return index;
    throw new DataError(
      `In ${table.source}: the target ${JSON.stringify(name)} is ${shown(values[row])} in row ${rowNumber(table, row)}, a class that does not occur in the training rows.${labelHint(values[row], classes)} ` +
        `Expected one of ${classes
          .slice(0, 10)
          .map((_, index) => shownLabel(target, index))
          .join(", ")}${classes.length > 10 ? ", …" : ""}: correct the label, or train again with rows of this class.`,
    );
  });
}

/** @throws {DataError} the first value that is missing */
export function requirePresent(table: Table, name: string, values: ArrayLike<number | string | boolean | null>): void {
  for (let row = 0; row < values.length; row++) {
    if (!isMissing(values[row])) continue;
    throw new DataError(
      `In ${table.source}: the target ${JSON.stringify(name)} is missing in row ${rowNumber(table, row)}. Leave out rows without a target.`,
    );
  }
}

/** How messages name a target's column. */
export function placeOf({ source, rowNumbers }: Table, name: string): ColumnPlace {
  return { source, rowNumbers, name, remedy: "Correct the value: the model was trained with a target of this type." };
}
