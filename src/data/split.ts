/**
 * Which rows learn, which decide when to stop, and which test: a seeded partition that keeps the classes' shares.
 *
 * Works on row numbers alone. The same seed gives the same parts, whatever else is drawn from it.
 */

import { DataError, DescriptionError, ShapeError } from "../errors.ts";
import {
  either,
  finite,
  type Kinds,
  listOf,
  needed,
  number,
  numbers,
  requireKind,
  requireOptions,
  text,
  whole,
} from "../kinds.ts";
import { random } from "../random.ts";
import { numbered } from "./differentValues.ts";
import { foldGroups, type GroupedRows, takeGroups } from "./groupSplit.ts";
import { valuedOption } from "./remedies.ts";

export interface SplitOptions {
  /** Of all rows, in [0, 1); 0 for no test rows, as when they come from elsewhere. */
  readonly testFraction: number;
  /** Of all rows, in [0, 1); 0 for no validation rows. */
  readonly validationFraction: number;
  readonly seed: number;
  /** Each row's class [N]: every part gets its share of each, and training at least one row of each; of a sole row, that one. */
  readonly strata?: ArrayLike<number>;
  /**
   * Each row's group [N], a number or a text: the rows of a group are in one part, as those of one patient, so the parts' sizes
   * are about those asked for. Each row by itself when absent.
   */
  readonly groups?: ArrayLike<number | string>;
}

/** Row numbers, ascending; every row is in exactly one part. */
export interface Split {
  readonly training: Uint32Array;
  readonly validation: Uint32Array;
  readonly test: Uint32Array;
}

const groupNames = either(numbers, listOf(either(text, finite), "numbers and texts"));
const splitKinds = {
  testFraction: needed(number),
  validationFraction: needed(number),
  seed: needed(whole(0)),
  strata: numbers,
  groups: groupNames,
} as const satisfies Kinds<SplitOptions>;
/** The numbers of rows are uint32. */
const MOST_ROWS = 2 ** 32 - 1;

/**
 * Divides rows into those to learn from, those that decide when to stop, and those to test on.
 *
 * @throws {DescriptionError} a fraction out of range
 * @throws {ShapeError} strata or groups that are not one for each row
 * @throws {DataError} too few rows or groups for every part to have one and for training to have one of every class
 *
 * @example
 * import { splitRows } from "gradus";
 *
 * const { training, validation, test } = splitRows(10, { testFraction: 0.2, validationFraction: 0.1, seed: 7 });
 * [training.length, validation.length, test.length]; // [7, 1, 2]
 */
export function splitRows(rows: number, options: SplitOptions): Split {
  requireKind("the number of rows to split", rows, whole(0, MOST_ROWS));
  requireOptions(options, splitKinds, "splitRows");
  const { testFraction, validationFraction, seed, strata, groups } = options;
  requireFractions(testFraction, validationFraction);
  requireOneEach(rows, { strata, groups });
  if (groups !== undefined) {
    return splitGroups(rows, { testFraction, validationFraction }, { groups: numbered(groups), strata, seed });
  }
  const counts = rowsOfClasses(rows, strata);
  const testTotal = rowsOf(rows, testFraction);
  const validationTotal = rowsOf(rows, validationFraction);
  if (rows - counts.size < testTotal + validationTotal) {
    throw tooFewRows(rows, counts.size, testFraction, validationFraction);
  }

  const order = random(seed, "split").permutation(rows);
  if (strata === undefined) {
    return {
      training: order.slice(testTotal + validationTotal).sort(),
      validation: order.slice(testTotal, testTotal + validationTotal).sort(),
      test: order.slice(0, testTotal).sort(),
    };
  }
  const spare = new Map([...counts].map(([label, count]) => [label, count - 1]));
  const testShares = allot(testTotal, counts, spare);
  const validationShares = allot(validationTotal, counts, spare);
  const parts: Record<keyof Split, number[]> = { training: [], validation: [], test: [] };
  for (const row of order) {
    const label = strata[row];
    const part = takeOne(testShares, label) ? "test" : takeOne(validationShares, label) ? "validation" : "training";
    parts[part].push(row);
  }
  return {
    training: Uint32Array.from(parts.training).sort(),
    validation: Uint32Array.from(parts.validation).sort(),
    test: Uint32Array.from(parts.test).sort(),
  };
}

export interface FoldOptions {
  /** At least 2. */
  readonly folds: number;
  readonly seed: number;
  /** Each row's class [N]: every fold gets its share of each. All rows are of one class when absent. */
  readonly strata?: ArrayLike<number>;
  /**
   * Each row's group [N], a number or a text: the rows of a group are in one fold, as those of one patient. Each row by
   * itself when absent.
   */
  readonly groups?: ArrayLike<number | string>;
}

const foldKinds = {
  folds: needed(whole(2)),
  seed: needed(whole(0)),
  strata: numbers,
  groups: groupNames,
} as const satisfies Kinds<FoldOptions>;

/**
 * Divides rows into folds for a cross-validation, as equal as they can be, each with its share of every class: their sizes,
 * and each class's rows in them, differ by at most one. Whole groups of rows make folds about as equal; a group that alone
 * has some class is in none, so that each training has the class.
 *
 * @returns for each fold its row numbers, ascending; every row is in exactly one, but for such a group
 * @throws {DescriptionError} fewer than 2 folds
 * @throws {ShapeError} strata or groups that are not one for each row
 * @throws {DataError} fewer rows or groups than folds
 *
 * @example
 * import { foldRows } from "gradus";
 *
 * const patients = ["Ada", "Ada", "Ben", "Ben", "Cleo", "Cleo"];
 * const folds = foldRows(6, { folds: 3, seed: 7, groups: patients });
 * folds.length; // 3
 * folds.every(([first, second]) => patients[first] === patients[second]); // true
 */
export function foldRows(rows: number, options: FoldOptions): Uint32Array[] {
  requireKind("the number of rows to divide", rows, whole(0, MOST_ROWS));
  requireOptions(options, foldKinds, "foldRows");
  const { folds, seed, strata, groups } = options;
  requireOneEach(rows, { strata, groups });
  if (groups !== undefined) return foldsOfGroups(rows, { folds, seed, strata, groups: numbered(groups) });
  if (rows < folds) {
    throw new DataError(
      `Too few rows for ${folds} folds: found ${rows} rows that can be divided, expected at least ${folds}. Add rows, or use fewer folds.`,
    );
  }
  const classOf = (row: number): number => strata?.[row] ?? 0;
  // Class by class, to each fold in turn: where one class ends the next one goes on.
  const dealt = [...random(seed, "folds").permutation(rows)].sort((a, b) => classOf(a) - classOf(b));
  return Array.from({ length: folds }, (_, fold) =>
    Uint32Array.from(dealt.filter((_row, at) => at % folds === fold)).sort(),
  );
}

/** @throws {ShapeError} */
function requireOneEach(rows: number, lists: Readonly<Record<string, ArrayLike<unknown> | undefined>>): void {
  for (const [name, values] of Object.entries(lists)) {
    if (values === undefined || values.length === rows) continue;
    throw new ShapeError(`Expected ${rows} ${name}, one for each row, found ${values.length}.`);
  }
}

type Fractions = Pick<SplitOptions, "testFraction" | "validationFraction">;

function splitGroups(rows: number, { testFraction, validationFraction }: Fractions, grouped: GroupedRows): Split {
  const all = Uint32Array.from({ length: rows }, (_, row) => row);
  const taken = (from: Uint32Array, share: number, part: string): ReturnType<typeof takeGroups> => {
    if (share === 0) return { kept: from, taken: new Uint32Array(0) };
    const found = takeGroups(from, share, grouped);
    if (found.taken.length > 0) return found;
    throw new DataError(
      `Too few groups to split: no group is left for the ${part} rows, because training keeps a group, and one of every class. ` +
        `Add groups, or no ${part} rows: ${part}Fraction: 0.`,
    );
  };
  const test = taken(all, testFraction, "test");
  const validation = taken(test.kept, validationFraction / (1 - testFraction), "validation");
  return { training: validation.kept, validation: validation.taken, test: test.taken };
}

function foldsOfGroups(rows: number, { folds, ...grouped }: { readonly folds: number } & GroupedRows): Uint32Array[] {
  const found = foldGroups(
    Uint32Array.from({ length: rows }, (_, row) => row),
    folds,
    grouped,
  );
  if (found.length === folds) return found;
  throw new DataError(
    `Too few groups for ${folds} folds: found ${found.length} that can be left out. Use fewer folds, or add groups.`,
  );
}

/** How many rows each class has. @param strata each row's class [N]; one class, 0, when absent */
export function rowsOfClasses(rows: number, strata: ArrayLike<number> | undefined): Map<number, number> {
  if (strata === undefined) return new Map(rows === 0 ? [] : [[0, rows]]);
  const counts = new Map<number, number>();
  for (let row = 0; row < rows; row++) counts.set(strata[row], (counts.get(strata[row]) ?? 0) + 1);
  return counts;
}

/** @throws {DescriptionError} a fraction out of range */
export function requireFractions(test: number, validation: number): void {
  for (const [name, value] of Object.entries({ testFraction: test, validationFraction: validation })) {
    if (!(value >= 0 && value < 1)) {
      throw new DescriptionError(`Expected ${name} to be at least 0 and below 1, found ${value}.`);
    }
  }
  if (test + validation >= 1) {
    throw new DescriptionError(
      `Expected testFraction and validationFraction to sum to less than 1, so that training rows remain, found ${test} and ${validation}.`,
    );
  }
}

/** How many of the rows a fraction is: at least one, unless it is 0. */
export function rowsOf(rows: number, fraction: number): number {
  return fraction === 0 ? 0 : Math.max(1, Math.round(rows * fraction));
}

/**
 * Shares a total among the classes in proportion to their rows, by largest remainder (Hamilton's method), no class more
 * than it can spare; what it cannot goes to the next. Takes the shares from `spare`.
 */
function allot(total: number, counts: ReadonlyMap<number, number>, spare: Map<number, number>): Map<number, number> {
  const rows = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const shares = new Map<number, number>();
  let left = total;
  const give = (label: number, wanted: number): void => {
    const given = Math.min(wanted, spare.get(label) ?? 0);
    shares.set(label, (shares.get(label) ?? 0) + given);
    spare.set(label, (spare.get(label) ?? 0) - given);
    left -= given;
  };
  const quotas = [...counts].map(([label, count]) => ({ label, quota: (total * count) / rows }));
  for (const { label, quota } of quotas) give(label, Math.floor(quota));
  // Ties go to the lower class, so that the parts do not depend on the order of the rows.
  quotas.sort((a, b) => (b.quota % 1) - (a.quota % 1) || a.label - b.label);
  while (left > 0) for (const { label } of quotas) if (left > 0) give(label, 1);
  return shares;
}

/** Counts a share down; false when none is left. */
function takeOne(shares: Map<number, number>, label: number): boolean {
  const left = shares.get(label) ?? 0;
  if (left > 0) shares.set(label, left - 1);
  return left > 0;
}

function tooFewRows(rows: number, classes: number, testFraction: number, validationFraction: number): DataError {
  let enough = rows + 1;
  while (enough - classes < rowsOf(enough, testFraction) + rowsOf(enough, validationFraction)) enough++;
  const each = classes > 1 ? ` with at least one training row of each of the ${classes} classes` : "";
  return new DataError(
    `Too few rows to split into training, validation and test: found ${rows}, expected at least ${enough}${each}. ` +
      `Add rows, or use smaller fractions; to train on all rows: ${valuedOption("testFraction", 0)}, ${valuedOption("validationFraction", 0)}.`,
  );
}
