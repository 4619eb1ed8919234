/**
 * The target: what the network is to say of a row, as the numbers it learns, and back again.
 *
 * Classes become class indices; numbers are standardised, (d − mean)/deviation, and restored. Which rows learn and which
 * test is `split.ts`'s business. Knows no network and no loss.
 */

import { counted } from "../counted.ts";
import { DataError, ShapeError } from "../errors.ts";
import { finiteNumbers, listOf, numbers as numbersList, oneOf, requireKind, requireOptions, text } from "../kinds.ts";
import { type ColumnPlace, cellsOf, columnOfType, numberColumn, textColumn } from "./conversion.ts";
import {
  type ClassificationTarget,
  classReading,
  type Label,
  numberTargetKind,
  type RegressionTarget,
  type Target,
  type Task,
  targetKind,
} from "./encoding.ts";
import { countsOf } from "./encodings/category.ts";
import { shownLabel, writtenLabels } from "./labels.ts";
import { variety } from "./leftOut.ts";
import { labelHint } from "./nearestLabel.ts";
import { JOINED, joinRare, type Rare } from "./rareClasses.ts";
import { taskOption } from "./remedies.ts";
import { column as columnNamed } from "./rows.ts";
import {
  type Column,
  type DateColumn,
  isMissing,
  type NumberColumn,
  rowNumber,
  shown,
  type Table,
  tableKind,
  type Warning,
} from "./table.ts";

/** With more different values, whole numbers are taken as numbers. */
const MOST_NUMBER_CLASSES = 20;
/** With fewer rows of one of its values, a column of whole numbers is taken as numbers, unless it only says yes or no. */
const FEWEST_ROWS_OF_CLASS = 5;
/** Pairs of numbers that say no and yes. */
const NO_AND_YES: readonly (readonly [number, number])[] = [
  [0, 1],
  [-1, 1],
];
/** From so many rows on, classes that all come once are taken for a mistake. */
const MANY_ROWS = 10;

/**
 * The rows whose targets are all known; only they can teach or test anything.
 *
 * Warning: `target-missing`, which counts the rows left out.
 *
 * @throws {DataError} an unknown target, one named twice, a target that no row has
 */
export function rowsWithTarget(table: Table, names: readonly string[]): { rows: Uint32Array; warnings: Warning[] } {
  requireKind("rowsWithTarget's table", table, tableKind);
  requireKind("the targets", names, listOf(text, "column names"));
  const columns = targetColumns(table, names);
  const all = Uint32Array.from({ length: table.rows }, (_, row) => row);
  const rows = all.filter((row) => columns.every(({ values }) => !isMissing(values[row])));
  if (rows.length === 0) {
    throw new DataError(`In ${table.source}: no row has all of the targets ${names.join(", ")}. Choose fewer targets.`);
  }
  const leftOut = table.rows - rows.length;
  if (leftOut === 0) return { rows, warnings: [] };
  const message = `Left out ${leftOut} of ${counted(table.rows, "row")}, where ${names.join(" or ")} is missing.`;
  return { rows, warnings: [{ code: "target-missing", columns: names, message }] };
}

/**
 * What the target columns ask for. The task is found from them unless it is given: text and truth values are classes;
 * numbers are classes when they are whole and few, each in several rows, or nothing but 0 and 1, or −1 and 1.
 *
 * Give it all rows with a target, before the split, so that it sees every class; `refitTarget` then takes what may only
 * come from the training rows. Warnings: `task-guessed`, where whole numbers could have been either; `label-spellings`,
 * where a class is written in several ways.
 *
 * @param names one column, or several of numbers
 * @param options `rare`: whether classes of one row stay as they are, or are joined into one, "other" (then all labels are
 * text); "drop" is `withoutRareClasses`'s business
 * @throws {DataError} what `rowsWithTarget` objects to; one class only, or a class of its own for every row; numbers that
 * are all equal; columns that do not suit the task
 */
export function fitTarget(
  table: Table,
  names: readonly string[],
  options: { readonly task?: Task | undefined; readonly rare?: Rare | undefined } = {},
): { target: Target; warnings: Warning[] } {
  requireKind("fitTarget's table", table, tableKind);
  requireKind("the targets", names, listOf(text, "column names"));
  requireOptions(options, { task: oneOf("classification", "regression"), rare: text }, "fitTarget");
  const columns = targetColumns(table, names);
  const guessed = guessTask(table.source, columns);
  const task = options.task ?? guessed.task;
  const { target, warnings } =
    task === "classification"
      ? fitClasses(table, columns, options.rare)
      : { target: fitNumbers(table, columns), warnings: [] };
  return {
    target,
    warnings: [...(options.task === undefined ? guessed.warnings : []), ...warnings],
  };
}

/**
 * The same target with its statistics (class shares; means and deviations) those of the training rows alone.
 *
 * Numbers that are all equal there keep the deviation that they had.
 *
 * @param weights [N], sample weights: the statistics are weighted ones; all rows count alike when absent
 * @throws {DataError} what `encodeTarget` objects to
 * @throws {ShapeError} weights that are not one a row
 */
export function refitTarget(target: Target, training: Table, weights?: ArrayLike<number>): Target {
  requireKind("refitTarget's target", target, targetKind);
  requireKind("refitTarget's table", training, tableKind);
  if (weights !== undefined) requireKind("refitTarget's weights", weights, numbersList);
  if (weights !== undefined && weights.length !== training.rows) {
    throw new ShapeError(`Expected ${training.rows} weights, one a row, found ${weights.length}.`);
  }
  if (target.task === "regression") return refitNumbers(target, training, weights);
  const sums = new Float64Array(target.classes.length);
  for (const [row, index] of encodeTarget(target, training).entries()) sums[index] += weights?.[row] ?? 1;
  const total = weights === undefined ? training.rows : sums.reduce((sum, own) => sum + own, 0);
  return { ...target, shares: Array.from(sums, (sum) => sum / total) };
}

/**
 * The desired responses as the network learns them.
 *
 * @returns class indices [N, 1], or standardised numbers [N, D]
 * @throws {DataError} a value that is missing or of another type, a label that training never saw
 */
export function encodeTarget(target: Target, table: Table): Float32Array {
  requireKind("encodeTarget's target", target, targetKind);
  requireKind("encodeTarget's table", table, tableKind);
  if (target.task === "classification") return encodeClasses(target, table);
  const { means, deviations } = target;
  const width = means.length;
  const numbers = observedNumbers(target, table);
  return Float32Array.from(numbers, (value, at) => (value - means[at % width]) / deviations[at % width]);
}

/** What is true of a table's rows: class indices [N], or numbers in their own unit [N, D]. @throws {DataError} as `encodeTarget` */
export function trueValues(target: Target, table: Table): Float32Array | Float64Array {
  return target.task === "classification" ? encodeTarget(target, table) : observedNumbers(target, table);
}

/** The true numbers of a table's rows in their own unit, [N, D]. @throws {DataError} one that is missing or no number */
export function observedNumbers(target: RegressionTarget, table: Table): Float64Array {
  const width = target.columns.length;
  const numbers = new Float64Array(table.rows * width);
  target.columns.forEach((name, at) => {
    const column = columnNamed(table, name);
    const place = { ...placeOf(table, name), reading: target.readings?.[at] };
    const { values } = column.type === "number" ? column : numberColumn(place, cellsOf(column));
    requirePresent(table, name, values);
    for (let row = 0; row < table.rows; row++) numbers[row * width + at] = values[row];
  });
  return numbers;
}

/**
 * A network's outputs in the target's unit: output · deviation + mean, held within the target's ranges where it has some.
 *
 * @param outputs [N, D]
 * @returns [N, D]
 * @throws {DescriptionError} a target of classes, an output that is not finite
 */
export function restoreNumbers(target: RegressionTarget, outputs: ArrayLike<number>): Float64Array {
  requireKind("restoreNumbers' target", target, numberTargetKind);
  requireKind("restoreNumbers' outputs", outputs, finiteNumbers);
  return restored(target, outputs);
}

/** The same for outputs that are checked, or will be. */
export function restored(target: RegressionTarget, outputs: ArrayLike<number>): Float64Array {
  const { means, deviations, ranges } = target;
  const width = means.length;
  const numbers = Float64Array.from(outputs, (output, at) => output * deviations[at % width] + means[at % width]);
  if (ranges === undefined) return numbers;
  return numbers.map((number, at) => Math.min(Math.max(number, ranges[at % width][0]), ranges[at % width][1]));
}

/** The target with the least and the greatest of some rows as its ranges. @param observed [N, D], at least one row */
export function withRanges(target: RegressionTarget, observed: ArrayLike<number>): RegressionTarget {
  const width = target.columns.length;
  const ranges = target.columns.map((): [number, number] => [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
  for (let at = 0; at < observed.length; at++) {
    const range = ranges[at % width];
    range[0] = Math.min(range[0], observed[at]);
    range[1] = Math.max(range[1], observed[at]);
  }
  return { ...target, ranges };
}

function targetColumns(table: Table, names: readonly string[]): Column[] {
  if (names.length === 0) throw new DataError(`In ${table.source}: expected the name of a target column, found none.`);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new DataError(`Expected different targets, found ${JSON.stringify(twice)} twice.`);
  return names.map((name) => {
    const column = columnNamed(table, name);
    if (variety(column).present > 0) return column;
    throw new DataError(
      `In ${table.source}: the target ${JSON.stringify(name)} is missing in all ${table.rows} rows. Choose a column with values.`,
    );
  });
}

function guessTask(source: string, columns: readonly Column[]): { task: Task; warnings: Warning[] } {
  const [column] = columns;
  if (columns.length > 1) return { task: "regression", warnings: [] };
  if (column.type === "text" || column.type === "boolean") return { task: "classification", warnings: [] };
  const numbers = column.type === "number" ? column.values.filter((value) => !Number.isNaN(value)) : [];
  if (column.type === "date" || hasMore(numbers, MOST_NUMBER_CLASSES) || !numbers.every(Number.isInteger)) {
    return { task: "regression", warnings: [] };
  }
  const counts = countsOf(numbers);
  const saysYes = NO_AND_YES.some((pair) => [...counts.keys()].every((value) => pair.includes(value)));
  const often = saysYes || [...counts.values()].every((times) => times >= FEWEST_ROWS_OF_CLASS);
  const task = often ? "classification" : "regression";
  const [taken, other] = often ? (["classes", "regression"] as const) : (["numbers", "classification"] as const);
  // Numbers that are all different could not be classes.
  if (!often && counts.size === numbers.length) return { task, warnings: [] };
  const message =
    `In ${source}: ${JSON.stringify(column.name)} has ${counts.size} different whole numbers, taken as ${taken}. ` +
    `If that is wrong: ${taskOption(other)}.`;
  return { task, warnings: [{ code: "task-guessed", columns: [column.name], message }] };
}

/** Whether there are more different numbers than that; of millions, all need not be looked at. */
function hasMore(numbers: Iterable<number>, most: number): boolean {
  const different = new Set<number>();
  for (const value of numbers) if (different.add(value).size > most) return true;
  return false;
}

function fitClasses(
  { source, rows: all, notes = [] }: Table,
  columns: readonly Column[],
  rare: Rare | undefined = "keep",
): { target: ClassificationTarget; warnings: Warning[] } {
  const [column] = columns;
  const name = JSON.stringify(column.name);
  if (columns.length > 1) {
    throw new DataError(
      `In ${source}: classification takes one target, found ${columns.length}. Train a model for each, or, if they are numbers, predict them together: ${taskOption("regression")}.`,
    );
  }
  const labels: readonly (Label | null)[] = Array.from<Label | null>(labelsOf(source, column).values);
  const counts = countsOf(labels.filter((label) => label !== null && !Number.isNaN(label)));
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
      `In ${source}: every one of ${all} rows has a class of its own in the target ${name}. Expected classes that come in several rows: ` +
        `choose another target, or, if it is a number: ${taskOption("regression")}.`,
    );
  }
  const joined = rare === "join" ? joinRare(counts, column.name) : [];
  if (counts.size === 1) {
    throw new DataError(
      `In ${source}: every class of the target ${name} comes in one row alone, so joining them leaves one class. Expected at least two: keep them.`,
    );
  }
  // One column has labels of one type, and < orders numbers, texts (by code unit) and truth values alike.
  const classes = [...counts.keys()].sort((a, b) => (a < b ? -1 : 1));
  const rows = [...counts.values()].reduce((sum, times) => sum + times, 0);
  const shares = classes.map((label) => (counts.get(label) ?? 0) / rows);
  // Labels of their own type are read the usual way; others say how.
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

/** What is known of numbers before their statistics are taken. */
interface KnownNumbers {
  /** What the deviations were before, for columns of equal numbers, which have none. */
  readonly known?: RegressionTarget;
  /** [N], sample weights. */
  readonly weights?: ArrayLike<number> | undefined;
}

function fitNumbers(table: Table, columns: readonly Column[], { known, weights }: KnownNumbers = {}): RegressionTarget {
  const moments = columns.map((column, at) => {
    if (column.type === "number") return momentsOf(table.source, column, { weights, known: known?.deviations[at] });
    const row = Array.from<Label | null>(column.values).findIndex((value) => !isMissing(value));
    const value = column.type === "date" ? "" : ` ${shown(column.values[row])}`;
    throw new DataError(
      `In ${table.source}: the target ${JSON.stringify(column.name)} is to be a number, but holds the ${column.type}${value} in row ${rowNumber(table, row)}. ` +
        (columns.length > 1
          ? "Several targets must all be numbers."
          : `Choose a number column, or take its values as classes: ${taskOption("classification")}.`),
    );
  });
  return {
    task: "regression",
    columns: columns.map(({ name }) => name),
    ...(columns.some(({ reading }) => reading) && {
      readings: columns.map(({ reading }) => reading ?? { type: "number" as const }),
    }),
    means: moments.map(({ mean }) => mean),
    deviations: moments.map(({ deviation }) => deviation),
  };
}

function refitNumbers(target: RegressionTarget, training: Table, weights?: ArrayLike<number>): RegressionTarget {
  return fitNumbers(training, targetColumns(training, target.columns), { known: target, weights });
}

/** Mean and population standard deviation, weighted where there are weights. The differences are scaled by their largest, so that no square overflows. */
function momentsOf(
  source: string,
  { name, values }: NumberColumn,
  { known, weights }: { readonly known: number | undefined; readonly weights: ArrayLike<number> | undefined },
): { mean: number; deviation: number } {
  const numbers = values.filter((value) => !Number.isNaN(value));
  if (numbers.every((value) => value === numbers[0])) {
    if (known !== undefined) return { mean: numbers[0], deviation: known };
    throw new DataError(
      `In ${source}: the target ${JSON.stringify(name)} is ${numbers[0]} in every row, so there is nothing to learn. Expected numbers that differ.`,
    );
  }
  const own =
    weights === undefined ? undefined : Float64Array.from(weights).filter((_, row) => !Number.isNaN(values[row]));
  const total = own?.reduce((sum, weight) => sum + weight, 0) ?? numbers.length;
  const weightAt = (at: number): number => (own === undefined ? 1 : own[at]);
  const mean = numbers.reduce((sum, value, at) => sum + value / (total / weightAt(at)), 0);
  const largest = numbers.reduce((most, value) => Math.max(most, Math.abs(value - mean)), 0);
  const squares = numbers.reduce((sum, value, at) => sum + weightAt(at) * ((value - mean) / largest) ** 2, 0);
  const deviation = largest * Math.sqrt(squares / total);
  requireComputable(`In ${source}: the target ${JSON.stringify(name)}`, numbers, deviation);
  return { mean, deviation };
}

/** A model's file holds numbers up to ten times as large: its answers may go a little beyond what it learned from. */
const LARGEST_TARGET = 1e99;

/** @throws {DataError} numbers whose errors could not be squared and added */
function requireComputable(what: string, numbers: Float64Array, deviation: number): void {
  const largest = numbers.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest <= LARGEST_TARGET && deviation >= 1 / LARGEST_TARGET) return;
  const found =
    largest > LARGEST_TARGET
      ? `has values up to ${largest} in size. Expected at most ${LARGEST_TARGET}`
      : `has values that differ too little (standard deviation ${deviation}). Expected at least ${1 / LARGEST_TARGET}`;
  throw new DataError(`${what} ${found}: give it in another unit.`);
}

function encodeClasses(target: ClassificationTarget, table: Table): Float32Array {
  const { column: name, classes, joined } = target;
  const column = columnNamed(table, name);
  const reading = classReading(target);
  const place = { ...placeOf(table, name), reading };
  const read = column.type === reading.type ? column : columnOfType(reading.type, place, cellsOf(column));
  const { values } = labelsOf(table.source, read, joined !== undefined);
  requirePresent(table, name, values);
  const indices = new Map<number | string | boolean | null, number>(classes.map((label, index) => [label, index]));
  const other = indices.get(JOINED);
  if (other !== undefined) for (const label of joined ?? []) indices.set(label, other);
  return Float32Array.from({ length: table.rows }, (_, row) => {
    const index = indices.get(values[row]);
    if (index !== undefined) return index;
    throw new DataError(
      `In ${table.source}: the target ${JSON.stringify(name)} is ${shown(values[row])} in row ${rowNumber(table, row)}, a class that training never saw.${labelHint(values[row], classes)} ` +
        `Expected one of ${classes
          .slice(0, 10)
          .map((_, index) => shownLabel(target, index))
          .join(", ")}${classes.length > 10 ? ", …" : ""}: correct the label, or train with rows of this class.`,
    );
  });
}

function requirePresent(table: Table, name: string, values: ArrayLike<number | string | boolean | null>): void {
  for (let row = 0; row < values.length; row++) {
    if (!isMissing(values[row])) continue;
    throw new DataError(
      `In ${table.source}: the target ${JSON.stringify(name)} is missing in row ${rowNumber(table, row)}. Leave out rows without a target.`,
    );
  }
}

function placeOf({ source, rowNumbers }: Table, name: string): ColumnPlace {
  return { source, rowNumbers, name, remedy: "Correct the value: the target is learned as this type." };
}
