/**
 * From a table to what a network can learn: rows with a target, the three parts, an encoder and matrices.
 *
 * The encoder and the target's statistics are fitted on the training rows alone. Knows nothing of networks.
 */
import { encodedWidth, encodeTable } from "../data/encoder.ts";
import type { Target, Task } from "../data/encoding.ts";
import { type EncodingChoices, fitEncoder } from "../data/fitEncoder.ts";
import { refineTable } from "../data/inference.ts";
import { selectRows } from "../data/rows.ts";
import { foldRows, type Split, splitRows } from "../data/split.ts";
import { type ColumnRoles, namesOf, notesOf, type Table, type Warning } from "../data/table.ts";
import { encodeTarget, fitTarget, observedNumbers, refitTarget, rowsWithTarget, withRanges } from "../data/target.ts";
import { unseenWarnings } from "../data/unseen.ts";
import { requireWhole } from "../errors.ts";
import type { Part, Parts } from "./parts.ts";
import { dataWarnings } from "./warnings/dataWarnings.ts";

export interface PrepareOptions {
  readonly table: Table;
  readonly target: string | readonly string[];
  readonly task: Task | undefined;
  readonly test: Table | undefined;
  readonly types: ColumnRoles;
  readonly features: readonly string[] | undefined;
  readonly testFraction: number;
  readonly validationFraction: number;
  readonly seed: number;
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
  /** One fold's parts, made when they are asked for: all at once could fill the memory. */
  fold(index: number): Prepared;
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
 * @param options `folds`, 1 when absent, takes the place of `validationFraction` where it is 2 or more
 * @throws {DataError} as `prepare` does; fewer rows than folds
 * @throws {DescriptionError} a number of folds that is none
 */
export function prepareFolds(options: PrepareOptions & { readonly folds?: number | undefined }): Folds {
  const { types, folds: count = 1 } = options;
  requireWhole("folds", count, 1);
  const names = typeof options.target === "string" ? [options.target] : options.target;
  // A target taken as categories asks for classes, whatever its values look like.
  const task = options.task ?? (names.some((name) => types[name] === "category") ? "classification" : undefined);
  const known = withTarget(refineTable(options.table, types), names);
  const found = fitTarget(known.table, names, { task });
  const strata = found.target.task === "classification" ? encodeTarget(found.target, known.table) : undefined;
  const { test, divisions } = divide(known.table.rows, strata, options);
  const given = options.test && withTarget(options.test, names);
  const testTable = given?.table ?? (test.length > 0 ? selectRows(known.table, test) : undefined);
  const fold = (index: number): Prepared => {
    const { training, validation } = divisions[index];
    const { parts, warnings } = partsOf(options, names, found.target, {
      training: selectRows(known.table, training),
      validation: validation.length > 0 ? selectRows(known.table, validation) : undefined,
      test: index === 0 ? testTable : undefined,
    });
    const { encoder, target } = parts;
    return {
      ...parts,
      inputs: encodedWidth(encoder),
      outputs: target.task === "classification" ? target.classes.length : target.columns.length,
      warnings:
        index === 0
          ? [
              ...readingNotes(options, names),
              ...known.warnings,
              ...(given?.warnings ?? []),
              ...found.warnings,
              ...warnings,
              ...dataWarnings(parts),
              ...(given ? unseenWarnings(encoder, given.table) : []),
            ]
          : [],
    };
  };
  return { count, fold };
}

/** What reading the tables gave reason to warn of, as far as it is about columns that are used. */
function readingNotes({ table, test, features }: PrepareOptions, targets: readonly string[]): Warning[] {
  const used = features === undefined ? namesOf(table.columns) : [...features, ...targets];
  return notesOf(test === undefined ? [table] : [table, test], used);
}

/** Row numbers: the test's, and for each fold those that learn and those that validate. */
function divide(
  rows: number,
  strata: ArrayLike<number> | undefined,
  { testFraction, validationFraction, seed, folds = 1 }: PrepareOptions & { readonly folds?: number | undefined },
): { test: Uint32Array; divisions: readonly Pick<Split, "training" | "validation">[] } {
  const { test, ...division } = splitRows(rows, {
    testFraction,
    // Of what the test leaves over; the splitter takes shares of all rows.
    validationFraction: folds === 1 ? validationFraction * (1 - testFraction) : 0,
    seed,
    ...(strata && { strata }),
  });
  if (folds === 1) return { test, divisions: [division] };
  const left = division.training;
  const own = strata && Float32Array.from(left, (row) => strata[row]);
  const divisions = foldRows(left.length, { folds, seed, ...(own && { strata: own }) }).map((places) => {
    const held = new Set(places);
    return { training: left.filter((_, at) => !held.has(at)), validation: Uint32Array.from(places, (at) => left[at]) };
  });
  return { test, divisions };
}

interface PartTables {
  readonly training: Table;
  readonly validation: Table | undefined;
  readonly test: Table | undefined;
}

/** Tables as parts, with what is fitted on the training rows. @returns the encoder's warnings as well */
function partsOf(
  { encoding, types, features, clamps }: PrepareOptions,
  names: readonly string[],
  found: Target,
  { training, validation, test }: PartTables,
): { parts: Parts; warnings: readonly Warning[] } {
  const refitted = refitTarget(found, training);
  const target =
    clamps && refitted.task === "regression" ? withRanges(refitted, observedNumbers(refitted, training)) : refitted;
  const { encoder, warnings } = fitEncoder(training, { ...encoding, exclude: names, roles: types, features });
  const part = (table: Table): Part => ({
    table,
    patterns: { inputs: encodeTable(encoder, table), desired: encodeTarget(target, table) },
  });
  const parts: Parts = {
    encoder,
    target,
    training: part(training),
    validation: validation && part(validation),
    test: test && part(test),
  };
  return { parts, warnings };
}

/** The table without the rows that have no target. */
function withTarget(table: Table, names: readonly string[]): { table: Table; warnings: readonly Warning[] } {
  const { rows, warnings } = rowsWithTarget(table, names);
  return { table: rows.length === table.rows ? table : selectRows(table, rows), warnings };
}
