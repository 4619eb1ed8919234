/**
 * Which rows learn, which validate and which test: what was asked for, or what suits the number of rows.
 *
 * Very small tables are learned from whole unless the user says otherwise. Knows the rows' classes, times and groups, and
 * nothing of their other columns.
 */

import { counted } from "../counted.ts";
import { groupsOf } from "../data/groupColumn.ts";
import { type Rare, rareChoices } from "../data/rareClasses.ts";
import { optionName, typeOption } from "../data/remedies.ts";
import { column } from "../data/rows.ts";
import { foldRows, rowsOf, rowsOfClasses, type Split, splitRows } from "../data/split.ts";
import { isMissing, type Table, type Warning } from "../data/table.ts";
import { foldByTime, splitByTime } from "../data/timeSplit.ts";
import { DataError, DescriptionError, requireKnown, requireWhole, shown, unknownName } from "../errors.ts";
import { divideByGroup } from "./divideByGroup.ts";
import { type DivideOptions, type Division, withoutHeld } from "./division.ts";

export type { DivideOptions, Division, SplitBy } from "./division.ts";

/** @throws {DescriptionError} an unknown way to divide the rows, or two that exclude each other */
export function requireDivision({
  split,
  group,
  rare,
  test,
  testFraction,
  target,
}: Pick<DivideOptions, "split" | "group" | "testFraction"> & {
  readonly target: string | readonly string[];
  readonly rare?: Rare | undefined;
  readonly test?: Table | undefined;
}): void {
  if (rare !== undefined && !rareChoices.includes(rare)) {
    throw new DescriptionError(unknownName(rare, rareChoices, "value of rare"));
  }
  if (test !== undefined && testFraction) {
    throw new DescriptionError(
      `Expected a table of test rows or ${optionName("testFraction")}, found both (${testFraction}). Leave one of them out.`,
    );
  }
  if (split === undefined) return;
  requireKnown(split, { time: true }, "split");
  if (group !== undefined) {
    throw new DescriptionError(
      `${optionName("split", "Option")} and ${optionName("group")} exclude each other: rows are split by time or by groups. Leave one of them out.`,
    );
  }
  if (typeof split.time !== "string") {
    throw new DescriptionError(`Expected split.time to be the name of a column, found ${shown(split.time)}.`);
  }
  if (!(typeof target === "string" ? [target] : target).includes(split.time)) return;
  throw new DescriptionError(
    `${optionName("split", "Option")}: ${JSON.stringify(split.time)} is a target, and a split by the target would not test the model on what it learned. Choose another column.`,
  );
}

/** A share that is held out where nothing else is asked for. */
const SHARE = 0.2;
/** Of fewer rows none are held out: the network needs them all, and so few would hardly judge it. */
const FEWEST_TO_DIVIDE = 10;

/**
 * @param strata each row's class [N]; absent for numbers
 * @throws {DataError} too few rows for what was asked for; a column to split by that is missing or of another type
 * @throws {DescriptionError} a fraction or a number of folds out of range
 */
export function divide(table: Table, strata: ArrayLike<number> | undefined, options: DivideOptions): Division {
  if (options.folds !== undefined) requireWhole("folds", options.folds, 1);
  if (options.group !== undefined) {
    const { source, rows } = table;
    const byGroup = {
      source,
      column: options.group,
      groups: groupsOf(table, options.group),
      strata,
      seed: options.seed,
    };
    return { ...divideByGroup(byGroup, options, rows < FEWEST_TO_DIVIDE ? 0 : SHARE), warnings: [] };
  }
  return options.split === undefined
    ? divideAtRandom(table.rows, strata, options)
    : divideByTime(table, options.split.time, options);
}

function divideAtRandom(rows: number, strata: ArrayLike<number> | undefined, options: DivideOptions): Division {
  const { seed, folds: chosen, usualFolds = () => 1 } = options;
  // Each class keeps a row to learn from; the others may be held out.
  const spare = rows - rowsOfClasses(rows, strata).size;
  const testFraction = options.testFraction ?? usualShare(rows, SHARE, spare);
  // Of what the test leaves over; the splitter takes shares of all rows.
  const validationShare =
    options.validationFraction === undefined
      ? usualShare(rows, SHARE * (1 - testFraction), spare - rowsOf(rows, testFraction))
      : options.validationFraction * (1 - testFraction);
  const division = (validationFraction: number): Split =>
    splitRows(rows, { testFraction, validationFraction, seed, ...(strata && { strata }) });
  const folds = chosen ?? (rows < FEWEST_TO_DIVIDE ? 1 : usualFolds(rows));
  if (folds > 1) {
    const { test, training } = division(0);
    const divided = dividedRows(training, strata);
    if (chosen !== undefined || divided.length >= folds) {
      return { test, folds: foldsOf(training, divided, { folds, seed, strata }), warnings: [] };
    }
  }
  const { test, ...only } = division(validationShare);
  return { test, folds: [only], warnings: [] };
}

/** The share, or what can be spared where that is less; none of very few rows. */
function usualShare(rows: number, share: number, spare: number): number {
  if (rows < FEWEST_TO_DIVIDE || spare <= 0) return 0;
  return rowsOf(rows, share) <= spare ? share : spare / rows;
}

/** Those of some rows that can validate: the sole one of its class has to be learned from, in every fold. */
function dividedRows(left: Uint32Array, strata: ArrayLike<number> | undefined): Uint32Array {
  if (strata === undefined) return left;
  const counts = rowsOfClasses(left.length, classesOf(left, strata));
  return left.filter((row) => counts.get(strata[row]) !== 1);
}

function classesOf(rows: Uint32Array, strata: ArrayLike<number>): Float64Array {
  return Float64Array.from(rows, (row) => strata[row]);
}

interface RandomFolds {
  readonly folds: number;
  readonly seed: number;
  readonly strata: ArrayLike<number> | undefined;
}

/** @param left all rows but the test's. @param divided those of them that can validate */
function foldsOf(left: Uint32Array, divided: Uint32Array, { folds, seed, strata }: RandomFolds): Division["folds"] {
  const own = strata && { strata: classesOf(divided, strata) };
  return foldRows(divided.length, { folds, seed, ...own }).map((places) =>
    withoutHeld(
      left,
      places.map((at) => divided[at]),
    ),
  );
}

/** One fold is the default here: of several, all but the last would learn from old rows alone. */
function divideByTime(table: Table, name: string, options: DivideOptions): Division {
  const times = timesOf(table, name);
  const known = times.reduce((count, time) => count + (Number.isNaN(time) ? 0 : 1), 0);
  const usual = known < FEWEST_TO_DIVIDE ? 0 : SHARE;
  const { testFraction = usual, validationFraction = usual, folds = 1 } = options;
  const warnings = unknownTimes(table, name, table.rows - known);
  const what = JSON.stringify(name);
  if (folds === 1) {
    const fractions = { testFraction, validationFraction: validationFraction * (1 - testFraction) };
    const { test, ...only } = splitByTime(times, what, fractions);
    return { test, folds: [only], warnings };
  }
  const { test, training: left } = splitByTime(times, what, { testFraction, validationFraction: 0 });
  const own = Float64Array.from(left, (row) => times[row]);
  const ofTable = (places: Uint32Array): Uint32Array => places.map((at) => left[at]);
  const divided = foldByTime(own, what, folds).map(({ training, validation }) => ({
    training: ofTable(training),
    validation: ofTable(validation),
  }));
  return { test, folds: divided, warnings };
}

/** Each row's time, NaN where missing. @throws {DataError} a column that is missing, or neither dates nor numbers */
function timesOf(table: Table, name: string): Float64Array {
  const found = column(table, name);
  if (found.type !== "date" && found.type !== "number") {
    throw new DataError(
      `In ${table.source}: cannot split by the time ${JSON.stringify(name)}, a column of type ${found.type}. Expected dates or numbers: choose another column for ${optionName("split")}, or, if these are dates: ${typeOption(name, "date")}.`,
    );
  }
  if (found.values.every(isMissing)) {
    throw new DataError(
      `In ${table.source}: cannot split by the time ${JSON.stringify(name)}: every value is missing. Choose another column for ${optionName("split")}.`,
    );
  }
  return found.values;
}

function unknownTimes({ source, rows }: Table, name: string, missing: number): Warning[] {
  if (missing === 0) return [];
  const message =
    `In ${source}: ${name} is missing in ${missing} of ${counted(rows, "row")}; these are training rows, although they may be later than the test rows. ` +
    "Fill in the times, or leave out such rows.";
  return [{ code: "time-missing", columns: [name], message }];
}
