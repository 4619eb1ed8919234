/**
 * The rows that a training has, divided into folds: those with a target and a weight, and what is known of all of them.
 *
 * A fold is made when it is asked for, and what is fitted is its own (`fold.ts`). Knows nothing of networks.
 */
import type { Target, Task } from "../data/encoding.ts";
import { sharedGroupWarnings } from "../data/groupColumn.ts";
import { refineTable } from "../data/inference.ts";
import { kindsToLeaveOut, reasonOfNothing } from "../data/leftOut.ts";
import { limitRows } from "../data/limitRows.ts";
import { otherZoneWarnings } from "../data/otherZones.ts";
import { type Rare, withoutRareClasses } from "../data/rareClasses.ts";
import { column, selectRows } from "../data/rows.ts";
import { statisticsOf } from "../data/statistics/statisticsOf.ts";
import { namesOf, notesOf, type Table, type Warning } from "../data/table.ts";
import { encodeTarget, fitTarget, rowsWithTarget, strataOf } from "../data/target.ts";
import { targetNames } from "../data/targetNames.ts";
import { unseenWarnings } from "../data/unseen.ts";
import { withoutWeightless } from "../data/weightColumn.ts";
import { DescriptionError } from "../errors.ts";
import { type DivideOptions, divide } from "./divide.ts";
import { type FitFoldOptions, type Fitted, type Fold, fitFold, type PartSizes } from "./fold.ts";
import { notInputs, rowColumnNames } from "./rowColumns.ts";
import { dataWarnings } from "./warnings/dataWarnings.ts";
import { testColumnWarnings } from "./warnings/newColumns.ts";
import { timeOrderWarnings } from "./warnings/timeOrder.ts";

export interface DatasetOptions extends DivideOptions, Omit<FitFoldOptions, "leaveOut" | "varies" | "fitted"> {
  readonly table: Table;
  readonly target: string | readonly string[];
  readonly task: Task | undefined;
  /** The quantiles to predict of one number; none when absent. */
  readonly quantiles?: readonly number[] | undefined;
  readonly test: Table | undefined;
  /** What becomes of rows of classes that occur once; "keep" when absent. */
  readonly rare?: Rare | undefined;
  /** The target, where a model has it; found in the rows when absent. */
  readonly known?: Target | undefined;
}

/** Rows in folds, each with its own validation part; the test part is that of all. */
export interface Dataset {
  /** How many; 1 where one part validates. */
  readonly folds: number;
  /** The rows of the first fold's parts. */
  readonly sizes: PartSizes;
  /** How many groups each of these parts has, where ranks share the rows of groups. */
  readonly groups?: PartSizes;
  /** Of the table that is divided, the targets included. */
  readonly columns: number;
  /**
   * One fold, made when it is asked for: all at once could fill the memory. The warnings are those of the first, which has the test part.
   *
   * @param most so many rows of each part, chosen by the seed; all when absent
   * @param fitted what a model has fitted before; fitted on the training rows when absent
   */
  fold(index: number, most?: PartSizes, fitted?: Fitted): Fold;
  /** The same rows in another number of folds. @throws {DataError} fewer rows than folds */
  inFolds(folds: number): Dataset;
}

/** The rows that have a target, and what is known of all of them. */
export interface KnownRows {
  readonly table: Table;
  readonly target: Target;
  /** [N], each row's class; absent for numbers. */
  readonly strata: Float32Array | undefined;
  /** Those of a table to test on. */
  readonly test: Table | undefined;
  readonly warnings: readonly Warning[];
}

/**
 * Finds the target and divides the rows.
 *
 * @throws {DataError} a table that a network cannot learn from: unknown or useless targets, too few rows
 * @throws {DescriptionError} a number of folds that is none
 */
export function datasetOf(options: DatasetOptions): Dataset {
  requireWhole(options.table);
  return divided(knownRows(options), options);
}

/** Finds the target, and the rows that have it: of all ranks, where they share the table. @throws {DataError} as `datasetOf` */
export function knownRows(options: DatasetOptions): KnownRows {
  const { weights } = options;
  const targets = typeof options.target === "string" ? [options.target] : options.target;
  const known = usable(refineTable(options.table, options.types), targets, weights);
  const found = targetOf(known.table, targets, options);
  const test = options.test && usable(options.test, targets, weights);
  const warnings = [...readingNotes(options, targets), ...known.warnings, ...(test?.warnings ?? []), ...found.warnings];
  return { ...found, test: test?.table, warnings };
}

/** How the encoder is fitted in every fold: which columns are left out, all rows decide. */
export function fittingOf({ table, target }: KnownRows, options: DatasetOptions): FitFoldOptions {
  const statistics = statisticsOf(table);
  const noInputs = [...targetNames(target), ...notInputs(options)];
  return {
    ...options,
    leaveOut: kindsToLeaveOut(
      table.columns.filter(({ name }) => !noInputs.includes(name)),
      statistics,
    ),
    varies: (name) => reasonOfNothing(column(table, name), statistics) === undefined,
  };
}

/** @throws {DescriptionError} a share of a table: its rows would be divided as if there were no others */
function requireWhole({ source, ranks }: Table): void {
  if (ranks === undefined) return;
  throw new DescriptionError(
    `In ${source}: found one rank's share of a table. Expected a whole table, because its rows are divided here. An encoder and a target can be fitted on a share.`,
  );
}

function divided(known: KnownRows, options: DatasetOptions): Dataset {
  const { table, target, strata, test: given } = known;
  const { seed } = options;
  const { test, folds, ...division } = divide(table, strata, options);
  const fitting = fittingOf(known, options);
  const some = (rows: Uint32Array, most = rows.length): Table | undefined =>
    rows.length > 0 ? selectRows(table, limitRows(rows, most, { seed, strata })) : undefined;
  return {
    folds: folds.length,
    sizes: {
      training: folds[0].training.length,
      validation: folds[0].validation.length,
      test: given?.rows ?? test.length,
    },
    columns: table.columns.length,
    fold(index, most, fitted) {
      const { training, validation } = folds[index];
      const tested = given ? someOf(given, most?.test, seed) : some(test, most?.test);
      const parts = {
        training: some(training, most?.training) ?? selectRows(table, training),
        validation: some(validation, most?.validation),
        test: index === 0 ? tested : undefined,
      };
      const fold = fitFold(parts, target, { ...fitting, fitted });
      if (index > 0) return { ...fold, warnings: [] };
      const held = test.length > 0 || folds[0].validation.length > 0;
      return {
        ...fold,
        warnings: [
          ...known.warnings,
          ...division.warnings,
          ...fold.warnings,
          ...dataWarnings(fold, folds.length),
          // A table to test on has an order of its own, and what it says of the model is not chosen here.
          ...(options.split === undefined && !given && held ? timeOrderWarnings(table, target) : []),
          ...testWarnings(fold, known, options),
        ],
      };
    },
    inFolds: (count) => divided(known, { ...options, folds: count }),
  };
}

/** What a table to test on gives reason to warn of, beside the one that is divided. */
function testWarnings({ encoder }: Fold, { table, test }: KnownRows, options: DatasetOptions): Warning[] {
  if (test === undefined || options.test === undefined) return [];
  return [
    ...testColumnWarnings(options.table, options.test),
    ...(options.group === undefined ? [] : sharedGroupWarnings(table, test, options.group)),
    ...unseenWarnings(encoder, test),
    ...otherZoneWarnings(encoder, test),
  ];
}

/** A table, or so many of its rows. */
function someOf(table: Table, most = table.rows, seed: number): Table {
  if (table.rows <= most) return table;
  const rows = Uint32Array.from({ length: table.rows }, (_, row) => row);
  return selectRows(table, limitRows(rows, most, { seed }));
}

/** What reading the tables gave reason to warn of, as far as it is about columns that are used. */
function readingNotes(options: DatasetOptions, targets: readonly string[]): Warning[] {
  const { table, test, features } = options;
  const used = features === undefined ? namesOf(table.columns) : [...features, ...targets, ...rowColumnNames(options)];
  return notesOf(test === undefined ? [table] : [table, test], used);
}

/** The target of rows that all have one, the rows without those that are to be dropped, and each row's class. */
function targetOf(
  table: Table,
  names: readonly string[],
  { task: chosen, types, rare, quantiles, known }: DatasetOptions,
): Omit<KnownRows, "test"> {
  if (known !== undefined) return { table, target: known, strata: strataOf(known, table), warnings: [] };
  // A target taken as categories asks for classes, whatever its values look like.
  const asked = names.length > 1 ? "multilabel" : "classification";
  const task = chosen ?? (names.some((name) => types[name] === "category") ? asked : undefined);
  const { target, warnings } = fitTarget(table, names, { task, rare, quantiles });
  const strata = strataOf(target, table);
  if (target.task !== "classification" || strata === undefined || rare !== "drop")
    return { table, target, strata, warnings };
  const { rows, warnings: dropped } = withoutRareClasses(target, strata);
  if (rows.length === table.rows) return { table, target, strata, warnings };
  const kept = selectRows(table, rows);
  const { target: left } = fitTarget(kept, names, { task: "classification" });
  return { table: kept, target: left, strata: encodeTarget(left, kept), warnings: [...warnings, ...dropped] };
}

/** The table without the rows that have no target, or a weight of 0. */
function usable(
  table: Table,
  names: readonly string[],
  weights: string | undefined,
): { table: Table; warnings: readonly Warning[] } {
  const { rows, warnings } = rowsWithTarget(table, names);
  const known = rows.length === table.rows ? table : selectRows(table, rows);
  if (weights === undefined) return { table: known, warnings };
  const counting = withoutWeightless(known, weights);
  return { table: counting.table, warnings: [...warnings, ...counting.warnings] };
}
