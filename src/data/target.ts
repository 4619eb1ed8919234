/**
 * The target: what the network is to say of a row, as the numbers it learns, and back again.
 *
 * Classes become class indices; numbers are standardised, (d − mean)/deviation, and restored. Which rows learn and which
 * test is `split.ts`'s business. Knows no network and no loss.
 */

import { counted } from "../counted.ts";
import { DataError, DescriptionError, ShapeError } from "../errors.ts";
import { readResults } from "../givenResult.ts";
import { finiteNumbers, listOf, numbers as numbersList, requireKind, requireOptions, text } from "../kinds.ts";
import { encodeClasses, fitClasses, placeOf, refitClasses, requirePresent } from "./classTarget.ts";
import { asType } from "./conversion.ts";
import { numberTargetKind, type RegressionTarget, type Target, type Task, targetKind, taskKind } from "./encoding.ts";
import { encodeLabels, fitLabels, labelStrata, refitLabels, saysYesOrNo, taskOfSeveral } from "./labelTarget.ts";
import { fitNumbers } from "./numberTarget.ts";
import type { Rare } from "./rareClasses.ts";
import { optionName, valuedOption } from "./remedies.ts";
import { column as columnNamed } from "./rows.ts";
import { statisticsOf } from "./statistics/statisticsOf.ts";
import type { Statistics } from "./statistics.ts";
import { type Column, isMissing, type Table, tableKind, type Warning } from "./table.ts";
import { withMedian } from "./targetQuantiles.ts";

/** With more different values, whole numbers are taken as numbers. */
const MOST_NUMBER_CLASSES = 20;
/** With fewer rows of one of its values, a column of whole numbers is taken as numbers, unless it only says yes or no. */
const FEWEST_ROWS_OF_CLASS = 5;

/**
 * The rows whose targets are all known; only they can be used for training or evaluation.
 *
 * Warning: `target-missing`, which counts the rows left out.
 *
 * @throws {DataError} an unknown target, one named twice, a target that no row has
 *
 * @example
 * import { tableFromColumns } from "gradus";
 * import { rowsWithTarget } from "gradus/network";
 *
 * rowsWithTarget(tableFromColumns({ price: [1, null, 3] }), ["price"]).rows; // [0, 2]
 */
export function rowsWithTarget(table: Table, names: readonly string[]): { rows: Uint32Array; warnings: Warning[] } {
  requireKind("rowsWithTarget's table", table, tableKind);
  requireKind("the targets", names, listOf(text, "column names"));
  const { columns, statistics } = targetColumns(table, names);
  const all = Uint32Array.from({ length: table.rows }, (_, row) => row);
  const rows = all.filter((row) => columns.every(({ values }) => !isMissing(values[row])));
  const [left] = statistics.sums([rows.length]);
  if (left === 0) {
    throw new DataError(`In ${table.source}: no row has all of the targets ${names.join(", ")}. Choose fewer targets.`);
  }
  const leftOut = statistics.rows - left;
  if (leftOut === 0) return { rows, warnings: [] };
  const message = `Left out ${leftOut} of ${counted(statistics.rows, "row")}, where ${names.join(" or ")} is missing.`;
  return { rows, warnings: [{ code: "target-missing", columns: names, message }] };
}

/**
 * The target that the columns describe. The task is inferred from them unless it is given: text and booleans are
 * classes; numbers are classes when they are whole and few, each in several rows, or nothing but 0 and 1, or −1 and 1.
 * Several columns are labels where each has two values, and else numbers.
 *
 * Give it all rows with a target, before the split, so that it sees every class; `refitTarget` then takes what may only
 * come from the training rows. Warnings: `task-guessed`, where whole numbers could have been either; `label-spellings`,
 * where a class is written in several ways.
 *
 * @param names one column, or several of numbers or of two values each
 * @param options `rare`: whether classes of one row stay as they are, or are joined into one, "other" (then all labels are
 * text); "drop" is `withoutRareClasses`'s business. `quantiles`: those to predict of one number, in ascending order; the median is
 * added where it is not among them
 * @throws {DataError} what `rowsWithTarget` objects to; one class only, or a class of its own for every row; numbers that
 * are all equal; columns that do not suit the task
 * @throws {DescriptionError} quantiles of classes or of several columns
 *
 * @example
 * import { tableFromColumns } from "gradus";
 * import { fitTarget } from "gradus/network";
 *
 * const { target } = fitTarget(tableFromColumns({ garden: ["yes", "no", "yes"] }), ["garden"]);
 * target.task; // "classification"
 */
export function fitTarget(
  table: Table,
  names: readonly string[],
  options: FitTargetOptions = {},
): { target: Target; warnings: Warning[] } {
  requireKind("fitTarget's table", table, tableKind);
  requireKind("the targets", names, listOf(text, "column names"));
  requireOptions(options, { task: taskKind, rare: text, quantiles: numbersList }, "fitTarget");
  const { rare, quantiles } = options;
  const { columns, statistics } = targetColumns(table, names);
  // Only numbers have quantiles, so whoever asks for them has said what the task is.
  const asked = options.task ?? (quantiles && "regression");
  const guessed = asked === undefined ? guessTask(table.source, columns, statistics) : { task: asked, warnings: [] };
  if (quantiles !== undefined) requireOneNumber(names, guessed.task);
  const { target, warnings } = entryOf(guessed.task).fit(table, columns, statistics, { rare, quantiles });
  return { target, warnings: [...guessed.warnings, ...warnings] };
}

/** @throws {DescriptionError} quantiles of classes or of several columns */
function requireOneNumber(names: readonly string[], task: Task): void {
  const option = optionName("quantiles", "Option");
  if (task !== "regression") {
    throw new DescriptionError(`${option} is for numbers, and the task is ${task}. Leave it out.`);
  }
  if (names.length === 1) return;
  throw new DescriptionError(
    `${option} is for one target, found ${names.length}: ${names.join(", ")}. Train a model for each, or leave it out.`,
  );
}

export interface FitTargetOptions {
  readonly task?: Task | undefined;
  readonly rare?: Rare | undefined;
  readonly quantiles?: readonly number[] | undefined;
}

/** What is done with each kind of target. */
interface TargetEntry<T extends Target> {
  fit(
    table: Table,
    columns: readonly Column[],
    statistics: Statistics,
    options: FitTargetOptions,
  ): { target: T; warnings: Warning[] };
  /** The same target with the statistics of the training rows, by their weights [N]. */
  refit(target: T, training: Table, weights: ArrayLike<number> | undefined): T;
  /** What the network learns. */
  encode(target: T, table: Table): Float32Array;
  /** The true values that a model's predictions are compared with. */
  observe(target: T, table: Table): Float32Array | Float64Array;
  /** Each row's class, for parts that keep the shares of classes; numbers have none. */
  strata(target: T, table: Table): Float32Array | undefined;
}

const entries: { readonly [T in Task]: TargetEntry<Extract<Target, { readonly task: T }>> } = {
  classification: {
    fit: (table, columns, statistics, { rare }) => fitClasses(table, columns, statistics, rare),
    refit: refitClasses,
    encode: encodeClasses,
    observe: encodeClasses,
    strata: encodeClasses,
  },
  multilabel: {
    fit: fitLabels,
    refit: refitLabels,
    encode: encodeLabels,
    observe: encodeLabels,
    strata: (target, table) => labelStrata(encodeLabels(target, table), target.labels.length),
  },
  regression: {
    fit: (table, columns, statistics, { quantiles }) => ({
      target: fitNumbers(table, columns, statistics, { levels: quantiles && withMedian(quantiles) }),
      warnings: [],
    }),
    refit: (known, training, weights) => {
      const levels = known.quantiles?.levels;
      const { columns, statistics } = targetColumns(training, known.columns);
      return fitNumbers(training, columns, statistics, { known, levels, weights });
    },
    encode: standardised,
    observe: observedNumbers,
    strata: () => undefined,
  },
};

function entryOf(task: Task): TargetEntry<Target> {
  return entries[task] as TargetEntry<Target>;
}

/**
 * The same target with its statistics (class shares; means and deviations) those of the training rows alone.
 *
 * Numbers that are all equal there keep the deviation that they had.
 *
 * @param weights [N], sample weights: the statistics are weighted ones; all rows have equal weight when absent
 * @throws {DataError} what `encodeTarget` objects to
 * @throws {ShapeError} weights that are not one a row
 *
 * @example
 * import { selectRows, splitRows, tableFromColumns } from "gradus";
 * import { fitTarget, refitTarget } from "gradus/network";
 *
 * const table = tableFromColumns({ price: [1.5, 2.5, 3.5, 4.5] });
 * const { training } = splitRows(4, { testFraction: 0.25, validationFraction: 0, seed: 1 });
 * const { target } = fitTarget(table, ["price"]);
 * // With mean and deviation of the training rows alone.
 * console.log(refitTarget(target, selectRows(table, training)));
 */
export function refitTarget(target: Target, training: Table, weights?: ArrayLike<number>): Target {
  requireKind("refitTarget's target", target, targetKind);
  requireKind("refitTarget's table", training, tableKind);
  if (weights !== undefined) requireKind("refitTarget's weights", weights, numbersList);
  if (weights !== undefined && weights.length !== training.rows) {
    throw new ShapeError(`Expected ${training.rows} weights, one for each row, found ${weights.length}.`);
  }
  if (weights !== undefined && training.ranks !== undefined && target.task === "regression" && target.quantiles) {
    throw new DescriptionError(
      `${optionName("weights", "Option")} and ${optionName("quantiles")} exclude each other where ranks share the rows. Leave one of them out.`,
    );
  }
  return entryOf(target.task).refit(target, training, weights);
}

/**
 * The targets as the network learns them.
 *
 * @returns class indices [N, 1], a 1 for each label of a row and a 0 for the others [N, L], or standardised numbers [N, D]
 * @throws {DataError} a value that is missing or of another type, a label that does not occur in the training rows
 *
 * @example
 * import { tableFromColumns } from "gradus";
 * import { encodeTarget, fitTarget } from "gradus/network";
 *
 * const table = tableFromColumns({ garden: ["yes", "no", "yes"] });
 * encodeTarget(fitTarget(table, ["garden"]).target, table); // [1, 0, 1]
 */
export function encodeTarget(target: Target, table: Table): Float32Array {
  requireKind("encodeTarget's target", target, targetKind);
  requireKind("encodeTarget's table", table, tableKind);
  return readResults("fitTarget", { target }, (results) => entryOf(target.task).encode(results.target, table));
}

function standardised(target: RegressionTarget, table: Table): Float32Array {
  return standardisedNumbers(target, observedNumbers(target, table));
}

/** (d − mean)/deviation. @param numbers in the target's unit, [N, D] @returns [N, D] */
export function standardisedNumbers({ means, deviations }: RegressionTarget, numbers: Float64Array): Float32Array {
  const width = means.length;
  return Float32Array.from(numbers, (value, at) => (value - means[at % width]) / deviations[at % width]);
}

/**
 * What is true of a table's rows: class indices [N], labels as 1 and 0 [N, L], or numbers in their own unit [N, D].
 *
 * @throws {DataError} as `encodeTarget`
 */
export function trueValues(target: Target, table: Table): Float32Array | Float64Array {
  return entryOf(target.task).observe(target, table);
}

/** Each row's class, by which parts are to have their shares, [N]; numbers have none. @throws {DataError} as `encodeTarget` */
export function strataOf(target: Target, table: Table): Float32Array | undefined {
  return entryOf(target.task).strata(target, table);
}

/** The true numbers of a table's rows in their own unit, [N, D]. @throws {DataError} one that is missing or no number */
export function observedNumbers(target: RegressionTarget, table: Table): Float64Array {
  const width = target.columns.length;
  const numbers = new Float64Array(table.rows * width);
  target.columns.forEach((name, at) => {
    const column = columnNamed(table, name);
    const place = { ...placeOf(table, name), reading: target.readings?.[at] };
    const { values } = asType("number", place, column);
    requirePresent(table, name, values);
    for (let row = 0; row < table.rows; row++) numbers[row * width + at] = values[row];
  });
  return numbers;
}

/**
 * A network's outputs in the target's unit: output · deviation + mean, limited to the target's ranges where it has
 * some.
 *
 * @param outputs [N, D]
 * @returns [N, D]
 * @throws {DescriptionError} a target of classes, an output that is not finite
 *
 * @example
 * import { tableFromColumns } from "gradus";
 * import { fitTarget, restoreNumbers } from "gradus/network";
 *
 * const { target } = fitTarget(tableFromColumns({ price: [1.5, 2.5, 3.5] }), ["price"]);
 * if (target.task === "regression") console.log(restoreNumbers(target, [-1, 0, 1]));
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

/** The target with the least and the greatest of a table's rows as its ranges. */
export function withRanges(target: RegressionTarget, table: Table): RegressionTarget {
  const observed = observedNumbers(target, table);
  const width = target.columns.length;
  const [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map((none) =>
    new Array<number>(width).fill(none),
  );
  for (let at = 0; at < observed.length; at++) {
    least[at % width] = Math.min(least[at % width], observed[at]);
    greatest[at % width] = Math.max(greatest[at % width], observed[at]);
  }
  const negated = least.map((value) => -value);
  const ends = statisticsOf(table).greatest([...negated, ...greatest]);
  return { ...target, ranges: target.columns.map((_, at) => [-ends[at], ends[width + at]] as const) };
}

/** The columns of targets, each with a value in some row. @throws {DataError} */
function targetColumns(
  table: Table,
  names: readonly string[],
): { readonly columns: readonly Column[]; readonly statistics: Statistics } {
  if (names.length === 0) throw new DataError(`In ${table.source}: expected the name of a target column, found none.`);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new DataError(`Expected different targets, found ${JSON.stringify(twice)} twice.`);
  const columns = names.map((name) => columnNamed(table, name));
  const statistics = statisticsOf(table, columns);
  const empty = columns.find(({ values }) => statistics.variety(values).present === 0);
  if (empty === undefined) return { columns, statistics };
  throw new DataError(
    `In ${table.source}: the target ${JSON.stringify(empty.name)} is missing in all ${statistics.rows} rows. Choose a column with values.`,
  );
}

function guessTask(
  source: string,
  columns: readonly Column[],
  statistics: Statistics,
): { task: Task; warnings: Warning[] } {
  const [column] = columns;
  if (columns.length > 1) return taskOfSeveral(source, columns, statistics);
  if (column.type === "text" || column.type === "boolean") return { task: "classification", warnings: [] };
  if (column.type === "date") return { task: "regression", warnings: [] };
  const different = statistics.firstDifferent(column.values, MOST_NUMBER_CLASSES);
  if (different.length > MOST_NUMBER_CLASSES || !different.every(Number.isInteger)) {
    return { task: "regression", warnings: [] };
  }
  const counts = statistics.counts(column.values.filter((value) => !Number.isNaN(value)));
  const often = saysYesOrNo(counts.keys()) || [...counts.values()].every((times) => times >= FEWEST_ROWS_OF_CLASS);
  const task = often ? "classification" : "regression";
  const [taken, other] = often ? (["classes", "regression"] as const) : (["numbers", "classification"] as const);
  // Numbers that are all different could not be classes.
  if (!often && counts.size === statistics.variety(column.values).present) return { task, warnings: [] };
  const message =
    `In ${source}: ${JSON.stringify(column.name)} has ${counts.size} different whole numbers, taken as ${taken}. ` +
    `If that is wrong: ${valuedOption("task", other)}.`;
  return { task, warnings: [{ code: "task-guessed", columns: [column.name], message }] };
}
