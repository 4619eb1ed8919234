/**
 * From a table to what a network can learn: rows with a target, the three parts, an encoder and matrices.
 *
 * The encoder and the target's statistics are fitted on the training rows alone. Knows nothing of networks.
 */
import { encodedWidth, encodeTable } from "../data/encoder.ts";
import type { Target, Task } from "../data/encoding.ts";
import { type EncodingChoices, type FitEncoderOptions, fitEncoder } from "../data/fitEncoder.ts";
import { groupsOf, sharedGroupWarnings } from "../data/groupColumn.ts";
import { refineTable } from "../data/inference.ts";
import { kindsToLeaveOut, reasonOfNothing } from "../data/leftOut.ts";
import { limitRows } from "../data/limitRows.ts";
import { otherZoneWarnings } from "../data/otherZones.ts";
import { type Rare, withoutRareClasses } from "../data/rareClasses.ts";
import { column, selectRows } from "../data/rows.ts";
import { type ColumnRoles, namesOf, notesOf, type Table, type Warning } from "../data/table.ts";
import {
  encodeTarget,
  fitTarget,
  observedNumbers,
  refitTarget,
  rowsWithTarget,
  strataOf,
  withRanges,
} from "../data/target.ts";
import { outputNames } from "../data/targetNames.ts";
import { unseenWarnings } from "../data/unseen.ts";
import { weightsOf, withoutWeightless } from "../data/weightColumn.ts";
import { meanOne } from "../metrics/sampleWeights.ts";
import { type DivideOptions, divide } from "./divide.ts";
import type { Part, PartSizes, Parts } from "./parts.ts";
import { notInputs, rowColumnNames } from "./rowColumns.ts";
import { dataWarnings } from "./warnings/dataWarnings.ts";
import { testColumnWarnings } from "./warnings/newColumns.ts";
import { timeOrderWarnings } from "./warnings/timeOrder.ts";

export interface PrepareOptions extends DivideOptions {
  readonly table: Table;
  readonly target: string | readonly string[];
  readonly task: Task | undefined;
  readonly test: Table | undefined;
  readonly types: ColumnRoles;
  readonly features: readonly string[] | undefined;
  /** The column of sample weights; all rows have equal weight when absent. */
  readonly weights?: string | undefined;
  /** What becomes of rows of classes that occur once; "keep" when absent. */
  readonly rare?: Rare | undefined;
  /** How columns become inputs, which the recipe decides; as they did before there were recipes when absent. */
  readonly encoding?: EncodingChoices | undefined;
  /** Whether predictions of numbers are held within the training rows' range; false when absent. */
  readonly clamps?: boolean;
}

export interface Prepared extends Parts {
  /** The network's inputs. */
  readonly inputs: number;
  /** One a class, or one a column to predict. */
  readonly outputs: number;
  readonly warnings: readonly Warning[];
}

/** The folds of a table, each with its own validation part; the test part is that of all. */
export interface Folds {
  readonly count: number;
  /** The rows of the first fold's parts. */
  readonly sizes: PartSizes;
  /** Of the table that is divided, the targets included. */
  readonly columns: number;
  /**
   * One fold's parts, made when they are asked for: all at once could fill the memory.
   *
   * @param most so many rows of each part, chosen by the seed; all when absent
   */
  fold(index: number, most?: PartSizes): Prepared;
}

/**
 * @throws {DataError} a table that a network cannot learn from: unknown or useless targets, too few rows, no usable column
 */
export function prepare(options: PrepareOptions): Prepared {
  return prepareFolds(options).fold(0);
}

/**
 * The same for folds: each validates what learns from the others. The encoder and the target's statistics are each fold's
 * own; the warnings are those of the first, which has the test part.
 *
 * @throws {DataError} as `prepare` does; fewer rows than folds
 * @throws {DescriptionError} a number of folds that is none
 */
export function prepareFolds(options: PrepareOptions): Folds {
  const names = typeof options.target === "string" ? [options.target] : options.target;
  const known = usable(refineTable(options.table, options.types), names, options.weights);
  const found = targetOf(known.table, names, options);
  const { test, folds: divisions, ...division } = divide(found.table, found.strata, options);
  const given = options.test && usable(options.test, names, options.weights);
  const noInputs = [...names, ...notInputs(options)];
  const varies = (name: string): boolean => reasonOfNothing(column(found.table, name)) === undefined;
  const leaveOut = kindsToLeaveOut(found.table.columns.filter(({ name }) => !noInputs.includes(name)));
  // A table to test on has an order of its own, and what it says of the model is not chosen here.
  const isRandom =
    options.split === undefined && !options.test && (test.length > 0 || divisions[0].validation.length > 0);
  const { seed } = options;
  const some = (rows: Uint32Array, most = rows.length): Table | undefined =>
    rows.length > 0 ? selectRows(found.table, limitRows(rows, most, { seed, strata: found.strata })) : undefined;
  const fold = (index: number, most?: PartSizes): Prepared => {
    const { training, validation } = divisions[index];
    const testPart = given ? someOf(given.table, most?.test, seed) : some(test, most?.test);
    const { parts, warnings } = partsOf({ ...options, leaveOut, varies }, names, found.target, {
      training: some(training, most?.training) ?? selectRows(found.table, training),
      validation: some(validation, most?.validation),
      test: index === 0 ? testPart : undefined,
    });
    const { encoder, target } = parts;
    return {
      ...parts,
      inputs: encodedWidth(encoder),
      outputs: outputNames(target).length,
      warnings:
        index === 0
          ? [
              ...readingNotes(options, names),
              ...known.warnings,
              ...(given?.warnings ?? []),
              ...found.warnings,
              ...division.warnings,
              ...warnings,
              ...dataWarnings(parts, divisions.length),
              ...(isRandom ? timeOrderWarnings(found.table, found.target) : []),
              ...(options.test ? testColumnWarnings(options.table, options.test) : []),
              ...(given && options.group !== undefined
                ? sharedGroupWarnings(found.table, given.table, options.group)
                : []),
              ...(given ? [...unseenWarnings(encoder, given.table), ...otherZoneWarnings(encoder, given.table)] : []),
            ]
          : [],
    };
  };
  const [{ training, validation }] = divisions;
  const sizes = {
    training: training.length,
    validation: validation.length,
    test: given?.table.rows ?? test.length,
  };
  return { count: divisions.length, sizes, columns: found.table.columns.length, fold };
}

/** A table, or so many of its rows. */
function someOf(table: Table, most = table.rows, seed: number): Table {
  if (table.rows <= most) return table;
  const rows = Uint32Array.from({ length: table.rows }, (_, row) => row);
  return selectRows(table, limitRows(rows, most, { seed }));
}

/** What reading the tables gave reason to warn of, as far as it is about columns that are used. */
function readingNotes(options: PrepareOptions, targets: readonly string[]): Warning[] {
  const { table, test, features } = options;
  const used = features === undefined ? namesOf(table.columns) : [...features, ...targets, ...rowColumnNames(options)];
  return notesOf(test === undefined ? [table] : [table, test], used);
}

/** The target of rows that all have one, the rows without those that are to be dropped, and each row's class. */
function targetOf(
  table: Table,
  names: readonly string[],
  { task: chosen, types, rare }: PrepareOptions,
): { table: Table; target: Target; strata: Float32Array | undefined; warnings: readonly Warning[] } {
  // A target taken as categories asks for classes, whatever its values look like.
  const asked = names.length > 1 ? "multilabel" : "classification";
  const task = chosen ?? (names.some((name) => types[name] === "category") ? asked : undefined);
  const { target, warnings } = fitTarget(table, names, { task, rare });
  const strata = strataOf(target, table);
  if (target.task !== "classification" || strata === undefined || rare !== "drop")
    return { table, target, strata, warnings };
  const { rows, warnings: dropped } = withoutRareClasses(target, strata);
  if (rows.length === table.rows) return { table, target, strata, warnings };
  const kept = selectRows(table, rows);
  const { target: left } = fitTarget(kept, names, { task: "classification" });
  return { table: kept, target: left, strata: encodeTarget(left, kept), warnings: [...warnings, ...dropped] };
}

interface PartTables {
  readonly training: Table;
  readonly validation: Table | undefined;
  readonly test: Table | undefined;
}

/** Tables as parts, with what is fitted on the training rows. @returns the encoder's warnings as well */
function partsOf(
  {
    encoding,
    types,
    features,
    clamps,
    leaveOut,
    varies,
    weights,
    group,
  }: PrepareOptions & Pick<FitEncoderOptions, "leaveOut" | "varies">,
  names: readonly string[],
  found: Target,
  { training, validation, test }: PartTables,
): { parts: Parts; warnings: readonly Warning[] } {
  const weightsIn = (table: Table): Float64Array | undefined =>
    weights === undefined ? undefined : weightsOf(table, weights);
  const refitted = refitTarget(found, training, weightsIn(training));
  const target =
    clamps && refitted.task === "regression" ? withRanges(refitted, observedNumbers(refitted, training)) : refitted;
  const { encoder, warnings } = fitEncoder(training, {
    ...encoding,
    exclude: [...names, ...notInputs({ weights, group, features })],
    roles: types,
    features,
    leaveOut,
    varies,
  });
  const part = (table: Table): Part => {
    const sampleWeights = meanOne(weightsIn(table));
    const patterns = { inputs: encodeTable(encoder, table), desired: encodeTarget(target, table) };
    const groups = group === undefined ? {} : { groups: groupsOf(table, group) };
    return { table, patterns: { ...patterns, ...(sampleWeights && { sampleWeights }) }, ...groups };
  };
  const parts: Parts = {
    encoder,
    target,
    training: part(training),
    validation: validation && part(validation),
    test: test && part(test),
  };
  return { parts, warnings };
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
